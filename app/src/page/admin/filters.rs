//! Filters: what must not be found, ingested or added.

use super::parts::{Confirm, RowProblem, Rows, Work, ago};
use crate::api::admin;
use crate::component::form::{Field, Form, FormProblem, Submit};
use crate::protocol::{Filter, FilterKind, NewFilter};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The filters, and a form for a new one.
#[component]
pub fn Filters() -> impl IntoView {
    let rows = Rows::new(admin::filters);
    let form = Form::new("filter");
    let send = move |event: SubmitEvent| {
        form.send(
            event,
            |values| async move {
                let kind = values.text("kind");
                let kind = FilterKind::ALL.into_iter().find(|known| known.as_str() == kind);
                let new = NewFilter {
                    kind: kind.unwrap_or(FilterKind::Word),
                    pattern: values.text("pattern"),
                    note: values.text("note"),
                };
                rows.put(admin::make_filter(new).await?);
                Ok(())
            },
            move || form.clear(),
        );
    };
    let kinds = FilterKind::ALL.map(|kind| view! { <option value=kind.as_str()>{kind.label()}</option> });
    view! {
        <section aria-labelledby="filters-heading">
            <h2 id="filters-heading">"Filters"</h2>
            <p class="admin-lead">
                "What they fit is not found, ingested, added or opened here. Words are whole words in any case; expressions need not fit the whole title."
            </p>
            <form class="form admin-form" node_ref=form.node on:submit=send novalidate>
                <div class="admin-fields">
                    <div class="field">
                        <label for="filter-kind">"Block by"</label>
                        <select id="filter-kind" name="kind">{kinds.into_iter().collect_view()}</select>
                    </div>
                    <Field form name="pattern" label="What to block" autocomplete="off" maxlength=500 />
                    <Field form name="note" label="Why (for you)" autocomplete="off" maxlength=200 />
                </div>
                <FormProblem form />
                <div class="actions"><Submit form label="Block it" busy="Blocking it…" /></div>
            </form>
            {rows.view(
                move |filters| view! {
                    <ul class="admin-rows" data-testid="filters">
                        <For each=move || filters.clone() key=|filter| filter.id.clone() let:filter><Row filter rows /></For>
                    </ul>
                }.into_any(),
                "Nothing is blocked.",
            )}
        </section>
    }
    .into_any()
}

#[component]
fn Row(filter: Filter, rows: Rows<Filter>) -> impl IntoView {
    let id = StoredValue::new(filter.id.clone());
    let work = Work::new();
    let remove = move || {
        let asked = async move { admin::delete_filter(&id.get_value()).await };
        work.run(asked, move |()| {
            rows.items
                .update(|items| items.retain(|filter| filter.id != id.get_value()))
        });
    };
    let pattern = filter.pattern.clone();
    view! {
        <li class="admin-row" data-testid="filter">
            <div class="admin-row-main">
                <code>{filter.pattern.clone()}</code>
                <p class="admin-note">{filter.note.clone()}</p>
                <p>{filter.kind.label()}" · made "{ago(filter.created_at)}</p>
                <RowProblem problem=work.problem />
            </div>
            <div class="actions">
                <Confirm label="Remove" meaning=format!("Remove the filter {pattern}") question="What it blocks will be found again." yes="Remove" busy=work.busy on_yes=remove />
            </div>
        </li>
    }
    .into_any()
}
