//! How each indexer fares: a chip each, filled as they answer.

use crate::protocol::{IndexerReport, IndexerStatus};
use crate::text;
use leptos::prelude::*;

/// An indexer that was asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Chip {
    /// Its name.
    pub name: String,
    /// Its answer, once there is one.
    pub report: Option<IndexerReport>,
}

/// The row of chips, and what is wrong with the ones that failed.
#[component]
pub fn IndexerStrip(
    /// The indexers in the configuration's order.
    #[prop(into)]
    chips: Signal<Vec<Chip>>,
) -> impl IntoView {
    view! {
        <ul class="indexers" aria-label="Indexers">
            {move || chips.get().into_iter().map(|chip| view! { <IndexerChip chip /> }).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn IndexerChip(chip: Chip) -> impl IntoView {
    let (state, words, detail) = match chip.report {
        None => ("waiting", "asking…".to_owned(), None),
        Some(report) if report.status == IndexerStatus::Ok => {
            let hits = text::plural(report.count as u64, "hit", "hits");
            (
                "ok",
                format!("{hits} in {}", milliseconds(report.elapsed_ms)),
                report.detail,
            )
        }
        Some(report) => {
            let otherwise = match report.status {
                IndexerStatus::Timeout => format!("did not answer within {}", milliseconds(report.elapsed_ms)),
                _ => "answered with an error".to_owned(),
            };
            ("failed", report.detail.unwrap_or(otherwise), None)
        }
    };
    view! {
        <li class=format!("indexer {state}") data-testid="indexer-chip" title=detail>
            <b>{chip.name}</b>
            <span>{words}</span>
        </li>
    }
    .into_any()
}

fn milliseconds(elapsed_ms: u64) -> String {
    if elapsed_ms < 1000 {
        format!("{elapsed_ms} ms")
    } else {
        format!("{:.1} s", elapsed_ms as f64 / 1000.0)
    }
}
