//! Messages of the pages' languages, as tables for the browser: JSON lists, by number of the message. Their addresses have
//! a hash of the content, so that a page gets those that it was built with, and keeps them.

use super::{page::IMMUTABLE, problem::Answer};
use app::{error::Error, i18n, t};
use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderValue, header};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Route of the tables.
pub const ROUTE: &str = "/messages/{file}";

/// Table of a language.
struct Table {
    language: i18n::Language,
    /// Name of the file: the language's tag and the hash.
    name: String,
    json: Bytes,
}

/// Tables of all languages but English, which is part of the pages' code.
static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let others = i18n::Language::all().filter(|language| *language != i18n::Language::ENGLISH);
    others.map(Table::of).collect()
});

impl Table {
    fn of(language: i18n::Language) -> Self {
        let json = serde_json::Value::from(i18n::page_table(language).to_vec()).to_string();
        let digest = Sha256::digest(&json);
        let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self {
            language,
            name: format!("{}.{hash}.json", language.facts().code),
            json: json.into(),
        }
    }
}

/// Returns the address of a language's table; `None` for English.
pub fn address(language: i18n::Language) -> Option<i18n::TableAddress> {
    let table = TABLES.iter().find(|table| table.language == language)?;
    Some(i18n::TableAddress(format!("/messages/{}", table.name)))
}

/// Responds with a table.
pub async fn table(Path(file): Path<String>) -> Answer<Response> {
    let table = TABLES.iter().find(|table| table.name == file);
    let table = table.ok_or_else(|| Error::not_found(t::server_http::messages_gone()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, IMMUTABLE),
    ];
    Ok((headers, table.json.clone()).into_response())
}
