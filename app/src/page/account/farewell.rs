//! The end of an account: the name typed, and the password.

use crate::api::account::browser;
use crate::client::session;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::error::Error;
use crate::protocol::DeleteAccount;
use leptos::prelude::*;

/// Closed until it is asked for.
#[component]
pub fn Farewell() -> impl IntoView {
    let form = Form::new("delete");
    let session = session::current();
    let send = move |event| {
        let wanted = session.read(|session| session.user.as_ref().map(|profile| profile.user.username.clone()));
        let wanted = wanted.unwrap_or_default();
        let work = move |values: Values| async move {
            if values.text("confirmation").trim() != wanted {
                return Err(Error::invalid("confirmation", format!("This is not {wanted}.")));
            }
            let password = values.text("password");
            browser::delete_account(DeleteAccount { password }).await
        };
        form.send(event, work, || session::go("/"));
    };
    view! {
        <details class="farewell">
            <summary class="button-quiet">"Delete my account"</summary>
            <form class="form" node_ref=form.node method="post" novalidate aria-label="Delete the account" on:submit=send>
                <FormProblem form />
                <Field form name="confirmation" label="Your username" autocomplete="off" maxlength=32 hint="Type it to be sure." />
                <Field form name="password" label="Password" kind="password" autocomplete="current-password" maxlength=128 />
                <div class="actions">
                    <Submit form label="Delete it for good" busy="Deleting…" danger=true />
                </div>
            </form>
        </details>
    }
    .into_any()
}
