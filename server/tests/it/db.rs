//! Every query, on SQLite and on PostgreSQL.

use crate::support::fresh_postgres;
use app::{
    backend::ViewerKey,
    protocol::{Category, InfoHash, Media, Timestamp, UserId, WatchProgress},
};
use server::db::{Cursor, Db, HistoryFilter, KnownTorrent};

/// Runs a test on both engines.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let dir = tempfile::tempdir().unwrap();
                let db = server::db::Db::sqlite(&dir.path().join("test.db"), Default::default()).await.unwrap();
                super::$name(db.clone()).await;
                db.close().await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                let db = server::db::Db::postgres(&super::fresh_postgres().await, Default::default()).await.unwrap();
                super::$name(db.clone()).await;
                db.close().await;
            })*
        }
    };
}

on_both!(
    a_torrent_is_stored_once_and_brought_up_to_date,
    a_torrent_of_many_files_is_stored_with_all_of_them,
    the_catalogue_is_searched_by_words,
    latest_goes_on_where_it_stopped,
    metadata_is_kept_byte_for_byte,
    use_is_noted_and_forgotten,
    deleting_leaves_nothing,
    history_is_each_viewer_s_own,
    history_is_searched_in_titles_and_paths,
    history_knows_the_next_episode,
    popular_counts_viewers_not_views,
    many_writers_lose_nothing,
);

fn hash(n: u8) -> InfoHash {
    InfoHash([n; 20])
}

fn torrent(n: u8, name: &str) -> KnownTorrent {
    KnownTorrent {
        info_hash: hash(n),
        name: name.into(),
        size_bytes: 1_000 * u64::from(n),
        magnet: format!("magnet:?xt=urn:btih:{}", hash(n)),
        poster_url: None,
        category: Category::Movies,
        seeders: Some(7),
        published_at: Some(Timestamp(5)),
        files: vec![("a/film.mkv".into(), 900), ("a/film.srt".into(), 9)],
    }
}

async fn a_torrent_is_stored_once_and_brought_up_to_date(db: Db) {
    assert!(db.upsert_torrent(&torrent(1, "first"), Timestamp(1_000)).await.unwrap());
    let before = db.torrent(hash(1)).await.unwrap().unwrap();
    assert_eq!(before.files.len(), 2);
    assert_eq!((before.files[1].index, before.files[1].media), (1, Media::Subtitle));
    let again = KnownTorrent {
        poster_url: Some("https://p.example/1".into()),
        files: vec![],
        size_bytes: 0,
        ..torrent(1, "second")
    };
    assert!(!db.upsert_torrent(&again, Timestamp(2_000)).await.unwrap());
    let after = db.torrent(hash(1)).await.unwrap().unwrap();
    assert_eq!(
        (after.id, after.created_at, after.size_bytes),
        (before.id.clone(), before.created_at, before.size_bytes)
    );
    assert_eq!(
        (after.name.as_str(), after.poster_url.as_deref()),
        ("second", Some("https://p.example/1"))
    );
    assert_eq!(
        after.files, before.files,
        "what is not known now does not erase what was known"
    );
    assert_eq!(
        db.info_hash_of(before.id.parse().unwrap()).await.unwrap(),
        Some(hash(1))
    );
    assert_eq!(db.torrent(hash(2)).await.unwrap(), None);
    db.check().await.unwrap();
}

async fn a_torrent_of_many_files_is_stored_with_all_of_them(db: Db) {
    let files = |count: u64| -> Vec<(String, u64)> { (0..count).map(|n| (format!("{n}.mp4"), n)).collect() };
    // As many as a torrent may have; what fills its statements, and what does not; fewer than before.
    for count in [20_000u64, 2_001, 2_000, 1_999, 1] {
        let known = KnownTorrent {
            files: files(count),
            ..torrent(1, "many")
        };
        db.upsert_torrent(&known, Timestamp(1)).await.unwrap();
        let stored = db.torrent(hash(1)).await.unwrap().unwrap().files;
        assert_eq!(stored.len() as u64, count);
        for (index, file) in stored.iter().enumerate() {
            assert_eq!(
                (file.index as usize, file.path.clone(), file.size_bytes),
                (index, format!("{index}.mp4"), index as u64)
            );
        }
    }
    // PostgreSQL's texts hold no NUL: one in a name is no reason to know nothing of the torrent.
    let known = KnownTorrent {
        files: vec![(".pad/1\0".into(), 1)],
        ..torrent(1, "na\0me")
    };
    db.upsert_torrent(&known, Timestamp(1)).await.unwrap();
    let stored = db.torrent(hash(1)).await.unwrap().unwrap();
    assert_eq!(
        (stored.name.as_str(), stored.files[0].path.as_str()),
        ("name", ".pad/1")
    );
}

