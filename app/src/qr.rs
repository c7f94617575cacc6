//! QR codes (ISO/IEC 18004) as one SVG path, encoded by the `qrcodegen` crate. Pure.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// Width of the quiet zone, modules, as required by the standard.
pub const QUIET: i32 = 4;

/// A QR code, drawn with one unit per module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Width and height, including the quiet zone.
    pub size: i32,
    /// Dark modules, row by row.
    pub path: String,
}

/// Draws the QR code of a text. Returns `None` if the text is too long.
pub fn draw(text: &str) -> Option<Drawing> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let from = x;
            while x < code.size() && code.get_module(x, y) {
                x += 1;
            }
            if x > from {
                let _ = write!(path, "M{} {}h{}v1h-{}z", from + QUIET, y + QUIET, x - from, x - from);
            }
            x += 1;
        }
    }
    Some(Drawing {
        size: code.size() + 2 * QUIET,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rooms_link_fits_into_a_small_code() {
        let drawing = draw("http://192.168.178.123:3000/room/kxd47mqz").unwrap();
        assert!(drawing.size <= 29 + 2 * QUIET, "{}", drawing.size);
        // The finder pattern in the corner: seven dark modules.
        assert!(drawing.path.starts_with("M4 4h7v1h-7z"), "{}", &drawing.path[..20]);
        assert!(draw(&"x".repeat(4_000)).is_none());
    }

    #[test]
    fn every_dark_module_is_drawn_once() {
        let code = QrCode::encode_text("matinee", QrCodeEcc::Medium).unwrap();
        let dark = (0..code.size())
            .flat_map(|y| (0..code.size()).map(move |x| (x, y)))
            .filter(|(x, y)| code.get_module(*x, *y))
            .count();
        let drawn: usize = draw("matinee")
            .unwrap()
            .path
            .split('h')
            .filter_map(|part| part.split_once('v')?.0.parse::<usize>().ok())
            .sum();
        assert_eq!(drawn, dark);
    }
}
