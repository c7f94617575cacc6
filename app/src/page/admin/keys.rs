//! Keys with which other programs add to the catalogue.

use super::parts::{Confirm, Copy, RowProblem, Rows, Work, ago};
use crate::api::admin;
use crate::component::form::{Field, Form, FormProblem, Submit};
use crate::protocol::{IngestKey, NewIngestKey};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The keys, and a form for a new one.
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
    view! {
        <section aria-labelledby="keys-heading">
            <h2 id="keys-heading">"Keys"</h2>
            <p class="admin-lead">"A program that adds to the catalogue by "<code>"POST /api/ingest"</code>" sends its key as "<code>"X-Api-Key"</code>"."</p>
            <form class="form admin-form" node_ref=form.node on:submit=send novalidate>
                <div class="admin-fields">
                    <Field form name="name" label="Which program is it for?" autocomplete="off" maxlength=100 />
                </div>
                <FormProblem form />
                <div class="actions"><Submit form label="Make a key" busy="Making it…" /></div>
            </form>
            <div role="status">
                {move || made.get().map(|key| view! {
                    <div class="admin-secret" data-testid="made-key">
                        <p><b>"This is the only time that the key is shown."</b>" Copy it now."</p>
                        <code data-testid="key">{key.clone()}</code>
                        <div class="actions">
                            <Copy text=key label="Copy key" meaning="Copy the key" />
                            <button class="button-quiet" type="button" on:click=move |_| made.set(None)>"I have it"</button>
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
                "No keys made here. Those of MATINEE_INGEST_KEYS are not listed.",
            )}
        </section>
    }
    .into_any()
}

#[component]
fn Row(key: IngestKey, rows: Rows<IngestKey>) -> impl IntoView {
    let id = StoredValue::new(key.id.clone());
    let work = Work::new();
    let revoke = move || {
        let asked = async move { admin::delete_ingest_key(&id.get_value()).await };
        work.run(asked, move |()| {
            rows.items.update(|items| items.retain(|key| key.id != id.get_value()))
        });
    };
    let used = key
        .last_used_at
        .map_or_else(|| "never used".to_owned(), |at| format!("used {}", ago(at)));
    let name = key.name.clone();
    view! {
        <li class="admin-row" data-testid="ingest-key">
            <div class="admin-row-main">
                <b>{key.name.clone()}</b>
                <p><code>{key.start.clone()}"…"</code></p>
                <p>{used}" · made "{ago(key.created_at)}</p>
                <RowProblem problem=work.problem />
            </div>
            <div class="actions">
                <Confirm label="Revoke" meaning=format!("Revoke the key of {name}") question="Its program is refused at once." yes="Revoke" busy=work.busy on_yes=revoke />
            </div>
        </li>
    }
    .into_any()
}
