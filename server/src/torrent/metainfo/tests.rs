use super::*;
use proptest::prelude::*;

fn text(value: &str) -> String {
    format!("{}:{value}", value.len())
}

/// Encodes a `.torrent` with these files and as many zero hashes as they need.
fn torrent(files: &[(&[&str], i64)], piece_length: i64) -> Vec<u8> {
    let total: i64 = files.iter().map(|(_, length)| *length).sum();
    let pieces = usize::try_from((total + piece_length - 1) / piece_length.max(1)).unwrap_or(0) * 20;
    let list: String = files
        .iter()
        .map(|(path, length)| {
            let path: String = path.iter().map(|part| text(part)).collect();
            format!("d6:lengthi{length}e4:pathl{path}ee")
        })
        .collect();
    let mut bytes = format!(
        "d8:announce{}4:infod5:filesl{list}e4:name4:film12:piece lengthi{piece_length}e6:pieces{pieces}:",
        text("http://t.example/a")
    )
    .into_bytes();
    bytes.extend(std::iter::repeat_n(0u8, pieces));
    bytes.extend(b"ee");
    bytes
}

#[test]
fn a_good_torrent_is_read_and_written_with_the_same_hash() {
    let bytes = torrent(&[(&["season 1", "e01.mkv"], 40_000), (&["notes.txt"], 3)], 16_384);
    let meta = Metainfo::parse(&bytes).unwrap();
    assert_eq!(meta.name, "film");
    assert_eq!(meta.files[0].path, "season 1/e01.mkv");
    assert_eq!(meta.size_bytes, 40_003);
    assert_eq!(meta.trackers.len(), 1);
    let again = Metainfo::parse(&meta.to_bytes()).unwrap();
    assert_eq!(again.info_hash, meta.info_hash);
    assert_eq!(again.trackers, meta.trackers);
}

#[test]
fn names_that_leave_the_folder_or_do_not_fit_are_refused() {
    let long = "x".repeat(1 << 20);
    for path in [
        &["..", "etc", "passwd"][..],
        &["a", "..", "b"],
        &["/etc/passwd"],
        &["a/../../b"],
        &["a\\b"],
        &["."],
        &[""],
        &["nul\0l"],
        &[long.as_str()],
    ] {
        let error = Metainfo::parse(&torrent(&[(path, 10)], 16_384)).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidInput, "{path:?}");
    }
}

#[test]
fn padding_may_be_called_what_files_may_not_but_not_what_no_database_keeps() {
    let padded = |path: &[&str]| {
        let bytes = torrent(&[(&["a.mkv"], 20), (path, 10)], 16_384);
        String::from_utf8_lossy(&bytes).replace("d6:lengthi10e", "d4:attr1:p6:lengthi10e")
    };
    let meta = Metainfo::parse(padded(&[".pad", "."]).as_bytes()).unwrap();
    assert_eq!(
        (meta.files[1].path.as_str(), meta.files[1].media),
        (".pad/.", Media::Other)
    );
    for path in [&[".pad", "1\0"][..], &["\0", "10"]] {
        let error = Metainfo::parse(padded(path).as_bytes()).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidInput, "{path:?}");
    }
}

#[test]
fn impossible_lengths_are_refused() {
    for (length, piece_length) in [
        (-1, 16_384),
        (0, 16_384),
        (10, 0),
        (10, -5),
        (10, 1),
        (10, 1 << 31),
        (i64::MAX, 1 << 26),
    ] {
        let bytes = torrent(&[(&["a.mp4"], length.clamp(-1, 100))], piece_length);
        let bytes = String::from_utf8_lossy(&bytes).replace("6:lengthi100e", &format!("6:lengthi{length}e"));
        assert!(Metainfo::parse(bytes.as_bytes()).is_err(), "{length} {piece_length}");
    }
    let two_huge = torrent(&[(&["a"], 1), (&["b"], 1)], 16_384);
    let two_huge = String::from_utf8_lossy(&two_huge).replace("lengthi1e", &format!("lengthi{}e", u64::MAX / 2 + 1));
    assert!(Metainfo::parse(two_huge.as_bytes()).is_err());
}

#[test]
fn a_truncated_or_deep_or_foreign_file_is_refused_in_words() {
    let good = torrent(&[(&["a.mp4"], 100_000)], 16_384);
    for cut in [0, 1, 10, good.len() / 2, good.len() - 1] {
        assert!(Metainfo::parse(&good[..cut]).is_err(), "{cut}");
    }
    let deep = [b"d1:a".as_slice(), &vec![b'l'; 1 << 20], &vec![b'e'; 1 << 20], b"e"].concat();
    assert!(Metainfo::parse(&deep).is_err());
    let page = Metainfo::parse(b"<html>sign in</html>").unwrap_err();
    assert!(page.detail.to_string().contains("web page"));
    let v2 = Metainfo::parse(b"d4:infod9:file treede12:meta versioni2e4:name1:aee").unwrap_err();
    assert!(v2.detail.to_string().contains("v2 only"), "{}", v2.detail);
    assert_eq!(
        Metainfo::parse(&vec![b'd'; limits::TORRENT_FILE_BYTES + 1])
            .unwrap_err()
            .kind,
        Kind::TooLarge
    );
}

#[test]
fn too_many_files_are_refused() {
    let names: Vec<String> = (0..=limits::FILES_PER_TORRENT).map(|n| n.to_string()).collect();
    let paths: Vec<[&str; 1]> = names.iter().map(|name| [name.as_str()]).collect();
    let files: Vec<(&[&str], i64)> = paths.iter().map(|path| (path.as_slice(), 1)).collect();
    assert!(
        Metainfo::parse(&torrent(&files, 16_384))
            .unwrap_err()
            .detail
            .to_string()
            .contains("20,000")
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = Metainfo::parse(&bytes);
    }

    #[test]
    fn no_damage_makes_it_panic(at in 0usize..400, byte: u8, cut in 0usize..400) {
        let mut bytes = torrent(&[(&["a", "b.mkv"], 50_000), (&["c.srt"], 900)], 16_384);
        let at = at % bytes.len();
        bytes[at] = byte;
        bytes.truncate(bytes.len() - cut.min(bytes.len()));
        let _ = Metainfo::parse(&bytes);
    }
}
