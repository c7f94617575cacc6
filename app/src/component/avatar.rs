//! A person as a letter on their colour: the same account has the same hue everywhere.

use leptos::prelude::*;

/// The hue of an id, degrees: FNV-1a, so that ids which differ in one letter look different.
pub fn hue(id: &str) -> u32 {
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash >> 8) % 360
}

/// A round picture. Decoration: the name stands beside it or in its button's label.
#[component]
pub fn Avatar(
    /// The account's id.
    id: String,
    /// Its name, whose first letter is shown.
    name: String,
) -> impl IntoView {
    let letter: String = name
        .chars()
        .next()
        .map(|letter| letter.to_uppercase().collect())
        .unwrap_or_default();
    view! {
        <svg class="avatar" viewBox="0 0 40 40" aria-hidden="true">
            <circle cx="20" cy="20" r="20" fill=format!("oklch(0.78 0.11 {})", hue(&id)) />
            <text x="20" y="20" text-anchor="middle" dominant-baseline="central">{letter}</text>
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hue_is_stable_and_neighbours_differ() {
        let (one, other) = (
            "0199f0c2-1111-7000-8000-000000000001",
            "0199f0c2-1111-7000-8000-000000000002",
        );
        assert_eq!(hue(one), hue(one));
        assert!(hue(one).abs_diff(hue(other)) > 5);
        assert!((0..500).all(|n| hue(&n.to_string()) < 360));
    }
}
