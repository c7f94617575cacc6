//! What an indexer says that it can do (`t=caps`).

use super::xml::{Visitor, attribute, check_root, walk};
use crate::search::failure::Failure;
use app::protocol::{Category, IndexerCaps};
use quick_xml::events::BytesStart;
use serde::{Deserialize, Serialize};

/// Categories kept of one indexer; Prowlarr lists about a hundred.
const CATEGORIES: usize = 500;

/// What an indexer can do. The default is what the specification promises of any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caps {
    /// Largest `limit` that it takes.
    pub max_limit: usize,
    /// Whether `t=search&q=` works.
    pub search: bool,
    /// Whether `t=movie&q=` works.
    pub movie_search: bool,
    /// Whether `t=tvsearch&q=` works.
    pub tv_search: bool,
    /// Numbers of its top categories; empty when it lists none.
    pub categories: Vec<u32>,
}

/// What most servers give at once, and what to ask of one that does not say.
const USUAL_LIMIT: usize = 100;

impl Default for Caps {
    fn default() -> Self {
        Self {
            max_limit: USUAL_LIMIT,
            search: true,
            movie_search: false,
            tv_search: false,
            categories: Vec::new(),
        }
    }
}

impl Caps {
    /// Reads a caps document.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let mut caps = Self::default();
        walk(text, &mut caps)?;
        Ok(caps)
    }

    /// The `t=` with which to search by words, or `None` when that is not offered.
    pub fn function(&self, category: Option<Category>) -> Option<&'static str> {
        match category {
            Some(Category::Movies) if self.movie_search => Some("movie"),
            Some(Category::Tv) if self.tv_search => Some("tvsearch"),
            _ if self.search => Some("search"),
            // This is a place to find films, so that an indexer with nothing but films is asked for those.
            None if self.movie_search => Some("movie"),
            _ => None,
        }
    }

    /// As the operator sees them.
    pub fn shown(&self) -> IndexerCaps {
        IndexerCaps {
            max_limit: u32::try_from(self.max_limit).unwrap_or(u32::MAX),
            search: self.search,
            movie_search: self.movie_search,
            tv_search: self.tv_search,
            categories: self.categories.clone(),
        }
    }

    /// The `cat=` numbers to ask for; `None` when it has nothing of this category. Empty: ask without.
    pub fn numbers(&self, category: Option<Category>) -> Option<Vec<u32>> {
        let Some(category) = category.filter(|_| !self.categories.is_empty()) else {
            return Some(Vec::new());
        };
        let numbers: Vec<_> = self
            .categories
            .iter()
            .copied()
            .filter(|number| Category::from_torznab(*number) == category)
            .collect();
        (!numbers.is_empty()).then_some(numbers)
    }
}

impl Visitor for Caps {
    fn open(&mut self, element: &BytesStart<'_>, depth: usize) -> Result<(), Failure> {
        if depth == 1 {
            return check_root(element, "caps");
        }
        let name = element.local_name();
        match name.as_ref() {
            "limits" => {
                let max = attribute(element, "max").and_then(|max| max.trim().parse().ok());
                self.max_limit = max.filter(|max| *max > 0).unwrap_or(USUAL_LIMIT);
            }
            "search" => self.search = takes_words(element),
            "movie-search" => self.movie_search = takes_words(element),
            "tv-search" => self.tv_search = takes_words(element),
            // `subcat` is left out: asking for the category asks for all below it.
            "category" if self.categories.len() < CATEGORIES => {
                self.categories
                    .extend(attribute(element, "id").and_then(|id| id.trim().parse::<u32>().ok()));
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, _: &str) {}

    fn close(&mut self, _: usize) -> bool {
        true
    }
}

/// `available="yes"`, and `q` among `supportedParams` where they are listed.
fn takes_words(element: &BytesStart<'_>) -> bool {
    let available = attribute(element, "available").is_none_or(|value| value.trim().eq_ignore_ascii_case("yes"));
    let parameters = attribute(element, "supportedParams").unwrap_or_default();
    available && (parameters.trim().is_empty() || parameters.split(',').any(|p| p.trim().eq_ignore_ascii_case("q")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JACKETT: &str = r#"<?xml version="1.0" encoding="UTF-8"?><caps><server title="Jackett"/>
        <limits default="100" max="50"/><searching><search available="yes" supportedParams="q"/>
        <tv-search available="yes" supportedParams="season,ep"/><movie-search available="yes" supportedParams="q,imdbid"/>
        <music-search available="no" supportedParams="q"/></searching>
        <categories><category id="2000" name="Movies"><subcat id="2040" name="HD"/></category>
        <category id="5000" name="TV"/><category id="100001" name="Own"/></categories></caps>"#;

    #[test]
    fn what_is_offered_is_asked_for() {
        let caps = Caps::parse(JACKETT).unwrap();
        assert_eq!(caps.max_limit, 50);
        assert_eq!(caps.function(None), Some("search"));
        assert_eq!(caps.function(Some(Category::Movies)), Some("movie"));
        assert_eq!(
            caps.function(Some(Category::Tv)),
            Some("search"),
            "its tvsearch takes no words"
        );
        assert_eq!(caps.numbers(Some(Category::Movies)), Some(vec![2000]));
        assert_eq!(caps.numbers(Some(Category::Other)), Some(vec![100_001]));
        assert_eq!(caps.numbers(Some(Category::Books)), None);
        assert_eq!(caps.numbers(None), Some(vec![]));
    }

    #[test]
    fn an_indexer_that_does_not_say_is_asked_for_everything() {
        let caps = Caps::parse("<caps/>").unwrap();
        assert_eq!(caps, Caps::default());
        assert_eq!(caps.numbers(Some(Category::Movies)), Some(vec![]));
        let none =
            Caps::parse(r#"<caps><limits max="0"/><searching><search available="no"/></searching></caps>"#).unwrap();
        assert_eq!((none.function(None), none.max_limit), (None, 100));
    }

    #[test]
    fn anything_else_is_a_failure() {
        assert_eq!(Caps::parse("<html><body>Sign in</body></html>"), Err(Failure::WebPage));
        assert_eq!(
            Caps::parse(r#"<error code="100" description="Invalid API Key"/>"#),
            Err(Failure::Key)
        );
        assert!(matches!(Caps::parse("<rss/>"), Err(Failure::Nonsense(_))));
        assert!(matches!(Caps::parse("<caps><limits"), Err(Failure::Broken(_))));
    }
}
