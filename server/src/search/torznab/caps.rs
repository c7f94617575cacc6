//! Capabilities of an indexer (`t=caps`).

use super::xml::{Visitor, attribute, check_root, walk};
use crate::search::failure::Failure;
use app::protocol::{Category, IndexerCaps};
use quick_xml::events::BytesStart;
use serde::{Deserialize, Serialize};

/// Maximum number of categories kept. Prowlarr lists about a hundred.
const CATEGORIES: usize = 500;

/// Capabilities of an indexer. The default is what the specification guarantees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caps {
    /// Maximum value of `limit`.
    pub max_limit: usize,
    /// Support for `t=search&q=`.
    pub search: bool,
    /// Support for `t=movie&q=`.
    pub movie_search: bool,
    /// Support for `t=tvsearch&q=`.
    pub tv_search: bool,
    /// Top-level category numbers; empty if it lists none.
    pub categories: Vec<u32>,
}

/// Page size of most servers, assumed if an indexer states none.
const DEFAULT_LIMIT: usize = 100;

impl Default for Caps {
    fn default() -> Self {
        Self {
            max_limit: DEFAULT_LIMIT,
            search: true,
            movie_search: false,
            tv_search: false,
            categories: Vec::new(),
        }
    }
}

impl Caps {
    /// Parses a capabilities document.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let mut caps = Self::default();
        walk(text, &mut caps)?;
        Ok(caps)
    }

    /// Returns the `t=` function for a text search, or `None` if it is unsupported.
    pub fn function(&self, category: Option<Category>) -> Option<&'static str> {
        match category {
            Some(Category::Movies) if self.movie_search => Some("movie"),
            Some(Category::Tv) if self.tv_search => Some("tvsearch"),
            _ if self.search => Some("search"),
            // An indexer that supports only film search is still useful without a category.
            None if self.movie_search => Some("movie"),
            _ => None,
        }
    }

    /// Returns the description shown to the operator.
    pub fn shown(&self) -> IndexerCaps {
        IndexerCaps {
            max_limit: u32::try_from(self.max_limit).unwrap_or(u32::MAX),
            search: self.search,
            movie_search: self.movie_search,
            tv_search: self.tv_search,
            categories: self.categories.clone(),
        }
    }

    /// Returns the `cat=` numbers of a category: `None` if the indexer lacks it, empty to query without categories.
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
                self.max_limit = max.filter(|max| *max > 0).unwrap_or(DEFAULT_LIMIT);
            }
            "search" => self.search = takes_words(element),
            "movie-search" => self.movie_search = takes_words(element),
            "tv-search" => self.tv_search = takes_words(element),
            // `subcat` is ignored, because a category includes its subcategories.
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

/// Returns whether a function supports text search: `available="yes"`, and `q` in `supportedParams` if that is given.
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
