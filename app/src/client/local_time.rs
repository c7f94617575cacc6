//! Local times by the browser's clock and calendar, which know the time zone's rules for each instant.

use super::js;
use crate::i18n;
use crate::protocol::Timestamp;
use crate::protocol::room::ServerTime;
use crate::text;
use js_sys::Date;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

const DAY_MS: f64 = 86_400_000.0;

/// Returns the browser's offset from UTC at an instant (Unix milliseconds), minutes; positive east of UTC.
pub fn minutes_ahead(at_ms: i64) -> i64 {
    -js_date(at_ms as f64).get_timezone_offset() as i64
}

/// Returns the locale for dates: the browser's own, which knows the country, if it is of the page's language.
fn locale() -> String {
    let code = i18n::current().facts().code;
    let language = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
    let mut known = window()
        .navigator()
        .languages()
        .into_iter()
        .filter_map(|tag| tag.as_string());
    known
        .find(|tag| language(tag) == language(code))
        .unwrap_or_else(|| code.to_owned())
}

/// Formats a date, given as days since 1970-01-01, in the page's language.
pub fn day_name(day: i64) -> String {
    // A calendar day must not shift by the time zone.
    let options = js_sys::Object::new();
    js::set(&options, "timeZone", &JsValue::from_str("UTC"));
    js_date(day as f64 * DAY_MS)
        .to_locale_date_string(&locale(), &options)
        .into()
}

/// Returns the date of an instant, `2026-11-21`: in UTC while the server renders, because it knows no other time zone,
/// and in the browser's time zone after hydration.
pub fn date(at: Timestamp) -> Signal<String> {
    let shown = RwSignal::new(text::date(at, 0));
    Effect::new(move |_| {
        let local = text::date(at, minutes_ahead(at.0));
        // Usually they are equal, and the page does not change.
        if shown.get_untracked() != local {
            shown.set(local);
        }
    });
    shown.into()
}

/// Formats a time of day, `20:15`.
pub fn clock_time(at: ServerTime) -> String {
    let date = js_date(at.0 as f64);
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// Formats an instant in full, in the page's language.
pub fn in_full(at: ServerTime) -> String {
    js_date(at.0 as f64)
        .to_locale_string(&locale(), &JsValue::UNDEFINED)
        .into()
}

fn js_date(at_ms: f64) -> Date {
    Date::new(&JsValue::from_f64(at_ms))
}
