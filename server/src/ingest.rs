//! Ingest of catalogue records from other programs. Records are validated one by one; an invalid one does not affect
//! the others.

use crate::{
    clock,
    db::{Db, KnownTorrent},
    error::{Error, Result},
    filter::Rules,
    limits,
    torrent::magnet::{Magnet, clean_name},
};
use app::{
    error::Kind,
    protocol::{Category, InfoHash, IngestRecord, IngestReport, RejectedRecord},
    t,
};
use std::sync::Arc;

/// Reason reported for a blocked record. Does not say which filter matched.
const BLOCKED: &str = "blocked: this instance does not take this torrent";

/// Ingests a batch. Records are raw JSON values, so that a malformed one is rejected alone.
pub async fn ingest(db: &Db, rules: Arc<Rules>, records: Vec<serde_json::Value>) -> Result<IngestReport> {
    if records.len() > limits::INGEST_RECORDS {
        return Err(Error::refuse(Kind::TooLarge, t::server_http::ingest_limit()));
    }
    let now = clock::now();
    let mut report = IngestReport::default();
    // CPU-bound: matching megabytes of names against every expression must not block the other tasks of this thread.
    let checked = tokio::task::spawn_blocking(move || {
        records
            .into_iter()
            .map(|record| allow(check(record)?, &rules))
            .collect::<Vec<_>>()
    });
    for (index, record) in checked.await.map_err(Error::internal)?.into_iter().enumerate() {
        match record {
            Ok(torrent) => {
                if db.upsert_torrent(&torrent, now).await? {
                    report.accepted += 1;
                } else {
                    report.updated += 1;
                }
            }
            Err(reason) => report.rejected.push(RejectedRecord { index, reason }),
        }
    }
    Ok(report)
}

fn allow(torrent: KnownTorrent, rules: &Rules) -> Result<KnownTorrent, String> {
    let paths = torrent.files.iter().map(|(path, _)| path.as_str());
    if rules.blocks(Some(torrent.info_hash), &torrent.name, paths) {
        Err(BLOCKED.to_owned())
    } else {
        Ok(torrent)
    }
}

fn check(record: serde_json::Value) -> Result<KnownTorrent, String> {
    let record: IngestRecord = serde_json::from_value(record).map_err(|error| format!("not a record: {error}"))?;
    let info_hash: InfoHash = record
        .info_hash
        .parse()
        .map_err(|error| format!("info_hash: {error}"))?;
    let name = clean_name(&record.name).ok_or("name: must not be empty")?;
    let magnet = magnet(info_hash, &name, record.magnet.as_deref())?;
    if record.files.len() > limits::INGEST_FILES {
        return Err("files: at most 5,000".into());
    }
    let files: Vec<(String, u64)> = record
        .files
        .into_iter()
        .map(|file| {
            clean_name(&file.path)
                .map(|path| (path, file.size_bytes))
                .ok_or("files: a path must not be empty")
        })
        .collect::<Result<_, _>>()?;
    let sum = files
        .iter()
        .try_fold(0u64, |sum, (_, size)| sum.checked_add(*size))
        .unwrap_or(u64::MAX);
    let size_bytes = record.size_bytes.max(sum);
    if size_bytes > limits::TORRENT_BYTES {
        return Err("size_bytes: larger than any torrent".into());
    }
    Ok(KnownTorrent {
        info_hash,
        name,
        size_bytes,
        magnet,
        poster_url: record.poster_url.map(poster).transpose()?,
        category: record.category.map_or(Category::Other, Category::from_torznab),
        seeders: record.seeders,
        published_at: record.published_at,
        files,
    })
}

fn magnet(info_hash: InfoHash, name: &str, link: Option<&str>) -> Result<String, String> {
    let magnet = match link {
        Some(link) => Magnet::parse(link).map_err(|error| format!("magnet: {}", error.detail))?,
        None => Magnet {
            info_hash,
            name: Some(name.to_owned()),
            trackers: Vec::new(),
            peers: Vec::new(),
        },
    };
    if magnet.info_hash != info_hash {
        return Err("magnet: names another torrent than info_hash".into());
    }
    Ok(magnet.to_link())
}

fn poster(address: String) -> Result<String, String> {
    let url = url::Url::parse(&address)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    match url {
        Some(url) if address.len() <= 2_000 => Ok(url.into()),
        _ => Err("poster_url: must be an http(s) address of at most 2,000 bytes".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const HASH: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

    #[test]
    fn a_record_needs_a_hash_and_a_name_and_nothing_else() {
        let torrent = check(json!({ "info_hash": HASH.to_uppercase(), "name": " Big\u{202e} Buck\n Bunny " })).unwrap();
        assert_eq!(torrent.name, "Big Buck Bunny");
        assert!(torrent.magnet.starts_with(&format!("magnet:?xt=urn:btih:{HASH}")));
    }

    #[test]
    fn each_wrong_field_is_named() {
        for (record, field) in [
            (json!({ "info_hash": "zz", "name": "x" }), "info_hash"),
            (json!({ "info_hash": HASH, "name": "  " }), "name"),
            (
                json!({ "info_hash": HASH, "name": "x", "magnet": format!("magnet:?xt=urn:btih:{}", HASH.replace('d', "e")) }),
                "magnet",
            ),
            (
                json!({ "info_hash": HASH, "name": "x", "poster_url": "javascript:alert(1)" }),
                "poster_url",
            ),
            (
                json!({ "info_hash": HASH, "name": "x", "size_bytes": u64::MAX }),
                "size_bytes",
            ),
            (
                json!({ "info_hash": HASH, "name": "x", "size_bytes": -1 }),
                "not a record",
            ),
            (
                json!({ "info_hash": HASH, "name": "x", "files": [{ "path": "a", "size_bytes": u64::MAX }, { "path": "b", "size_bytes": 9 }] }),
                "size_bytes",
            ),
            (json!([1, 2]), "not a record"),
        ] {
            let reason = check(record).unwrap_err();
            assert!(reason.starts_with(field), "{reason}");
        }
    }

    proptest! {
        #[test]
        fn no_record_makes_it_panic(text in "\\PC{0,200}", size: i128) {
            let _ = check(serde_json::from_str(&text).unwrap_or(json!({
                "info_hash": HASH, "name": text, "magnet": text, "poster_url": text, "size_bytes": size as f64
            })));
        }
    }
}
