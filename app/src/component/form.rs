//! Forms: validation messages at the fields, and one request at a time.

use super::icon::{Icon, icon};
use crate::error::{Error, Result};
use crate::t;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlElement};

/// Values of a submitted form, by field name.
pub struct Values(FormData);

impl Values {
    /// Returns a field's text; empty if there is no such field.
    pub fn text(&self, name: &str) -> String {
        self.0.get(name).as_string().unwrap_or_default()
    }

    /// Returns a field's text, or `None` if it is empty.
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }
}

/// Handle to a form's state: copies share it.
#[derive(Clone, Copy)]
pub struct Form {
    /// Name that is unique on the page, for element ids.
    name: &'static str,
    /// The `<form>` element.
    pub node: NodeRef<html::Form>,
    /// Set while a request is in progress.
    pub busy: RwSignal<bool>,
    /// Error of the last submission.
    pub problem: RwSignal<Option<Error>>,
    /// Set if the last submission succeeded.
    pub done: RwSignal<bool>,
    /// Set after hydration: before it, submitting would reload the page and lose what was typed.
    alive: RwSignal<bool>,
    /// Names of the fields rendered for this form.
    fields: StoredValue<Vec<&'static str>>,
}

impl Form {
    /// Creates the state of a form. `name` must be unique on the page.
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

    /// Submits the form. Ignored while a request is in progress.
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
                    // After the invalid fields have been rendered as such.
                    request_animation_frame(move || self.focus_first_wrong());
                }
            }
        });
    }

    /// Resets every field.
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
            Some(errors.iter().find(|error| error.field == field)?.reason.to_string())
        })
    }

    /// Returns the errors that belong to no field of this form.
    fn other_problem(self) -> Option<String> {
        self.problem.with(|problem| {
            let problem = problem.as_ref()?;
            let is_shown = |field: &str| self.fields.with_value(|fields| fields.contains(&field));
            let others: Vec<String> = problem
                .errors
                .iter()
                .filter(|error| !is_shown(&error.field))
                .map(|error| error.reason.to_string())
                .collect();
            match (problem.errors.is_empty(), others.is_empty()) {
                (true, _) => Some(problem.detail.to_string()),
                (false, false) => Some(others.join(" ")),
                (false, true) => None,
            }
        })
    }
}

/// Labelled input. With `kind` `password` it has a button that reveals what was typed.
#[component]
pub fn Field(
    /// The form.
    form: Form,
    /// Field name in the API.
    name: &'static str,
    /// Label above the input.
    label: &'static str,
    /// `type` of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// `autocomplete` value, for password managers (HTML, section 4.10.18.7).
    autocomplete: &'static str,
    /// Help text below the input.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Initial value.
    #[prop(optional, into)]
    value: Option<String>,
    /// Maximum length, characters.
    #[prop(default = 254)]
    maxlength: u32,
    /// Set to focus the field when the page opens.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    form.fields.update_value(|fields| fields.push(name));
    let input: NodeRef<html::Input> = NodeRef::new();
    if first {
        // The `autofocus` attribute works only on pages that the browser loads itself.
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
                    dir=(kind == "text").then_some("auto")
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
            // A validation message replaces the hint.
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
            t::form::hide_password()
        } else {
            t::form::show_password()
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

/// Errors of the form that belong to none of its fields.
#[component]
pub fn FormProblem(
    /// The form.
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

/// Submit button.
#[component]
pub fn Submit(
    /// The form.
    form: Form,
    /// Label.
    label: &'static str,
    /// Label while the request is in progress.
    busy: &'static str,
    /// Set for a destructive action.
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

/// Confirmation after a successful submission.
#[component]
pub fn Saved(
    /// The form.
    form: Form,
    /// The message.
    label: &'static str,
) -> impl IntoView {
    view! {
        <span class="form-saved" role="status">
            {move || form.done.get().then(|| view! { {icon(Icon::Check)} {label} })}
        </span>
    }
    .into_any()
}
