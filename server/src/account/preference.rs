//! Preferences, which follow an account across devices: their names and valid values.

use crate::error::Result;
use app::{client::preferences::LANGUAGE, error::Error, i18n::Language, protocol::Preferences, t};
use serde_json::Value;

/// Validates a value and returns its stored form; `None` for `null`, which deletes the preference.
pub fn check(name: &str, value: &Value) -> Result<Option<String>> {
    let fits: fn(&Value) -> bool = match name {
        LANGUAGE => |value| value.as_str().is_some_and(is_language),
        "theme" => |value| matches!(value.as_str(), Some("system" | "dark" | "light")),
        "player_volume" => |value| within(value, 0.0, 1.0),
        "player_muted" => Value::is_boolean,
        "player_speed" => |value| within(value, 0.25, 4.0),
        "subtitle_language" => |value| is_word(value, 35, "-"),
        "subtitle_size" => |value| within(value, 50.0, 300.0),
        "push_to_talk_key" => |value| is_word(value, 32, ""),
        _ => return Err(Error::not_found(t::server_account::no_preference()).into()),
    };
    if value.is_null() {
        Ok(None)
    } else if fits(value) {
        Ok(Some(value.to_string()))
    } else {
        Err(Error::invalid("value", t::server_account::preference_value()).into())
    }
}

/// Returns the language that the account has chosen.
pub fn language(preferences: &Preferences) -> Option<Language> {
    Language::of(preferences.get(LANGUAGE)?.as_str()?)
}

fn within(value: &Value, least: f64, most: f64) -> bool {
    value.as_f64().is_some_and(|value| (least..=most).contains(&value))
}

/// Returns whether this is the tag of a language that has a catalogue, exactly as the catalogue's file is named.
fn is_language(code: &str) -> bool {
    Language::of(code).is_some_and(|language| language.facts().code == code)
}

/// Returns whether the value consists of letters, digits and characters of `also`. The empty text is valid and means
/// none.
fn is_word(value: &Value, longest: usize, also: &str) -> bool {
    value.as_str().is_some_and(|text| {
        text.len() <= longest && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_has_its_own_kind_of_value() {
        for (name, good, bad) in [
            ("language", json!("de"), json!("tlh")),
            ("language", json!("en"), json!("EN")),
            ("language", json!("de"), json!("")),
            ("theme", json!("dark"), json!("pink")),
            ("player_volume", json!(0.5), json!(1.5)),
            ("player_muted", json!(true), json!("yes")),
            ("player_speed", json!(2), json!(0)),
            ("subtitle_language", json!("pt-BR"), json!("<script>")),
            ("subtitle_size", json!(120), json!(1e9)),
            ("push_to_talk_key", json!("KeyV"), json!("Key V")),
        ] {
            assert_eq!(check(name, &good).unwrap(), Some(good.to_string()), "{name}");
            assert!(check(name, &bad).is_err(), "{name}");
            assert_eq!(check(name, &Value::Null).unwrap(), None);
        }
        assert!(check("is_admin", &json!(true)).is_err());
    }
}
