use super::list::{Line, ListState, parse, write};
use app::protocol::InfoHash;
use serde_json::json;

fn hash(n: u8) -> InfoHash {
    InfoHash([n; 20])
}

/// A row as the engine writes it.
fn row(n: u8, folder: &str) -> serde_json::Value {
    json!({
        "info_hash": hash(n).to_string(),
        "trackers": ["http://t.example/announce"],
        "output_folder": folder,
        "only_files": [0],
        "is_paused": false,
    })
}

fn lines(text: &str) -> Vec<Line> {
    match parse(text.as_bytes()) {
        ListState::Lines(lines) => lines,
        other => panic!("{other:?}: {text}"),
    }
}

#[test]
fn a_number_that_is_there_twice_loses_neither() {
    let text = format!(
        r#"{{"torrents":{{"3":{},"3":{},"4":{}}}}}"#,
        row(1, "/a"),
        row(2, "/b"),
        row(3, "/c")
    );
    let twice = lines(&text);
    assert_eq!(
        twice.iter().map(|line| line.info_hash).collect::<Vec<_>>(),
        [hash(1), hash(2), hash(3)]
    );
    let written = String::from_utf8(write(twice).unwrap()).unwrap();
    let once = lines(&written);
    let numbers: Vec<_> = once.iter().map(|line| (line.number.unwrap(), line.info_hash)).collect();
    assert_eq!(numbers, [(3, hash(1)), (4, hash(3)), (5, hash(2))]);
    assert_eq!(
        write(once).unwrap(),
        written.as_bytes(),
        "what is in order stays as it is"
    );
}

#[test]
fn a_row_that_cannot_be_read_sinks_no_other() {
    let text = format!(
        r#"{{"torrents":{{"0":{{"info_hash":"?"}},"x":{},"2":17}}}}"#,
        row(1, "/a")
    );
    let left = lines(&text);
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].info_hash, left[0].number), (hash(1), None));
}

#[test]
fn a_list_that_was_cut_anywhere_is_damaged_and_never_taken_for_a_shorter_one() {
    let whole = format!(r#"{{"torrents":{{"0":{},"1":{}}}}}"#, row(1, "/a"), row(2, "/b"));
    assert_eq!(lines(&whole).len(), 2);
    for end in 0..whole.len() {
        assert_eq!(parse(&whole.as_bytes()[..end]), ListState::Damaged, "cut at {end}");
    }
    assert_eq!(
        parse(&vec![0; whole.len()]),
        ListState::Damaged,
        "what a machine without power leaves"
    );
}