async fn the_catalogue_is_searched_by_words(db: Db) {
    for (n, name) in [
        (1, "Big.Buck.Bunny.2008.1080p"),
        (2, "Sintel (2010) 4k"),
        (3, "Le Voyage dans la Lune — Méliès"),
        (4, "Bunny 100%_'; DROP TABLE torrents; --"),
    ] {
        db.upsert_torrent(&torrent(n, name), Timestamp(i64::from(n)))
            .await
            .unwrap();
    }
    db.upsert_torrent(
        &KnownTorrent {
            category: Category::Tv,
            ..torrent(5, "Bunny the series")
        },
        Timestamp(5),
    )
    .await
    .unwrap();
    let found = async |words: &str, category| -> Vec<InfoHash> {
        let mut hits: Vec<_> = db
            .search_catalogue(words, category, 10)
            .await
            .unwrap()
            .iter()
            .filter_map(|hit| hit.info_hash)
            .collect();
        hits.sort();
        hits
    };
    assert_eq!(found("big bunny", None).await, [hash(1)]);
    assert_eq!(found("BUNNY", None).await, [hash(1), hash(4), hash(5)]);
    assert_eq!(found("bunny", Some(Category::Tv)).await, [hash(5)]);
    assert_eq!(found("sint", None).await, [hash(2)], "the last word may be unfinished");
    assert_eq!(found("voyage lune", None).await, [hash(3)]);
    assert_eq!(found("bunny'; DROP TABLE torrents; --", None).await, [hash(4)]);
    for words in ["", "\"", "* OR *", "(((", "':*", "&|!", "NEAR(", "\0"] {
        let _ = found(words, None).await;
    }
    // Neither accents nor signs between letters are in anyone's way, however they are written.
    for words in ["melies", "MÉLIÈS", "Me\u{301}lie\u{300}s", "lune melie"] {
        assert_eq!(found(words, None).await, [hash(3)], "{words}");
    }
    for (n, name) in [
        (6, "AC/DC live-at:River.Plate"),
        (7, "Ame\u{301}lie & Zoe\u{308}"),
        (8, "Приключения Ёжика"),
        (9, "東京物語 ½ ①"),
    ] {
        db.upsert_torrent(&torrent(n, name), Timestamp(1)).await.unwrap();
    }
    for (words, n) in [
        ("dc", 6),
        ("ac/dc", 6),
        ("live at river plate", 6),
        ("amelie", 7),
        ("Amélie Zoë", 7),
        ("приключения", 8),
        ("東京", 9),
    ] {
        assert_eq!(found(words, None).await, [hash(n)], "{words}");
    }
    for words in [
        "\u{301}",
        "⑴",
        "ﬁ ⅷ",
        "½",
        "a\u{301}\u{301}",
        "が",
        "'''",
        "x\\",
        "<->",
        "a <2> b",
        "!a",
        "a:b*",
    ] {
        let _ = found(words, None).await;
    }
    // A renamed torrent is found under its new name only.
    db.upsert_torrent(&torrent(2, "Cosmos Laundromat"), Timestamp(9))
        .await
        .unwrap();
    assert_eq!(found("sintel", None).await, []);
    assert_eq!(found("laundromat", None).await, [hash(2)]);
    assert!(db.delete_torrent(hash(2)).await.unwrap());
    assert_eq!(found("laundromat", None).await, []);
}

async fn latest_goes_on_where_it_stopped(db: Db) {
    for n in 1..=25u8 {
        // Several at the same instant: the id decides.
        db.upsert_torrent(&torrent(n, "film"), Timestamp(i64::from(n / 4)))
            .await
            .unwrap();
    }
    let (mut seen, mut cursor) = (Vec::new(), Some(Cursor::START));
    while let Some(after) = cursor {
        let (page, next) = db.latest(after, 10).await.unwrap();
        seen.extend(page.into_iter().map(|torrent| (torrent.created_at, torrent.info_hash)));
        cursor = next.map(|next| next.to_string().parse().unwrap());
    }
    assert_eq!(seen.len(), 25);
    assert!(seen.is_sorted_by_key(|(at, _)| std::cmp::Reverse(*at)));
    assert_eq!(
        seen.iter()
            .map(|(_, hash)| hash)
            .collect::<std::collections::HashSet<_>>()
            .len(),
        25
    );
}

async fn metadata_is_kept_byte_for_byte(db: Db) {
    let bytes: Vec<u8> = (0..=255u8).cycle().take(100_000).collect();
    assert_eq!(db.metainfo(hash(1)).await.unwrap(), None);
    db.store_metainfo(hash(1), b"old", Timestamp(1)).await.unwrap();
    db.store_metainfo(hash(1), &bytes, Timestamp(2)).await.unwrap();
    assert!(db.metainfo(hash(1)).await.unwrap() == Some(bytes));
}

