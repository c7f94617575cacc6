//! Availability of a file's data, from the torrent's bit field (BEP 3). Pure.

use crate::protocol::{FileIndex, TorrentStats};

/// The bit field of a torrent, with its piece length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pieces {
    bits: Vec<u8>,
    count: u32,
    piece_bytes: u64,
}

/// A range of a file, as fractions of its length from 0 to 1.
pub type Segment = (f64, f64);

impl Pieces {
    /// Decodes the bit field of the statistics. If that is invalid, no piece counts as available.
    pub fn of(stats: &TorrentStats) -> Self {
        Self {
            bits: decode_base64(&stats.pieces).unwrap_or_default(),
            count: stats.piece_count,
            piece_bytes: u64::from(stats.piece_bytes),
        }
    }

    /// Returns the number of pieces.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Returns true if a piece is available. The most significant bit is first.
    pub fn has(&self, piece: u32) -> bool {
        piece < self.count
            && self
                .bits
                .get(piece as usize / 8)
                .is_some_and(|byte| byte >> (7 - piece % 8) & 1 == 1)
    }

    /// Returns the piece that contains a byte of the torrent.
    pub fn piece_at(&self, byte: u64) -> u32 {
        byte.checked_div(self.piece_bytes)
            .map_or(0, |piece| u32::try_from(piece).unwrap_or(u32::MAX))
    }

    /// Returns the available ranges of a file. A piece that spans several files counts for the part inside this one.
    pub fn segments(&self, offset_bytes: u64, size_bytes: u64) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        if size_bytes == 0 || self.piece_bytes == 0 {
            return segments;
        }
        let share = |byte: u64| byte.saturating_sub(offset_bytes).min(size_bytes) as f64 / size_bytes as f64;
        let last = self.piece_at(offset_bytes + size_bytes - 1);
        let mut begun: Option<u64> = None;
        for piece in self.piece_at(offset_bytes)..=last.min(self.count.saturating_sub(1)) {
            let start = u64::from(piece) * self.piece_bytes;
            match (self.has(piece), begun) {
                (true, None) => begun = Some(start),
                (false, Some(from)) => {
                    segments.push((share(from), share(start)));
                    begun = None;
                }
                _ => {}
            }
        }
        segments.extend(begun.map(|from| (share(from), 1.0)));
        segments
    }

    /// Returns the number of contiguous bytes available from `offset_bytes` of the torrent on, at most `limit_bytes`.
    pub fn contiguous_from(&self, offset_bytes: u64, limit_bytes: u64) -> u64 {
        if self.piece_bytes == 0 {
            return 0;
        }
        let mut piece = self.piece_at(offset_bytes);
        let mut end = offset_bytes;
        while self.has(piece) && end < offset_bytes + limit_bytes {
            piece += 1;
            end = u64::from(piece) * self.piece_bytes;
        }
        (end - offset_bytes).min(limit_bytes)
    }
}

/// Returns the offset and length of a file in its torrent, bytes.
pub fn file_span(stats: &TorrentStats, index: FileIndex) -> Option<(u64, u64)> {
    stats
        .files
        .iter()
        .find(|file| file.index == index)
        .map(|file| (file.offset_bytes, file.size_bytes))
}

/// Returns the segments as one SVG path in a box 1000 wide and 1 high. Adjacent segments are merged, to keep it short.
pub fn svg_path(segments: &[Segment]) -> String {
    let mut path = String::new();
    let mut last: Option<(u32, u32)> = None;
    let draw = |path: &mut String, (from, to): (u32, u32)| *path += &format!("M{from} 0H{to}V1H{from}z");
    for (from, to) in segments {
        let (from, to) = ((from * 1000.0).floor() as u32, (to * 1000.0).ceil() as u32);
        match last {
            Some((start, end)) if from <= end => last = Some((start, to.max(end))),
            Some(done) => {
                draw(&mut path, done);
                last = Some((from, to));
            }
            None => last = Some((from, to)),
        }
    }
    if let Some(done) = last {
        draw(&mut path, done);
    }
    path
}

/// Decodes base64 (RFC 4648 section 4); padding is optional.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits: u32 = 0;
    let mut held = 0;
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(bits: &[u8], count: u32) -> Pieces {
        Pieces {
            bits: bits.to_vec(),
            count,
            piece_bytes: 100,
        }
    }

    #[test]
    fn base64_is_read_with_and_without_padding() {
        assert_eq!(decode_base64("TWFu"), Some(b"Man".to_vec()));
        assert_eq!(decode_base64("TWE="), Some(b"Ma".to_vec()));
        assert_eq!(decode_base64("TWE"), Some(b"Ma".to_vec()));
        assert_eq!(decode_base64("/+8="), Some(vec![0xff, 0xef]));
        assert_eq!(decode_base64("T E"), None);
    }

    #[test]
    fn a_files_segments_are_cut_at_its_ends() {
        // Pieces 0, 1 and 4 of 6 are available; the file spans bytes 150 to 550.
        let pieces = pieces(&[0b1100_1000], 6);
        assert_eq!(pieces.segments(150, 400), [(0.0, 0.125), (0.625, 0.875)]);
        assert_eq!(pieces.segments(0, 200), [(0.0, 1.0)]);
        assert_eq!(pieces.segments(200, 100), []);
        assert_eq!(pieces.segments(0, 0), []);
    }

    #[test]
    fn bits_past_the_last_piece_do_not_count() {
        let pieces = pieces(&[0xff], 3);
        assert!(pieces.has(2) && !pieces.has(3));
        assert_eq!(pieces.segments(0, 300), [(0.0, 1.0)]);
    }

    #[test]
    fn the_run_up_to_the_first_gap_is_counted() {
        let pieces = pieces(&[0b1101_0000], 4);
        assert_eq!(pieces.contiguous_from(0, 1000), 200);
        assert_eq!(pieces.contiguous_from(50, 100), 100);
        assert_eq!(pieces.contiguous_from(50, 1000), 150);
        assert_eq!(pieces.contiguous_from(250, 10), 0);
    }

    #[test]
    fn touching_segments_are_drawn_as_one() {
        assert_eq!(
            svg_path(&[(0.0, 0.1), (0.1, 0.2), (0.5, 1.0)]),
            "M0 0H200V1H0zM500 0H1000V1H500z"
        );
        assert_eq!(svg_path(&[]), "");
    }
}
