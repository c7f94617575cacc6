//! Line chart of a value's last minute.

use leptos::prelude::*;

/// Width of the chart, samples.
pub const SAMPLES: usize = 60;

/// Line chart of the last [`SAMPLES`] values, the newest at the right, scaled to the largest.
#[component]
pub fn Sparkline(
    /// Heading, also for screen readers.
    #[prop(into)]
    label: String,
    /// Values, oldest first.
    #[prop(into)]
    values: Signal<Vec<u64>>,
    /// Newest value as text.
    #[prop(into)]
    words: Signal<String>,
) -> impl IntoView {
    view! {
        <figure class="sparkline">
            <figcaption>{label}<b>{words}</b></figcaption>
            <svg viewBox="0 0 59 20" preserveAspectRatio="none" aria-hidden="true">
                <path class="sparkline-area" d=move || values.with(|values| path(values, true)) />
                <path class="sparkline-line" d=move || values.with(|values| path(values, false)) />
            </svg>
        </figure>
    }
    .into_any()
}

/// Returns an SVG path in a box of 59 × 20; `closed` closes it along the bottom for the area.
fn path(values: &[u64], closed: bool) -> String {
    let most = values.iter().copied().max().unwrap_or(0).max(1) as f64;
    let skipped = SAMPLES.saturating_sub(values.len());
    let mut path = String::new();
    for (index, value) in values.iter().rev().take(SAMPLES).rev().enumerate() {
        let y = 19.0 - *value as f64 / most * 18.0;
        path += &format!("{}{} {y:.1}", if index == 0 { "M" } else { "L" }, skipped + index);
    }
    if closed && !path.is_empty() {
        path += &format!("L59 20L{skipped} 20z");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_value_is_at_the_right_end_and_the_largest_at_the_top() {
        assert_eq!(path(&[0, 10], false), "M58 19.0L59 1.0");
        assert_eq!(path(&[], true), "");
        assert_eq!(path(&[0; 200], false).matches('L').count(), SAMPLES - 1);
    }
}
