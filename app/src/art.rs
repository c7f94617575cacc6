//! Generated poster art for an info hash: two hues, a soft gradient and one figure. Pure: the same hash always produces
//! the same image.

use crate::protocol::InfoHash;

/// Returns the image as an SVG document of 200 × 300 units. Contains no untrusted text.
pub fn svg(info_hash: InfoHash) -> String {
    let bytes = info_hash.0;
    let hue = f64::from(u16::from_be_bytes([bytes[0], bytes[1]])) / 65_536.0 * 360.0;
    // Neighbouring or opposite hues on the colour wheel: gradients between others look muddy.
    let step = [38.0, 64.0, 150.0, 205.0, 296.0, 322.0][usize::from(bytes[2]) % 6];
    let other = (hue + step) % 360.0;
    let tilt = 15 + u32::from(bytes[3]) % 60;
    // A unique gradient ID, because a page shows several images.
    let id = bytes[..6]
        .iter()
        .fold(String::from("g"), |id, byte| id + &format!("{byte:02x}"));
    let figure = figure(&bytes);
    format!(
        "<svg viewBox=\"0 0 200 300\" preserveAspectRatio=\"xMidYMid slice\" aria-hidden=\"true\">\
         <defs><linearGradient id=\"{id}\" gradientTransform=\"rotate({tilt} .5 .5)\">\
         <stop stop-color=\"oklch(.47 .12 {hue:.0})\"/><stop offset=\"1\" stop-color=\"oklch(.25 .075 {other:.0})\"/>\
         </linearGradient></defs><rect width=\"200\" height=\"300\" fill=\"url(#{id})\"/>\
         <g fill=\"oklch(.74 .13 {other:.0})\" stroke=\"oklch(.74 .13 {other:.0})\" stroke-width=\"0\" \
         opacity=\".5\">{figure}</g></svg>"
    )
}

/// Returns one of eight figures, positioned and rotated by the hash. It stays in the upper two thirds, above the title.
fn figure(bytes: &[u8; 20]) -> String {
    let x = 50 + u32::from(bytes[5]) % 100;
    let y = 60 + u32::from(bytes[6]) % 70;
    let turn = u32::from(bytes[7]) * 360 / 256;
    let size = 42 + u32::from(bytes[8]) % 34;
    match bytes[4] % 8 {
        // A sun.
        0 => format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{size}\"/>"),
        // Rings.
        1 => (0..4)
            .map(|ring| {
                let radius = size / 3 + ring * size / 3;
                format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"none\" stroke-width=\"7\"/>")
            })
            .collect(),
        // A crescent.
        2 => format!(
            "<path transform=\"rotate({turn} {x} {y})\" d=\"M{x} {top}a{size} {size} 0 1 0 0 {double}a{flat} {flat} 0 1 1 0 -{double}z\"/>",
            top = y.saturating_sub(size),
            double = size * 2,
            flat = size * 5 / 4,
        ),
        // A projector beam.
        3 => format!(
            "<path d=\"M{x} 24L{left} 300H{right}z\" opacity=\".75\"/><circle cx=\"{x}\" cy=\"24\" r=\"9\"/>",
            left = x.saturating_sub(size + 30),
            right = x + size + 30,
        ),
        // Hills.
        4 => format!(
            "<path d=\"M-10 {a}Q50 {b} 110 {a}T230 {a}V320H-10z\" opacity=\".55\"/>\
             <path d=\"M-10 {c}Q70 {y} 130 {c}T240 {c}V320H-10z\" opacity=\".6\"/><circle cx=\"{x}\" cy=\"58\" r=\"20\"/>",
            a = 150 + size / 2,
            b = 60 + size,
            c = 190 + size / 3,
        ),
        // Bars, like a skyline or the heads of an audience.
        5 => (0..5)
            .map(|bar| {
                let height = 50 + u32::from(bytes[9 + bar]) % 130;
                format!(
                    "<rect x=\"{left}\" y=\"{top}\" width=\"22\" height=\"{height}\" rx=\"11\"/>",
                    left = 21 + bar * 34,
                    top = 215 - height,
                )
            })
            .collect(),
        // A tilted square.
        6 => format!(
            "<rect transform=\"rotate({turn} 100 100)\" x=\"{left}\" y=\"{top}\" width=\"{side}\" height=\"{side}\" rx=\"12\"/>",
            left = 100 - size * 4 / 5,
            top = 110 - size,
            side = size * 8 / 5,
        ),
        // Two overlapping circles.
        _ => format!(
            "<circle cx=\"{left}\" cy=\"{y}\" r=\"{size}\" opacity=\".7\"/><circle cx=\"{right}\" cy=\"{y}\" r=\"{size}\" opacity=\".7\"/>",
            left = 100 - size / 2,
            right = 100 + size / 2,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_one_picture_and_another_hash_another() {
        let hash = |seed: u8| {
            InfoHash(std::array::from_fn(|index| {
                seed.wrapping_mul(37).wrapping_add(index as u8 * 11)
            }))
        };
        assert_eq!(svg(hash(1)), svg(hash(1)));
        assert_ne!(svg(hash(1)), svg(hash(2)));
    }

    #[test]
    fn every_figure_is_well_formed_and_small() {
        for seed in 0..=255 {
            let picture = svg(InfoHash([seed; 20]));
            assert!(picture.len() < 1400, "{} bytes", picture.len());
            assert_eq!(picture.matches('<').count(), picture.matches('>').count());
            assert!(picture.starts_with("<svg") && picture.ends_with("</svg>"));
        }
    }
}
