//! Torznab feed parser: RSS 2.0 items with `torznab:attr` elements. Tolerant: items before an error are kept.

use super::xml::{Visitor, append, attribute, check_root, walk};
use crate::search::failure::Failure;
use quick_xml::events::BytesStart;

/// Maximum number of items per answer. Servers return 100, and some ignore the limit.
const ITEMS: usize = 500;

/// Maximum number of `attr` elements per item. Longer lists are file names and tags.
const ATTRS: usize = 64;

/// Maximum number of `category` elements per item.
const CATEGORIES: usize = 16;

/// Parsed feed, with unvalidated items.
#[derive(Debug, Default)]
pub struct Feed {
    /// Items, in document order.
    pub items: Vec<Item>,
    /// Total number of items on all pages, if stated.
    pub total: Option<usize>,
    /// Error at which parsing stopped; the items before it are valid.
    pub flaw: Option<Failure>,
    depth_of_item: usize,
    item: Option<Item>,
    field: Option<Field>,
    value: String,
}

/// Unvalidated texts of an item.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Item {
    /// `title`
    pub title: String,
    /// `guid`
    pub guid: String,
    /// `link`
    pub link: String,
    /// `pubDate`
    pub published: String,
    /// `size`, a Jackett extension.
    pub size: String,
    /// `category`
    pub categories: Vec<String>,
    /// Last `enclosure` that is not for Usenet.
    pub enclosure: Enclosure,
    /// `torznab:attr` or `newznab:attr`: lower-case name, value.
    pub attrs: Vec<(String, String)>,
}

/// An `enclosure` element.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// `url`
    pub url: String,
    /// `length`
    pub length: String,
}

impl Item {
    /// Returns the first non-empty value of an `attr` element.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attrs
            .iter()
            .find(|(n, value)| n == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, Clone, Copy)]
enum Field {
    Title,
    Guid,
    Link,
    Published,
    Size,
    Category,
}

impl Feed {
    /// Parses a feed. Always terminates, and never fails as a whole: see [`Feed::flaw`].
    pub fn parse(text: &str) -> Self {
        let mut feed = Self::default();
        feed.flaw = walk(text, &mut feed).err();
        feed
    }

    fn open_in_item(&mut self, element: &BytesStart<'_>) {
        let Some(item) = &mut self.item else { return };
        let name = element.name();
        let has_prefix = name.prefix().is_some();
        let value = |name| attribute(element, name).unwrap_or_default();
        self.field = match name.local_name().as_ref() {
            "attr" => {
                if item.attrs.len() < ATTRS {
                    item.attrs.push((
                        value("name").trim().to_ascii_lowercase(),
                        value("value").trim().to_owned(),
                    ));
                }
                None
            }
            // Elements of other namespaces, such as atom:link and media:title.
            _ if has_prefix => None,
            "enclosure" => {
                if !value("type").contains("nzb") {
                    item.enclosure = Enclosure {
                        url: value("url"),
                        length: value("length"),
                    };
                }
                None
            }
            "title" => Some(Field::Title),
            "guid" => Some(Field::Guid),
            "link" => Some(Field::Link),
            "pubDate" => Some(Field::Published),
            "size" => Some(Field::Size),
            "category" => Some(Field::Category),
            _ => None,
        };
        self.value.clear();
    }

    fn close_field(&mut self) {
        let (Some(item), Some(field)) = (&mut self.item, self.field.take()) else {
            return;
        };
        let value = std::mem::take(&mut self.value).trim().to_owned();
        match field {
            Field::Title => item.title = value,
            Field::Guid => item.guid = value,
            Field::Link => item.link = value,
            Field::Published => item.published = value,
            Field::Size => item.size = value,
            Field::Category if item.categories.len() < CATEGORIES => item.categories.push(value),
            Field::Category => {}
        }
    }
}

impl Visitor for Feed {
    fn open(&mut self, element: &BytesStart<'_>, depth: usize) -> Result<(), Failure> {
        let name = element.local_name();
        match name.as_ref() {
            _ if depth == 1 => return check_root(element, "rss"),
            _ if self.item.is_some() && depth == self.depth_of_item + 1 => self.open_in_item(element),
            "item" if self.item.is_none() => {
                self.item = Some(Item::default());
                self.depth_of_item = depth;
            }
            // newznab:response, torznab:response
            "response" if self.item.is_none() => {
                self.total = attribute(element, "total").and_then(|total| total.trim().parse().ok());
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.field.is_some() {
            append(&mut self.value, text);
        }
    }

    fn close(&mut self, depth: usize) -> bool {
        if self.item.is_some() && depth == self.depth_of_item + 1 {
            self.close_field();
        } else if self.item.is_some() && depth == self.depth_of_item {
            self.items.extend(self.item.take());
        }
        self.items.len() < ITEMS
    }
}

#[cfg(test)]
#[path = "feed_tests.rs"]
mod tests;
