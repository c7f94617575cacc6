//! What the parts of the admin page have in common: a list that is fetched a page at a time, a button that asks first, a
//! button that copies.

use crate::client::js;
use crate::component::error_state::ErrorState;
use crate::component::icon::{Icon, icon};
use crate::error::{Error, Result};
use crate::protocol::{List, Timestamp};
use crate::{api, text};
use leptos::html;
use leptos::prelude::*;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

type Fetch<T> = Arc<dyn Fn(Option<String>) -> Pin<Box<dyn Future<Output = Result<List<T>>>>> + Send + Sync>;

/// How long "Copied" stands there.
const COPIED: Duration = Duration::from_secs(2);

/// A list of the API in the page. A handle: copies are the same.
pub struct Rows<T: Send + Sync + 'static> {
    /// What has come so far.
    pub items: RwSignal<Vec<T>>,
    state: RwSignal<State>,
    fetch: StoredValue<Fetch<T>>,
    /// Grows with each new beginning, so that a late answer to an older question is not taken.
    asked: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Rows<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Rows<T> {}

#[derive(Clone, PartialEq)]
enum State {
    /// Nothing has come yet.
    Beginning,
    /// There are rows, and perhaps more of them at this place.
    Here(Option<String>),
    /// The next page is on its way.
    More,
    /// It could not be had; with the place to go on from.
    Failed(Error, Option<String>),
}

impl<T: Clone + Send + Sync + 'static> Rows<T> {
    /// A list that is fetched as soon as the page is alive.
    pub fn new<F>(fetch: impl Fn(Option<String>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<List<T>>> + 'static,
    {
        let rows = Self {
            items: RwSignal::new(Vec::new()),
            state: RwSignal::new(State::Beginning),
            fetch: StoredValue::new(Arc::new(move |cursor| Box::pin(fetch(cursor)))),
            asked: StoredValue::new(0),
        };
        Effect::new(move |_| rows.go_on(None));
        rows
    }

    /// Fetches it anew from the beginning; what is there stays until then.
    pub fn again(self) {
        self.go_on(None);
    }

    fn go_on(self, cursor: Option<String>) {
        let is_first = cursor.is_none();
        let asked = self.asked.get_value() + 1;
        self.asked.set_value(asked);
        if !is_first {
            self.state.set(State::More);
        }
        let answer = self.fetch.with_value(|fetch| fetch(cursor.clone()));
        leptos::task::spawn_local(async move {
            let answer = answer.await;
            if self.asked.try_get_value() != Some(asked) {
                return;
            }
            match answer {
                Ok(list) => {
                    self.items.update(|items| {
                        if is_first {
                            items.clear();
                        }
                        items.extend(list.items);
                    });
                    self.state.set(State::Here(list.next));
                }
                Err(error) => self.state.set(State::Failed(error, cursor)),
            }
        });
    }

    /// Puts a new row in front.
    pub fn put(self, item: T) {
        let _ = self.items.try_update(|items| items.insert(0, item));
    }

    /// The rows, or what stands in their place.
    pub fn view(self, row: impl Fn(Vec<T>) -> AnyView + Send + 'static, empty: &'static str) -> AnyView {
        let is_beginning = Memo::new(move |_| self.state.get() == State::Beginning);
        let is_empty = Memo::new(move |_| self.items.with(Vec::is_empty));
        let is_here = Memo::new(move |_| matches!(self.state.get(), State::Here(_)));
        view! {
            {move || is_beginning.get().then(skeleton)}
            {move || (is_here.get() && is_empty.get()).then(|| view! { <p class="admin-empty">{empty}</p> })}
            {move || row(self.items.get())}
            {move || match self.state.get() {
                State::Beginning | State::Here(None) => ().into_any(),
                State::Here(Some(cursor)) => view! {
                    <button class="button-quiet admin-more" type="button" on:click=move |_| self.go_on(Some(cursor.clone()))>"Show more"</button>
                }.into_any(),
                State::More => view! { <p class="admin-more" role="status">"Fetching more…"</p> }.into_any(),
                State::Failed(error, cursor) => failed(error, move || self.go_on(cursor.clone())),
            }}
        }
        .into_any()
    }
}

/// Keeps the rows' place.
pub fn skeleton() -> AnyView {
    view! {
        <div class="admin-skeleton" role="status" aria-label="Fetching">
            <div class="skeleton skeleton-hit"></div>
            <div class="skeleton skeleton-hit"></div>
            <div class="skeleton skeleton-hit"></div>
        </div>
    }
    .into_any()
}

/// What stands in place of something that could not be had, with a way to try again.
pub fn failed(error: Error, again: impl Fn() + Send + 'static) -> AnyView {
    view! {
        <ErrorState title=error.title detail=error.detail>
            <button class="button-primary" type="button" on:click=move |_| again()>"Try again"</button>
        </ErrorState>
    }
    .into_any()
}

/// A button that asks before it does something that cannot be undone.
#[component]
pub fn Confirm(
    /// What stands on the button.
    label: &'static str,
    /// What it means, for those who hear it out of its place: "Remove the invite for Ada".
    #[prop(into)]
    meaning: String,
    /// What is asked.
    #[prop(into)]
    question: String,
    /// What stands on the button that does it.
    yes: &'static str,
    /// Whether it is being done.
    #[prop(into)]
    busy: Signal<bool>,
    /// Does it.
    on_yes: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let (sure, first) = (NodeRef::<html::Button>::new(), NodeRef::<html::Button>::new());
    // The focus goes where the question is, and back.
    let focus_sure = move || {
        asking.set(true);
        request_animation_frame(move || {
            if let Some(button) = sure.try_get_untracked().flatten() {
                let _ = button.focus();
            }
        });
    };
    let keep = move || {
        asking.set(false);
        request_animation_frame(move || {
            if let Some(button) = first.try_get_untracked().flatten() {
                let _ = button.focus();
            }
        });
    };
    let escape = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            keep();
        }
    };
    move || {
        let (meaning, question) = (meaning.clone(), question.clone());
        if asking.get() {
            view! {
                <span class="admin-confirm" role="group" aria-label=meaning on:keydown=escape>
                    <span>{question}</span>
                    <button node_ref=sure class="button-danger" type="button" aria-busy=move || busy.get().to_string() on:click=move |_| if !busy.get_untracked() { on_yes() }>{yes}</button>
                    <button class="button-quiet" type="button" on:click=move |_| keep()>"Keep"</button>
                </span>
            }
            .into_any()
        } else {
            view! { <button node_ref=first class="button-quiet" type="button" aria-label=meaning on:click=move |_| focus_sure()>{label}</button> }
                .into_any()
        }
    }
}

