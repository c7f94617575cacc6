//! Invite codes: making, copying, taking back.

use super::parts::{Confirm, Copy, RowProblem, Rows, Work, ago};
use crate::api::{self, admin, encode};
use crate::client::{js, session};
use crate::component::form::{Field, Form, FormProblem, Submit};
use crate::protocol::{Invite, NewInvite, SignUpMode};
use crate::text;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// The invites, and a form for a new one.
#[component]
pub fn Invites() -> impl IntoView {
    let rows = Rows::new(admin::invites);
    let form = Form::new("invite");
    let send = move |event: SubmitEvent| {
        form.send(
            event,
            |values| async move {
                let new = NewInvite {
                    note: values.text("note"),
                    // What is no number is refused by the server's own words: 0 is none.
                    uses: Some(values.text("uses").trim().parse().unwrap_or(0)),
                    days: values.filled("days").and_then(|days| days.parse().ok()),
                };
                rows.put(admin::make_invite(new).await?);
                Ok(())
            },
            move || form.clear(),
        );
    };
    let mode = session::current().read(|session| session.sign_up);
    let lead = match mode {
        SignUpMode::Invite => "People need one of these codes to sign up here.",
        SignUpMode::Open => "Everybody may sign up here, so codes are not needed. MATINEE_SIGN_UP=invite changes that.",
        SignUpMode::Closed => "Nobody may sign up here, so codes do nothing. MATINEE_SIGN_UP=invite changes that.",
    };
    view! {
        <section aria-labelledby="invites-heading">
            <h2 id="invites-heading">"Invites"</h2>
            <p class="admin-lead">{lead}</p>
            <form class="form admin-form" node_ref=form.node on:submit=send novalidate>
                <div class="admin-fields">
                    <Field form name="note" label="Who is it for?" autocomplete="off" maxlength=200 />
                    <Field form name="uses" label="Accounts" autocomplete="off" value="1" maxlength=4 />
                    <div class="field">
                        <label for="invite-days">"Lasts"</label>
                        <select id="invite-days" name="days">
                            <option value="1">"A day"</option>
                            <option value="7" selected=true>"A week"</option>
                            <option value="30">"A month"</option>
                            <option value="">"For ever"</option>
                        </select>
                    </div>
                </div>
                <FormProblem form />
                <div class="actions"><Submit form label="Make an invite" busy="Making it…" /></div>
            </form>
            {rows.view(
                move |invites| view! {
                    <ul class="admin-rows" data-testid="invites">
                        <For each=move || invites.clone() key=|invite| invite.id.clone() let:invite><Row invite rows /></For>
                    </ul>
                }.into_any(),
                "No invites yet.",
            )}
        </section>
    }
    .into_any()
}

#[component]
fn Row(invite: Invite, rows: Rows<Invite>) -> impl IntoView {
    let id = StoredValue::new(invite.id.clone());
    let work = Work::new();
    let remove = move || {
        let asked = async move { admin::delete_invite(&id.get_value()).await };
        work.run(asked, move |()| {
            rows.items
                .update(|items| items.retain(|invite| invite.id != id.get_value()))
        });
    };
    let link = format!("{}/sign-up?invite={}", js::origin(), encode(&invite.code));
    let is_over = invite.expires_at.is_some_and(|at| at <= api::now());
    let left = match (invite.uses_left, is_over) {
        (0, _) => "used up".to_owned(),
        (_, true) => "too old".to_owned(),
        (uses, _) => text::plural(u64::from(uses), "account left", "accounts left"),
    };
    let until = invite.expires_at.filter(|_| !is_over).and_then(|at| at.to_rfc3339());
    let until = until.map(|at| format!(" · until {}", at.get(..10).unwrap_or_default()));
    let is_spent = is_over || invite.uses_left == 0;
    let code = invite.code.clone();
    view! {
        <li class="admin-row" class:off=is_spent data-testid="invite">
            <div class="admin-row-main">
                <code data-testid="invite-code">{invite.code.clone()}</code>
                <p class="admin-note">{invite.note.clone()}</p>
                <p>{left}{until}" · made "{ago(invite.created_at)}</p>
                <RowProblem problem=work.problem />
            </div>
            <div class="actions">
                {(!is_spent).then(|| view! { <Copy text=link label="Copy link" meaning=format!("Copy the link of invite {code}") /> })}
                <Confirm label="Remove" meaning=format!("Remove invite {code}") question="It will open no more accounts." yes="Remove" busy=work.busy on_yes=remove />
            </div>
        </li>
    }
    .into_any()
}
