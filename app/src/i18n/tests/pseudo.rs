//! Tests of the pseudo-languages, which are made from English.

use super::super::format::{Arg, parts};
use super::super::{Language, table};
use super::catalogue::{self, Catalogue};
use super::{ARABIC, ENGLISH, catalogue as read};

/// Fills in the only message of a pseudo-language.
fn said(source: &str, make: fn(&Catalogue) -> Catalogue, facts: &super::Facts, args: &[Arg<'_>]) -> String {
    let english = read(source);
    let made = make(&english);
    assert_eq!(catalogue::compare(&english, &made), []);
    let parts = parts(&made.messages[0].encode(&english.messages[0]), args, facts);
    parts.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn en_xa_has_accents_and_brackets_around_every_sentence() {
    let accented = |source, args: &[Arg<'_>]| said(source, catalogue::accented, &ENGLISH, args);
    assert_eq!(accented("some-a = Watch", &[]), "⟦Ẇȧȧŧƈħ⟧");
    assert_eq!(accented("some-a = { $name } left", &[Arg::Text("Ada")]), "⟦Ada ŀḗḗƒŧ⟧");
    assert_eq!(accented("some-a = Go <home>home</home>!", &[]), "⟦Ɠǿǿ ħǿǿḿḗḗ!⟧");
    let number = "some-a = { $count ->\n [one] one film\n *[other] { $count } films\n }";
    assert_eq!(accented(number, &[Arg::Number(1)]), "⟦ǿǿƞḗḗ ƒīīŀḿ⟧");
    assert_eq!(accented(number, &[Arg::Number(3)]), "⟦3 ƒīīŀḿş⟧");
    // No words, no brackets: signs between values.
    assert_eq!(accented("some-a = { $a }×", &[Arg::Text("2")]), "2×");
}

#[test]
fn ar_xb_shows_every_word_from_right_to_left() {
    let mirrored = |source, args: &[Arg<'_>]| said(source, catalogue::mirrored, &ARABIC, args);
    assert_eq!(
        mirrored("some-a = Go home", &[]),
        "\u{202e}Go\u{202c} \u{202e}home\u{202c}"
    );
    assert_eq!(
        mirrored("some-a = { $name } left", &[Arg::Text("Ada")]),
        "\u{2068}Ada\u{2069} \u{202e}left\u{202c}"
    );
}

#[test]
fn pseudo_languages_are_whole_and_longer() {
    let codes = ["en-XA", "ar-XB"];
    let pseudo: Vec<Language> = Language::all().filter(|language| language.facts().is_pseudo).collect();
    let made = codes.map(|code| Language::of(code).unwrap());
    assert_eq!(pseudo, made);
    assert_eq!(made.map(|language| language.facts().direction), ["ltr", "rtl"]);
    for language in made {
        assert!(table(language).iter().all(|text| !text.is_empty()), "{language:?}");
    }
    let english = super::catalogues()
        .into_iter()
        .find(|catalogue| catalogue.code == "en")
        .unwrap();
    let letters = |text: &str| text.chars().count();
    let plain: usize = english
        .messages
        .iter()
        .map(|message| letters(&message.encode(message)))
        .sum();
    let accented: usize = table(made[0]).iter().map(|text| letters(text)).sum();
    let share = accented as f64 / plain as f64;
    assert!((1.2..1.5).contains(&share), "{share}");
}
