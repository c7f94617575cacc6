//! Ingest keys, with which other programs add to the catalogue.

use super::parts::{Confirm, Copy, RowAction, RowProblem, Rows, ago};
use crate::api::admin;
use crate::component::form::{Field, Form, FormProblem, Submit};
use crate::i18n::element;
use crate::protocol::{IngestKey, NewIngestKey};
use crate::t;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// List of ingest keys, and a form for a new one.
#[component]
pub fn Keys() -> impl IntoView {
    let rows = Rows::new(admin::ingest_keys);
    let form = Form::new("key");
    let made = RwSignal::new(None::<String>);
    let send = move |event: SubmitEvent| {
        form.send(
            event,
            |values| async move {
                let new = NewIngestKey {
                    name: values.text("name"),
                };
                let key = admin::make_ingest_key(new).await?;
                made.set(Some(key.key));
                rows.put(key.ingest_key);
                Ok(())
            },
            move || form.clear(),
        );
    };
    let code = |text: String| element("<code>", &text, "</code>").into_any();
    let lead = t::admin_key::lead(t::admin_key::Lead {
        request: &code,
        header: &code,
    });
    let once = || {
        t::admin_key::once(t::admin_key::Once {
            important: &|text| element("<b>", &text, "</b>").into_any(),
        })
    };
    view! {
        <section aria-labelledby="keys-heading">
            {element("<h2 id=\"keys-heading\">", t::admin::keys(), "</h2>")}
            <p class="admin-lead">{lead}</p>
            <form class="form admin-form" node_ref=form.node on:submit=send novalidate>
                <div class="admin-fields">
                    <Field form name="name" label=t::admin_key::program() autocomplete="off" maxlength=100 />
                </div>
                <FormProblem form />
                <div class="actions"><Submit form label=t::admin_key::make() busy=t::admin_key::making() /></div>
            </form>
            <div role="status">
                {move || made.get().map(|key| view! {
                    <div class="admin-secret" data-testid="made-key">
                        <p>{once()}</p>
                        <code data-testid="key">{key.clone()}</code>
                        <div class="actions">
                            <Copy text=key label=t::admin_key::copy() meaning=t::admin_key::copy_label() />
                            <button class="button-quiet" type="button" on:click=move |_| made.set(None)>{t::admin_key::have()}</button>
                        </div>
                    </div>
                })}
            </div>
            {rows.view(
                move |keys| view! {
                    <ul class="admin-rows" data-testid="keys">
                        <For each=move || keys.clone() key=|key| key.id.clone() let:key><Row key rows /></For>
                    </ul>
                }.into_any(),
                t::admin_key::none(),
            )}
        </section>
    }
    .into_any()
}

#[component]
fn Row(key: IngestKey, rows: Rows<IngestKey>) -> impl IntoView {
    let id = StoredValue::new(key.id.clone());
    let work = RowAction::new();
    let revoke = move || {
        let asked = async move { admin::delete_ingest_key(&id.get_value()).await };
        work.run(asked, move |()| {
            rows.items.update(|items| items.retain(|key| key.id != id.get_value()))
        });
    };
    let used = key.last_used_at.map_or_else(
        || t::admin_key::never_used().to_owned(),
        |at| t::admin_key::used(&ago(at)),
    );
    let name = key.name.clone();
    view! {
        <li class="admin-row" data-testid="ingest-key">
            <div class="admin-row-main">
                <b>{key.name.clone()}</b>
                <p><code>{key.start.clone()}"…"</code></p>
                <p>{used}" · "{t::admin::made(&ago(key.created_at))}</p>
                <RowProblem problem=work.problem />
            </div>
            <div class="actions">
                <Confirm label=t::admin_key::revoke() meaning=t::admin_key::revoke_label(&name) question=t::admin_key::revoke_question() yes=t::admin_key::revoke() busy=work.busy on_yes=revoke />
            </div>
        </li>
    }
    .into_any()
}
