//! Status of each indexer during a search, as chips that are updated when they respond.

use crate::client::session;
use crate::protocol::{IndexerReport, IndexerStatus};
use crate::t;
use crate::text;
use leptos::prelude::*;

/// An indexer that is queried.
#[derive(Debug, Clone, PartialEq)]
pub struct Chip {
    /// Its name.
    pub name: String,
    /// Its report; `None` until it has responded.
    pub report: Option<IndexerReport>,
}

/// Row of chips, with the errors of indexers that failed.
#[component]
pub fn IndexerStrip(
    /// Indexers in the order of the configuration.
    #[prop(into)]
    chips: Signal<Vec<Chip>>,
) -> impl IntoView {
    view! {
        <ul class="indexers" aria-label=t::indexers::label()>
            {move || chips.get().into_iter().map(|chip| view! { <IndexerChip chip /> }).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn IndexerChip(chip: Chip) -> impl IntoView {
    let is_admin = session::current().is_admin();
    let (state, words, detail) = match chip.report {
        None => ("waiting", t::indexers::asking().to_owned(), None),
        Some(report) if report.status == IndexerStatus::Skipped => {
            ("skipped", t::indexers::not_asked().to_owned(), report.detail)
        }
        Some(report) if report.status == IndexerStatus::Ok => {
            let words = match report.count {
                0 => t::indexers::nothing().to_owned(),
                count => t::indexers::hits(t::indexers::Hits {
                    count: count as u64,
                    time: &text::elapsed(report.elapsed_ms),
                }),
            };
            ("ok", words, report.detail)
        }
        Some(report) => {
            let otherwise = match report.status {
                IndexerStatus::Timeout => t::indexers::timeout(&text::elapsed(report.elapsed_ms)),
                _ => t::indexers::error().to_owned(),
            };
            let detail = report.detail.unwrap_or(otherwise);
            ("failed", if is_admin { detail } else { without_advice(&detail) }, None)
        }
    };
    view! {
        <li class=format!("indexer {state}") data-testid="indexer-chip" title=detail>
            <b>{label(&chip.name).to_owned()}</b>
            <span>{words}</span>
        </li>
    }
    .into_any()
}

/// Returns the display name of an indexer.
pub fn label(name: &str) -> &str {
    match name {
        "catalogue" => t::indexers::this_server(),
        "internet-archive" => "Internet Archive",
        name => name,
    }
}

/// Strips the advice for the operator ("; check …") from an error message.
fn without_advice(detail: &str) -> String {
    match detail.split_once("; check ") {
        Some((what, _)) => format!("{what}."),
        None => detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_is_not_told_what_only_the_operator_can_do() {
        assert_eq!(
            without_advice("Prowlarr did not answer; check that it runs and its address."),
            "Prowlarr did not answer."
        );
        let so_far = "Prowlarr did not answer within 5 s; what came before is shown.";
        assert_eq!(without_advice(so_far), so_far);
    }
}
