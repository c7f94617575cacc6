//! Components shared by the admin page's tabs: a paginated list, a button with confirmation, a copy button.

use crate::client::js;
use crate::component::error_state::ErrorState;
use crate::component::icon::{Icon, icon};
use crate::error::{Error, Result};
use crate::protocol::{List, Timestamp};
use crate::{api, t, text};
use leptos::html;
use leptos::prelude::*;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

type Fetch<T> = Arc<dyn Fn(Option<String>) -> Pin<Box<dyn Future<Output = Result<List<T>>>>> + Send + Sync>;

/// Display time of "Copied".
const COPIED: Duration = Duration::from_secs(2);

/// Paginated list of the API. A handle: copies share it.
pub struct Rows<T: Send + Sync + 'static> {
    /// Rows loaded so far.
    pub items: RwSignal<Vec<T>>,
    state: RwSignal<State>,
    fetch: StoredValue<Fetch<T>>,
    /// Number of the latest request; responses to earlier ones are ignored.
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
    /// The first page is loading.
    Beginning,
    /// Loaded, with the cursor of the next page, if there is one.
    Here(Option<String>),
    /// The next page is loading.
    More,
    /// Loading failed, with the cursor to retry at.
    Failed(Error, Option<String>),
}

impl<T: Clone + Send + Sync + 'static> Rows<T> {
    /// Creates a list that is loaded after hydration.
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

    /// Reloads the list from the first page. The current rows stay until it has arrived.
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

    /// Inserts a new row at the top.
    pub fn put(self, item: T) {
        let _ = self.items.try_update(|items| items.insert(0, item));
    }

    /// Renders the rows, with placeholders while there are none.
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
                    <button class="button-quiet admin-more" type="button" on:click=move |_| self.go_on(Some(cursor.clone()))>{t::admin::more()}</button>
                }.into_any(),
                State::More => view! { <p class="admin-more" role="status">{t::admin::fetching_more()}</p> }.into_any(),
                State::Failed(error, cursor) => failed(error, move || self.go_on(cursor.clone())),
            }}
        }
        .into_any()
    }
}

/// Placeholder while rows are loading.
pub fn skeleton() -> AnyView {
    view! {
        <div class="admin-skeleton" role="status" aria-label=t::admin::fetching()>
            <div class="skeleton skeleton-hit"></div>
            <div class="skeleton skeleton-hit"></div>
            <div class="skeleton skeleton-hit"></div>
        </div>
    }
    .into_any()
}

/// Error state with a retry button.
pub fn failed(error: Error, again: impl Fn() + Send + 'static) -> AnyView {
    view! {
        <ErrorState title=error.heading() detail=error.detail>
            <button class="button-primary" type="button" on:click=move |_| again()>{t::common::try_again()}</button>
        </ErrorState>
    }
    .into_any()
}

/// Button with a confirmation, for actions that cannot be undone.
#[component]
pub fn Confirm(
    /// Button label.
    label: &'static str,
    /// Accessible label, meaningful out of context, e.g. "Remove the invite for Ada".
    #[prop(into)]
    meaning: String,
    /// Question of the confirmation.
    #[prop(into)]
    question: String,
    /// Label of the confirming button.
    yes: &'static str,
    /// Set while the action is in progress.
    #[prop(into)]
    busy: Signal<bool>,
    /// Called when the user has confirmed.
    on_yes: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let (sure, first) = (NodeRef::<html::Button>::new(), NodeRef::<html::Button>::new());
    // The focus moves to the confirming button, and back.
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
                    <button class="button-quiet" type="button" on:click=move |_| keep()>{t::admin::keep()}</button>
                </span>
            }
            .into_any()
        } else {
            view! { <button node_ref=first class="button-quiet" type="button" aria-label=meaning on:click=move |_| focus_sure()>{label}</button> }
                .into_any()
        }
    }
}

/// Button that copies a text to the clipboard.
#[component]
pub fn Copy(
    /// The text.
    #[prop(into)]
    text: String,
    /// Button label.
    label: &'static str,
    /// Accessible label, meaningful out of context.
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
            <span aria-live="polite">{move || if copied.get() { t::admin::copied() } else { label }}</span>
        </button>
    }
    .into_any()
}

/// Error of the last action on a row.
#[component]
pub fn RowProblem(
    /// The error, if there was one.
    problem: RwSignal<Option<Error>>,
) -> impl IntoView {
    view! {
        <div role="alert">
            {move || problem.get().map(|error| view! { <p class="form-problem">{error.detail.to_string()}</p> })}
        </div>
    }
    .into_any()
}

/// State of an action on a row. A handle: copies share it.
#[derive(Clone, Copy)]
pub struct RowAction {
    /// Set while a request is in progress.
    pub busy: RwSignal<bool>,
    /// Error of the last action.
    pub problem: RwSignal<Option<Error>>,
}

impl RowAction {
    /// Creates an idle state.
    pub fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
        }
    }

    /// Runs an action, unless one is in progress.
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

/// Formats when `then` was: `5 min ago`, `just now`.
pub fn ago(then: Timestamp) -> String {
    text::ago(api::now(), then)
}
