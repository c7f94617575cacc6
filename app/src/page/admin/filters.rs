//! Content filters: rules for what must not be found, ingested or added.

use super::parts::{Confirm, RowAction, RowProblem, Rows, ago};
use crate::api::admin;
use crate::component::form::{Field, Form, FormProblem, Submit};
use crate::i18n::element;
use crate::protocol::{Filter, FilterKind, NewFilter};
use crate::t;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Returns the label of a kind of filter.
fn kind_label(kind: FilterKind) -> &'static str {
    match kind {
        FilterKind::Word => t::admin_filter::words(),
        FilterKind::Regex => t::admin_filter::expression(),
        FilterKind::InfoHash => t::admin_filter::hash(),
    }
}

/// List of filters, and a form for a new one.
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
    let kinds = FilterKind::ALL.map(|kind| view! { <option value=kind.as_str()>{kind_label(kind)}</option> });
    view! {
        <section aria-labelledby="filters-heading">
            {element("<h2 id=\"filters-heading\">", t::admin::filters(), "</h2>")}
            {element("<p class=\"admin-lead\">", t::admin_filter::lead(), "</p>")}
            <form class="form admin-form" node_ref=form.node on:submit=send novalidate>
                <div class="admin-fields">
                    <div class="field">
                        {element("<label for=\"filter-kind\">", t::admin_filter::by(), "</label>")}
                        <select id="filter-kind" name="kind">{kinds.into_iter().collect_view()}</select>
                    </div>
                    <Field form name="pattern" label=t::admin_filter::what() autocomplete="off" maxlength=500 />
                    <Field form name="note" label=t::admin_filter::why() autocomplete="off" maxlength=200 />
                </div>
                <FormProblem form />
                <div class="actions"><Submit form label=t::admin_filter::block() busy=t::admin_filter::blocking() /></div>
            </form>
            {rows.view(
                move |filters| view! {
                    <ul class="admin-rows" data-testid="filters">
                        <For each=move || filters.clone() key=|filter| filter.id.clone() let:filter><Row filter rows /></For>
                    </ul>
                }.into_any(),
                t::admin_filter::none(),
            )}
        </section>
    }
    .into_any()
}

#[component]
fn Row(filter: Filter, rows: Rows<Filter>) -> impl IntoView {
    let id = StoredValue::new(filter.id.clone());
    let work = RowAction::new();
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
                <p>{kind_label(filter.kind)}" · "{t::admin::made(&ago(filter.created_at))}</p>
                <RowProblem problem=work.problem />
            </div>
            <div class="actions">
                <Confirm label=t::admin_filter::remove() meaning=t::admin_filter::remove_label(&pattern) question=t::admin_filter::remove_question() yes=t::admin_filter::remove() busy=work.busy on_yes=remove />
            </div>
        </li>
    }
    .into_any()
}
