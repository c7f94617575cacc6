//! Plural category of a number (Unicode's CLDR): the server's by ICU4X, the browser's by `Intl`, which is there already.

/// Returns the category of a number in a language: `zero`, `one`, `two`, `few`, `many` or `other`.
pub fn category(code: &str, count: u64) -> String {
    match (code, count) {
        ("en", 1) => "one".to_owned(),
        ("en", _) => "other".to_owned(),
        _ => by_rules(code, count),
    }
}

#[cfg(not(target_family = "wasm"))]
fn by_rules(code: &str, count: u64) -> String {
    use icu_plurals::PluralCategory;
    let name = match rules(code).map(|rules| rules.category_for(count)) {
        Some(PluralCategory::Zero) => "zero",
        Some(PluralCategory::One) => "one",
        Some(PluralCategory::Two) => "two",
        Some(PluralCategory::Few) => "few",
        Some(PluralCategory::Many) => "many",
        Some(PluralCategory::Other) | None => "other",
    };
    name.to_owned()
}

/// Returns the rules of a language.
#[cfg(not(target_family = "wasm"))]
pub(super) fn rules(code: &str) -> Option<icu_plurals::PluralRules> {
    let locale: icu_locale_core::Locale = code.parse().ok()?;
    icu_plurals::PluralRules::try_new_cardinal(locale.into()).ok()
}

#[cfg(target_family = "wasm")]
fn by_rules(code: &str, count: u64) -> String {
    use js_sys::Intl::PluralRules;
    use js_sys::{Array, Object};
    thread_local! {
        // A page has one language.
        static RULES: std::cell::OnceCell<PluralRules> = const { std::cell::OnceCell::new() };
    }
    RULES.with(|rules| {
        let rules = rules.get_or_init(|| PluralRules::new(&Array::of1(&code.into()), &Object::new()));
        rules.select(count as f64).into()
    })
}
