//! What a person likes: light, speed, sound, subtitles, a key to speak. Each is kept as soon as it is chosen.

use super::key_choice::KeyChoice;
use crate::client::player::SPEEDS;
use crate::client::preferences;
use crate::client::session::{self, CurrentSession};
use crate::language::{LANGUAGES, is_listed};
use leptos::prelude::*;
use serde_json::Value;

const THEMES: [(&str, &str); 3] = [("system", "As the system"), ("dark", "Dark"), ("light", "Light")];

/// The menu's value for no wish about subtitles: BCP 47's wildcard, which is no language.
const AS_THE_FILM: &str = "*";

/// What the account has chosen. A handle: copies are the same.
#[derive(Clone, Copy)]
struct Chosen(CurrentSession);

impl Chosen {
    /// A preference's value, tracked.
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

/// The choices.
#[component]
pub fn Preferences() -> impl IntoView {
    let chosen = Chosen(session::current());
    let volume = Signal::derive(move || chosen.number(preferences::VOLUME, 1.0) * 100.0);
    let size = Signal::derive(move || chosen.number(preferences::SUBTITLE_SIZE, 100.0));
    let key = Signal::derive(move || chosen.text(preferences::PUSH_TO_TALK_KEY));
    let choose_volume = |percent: f64| preferences::save(preferences::VOLUME, (percent / 100.0).into());
    let choose_size = |percent: f64| preferences::save(preferences::SUBTITLE_SIZE, percent.into());
    let choose_key = |code: Option<String>| preferences::save(preferences::PUSH_TO_TALK_KEY, code.into());
    view! {
        <div class="preferences">
            <Theme chosen />
            <Speed chosen />
            <Percent id="preference-volume" label="Volume" range=(0, 100, 5) percent=volume choose=choose_volume />
            <SubtitleLanguage chosen />
            <Percent
                id="preference-subtitle-size"
                label="Subtitle size"
                range=(50, 200, 10)
                percent=size
                choose=choose_size
            />
            <KeyChoice id="preference-talk" label="Push-to-talk key" code=key choose=choose_key />
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
        <label for="preference-theme">"Light"</label>
        <select id="preference-theme" on:change=choose prop:value=move || theme.get()>
            {THEMES.map(|(value, label)| view! {
                <option value=value selected=move || theme.get() == value>{label}</option>
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
        <label for="preference-speed">"Speed"</label>
        <select id="preference-speed" on:change=choose prop:value=move || speed().to_string()>
            {SPEEDS.map(|value| view! {
                <option value=value.to_string() selected=move || speed() == value>{format!("{value}×")}</option>
            }).collect_view()}
        </select>
    }
    .into_any()
}

#[component]
fn SubtitleLanguage(chosen: Chosen) -> impl IntoView {
    let tag = move || chosen.text(preferences::SUBTITLE_LANGUAGE);
    let tag = Memo::new(move |_| tag().unwrap_or_else(|| AS_THE_FILM.to_owned()));
    // Another program may have chosen what is not in the menu: it can be chosen again as long as the page is open.
    let unlisted = tag.get_untracked();
    let unlisted = (!unlisted.is_empty() && unlisted != AS_THE_FILM && !is_listed(&unlisted)).then_some(unlisted);
    let choose = move |event| {
        let tag = Some(event_target_value(&event)).filter(|tag| tag != AS_THE_FILM);
        preferences::save(preferences::SUBTITLE_LANGUAGE, tag.into());
    };
    let choice = move |value: String, name: String| {
        let lang = is_listed(&value).then(|| value.clone());
        let is_chosen = value.clone();
        view! { <option value=value lang=lang selected=move || tag.get() == is_chosen>{name}</option> }
    };
    view! {
        <label for="preference-subtitles">"Subtitles"</label>
        <select id="preference-subtitles" on:change=choose prop:value=move || tag.get()>
            {choice(AS_THE_FILM.to_owned(), "As the film".to_owned())}
            {choice(String::new(), "None".to_owned())}
            {LANGUAGES.map(|(tag, name)| choice(tag.to_owned(), name.to_owned())).collect_view()}
            {unlisted.map(|tag| choice(tag.clone(), tag))}
        </select>
    }
    .into_any()
}

/// A slider of percents.
#[component]
fn Percent(
    /// Its element's.
    id: &'static str,
    /// What it sets.
    label: &'static str,
    /// Least, most and step.
    range: (u32, u32, u32),
    /// Where it stands.
    percent: Signal<f64>,
    /// Where it is to stand.
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
            <output for=id>{move || format!("{} %", shown())}</output>
        </div>
    }
    .into_any()
}