/// A button that copies a text.
#[component]
pub fn Copy(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What stands on the button.
    label: &'static str,
    /// What it means, for those who hear it out of its place.
    #[prop(into)]
    meaning: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        copied.set(js::copy(&text));
        set_timeout(
            move || {
                let _ = copied.try_set(false);
            },
            COPIED,
        );
    };
    view! {
        <button class="button-quiet" type="button" aria-label=meaning on:click=copy>
            {icon(Icon::Copy)}
            <span aria-live="polite">{move || if copied.get() { "Copied" } else { label }}</span>
        </button>
    }
    .into_any()
}

/// What went wrong with one row.
#[component]
pub fn RowProblem(
    /// The last problem.
    problem: RwSignal<Option<Error>>,
) -> impl IntoView {
    view! {
        <div role="alert">
            {move || problem.get().map(|error| view! { <p class="form-problem">{error.detail}</p> })}
        </div>
    }
    .into_any()
}

/// Whether something is being done to a row, and what went wrong with it last. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Work {
    /// Whether an answer is awaited.
    pub busy: RwSignal<bool>,
    /// What was wrong with the last try.
    pub problem: RwSignal<Option<Error>>,
}

impl Work {
    /// Nothing done yet.
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
        }
    }

    /// Does something, unless something is being done.
    pub fn run<T: 'static>(self, work: impl Future<Output = Result<T>> + 'static, then: impl FnOnce(T) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        leptos::task::spawn_local(async move {
            let answer = work.await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(answer) => then(answer),
                Err(error) => self.problem.set(Some(error)),
            }
        });
    }
}

/// `5 min ago`, `just now`.
pub fn ago(then: Timestamp) -> String {
    match text::age(api::now(), then).as_str() {
        "just now" => "just now".to_owned(),
        age => format!("{age} ago"),
    }
}
