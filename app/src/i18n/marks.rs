//! Marks in an encoded message, which `build.rs` writes and `format.rs` reads. All are control characters, which no
//! catalogue may contain.
//!
//! A message is one sentence, or a table of sentences: `SELECT`, the arguments that it selects on, and for each row
//! `ROW`, a key for each of them separated by commas, `SAYS`, the sentence. The first row with matching keys applies:
//! a key is a number, a plural category of CLDR, or `*` for any. An argument or tag is named by one digit.

/// Mark of an argument; its digit follows.
pub const ARGUMENT: char = '\u{1}';
/// Mark of the begin of a tag; its digit follows.
pub const OPEN: char = '\u{2}';
/// Mark of the end of a tag.
pub const CLOSE: char = '\u{3}';
/// Mark of a table of sentences.
pub const SELECT: char = '\u{4}';
/// Mark of a row.
pub const ROW: char = '\u{5}';
/// Mark between the keys of a row and its sentence.
pub const SAYS: char = '\u{6}';
/// Key that matches any number.
pub const ANY: &str = "*";
