//! Validated search requests.

use super::{flight::Progress, query::Query};
use app::t::server_search::Long;
use app::{
    error::{Error, FieldError, Result},
    i18n::Text,
    protocol::{HITS_PER_PAGE, Hit, MAX_QUERY_CHARS, SearchQuery, Sort},
    t,
};

/// Maximum page number. 50 indexers with 200 hits each fill 200 pages.
const PAGES: u32 = 1_000;

/// Validated query.
#[derive(Debug, Clone)]
pub struct Request {
    /// Query for the indexers.
    pub ask: Query,
    /// Search text as the user entered it.
    pub shown: String,
    /// Names of all indexers, in configuration order.
    pub names: Vec<String>,
    indexer: Option<String>,
    sort: Sort,
    page: u32,
}

impl Request {
    /// Validates a query. Reports all problems at once.
    pub fn check(query: SearchQuery, names: Vec<String>) -> Result<Self> {
        let shown = query.query.split_whitespace().collect::<Vec<_>>().join(" ");
        let page = query.page.unwrap_or(1);
        let mut errors = Vec::new();
        let mut refuse = |field: &str, reason: Text| {
            errors.push(FieldError {
                field: field.to_owned(),
                reason,
            })
        };
        if let Some(reason) = wrong_words(&shown) {
            refuse("query", reason);
        }
        if !(1..=PAGES).contains(&page) {
            refuse("page", t::server_search::page(u64::from(PAGES)));
        }
        if query.indexer.as_ref().is_some_and(|name| !names.contains(name)) {
            refuse("indexer", t::server_search::no_indexer(&names.join(", ")));
        }
        if !errors.is_empty() {
            return Err(Error::invalid_fields(errors));
        }
        let ask = Query {
            words: query.normalised(),
            category: query.category,
        };
        Ok(Self {
            ask,
            shown,
            names,
            indexer: query.indexer,
            sort: query.sort,
            page,
        })
    }

    /// Returns the cache key. The separator is two spaces, which normalised text cannot contain, so no text can imitate
    /// a category.
    pub fn key(&self) -> String {
        match self.ask.category {
            None => format!("search:{}", self.ask.words),
            Some(category) => format!("search:{}  {}", self.ask.words, category.as_str()),
        }
    }

    /// Returns whether hits of this indexer are requested.
    pub fn asks(&self, name: &str) -> bool {
        self.indexer.as_ref().is_none_or(|wanted| wanted == name)
    }

    /// Returns whether the one requested indexer has answered.
    pub fn is_answered_by(&self, progress: &Progress) -> bool {
        self.indexer
            .as_ref()
            .is_some_and(|wanted| progress.outcomes.iter().any(|o| o.report.name == *wanted))
    }

    /// Sorts hits in the requested order.
    pub fn in_order(&self, mut hits: Vec<Hit>) -> Vec<Hit> {
        app::search::rank(&mut hits, &self.ask.words, self.sort);
        hits
    }

    /// Returns the number of hits on the preceding pages.
    pub fn skipped(&self) -> usize {
        (self.page as usize - 1).saturating_mul(HITS_PER_PAGE)
    }
}

fn wrong_words(words: &str) -> Option<Text> {
    let length = words.chars().count();
    if length > MAX_QUERY_CHARS {
        return Some(t::server_search::long(Long {
            most: MAX_QUERY_CHARS as u64,
            count: length as u64,
        }));
    }
    if words.chars().any(char::is_control) {
        return Some(t::server_search::control_characters());
    }
    if !words.chars().any(char::is_alphanumeric) {
        return Some(t::server_search::letters());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::protocol::Category;

    fn query(words: &str) -> SearchQuery {
        SearchQuery {
            query: words.into(),
            ..SearchQuery::default()
        }
    }

    #[test]
    fn words_page_and_indexer_are_checked_at_once() {
        let names = vec!["a".to_owned()];
        for words in [
            "",
            " \t\n",
            "???",
            "a\0b",
            "a\u{1b}[31m",
            &"é".repeat(201),
            &"x".repeat(10_000),
        ] {
            let error = Request::check(query(words), names.clone()).unwrap_err();
            assert_eq!(error.errors.len(), 1, "{words:?}");
            assert_eq!(error.errors[0].field, "query");
        }
        let wrong = SearchQuery {
            indexer: Some("b".into()),
            page: Some(0),
            ..query("")
        };
        assert_eq!(Request::check(wrong, names.clone()).unwrap_err().errors.len(), 3);
        assert!(
            Request::check(
                SearchQuery {
                    page: Some(1_001),
                    ..query("a")
                },
                names.clone()
            )
            .is_err()
        );
        assert!(Request::check(query(&"é".repeat(200)), names).is_ok());
    }

    #[test]
    fn equal_searches_have_one_key_and_categories_their_own() {
        let key = |words: &str, category| {
            Request::check(
                SearchQuery {
                    category,
                    ..query(words)
                },
                vec![],
            )
            .unwrap()
            .key()
        };
        assert_eq!(key("  Big\tBUCK ", None), "search:big buck");
        assert_ne!(key("big movies", None), key("big", Some(Category::Movies)));
    }
}
