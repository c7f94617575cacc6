//! Avatar: a user's initial on a colour derived from the name, so that the same name has the same colour everywhere.

use leptos::prelude::*;

/// Number of hues; closer ones are hard to tell apart.
const HUES: u32 = 12;

/// Colour of an avatar: one of `HUES` hues, in a light or a deep tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Hue in OKLCH, degrees.
    pub hue: u32,
    /// Set for the deep tone.
    pub is_deep: bool,
}

impl Colour {
    /// Derives the colour from a name. An account's id is not used: rooms do not reveal accounts, so that users cannot
    /// be tracked from one room to another.
    pub fn of(name: &str) -> Self {
        // FNV-1a, so that similar names get different colours.
        let hash = name.trim().to_lowercase().bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        let place = (hash >> 8) % (HUES * 2);
        Self {
            hue: place / 2 * (360 / HUES),
            is_deep: place % 2 == 1,
        }
    }

    fn fill(self) -> String {
        let (lightness, chroma) = if self.is_deep { (0.67, 0.13) } else { (0.82, 0.1) };
        format!("oklch({lightness} {chroma} {})", self.hue)
    }
}

/// Round avatar. Decorative: the name is beside it or in its button's label.
#[component]
pub fn Avatar(
    /// The user's name, whose first letter is shown.
    name: String,
) -> impl IntoView {
    let letter: String = name
        .chars()
        .next()
        .map(|letter| letter.to_uppercase().collect())
        .unwrap_or_default();
    view! {
        <svg class="avatar" viewBox="0 0 40 40" aria-hidden="true">
            <circle cx="20" cy="20" r="20" fill=Colour::of(&name).fill() />
            <text x="20" y="20" text-anchor="middle" dominant-baseline="central">{letter}</text>
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_one_colour_everywhere() {
        assert_eq!(Colour::of("Ada"), Colour::of(" ada"));
        let colours: Vec<Colour> = ["hanna", "Bob", "Клара", "ada", "Eve"].map(Colour::of).to_vec();
        for (place, colour) in colours.iter().enumerate() {
            assert!(!colours[..place].contains(colour), "{colour:?}");
        }
    }

    #[test]
    fn colours_are_far_apart_and_all_are_used() {
        let names = (0..500).map(|n| Colour::of(&format!("guest {n}")));
        let used: std::collections::BTreeSet<(u32, bool)> = names.map(|colour| (colour.hue, colour.is_deep)).collect();
        assert_eq!(used.len() as u32, HUES * 2);
        assert!(used.iter().all(|(hue, _)| hue % 30 == 0 && *hue < 360));
    }
}
