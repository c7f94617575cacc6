//! What a person likes: the light, the sound, the speed. Each is kept as soon as it is chosen.

use crate::client::player::SPEEDS;
use crate::client::{preferences, session};
use leptos::prelude::*;
use serde_json::Value;

const THEMES: [(&str, &str); 3] = [("system", "As the system"), ("dark", "Dark"), ("light", "Light")];

/// The choices.
#[component]
pub fn Preferences() -> impl IntoView {
    let session = session::current();
    let chosen = move |key: &str| session.user().and_then(|profile| profile.preferences.get(key).cloned());
    let theme = move || chosen(preferences::THEME).and_then(|theme| theme.as_str().map(str::to_owned));
    let theme = Memo::new(move |_| theme().unwrap_or_else(|| "system".to_owned()));
    let number = move |key: &str, otherwise: f64| chosen(key).and_then(|value| value.as_f64()).unwrap_or(otherwise);
    let volume = move || format!("{:.0}", number(preferences::VOLUME, 1.0) * 100.0);
    let speed = move || number(preferences::SPEED, 1.0);
    let choose_theme = move |event| {
        let theme = event_target_value(&event);
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", &theme);
        }
        preferences::save(preferences::THEME, theme.into());
    };
    let choose_speed = move |event| save_number(preferences::SPEED, &event_target_value(&event), 1.0);
    let choose_volume = move |event| save_number(preferences::VOLUME, &event_target_value(&event), 100.0);
    view! {
        <div class="preferences">
            <label for="preference-theme">"Light"</label>
            <select id="preference-theme" on:change=choose_theme prop:value=move || theme.get()>
                {THEMES.map(|(value, label)| view! {
                    <option value=value selected=move || theme.get() == value>{label}</option>
                }).collect_view()}
            </select>
            <label for="preference-speed">"Speed"</label>
            <select id="preference-speed" on:change=choose_speed prop:value=move || speed().to_string()>
                {SPEEDS.map(|value| view! {
                    <option value=value.to_string() selected=move || speed() == value>{format!("{value}×")}</option>
                }).collect_view()}
            </select>
            <label for="preference-volume">"Volume"</label>
            <div class="preference-volume">
                <input
                    id="preference-volume"
                    type="range"
                    min="0"
                    max="100"
                    step="5"
                    value=volume()
                    prop:value=volume
                    on:input=choose_volume
                />
                <output for="preference-volume">{move || format!("{} %", volume())}</output>
            </div>
        </div>
    }
    .into_any()
}

fn save_number(key: &'static str, text: &str, whole: f64) {
    if let Ok(number) = text.parse::<f64>() {
        preferences::save(key, Value::from(number / whole));
    }
}
