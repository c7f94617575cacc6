//! Account deletion, confirmed by the user name and the password.

use crate::api::account::browser;
use crate::client::session;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::error::Error;
use crate::i18n::element;
use crate::protocol::DeleteAccount;
use crate::t;
use leptos::prelude::*;

/// Form to delete the account; collapsed until it is opened.
#[component]
pub fn Farewell() -> impl IntoView {
    let form = Form::new("delete");
    let session = session::current();
    let send = move |event| {
        let wanted = session.read(|session| session.user.as_ref().map(|profile| profile.user.username.clone()));
        let wanted = wanted.unwrap_or_default();
        let work = move |values: Values| async move {
            if values.text("confirmation").trim() != wanted {
                return Err(Error::invalid("confirmation", t::account_deletion::not_it(&wanted)));
            }
            let password = values.text("password");
            browser::delete_account(DeleteAccount { password }).await
        };
        form.send(event, work, || session::go("/?deleted=1"));
    };
    view! {
        <details class="farewell">
            {element("<summary class=\"button-quiet\">", t::account_deletion::open(), "</summary>")}
            <form class="form" node_ref=form.node method="post" novalidate aria-label=t::account_deletion::label() on:submit=send>
                <FormProblem form />
                <Field form name="confirmation" label=t::account_deletion::username() autocomplete="off" maxlength=32 hint=t::account_deletion::username_hint() />
                <Field form name="password" label=t::account_deletion::password() kind="password" autocomplete="current-password" maxlength=128 />
                <div class="actions">
                    <Submit form label=t::account_deletion::submit() busy=t::account_deletion::busy() danger=true />
                </div>
            </form>
        </details>
    }
    .into_any()
}