async fn use_is_noted_and_forgotten(db: Db) {
    db.touch_torrent(hash(1), Timestamp(1)).await.unwrap();
    db.touch_torrent(hash(1), Timestamp(5)).await.unwrap();
    db.touch_torrent(hash(2), Timestamp(3)).await.unwrap();
    db.forget_use(hash(2)).await.unwrap();
    assert_eq!(db.torrent_use().await.unwrap(), [(hash(1), Timestamp(5))].into());
}

async fn deleting_leaves_nothing(db: Db) {
    db.upsert_torrent(&torrent(1, "film"), Timestamp(1)).await.unwrap();
    db.store_metainfo(hash(1), b"x", Timestamp(1)).await.unwrap();
    db.touch_torrent(hash(1), Timestamp(1)).await.unwrap();
    assert!(db.delete_torrent(hash(1)).await.unwrap());
    assert!(!db.delete_torrent(hash(1)).await.unwrap());
    assert_eq!(db.torrent(hash(1)).await.unwrap(), None);
    assert_eq!(db.metainfo(hash(1)).await.unwrap(), None);
    assert!(db.torrent_use().await.unwrap().is_empty());
}

fn progress(n: u8, file_index: u32, position_seconds: f64) -> WatchProgress {
    WatchProgress {
        info_hash: hash(n),
        file_index,
        position_seconds,
        duration_seconds: 200.0,
    }
}

fn guest(id: &str) -> ViewerKey {
    ViewerKey::guest(id)
}

fn user(id: u8) -> ViewerKey {
    ViewerKey::user(UserId([id; 16]))
}

async fn history_is_each_viewer_s_own(db: Db) {
    db.upsert_torrent(&torrent(1, "film"), Timestamp(1)).await.unwrap();
    for (viewer, n, file, position, at) in [
        ("a", 1, 0, 10.0, 1),
        ("a", 1, 0, 50.0, 2),
        ("a", 1, 1, 5.0, 3),
        ("a", 2, 0, 1.0, 4),
        ("b", 1, 0, 9.0, 5),
    ] {
        db.save_progress(&guest(viewer), &progress(n, file, position), Timestamp(at))
            .await
            .unwrap();
    }
    let (items, next) = db
        .history(&guest("a"), HistoryFilter::All, Cursor::START, 10)
        .await
        .unwrap();
    assert_eq!(next, None);
    let shown: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item.info_hash,
                item.file_index,
                item.position_seconds,
                item.progress_percent,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [(hash(2), 0, 1.0, 0.5), (hash(1), 1, 5.0, 2.5), (hash(1), 0, 50.0, 25.0)]
    );
    assert_eq!(items[2].title, "film");
    assert_eq!(items[2].file_path.as_deref(), Some("a/film.mkv"));
    assert_eq!(
        items[0].title,
        hash(2).to_string(),
        "a torrent that is gone keeps its line"
    );

    let (one, _) = db
        .history(&guest("a"), HistoryFilter::Torrent(hash(1)), Cursor::START, 10)
        .await
        .unwrap();
    assert_eq!(one.len(), 2);
    let (page, next) = db
        .history(&guest("a"), HistoryFilter::All, Cursor::START, 2)
        .await
        .unwrap();
    let (rest, end) = db
        .history(&guest("a"), HistoryFilter::All, next.unwrap(), 2)
        .await
        .unwrap();
    assert_eq!((page.len(), rest.len(), end), (2, 1, None));

    let id = items[0].id.parse().unwrap();
    assert!(
        !db.delete_history(&guest("b"), id).await.unwrap(),
        "nobody removes another's line"
    );
    assert!(db.delete_history(&guest("a"), id).await.unwrap());
    assert!(!db.delete_history(&guest("a"), id).await.unwrap());
    assert_eq!(db.clear_history(&guest("a"), None).await.unwrap(), 2);
    assert_eq!(
        db.history(&guest("b"), HistoryFilter::All, Cursor::START, 10)
            .await
            .unwrap()
            .0
            .len(),
        1
    );
}

