//! Indexers: which there are, and whether they answer.

use super::parts::{RowProblem, Rows, Work};
use crate::api::admin;
use crate::protocol::{AdminIndexer, Category, Hit, IndexerCaps, IndexerStatus, IndexerTest, List};
use crate::text;
use leptos::prelude::*;

/// The indexers of the configuration.
#[component]
pub fn Indexers() -> impl IntoView {
    let rows = Rows::new(|_| async {
        let all: List<AdminIndexer> = admin::indexers().await?;
        Ok(all)
    });
    view! {
        <section aria-labelledby="indexers-heading">
            <h2 id="indexers-heading">"Indexers"</h2>
            <p class="admin-lead">"Where searches are sent. They are set by "<code>"MATINEE_INDEXERS"</code>"."</p>
            {rows.view(
                |indexers| view! {
                    <ul class="admin-rows" data-testid="indexers">
                        <For each=move || indexers.clone() key=|indexer| indexer.name.clone() let:indexer><Row indexer /></For>
                    </ul>
                }.into_any(),
                "No indexers: nothing can be found.",
            )}
        </section>
    }
    .into_any()
}

#[component]
fn Row(indexer: AdminIndexer) -> impl IntoView {
    let name = StoredValue::new(indexer.name.clone());
    let work = Work::new();
    let result = RwSignal::new(None::<IndexerTest>);
    let test = move |_| {
        let asked = async move { admin::test_indexer(&name.get_value()).await };
        work.run(asked, move |test| drop(result.try_set(Some(test))));
    };
    let label = format!("Test {}", indexer.name);
    let address = indexer.address.clone().map(|address| format!(" · {address}"));
    view! {
        <li class="admin-row" data-testid="indexer">
            <div class="admin-row-main">
                <b>{indexer.name.clone()}</b>
                <p>{indexer.kind.clone()}{address}</p>
                <RowProblem problem=work.problem />
            </div>
            <div class="actions">
                <button class="button-quiet" type="button" aria-label=label aria-busy=move || work.busy.get().to_string() on:click=test>
                    {move || if work.busy.get() { "Asking…" } else { "Test" }}
                </button>
            </div>
            <div class="admin-test" role="status">{move || result.get().map(answer)}</div>
        </li>
    }
    .into_any()
}

fn answer(test: IndexerTest) -> AnyView {
    let took = format!("{} ms", text::number(test.report.elapsed_ms));
    let summary = match test.report.status {
        IndexerStatus::Ok => {
            let hits = text::plural(test.report.count as u64, "hit", "hits");
            format!("It answered in {took}. Asked for {}, it gave {hits}.", test.asked)
        }
        IndexerStatus::Timeout | IndexerStatus::Error => {
            let detail = test.report.detail.clone().unwrap_or_else(|| "It failed.".to_owned());
            format!("{detail} That took {took}.")
        }
    };
    let is_bad = test.report.status != IndexerStatus::Ok;
    view! {
        <div data-testid="indexer-test">
            <p class:form-problem=is_bad>{summary}</p>
            {test.caps.map(caps)}
            {(!test.sample.is_empty()).then(|| view! { <ul class="admin-sample">{test.sample.into_iter().map(sample).collect_view()}</ul> })}
        </div>
    }
    .into_any()
}

fn caps(caps: IndexerCaps) -> AnyView {
    let searches = [
        ("words", caps.search),
        ("films", caps.movie_search),
        ("series", caps.tv_search),
    ];
    let searches: Vec<&str> = searches
        .into_iter()
        .filter_map(|(name, can)| can.then_some(name))
        .collect();
    let searches = if searches.is_empty() {
        "nothing".to_owned()
    } else {
        searches.join(", ")
    };
    let mut names: Vec<&str> = Vec::new();
    for number in &caps.categories {
        let name = Category::from_torznab(*number).label();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let categories = if names.is_empty() {
        "it lists none".to_owned()
    } else {
        names.join(", ")
    };
    view! {
        <dl class="admin-facts" data-testid="indexer-caps">
            <div><dt>"Searches for"</dt><dd>{searches}</dd></div>
            <div><dt>"Categories"</dt><dd>{categories}</dd></div>
            <div><dt>"Hits at once"</dt><dd>{caps.max_limit}</dd></div>
        </dl>
    }
    .into_any()
}

fn sample(hit: Hit) -> AnyView {
    let size = (hit.size_bytes > 0).then(|| format!(" · {}", text::size(hit.size_bytes)));
    view! { <li>{hit.title}<span>{size}</span></li> }.into_any()
}
