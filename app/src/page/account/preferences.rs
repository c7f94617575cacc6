//! Preferences: language, theme, speed, volume. Each is saved as soon as it is changed.
//!
//! Only preferences that have an effect are offered. Others stored with the account (subtitles, push-to-talk key) are
//! kept.

use crate::client::player::SPEEDS;
use crate::client::preferences;
use crate::client::session::{self, CurrentSession};
use crate::error::Error;
use crate::i18n;
use crate::t;
use crate::text;
use leptos::prelude::*;
use serde_json::Value;

/// Themes, as they are stored.
const THEMES: [&str; 3] = ["system", "dark", "light"];

/// Returns the label of a theme.
fn theme_label(theme: &str) -> &'static str {
    match theme {
        "dark" => t::preferences::theme_dark(),
        "light" => t::preferences::theme_light(),
        _ => t::preferences::theme_system(),
    }
}

/// The account's preferences. A handle: copies share the session.
#[derive(Clone, Copy)]
struct Chosen(CurrentSession);

impl Chosen {
    /// Returns a preference's value, tracked.
    fn value(self, key: &str) -> Option<Value> {
        self.0.user()?.preferences.get(key).cloned()
    }

    fn text(self, key: &str) -> Option<String> {
        self.value(key)?.as_str().map(str::to_owned)
    }

    fn number(self, key: &str, otherwise: f64) -> f64 {
        self.value(key).and_then(|value| value.as_f64()).unwrap_or(otherwise)
    }
}

/// Controls of the preferences.
#[component]
pub fn Preferences() -> impl IntoView {
    let chosen = Chosen(session::current());
    let volume = Signal::derive(move || chosen.number(preferences::VOLUME, 1.0) * 100.0);
    let choose_volume = |percent: f64| preferences::save(preferences::VOLUME, (percent / 100.0).into());
    view! {
        <div class="preferences">
            <Language chosen />
            <Theme chosen />
            <Speed chosen />
            <Percent id="preference-volume" label=t::preferences::volume() range=(0, 100, 5) percent=volume choose=choose_volume />
        </div>
    }
    .into_any()
}

#[component]
fn Language(chosen: Chosen) -> impl IntoView {
    let language = move || chosen.text(preferences::LANGUAGE).unwrap_or_default();
    let problem = RwSignal::new(None::<Error>);
    let choose = move |event| {
        let code = event_target_value(&event);
        let value = if code.is_empty() { Value::Null } else { code.into() };
        leptos::task::spawn_local(async move {
            match preferences::save_now(preferences::LANGUAGE, value).await {
                // Every word of the page is rendered anew.
                Ok(()) => session::reload(),
                Err(error) => drop(problem.try_set(Some(error))),
            }
        });
    };
    // A pseudo-language is listed where it is spoken.
    let offered = i18n::Language::all()
        .filter(|language| !language.facts().is_pseudo || *language == i18n::current())
        .map(i18n::Language::facts);
    view! {
        <label for="preference-language">{t::preferences::language()}</label>
        <div>
            <select id="preference-language" autocomplete="off" on:change=choose prop:value=language>
                <option value="" selected=move || language().is_empty()>{t::preferences::language_browser()}</option>
                {offered.map(|facts| view! {
                    <option value=facts.code lang=facts.code dir=facts.direction selected=move || language() == facts.code>{facts.name}</option>
                }).collect_view()}
            </select>
            <div role="alert">{move || problem.get().map(|error| view! { <p class="form-problem">{error.detail.to_string()}</p> })}</div>
        </div>
    }
    .into_any()
}

#[component]
fn Theme(chosen: Chosen) -> impl IntoView {
    let theme = move || chosen.text(preferences::THEME);
    let theme = Memo::new(move |_| theme().unwrap_or_else(|| "system".to_owned()));
    let choose = move |event| {
        let theme = event_target_value(&event);
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", &theme);
        }
        preferences::save(preferences::THEME, theme.into());
    };
    view! {
        <label for="preference-theme">{t::preferences::theme()}</label>
        <select id="preference-theme" on:change=choose prop:value=move || theme.get()>
            {THEMES.map(|value| view! {
                <option value=value selected=move || theme.get() == value>{theme_label(value)}</option>
            }).collect_view()}
        </select>
    }
    .into_any()
}

#[component]
fn Speed(chosen: Chosen) -> impl IntoView {
    let speed = move || chosen.number(preferences::SPEED, 1.0);
    let choose = move |event| {
        if let Ok(speed) = event_target_value(&event).parse::<f64>() {
            preferences::save(preferences::SPEED, speed.into());
        }
    };
    view! {
        <label for="preference-speed">{t::preferences::speed()}</label>
        <select id="preference-speed" on:change=choose prop:value=move || speed().to_string()>
            {SPEEDS.map(|value| view! {
                <option value=value.to_string() selected=move || speed() == value>{t::player::speed_times(&text::decimal(&value.to_string()))}</option>
            }).collect_view()}
        </select>
    }
    .into_any()
}

/// Slider in percent.
#[component]
fn Percent(
    /// Element id.
    id: &'static str,
    /// Label.
    label: &'static str,
    /// Minimum, maximum and step.
    range: (u32, u32, u32),
    /// Current value.
    percent: Signal<f64>,
    /// Called with the new value.
    #[prop(into)]
    choose: Callback<f64>,
) -> impl IntoView {
    let (least, most, step) = range;
    let shown = move || format!("{:.0}", percent.get());
    let slide = move |event| {
        if let Ok(percent) = event_target_value(&event).parse() {
            choose.run(percent);
        }
    };
    view! {
        <label for=id>{label}</label>
        <div class="preference-range">
            <input id=id type="range" min=least max=most step=step value=shown() prop:value=shown on:input=slide />
            <output for=id>{move || t::preferences::percent(&shown())}</output>
        </div>
    }
    .into_any()
}
