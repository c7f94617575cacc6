//! Subtitle languages to choose from, each by its native name.

/// BCP 47 tags and native names, in menu order: Latin script alphabetically, then the others.
pub const LANGUAGES: [(&str, &str); 24] = [
    ("id", "Bahasa Indonesia"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("it", "Italiano"),
    ("hu", "Magyar"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("pt-BR", "Português (Brasil)"),
    ("fi", "Suomi"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("el", "Ελληνικά"),
    ("ru", "Русский"),
    ("uk", "Українська"),
    ("ar", "العربية"),
    ("hi", "हिन्दी"),
    ("zh", "中文"),
    ("ja", "日本語"),
    ("ko", "한국어"),
];

/// Returns true if a tag is in the list.
pub fn is_listed(tag: &str) -> bool {
    LANGUAGES.iter().any(|(listed, _)| *listed == tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_tag_and_every_name_is_there_once() {
        let tags: HashSet<_> = LANGUAGES.iter().map(|(tag, _)| tag).collect();
        let names: HashSet<_> = LANGUAGES.iter().map(|(_, name)| name).collect();
        assert_eq!((tags.len(), names.len()), (LANGUAGES.len(), LANGUAGES.len()));
        assert!(is_listed("pt-BR") && !is_listed("pt-br") && !is_listed(""));
    }
}
