//! The engine's list, `session.json`: a row per torrent, under the engine's ID for it. Parsed leniently: an ID may be
//! there twice, in which case the engine would lose one of the two.

use anyhow::Context;
use app::protocol::InfoHash;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs, io,
    path::{Path, PathBuf},
};

/// A torrent in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The engine's ID; `None` if the torrent was not in the list.
    pub number: Option<usize>,
    pub info_hash: InfoHash,
    pub row: Row,
}

impl Line {
    /// Creates the line for a torrent that the list lost.
    pub fn of(info_hash: InfoHash) -> Self {
        Self {
            number: None,
            info_hash,
            row: Row {
                info_hash: info_hash.to_string(),
                ..Row::default()
            },
        }
    }
}

/// A row, as the engine writes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    info_hash: String,
    /// Used only if there is no `.torrent`.
    trackers: Vec<String>,
    pub output_folder: PathBuf,
    /// Files to download; all of them if `None`.
    pub only_files: Option<Vec<usize>>,
    is_paused: bool,
}

/// Result of reading the list.
#[derive(Debug, PartialEq)]
pub enum ListState {
    Lines(Vec<Line>),
    Nothing,
    Damaged,
}

/// Reads the list. Fails only if the file cannot be read.
pub fn read(file: &Path) -> anyhow::Result<ListState> {
    match fs::read(file) {
        Ok(bytes) => Ok(parse(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(ListState::Nothing),
        Err(error) => Err(error).with_context(|| format!("reading {}", file.display())),
    }
}

/// Parses the list, skipping rows that cannot be parsed. A truncated list counts as damaged as a whole.
pub fn parse(bytes: &[u8]) -> ListState {
    let Ok(list) = serde_json::from_slice::<List>(bytes) else {
        return ListState::Damaged;
    };
    let lines = list.torrents.0.into_iter().filter_map(|(number, row)| {
        let row: Row = serde_json::from_value(row).ok()?;
        let info_hash = row.info_hash.parse().ok()?;
        let number = number.parse().ok();
        Some(Line { number, info_hash, row })
    });
    ListState::Lines(lines.collect())
}

/// Writes a list in which every torrent has an ID of its own: its previous one, unless another torrent has taken it.
pub fn write(lines: Vec<Line>) -> anyhow::Result<Vec<u8>> {
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut torrents: BTreeMap<usize, Row> = BTreeMap::new();
    let mut without = Vec::new();
    for line in lines {
        match line
            .number
            .filter(|number| *number < usize::MAX / 2 && taken.insert(*number))
        {
            Some(number) => drop(torrents.insert(number, line.row)),
            None => without.push(line.row),
        }
    }
    let first = taken.last().map_or(0, |last| last + 1);
    torrents.extend(without.into_iter().zip(first..).map(|(row, number)| (number, row)));
    #[derive(Serialize)]
    struct List {
        torrents: BTreeMap<usize, Row>,
    }
    Ok(serde_json::to_vec(&List { torrents })?)
}

#[derive(Deserialize)]
struct List {
    torrents: Rows,
}

/// The rows in order, including repeated IDs.
struct Rows(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Rows;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("rows by number")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rows, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = map.next_entry()? {
                    rows.push(row);
                }
                Ok(Rows(rows))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
