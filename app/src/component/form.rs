//! Forms: fields that say what is wrong with them, sent once, by one rule.

use super::icon::{Icon, icon};
use crate::error::{Error, Result};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlElement};

/// What was typed, by the names of the fields.
pub struct Values(FormData);

impl Values {
    /// A field's text; empty if there is no such field.
    pub fn text(&self, name: &str) -> String {
        self.0.get(name).as_string().unwrap_or_default()
    }

    /// A field's text, unless nothing was typed.
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }
}

/// A form's state. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Form {
    /// Tells the forms of one page apart.
    name: &'static str,
    /// The element.
    pub node: NodeRef<html::Form>,
    /// Whether an answer is awaited.
    pub busy: RwSignal<bool>,
    /// What was wrong with the last try.
    pub problem: RwSignal<Option<Error>>,
    /// Whether the last try went well.
    pub done: RwSignal<bool>,
    /// Whether the page is alive: before that, sending would only lose what was typed.
    alive: RwSignal<bool>,
    /// The fields that are on the page.
    fields: StoredValue<Vec<&'static str>>,
}

impl Form {
    /// A form with nothing sent yet. No other form of the page has this name.
    pub fn new(name: &'static str) -> Self {
        let alive = RwSignal::new(false);
        Effect::new(move |_| alive.set(true));
        Self {
            name,
            node: NodeRef::new(),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            done: RwSignal::new(false),
            alive,
            fields: StoredValue::new(Vec::new()),
        }
    }

    /// Sends what was typed. A second try while the first is under way is no try.
    pub fn send<F>(self, event: SubmitEvent, work: impl FnOnce(Values) -> F, then: impl FnOnce() + 'static)
    where
        F: Future<Output = Result<()>> + 'static,
    {
        event.prevent_default();
        let Some(form) = self.node.get_untracked() else { return };
        let Ok(values) = FormData::new_with_form(&form) else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        self.done.set(false);
        let answer = work(Values(values));
        leptos::task::spawn_local(async move {
            let answer = answer.await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    self.done.set(true);
                    then();
                }
                Err(error) => {
                    self.problem.set(Some(error));
                    // Once the page shows which fields are wrong.
                    request_animation_frame(move || self.focus_first_wrong());
                }
            }
        });
    }

    /// Empties every field.
    pub fn clear(self) {
        if let Some(form) = self.node.get_untracked() {
            form.reset();
        }
    }

    fn focus_first_wrong(self) {
        let Some(form) = self.node.try_get_untracked().flatten() else {
            return;
        };
        let wrong = form
            .query_selector("[aria-invalid=true], [data-problem]")
            .ok()
            .flatten();
        if let Some(wrong) = wrong.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = wrong.focus();
        }
    }

    fn reason(self, field: &str) -> Option<String> {
        self.problem.with(|problem| {
            let errors = &problem.as_ref()?.errors;
            Some(errors.iter().find(|error| error.field == field)?.reason.clone())
        })
    }

    /// What no field of this form says.
    fn other_problem(self) -> Option<String> {
        self.problem.with(|problem| {
            let problem = problem.as_ref()?;
            let is_shown = |field: &str| self.fields.with_value(|fields| fields.contains(&field));
            let others: Vec<&str> = problem
                .errors
                .iter()
                .filter(|error| !is_shown(&error.field))
                .map(|error| error.reason.as_str())
                .collect();
            match (problem.errors.is_empty(), others.is_empty()) {
                (true, _) => Some(problem.detail.clone()),
                (false, false) => Some(others.join(" ")),
                (false, true) => None,
            }
        })
    }
}

/// A labelled field. `kind` `password` brings a button that shows what was typed.
#[component]
pub fn Field(
    /// Its form.
    form: Form,
    /// Its name, as the API calls it.
    name: &'static str,
    /// What stands above it.
    label: &'static str,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What a password manager may fill in (HTML, section 4.10.18.7).
    autocomplete: &'static str,
    /// A quiet line below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is in it at first.
    #[prop(optional, into)]
    value: Option<String>,
    /// Most characters.
    #[prop(default = 254)]
    maxlength: u32,
    /// Whether it has the focus when the page opens.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    form.fields.update_value(|fields| fields.push(name));
    let input: NodeRef<html::Input> = NodeRef::new();
    if first {
        // Not `autofocus`: a browser obeys that only on pages that it loads itself.
        Effect::new(move |_| {
            if let Some(input) = input.get() {
                let _ = input.focus();
            }
        });
    }
    let id = move |part: &str| format!("{}-{name}{part}", form.name);
    let reason = Memo::new(move |_| form.reason(name));
    let has_hint = hint.is_some();
    let described = move || {
        let wrong = reason.with(Option::is_some).then(|| id("-problem"));
        wrong.or_else(|| has_hint.then(|| id("-hint")))
    };
    let is_password = kind == "password";
    let shown = RwSignal::new(false);
    view! {
        <div class="field">
            <label for=id("")>{label}</label>
            <div class="field-box">
                <input
                    node_ref=input
                    id=id("")
                    name=name
                    type=move || if shown.get() { "text" } else { kind }
                    value=value.unwrap_or_default()
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength=maxlength
                    aria-invalid=move || reason.with(Option::is_some).then_some("true")
                    aria-describedby=described
                />
                {is_password.then(|| view! { <ShowPassword shown controls=id("") /> })}
            </div>
            {move || reason.get().map(|reason| view! { <p class="field-problem" id=id("-problem")>{reason}</p> })}
            // What is wrong says it better.
            {hint.map(|hint| view! {
                <p class="field-hint" id=id("-hint") hidden=move || reason.with(Option::is_some)>{hint}</p>
            })}
        </div>
    }
    .into_any()
}

#[component]
fn ShowPassword(shown: RwSignal<bool>, controls: String) -> impl IntoView {
    let label = move || {
        if shown.get() {
            "Hide the password"
        } else {
            "Show the password"
        }
    };
    view! {
        <button
            class="field-show"
            type="button"
            aria-label=label
            title=label
            aria-controls=controls
            on:click=move |_| shown.update(|shown| *shown = !*shown)
        >
            {move || icon(if shown.get() { Icon::Hide } else { Icon::Show })}
        </button>
    }
    .into_any()
}

/// What is wrong and no field says.
#[component]
pub fn FormProblem(
    /// Its form.
    form: Form,
) -> impl IntoView {
    view! {
        <div role="alert">
            {move || form.other_problem().map(|problem| view! {
                <p class="form-problem" tabindex="-1" data-problem data-testid="form-problem">{problem}</p>
            })}
        </div>
    }
    .into_any()
}

/// The button that sends a form.
#[component]
pub fn Submit(
    /// Its form.
    form: Form,
    /// What it does.
    label: &'static str,
    /// What it says while it does it.
    busy: &'static str,
    /// Whether it ends something.
    #[prop(optional)]
    danger: bool,
) -> impl IntoView {
    view! {
        <button
            class=if danger { "button-danger" } else { "button-primary" }
            type="submit"
            disabled=move || !form.alive.get()
            aria-busy=move || form.busy.get().to_string()
        >
            {move || if form.busy.get() { busy } else { label }}
        </button>
    }
    .into_any()
}

/// Says that it went well.
#[component]
pub fn Saved(
    /// Its form.
    form: Form,
    /// What to say.
    label: &'static str,
) -> impl IntoView {
    view! {
        <span class="form-saved" role="status">
            {move || form.done.get().then(|| view! { {icon(Icon::Check)} {label} })}
        </span>
    }
    .into_any()
}
