//! Indexers and their status.

use super::parts::{RowAction, RowProblem, Rows};
use crate::api::admin;
use crate::component::search_controls::category_label;
use crate::i18n::element;
use crate::protocol::{AdminIndexer, Category, Hit, IndexerCaps, IndexerStatus, IndexerTest, List};
use crate::t;
use crate::text;
use leptos::prelude::*;

/// List of the configured indexers.
#[component]
pub fn Indexers() -> impl IntoView {
    let rows = Rows::new(|_| async {
        let all: List<AdminIndexer> = admin::indexers().await?;
        Ok(all)
    });
    let lead = t::admin_indexer::lead(t::admin_indexer::Lead {
        setting: &|text| element("<code>", &text, "</code>").into_any(),
    });
    view! {
        <section aria-labelledby="indexers-heading">
            {element("<h2 id=\"indexers-heading\">", t::admin::indexers(), "</h2>")}
            <p class="admin-lead">{lead}</p>
            {rows.view(
                |indexers| view! {
                    <ul class="admin-rows" data-testid="indexers">
                        <For each=move || indexers.clone() key=|indexer| indexer.name.clone() let:indexer><Row indexer /></For>
                    </ul>
                }.into_any(),
                t::admin_indexer::none(),
            )}
        </section>
    }
    .into_any()
}

#[component]
fn Row(indexer: AdminIndexer) -> impl IntoView {
    let name = StoredValue::new(indexer.name.clone());
    let work = RowAction::new();
    let result = RwSignal::new(None::<IndexerTest>);
    let test = move |_| {
        let asked = async move { admin::test_indexer(&name.get_value()).await };
        work.run(asked, move |test| drop(result.try_set(Some(test))));
    };
    let label = t::admin_indexer::test_label(&indexer.name);
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
                    {move || if work.busy.get() { t::admin_indexer::asking() } else { t::admin_indexer::test() }}
                </button>
            </div>
            <div class="admin-test" role="status">{move || result.get().map(answer)}</div>
        </li>
    }
    .into_any()
}

fn answer(test: IndexerTest) -> AnyView {
    let time = t::span::milliseconds(test.report.elapsed_ms);
    let summary = match test.report.status {
        IndexerStatus::Ok | IndexerStatus::Skipped => t::admin_indexer::works(t::admin_indexer::Works {
            count: test.report.count as u64,
            time: &time,
            asked: &test.asked,
        }),
        IndexerStatus::Timeout | IndexerStatus::Error => match &test.report.detail {
            Some(reason) => t::admin_indexer::failed_because(t::admin_indexer::FailedBecause { reason, time: &time }),
            None => t::admin_indexer::failed(&time),
        },
    };
    let is_bad = matches!(test.report.status, IndexerStatus::Timeout | IndexerStatus::Error);
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
        (t::admin_indexer::searches_words(), caps.search),
        (t::admin_indexer::searches_films(), caps.movie_search),
        (t::admin_indexer::searches_series(), caps.tv_search),
    ];
    let searches: Vec<&str> = searches
        .into_iter()
        .filter_map(|(name, can)| can.then_some(name))
        .collect();
    let searches = if searches.is_empty() {
        t::admin_indexer::searches_nothing().to_owned()
    } else {
        text::list(&searches)
    };
    let mut names: Vec<&str> = Vec::new();
    for number in &caps.categories {
        let name = category_label(Category::from_torznab(*number));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let categories = if names.is_empty() {
        t::admin_indexer::categories_none().to_owned()
    } else {
        text::list(&names)
    };
    view! {
        <dl class="admin-facts" data-testid="indexer-caps">
            <div><dt>{t::admin_indexer::searches()}</dt><dd>{searches}</dd></div>
            <div><dt>{t::admin_indexer::categories()}</dt><dd>{categories}</dd></div>
            <div><dt>{t::admin_indexer::hits_at_once()}</dt><dd>{caps.max_limit}</dd></div>
        </dl>
    }
    .into_any()
}

fn sample(hit: Hit) -> AnyView {
    let size = (hit.size_bytes > 0).then(|| format!(" · {}", text::size(hit.size_bytes)));
    view! { <li>{hit.title}<span>{size}</span></li> }.into_any()
}