async fn history_is_searched_in_titles_and_paths(db: Db) {
    for (n, name) in [(1, "Big Buck Bunny"), (2, "100% Wolf_Pack!"), (3, "Été à Paris")] {
        let mut known = torrent(n, name);
        known.files = vec![(format!("{name}/Part {n}.MKV"), 900), ("a/Extra.srt".into(), 9)];
        db.upsert_torrent(&known, Timestamp(1)).await.unwrap();
        for file in 0..2 {
            let at = Timestamp(i64::from(n) * 10 + i64::from(file));
            db.save_progress(&user(b'a'), &progress(n, file, 5.0), at)
                .await
                .unwrap();
        }
        db.save_progress(&user(b'b'), &progress(n, 0, 5.0), Timestamp(1))
            .await
            .unwrap();
    }
    // A torrent that is gone has neither a name nor a path.
    db.save_progress(&user(b'a'), &progress(9, 0, 5.0), Timestamp(99))
        .await
        .unwrap();
    let found = async |text| -> Vec<(InfoHash, u32)> {
        let (items, _) = db
            .history(&user(b'a'), HistoryFilter::Named(text), Cursor::START, 10)
            .await
            .unwrap();
        items.iter().map(|item| (item.info_hash, item.file_index)).collect()
    };
    assert_eq!(found("bUnNy").await, [(hash(1), 1), (hash(1), 0)]);
    assert_eq!(found("part 2.mkv").await, [(hash(2), 0)], "the path of one file");
    assert_eq!(found("Été").await.len(), 2, "letters beyond ASCII, as they were typed");
    assert_eq!(found("paris").await.len(), 2);
    assert_eq!(found("100%").await.len(), 2);
    assert_eq!(found("wolf_pack!").await.len(), 2);
    for nothing in ["%%", "__", "!!"] {
        assert_eq!(found(nothing).await, [], "{nothing} is text, not a pattern");
    }
    assert_eq!(found("' OR 1=1 --").await, []);
    let named = HistoryFilter::Named("extra");
    let (page, next) = db.history(&user(b'a'), named, Cursor::START, 2).await.unwrap();
    let (rest, end) = db.history(&user(b'a'), named, next.unwrap(), 2).await.unwrap();
    assert_eq!((page.len(), rest.len(), end), (2, 1, None), "pages of what was found");

    assert_eq!(db.clear_history(&user(b'a'), Some(hash(1))).await.unwrap(), 2);
    assert_eq!(found("bunny").await, []);
    assert_eq!(found("wolf").await.len(), 2, "other torrents' lines stay");
    assert_eq!(
        db.history(&user(b'b'), HistoryFilter::All, Cursor::START, 10)
            .await
            .unwrap()
            .0
            .len(),
        3
    );
}

async fn history_knows_the_next_episode(db: Db) {
    let mut show = torrent(1, "Show");
    show.files = ["Episode 10.mkv", "Episode 2.mkv", "Episode 1.mkv"]
        .map(|name| (format!("Show/{name}"), 900))
        .to_vec();
    db.upsert_torrent(&show, Timestamp(1)).await.unwrap();
    for (file, position) in [(2, 190.0), (1, 189.0), (0, 200.0)] {
        db.save_progress(&user(b'a'), &progress(1, file, position), Timestamp(position as i64))
            .await
            .unwrap();
    }
    let (items, _) = db
        .history(&user(b'a'), HistoryFilter::All, Cursor::START, 10)
        .await
        .unwrap();
    let next: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item.file_index,
                item.next_file.clone().map(|next| (next.file_index, next.path)),
            )
        })
        .collect();
    assert_eq!(
        next,
        [
            (0, None),
            (2, Some((1, "Show/Episode 2.mkv".to_owned()))),
            (1, None), // 94.5 %: not yet at its end.
        ]
    );
}

async fn popular_counts_viewers_not_views(db: Db) {
    for n in 1..=3 {
        db.upsert_torrent(&torrent(n, &format!("film {n}")), Timestamp(1))
            .await
            .unwrap();
    }
    for (viewer, n, file, at) in [
        ("a", 1, 0, 100),
        ("a", 1, 1, 100),
        ("a", 1, 2, 100),
        ("a", 2, 0, 100),
        ("b", 2, 0, 100),
        ("c", 3, 0, 10),
        ("d", 3, 0, 10),
        ("e", 3, 0, 10),
    ] {
        db.save_progress(&guest(viewer), &progress(n, file, 1.0), Timestamp(at))
            .await
            .unwrap();
    }
    let popular = async |since| -> Vec<(InfoHash, u64)> {
        db.popular(Timestamp(since), 10)
            .await
            .unwrap()
            .iter()
            .map(|item| (item.info_hash, item.viewers))
            .collect()
    };
    assert_eq!(popular(0).await, [(hash(3), 3), (hash(2), 2), (hash(1), 1)]);
    assert_eq!(popular(50).await, [(hash(2), 2), (hash(1), 1)]);
    assert_eq!(db.popular(Timestamp(0), 1).await.unwrap().len(), 1);
}

async fn many_writers_lose_nothing(db: Db) {
    let writers = (0..40u8).map(|n| {
        let db = db.clone();
        tokio::spawn(async move {
            db.upsert_torrent(&torrent(n, "film"), Timestamp(1)).await.unwrap();
            db.save_progress(&guest(&n.to_string()), &progress(1, 0, f64::from(n)), Timestamp(1))
                .await
                .unwrap();
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(db.latest(Cursor::START, 100).await.unwrap().0.len(), 40);
    assert_eq!(db.popular(Timestamp(0), 5).await.unwrap()[0].viewers, 40);
}
