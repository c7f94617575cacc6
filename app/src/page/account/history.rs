//! `/history?query=`: watch history, latest first, with search, removal and undo.

use super::history_line::Line;
use crate::api::{self, account::browser, encode};
use crate::client::session;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::component::icon::{Icon, icon};
use crate::component::shelf::UndoableList;
use crate::error::{Error, Result};
use crate::i18n::element;
use crate::protocol::{HistoryItem, List};
use crate::t;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use std::time::Duration;

/// Debounce interval of the search.
const DEBOUNCE: Duration = Duration::from_millis(250);

/// The history page.
#[component]
pub fn History() -> impl IntoView {
    let query = use_query_map();
    let query = Memo::new(move |_| query.with(|query| query.get("query").unwrap_or_default()));
    let first = Resource::new(move || query.get(), |query| api::history(Some(query), None));
    view! {
        <Title text=t::history::title() />
        <Meta name="robots" content="noindex" />
        <Header query=Signal::stored(String::new()) />
        <main id="main" class="history">
            {element("<h1>", t::history::title(), "</h1>")}
            <Find query />
            <Transition fallback=Skeleton>
                {move || Suspend::new(async move {
                    let list: Result<List<HistoryItem>> = first.await;
                    let query = query.get_untracked();
                    match list {
                        Ok(list) if list.items.is_empty() => nothing(&query),
                        Ok(list) => view! { <Lines list query /> }.into_any(),
                        Err(error) => view! {
                            <ErrorState title=error.heading() detail=error.detail>
                                <a class="button-primary" href="/history" rel="external">{t::common::try_again()}</a>
                            </ErrorState>
                        }
                        .into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// Search as you type; a plain HTML form until hydration.
#[component]
fn Find(query: Memo<String>) -> impl IntoView {
    let input: NodeRef<html::Input> = NodeRef::new();
    let navigate = use_navigate();
    let look = StoredValue::new(move || {
        let Some(input) = input.try_get_untracked().flatten() else {
            return;
        };
        let words = input.value();
        let words = words.trim();
        if words == query.get_untracked() {
            return;
        }
        let address = match words {
            "" => "/history".to_owned(),
            words => format!("/history?query={}", encode(words)),
        };
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&address, options);
    });
    let waiting: StoredValue<Option<TimeoutHandle>> = StoredValue::new(None);
    let typed = move |_| {
        waiting.update_value(|waiting| {
            if let Some(handle) = waiting.take() {
                handle.clear();
            }
            *waiting =
                set_timeout_with_handle(move || look.try_with_value(|look| look()).unwrap_or_default(), DEBOUNCE).ok();
        });
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        look.with_value(|look| look());
    };
    view! {
        <form class="search-field history-find" action="/history" method="get" role="search" aria-label=t::history::title() on:submit=send>
            {icon(Icon::Search)}
            <input
                node_ref=input
                type="search"
                dir="auto"
                name="query"
                placeholder=t::history::find()
                aria-label=t::history::find()
                autocomplete="off"
                maxlength="200"
                value=query.get_untracked()
                on:input=typed
            />
        </form>
    }
    .into_any()
}

fn nothing(query: &str) -> AnyView {
    let (title, detail, action, href) = if query.is_empty() {
        (
            t::history::empty(),
            t::history::empty_detail(),
            t::history::find_a_film(),
            "/",
        )
    } else {
        (
            t::history::not_found(),
            t::history::not_found_detail(),
            t::history::show_everything(),
            "/history",
        )
    };
    view! { <ErrorState title detail><a class="button-primary" href=href>{action}</a></ErrorState> }.into_any()
}

#[component]
fn Lines(list: List<HistoryItem>, query: String) -> impl IntoView {
    let now = api::now();
    let problem = RwSignal::new(None::<Error>);
    let shelf = UndoableList::new(list.items, move |item: HistoryItem| {
        leptos::task::spawn_local(async move {
            if let Err(error) = browser::delete_history(&item.id).await {
                let _ = problem.try_set(Some(error));
            }
        });
    });
    let is_searched = !query.is_empty();
    let is_empty = move || shelf.items.with(Vec::is_empty) && shelf.away.with(Option::is_none);
    view! {
        <ol class="history-lines" data-testid="history">
            <For each=move || shelf.items.get() key=|item| item.id.clone() let:item>
                <Line item now on_remove=Callback::new(move |id: String| shelf.remove(|item| item.id == id)) />
            </For>
        </ol>
        {move || is_empty().then(|| nothing(""))}
        <More items=shelf.items query next=list.next problem />
        <p role="alert" class="history-problem">{move || problem.get().map(|error| error.detail.to_string())}</p>
        {(!is_searched).then(|| view! { <ClearAll items=shelf.items problem /> })}
        {shelf.undo_line(|item| &item.title)}
    }
    .into_any()
}

/// Button that loads older entries.
#[component]
fn More(
    items: RwSignal<Vec<HistoryItem>>,
    query: String,
    next: Option<String>,
    problem: RwSignal<Option<Error>>,
) -> impl IntoView {
    let next = RwSignal::new(next);
    let busy = RwSignal::new(false);
    let query = StoredValue::new(query);
    let more = move |_| {
        let Some(cursor) = next.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            let answer = browser::more_history(&query.get_value(), &cursor).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(list) => {
                    next.set(list.next);
                    items.update(|items| items.extend(list.items));
                }
                Err(error) => problem.set(Some(error)),
            }
        });
    };
    move || {
        next.with(Option::is_some).then(|| {
            view! {
                <button class="button-quiet history-more" type="button" aria-busy=move || busy.get().to_string() on:click=more>
                    {move || if busy.get() { t::history::loading() } else { t::history::older() }}
                </button>
            }
        })
    }
}

/// Button that clears the history, with an inline confirmation.
#[component]
fn ClearAll(items: RwSignal<Vec<HistoryItem>>, problem: RwSignal<Option<Error>>) -> impl IntoView {
    let asked = RwSignal::new(false);
    let keep: NodeRef<html::Button> = NodeRef::new();
    Effect::new(move |_| {
        // The focus is on the harmless answer.
        if let Some(keep) = keep.get() {
            let _ = keep.focus();
        }
    });
    let clear = move |_| {
        leptos::task::spawn_local(async move {
            match browser::clear_history(None).await {
                // A full page load, so that the home page's row is rendered anew as well.
                Ok(()) => session::go("/history"),
                Err(error) => drop(problem.try_set(Some(error))),
            }
        });
    };
    move || {
        if items.with(Vec::is_empty) {
            ().into_any()
        } else if asked.get() {
            view! {
                <div class="history-clear" role="group" aria-label=t::history::clear_label()>
                    {element("<p>", t::history::clear_question(), "</p>")}
                    <div class="actions">
                        <button class="button-danger" type="button" on:click=clear>{t::history::clear_yes()}</button>
                        <button node_ref=keep class="button-quiet" type="button" on:click=move |_| asked.set(false)>{t::history::clear_no()}</button>
                    </div>
                </div>
            }
            .into_any()
        } else {
            view! {
                <div class="history-clear">
                    <button class="button-quiet" type="button" on:click=move |_| asked.set(true)>{t::history::clear()}</button>
                </div>
            }
            .into_any()
        }
    }
}

/// Placeholder while the history is loading.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <ol class="history-lines" aria-hidden="true">
            {(0..6).map(|_| view! { <li class="history-line"><div class="skeleton skeleton-hit"></div></li> }).collect_view()}
        </ol>
    }
    .into_any()
}
