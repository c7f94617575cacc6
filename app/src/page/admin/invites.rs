//! Invite codes: create, copy, revoke.

use super::parts::{Confirm, Copy, RowAction, RowProblem, Rows, ago};
use crate::api::{self, admin, encode};
use crate::client::{js, local_time, session};
use crate::component::form::{Field, Form, FormProblem, Submit};
use crate::i18n::element;
use crate::protocol::{Invite, NewInvite, SignUpMode};
use crate::t;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// List of invites, and a form for a new one.
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
                    // 0 for what is not a number; the server rejects it with its own message.
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
        SignUpMode::Invite => t::admin_invite::needed(),
        SignUpMode::Open => t::admin_invite::not_needed(),
        SignUpMode::Closed => t::admin_invite::useless(),
    };
    view! {
        <section aria-labelledby="invites-heading">
            {element("<h2 id=\"invites-heading\">", t::admin::invites(), "</h2>")}
            <p class="admin-lead">{lead}</p>
            <form class="form admin-form" node_ref=form.node on:submit=send novalidate>
                <div class="admin-fields">
                    <Field form name="note" label=t::admin_invite::whom() autocomplete="off" maxlength=200 />
                    <Field form name="uses" label=t::admin_invite::accounts() autocomplete="off" value="1" maxlength=4 />
                    <div class="field">
                        {element("<label for=\"invite-days\">", t::admin_invite::lasts(), "</label>")}
                        <select id="invite-days" name="days">
                            {element("<option value=\"1\">", t::admin_invite::day(), "</option>")}
                            <option value="7" selected=true>{t::admin_invite::week()}</option>
                            {element("<option value=\"30\">", t::admin_invite::month(), "</option>")}
                            {element("<option value=\"\">", t::admin_invite::for_ever(), "</option>")}
                        </select>
                    </div>
                </div>
                <FormProblem form />
                <div class="actions"><Submit form label=t::admin_invite::make() busy=t::admin_invite::making() /></div>
            </form>
            {rows.view(
                move |invites| view! {
                    <ul class="admin-rows" data-testid="invites">
                        <For each=move || invites.clone() key=|invite| invite.id.clone() let:invite><Row invite rows /></For>
                    </ul>
                }.into_any(),
                t::admin_invite::none(),
            )}
        </section>
    }
    .into_any()
}

#[component]
fn Row(invite: Invite, rows: Rows<Invite>) -> impl IntoView {
    let id = StoredValue::new(invite.id.clone());
    let work = RowAction::new();
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
        (0, _) => t::admin_invite::used_up().to_owned(),
        (_, true) => t::admin_invite::too_old().to_owned(),
        (uses, _) => t::admin_invite::left(uses.into()),
    };
    let until = invite.expires_at.filter(|_| !is_over);
    let until = until.map(|at| {
        let date = local_time::date(at);
        let until = t::admin_invite::until(t::admin_invite::Until {
            date: &|_| date.into_any(),
        });
        view! { " · "{until} }
    });
    let is_spent = is_over || invite.uses_left == 0;
    let code = invite.code.clone();
    view! {
        <li class="admin-row" class:off=is_spent data-testid="invite">
            <div class="admin-row-main">
                <code data-testid="invite-code">{invite.code.clone()}</code>
                <p class="admin-note">{invite.note.clone()}</p>
                <p>{left}{until}" · "{t::admin::made(&ago(invite.created_at))}</p>
                <RowProblem problem=work.problem />
            </div>
            <div class="actions">
                {(!is_spent).then(|| view! { <Copy text=link label=t::admin_invite::copy() meaning=t::admin_invite::copy_label(&code) /> })}
                <Confirm label=t::admin_invite::remove() meaning=t::admin_invite::remove_label(&code) question=t::admin_invite::remove_question() yes=t::admin_invite::remove() busy=work.busy on_yes=remove />
            </div>
        </li>
    }
    .into_any()
}
