//! `/forgot`: asks for the mail that lets somebody choose a new password.

use super::Entry;
use crate::api::account::browser;
use crate::client::session;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::protocol::ForgotPassword;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

/// The page for a forgotten password.
#[component]
pub fn Forgot() -> impl IntoView {
    let form = Form::new("forgot");
    let sends_mail = session::current().read(|session| session.sends_mail);
    let send = move |event| {
        let work = |values: Values| {
            browser::forgot_password(ForgotPassword {
                email: values.text("email"),
            })
        };
        form.send(event, work, || ());
    };
    let no_mail = (!sends_mail).then(|| {
        view! {
            <p class="entry-lead">"This instance sends no mail. Ask whoever runs it for the link to a new password."</p>
        }
    });
    view! {
        <Title text="Forgot the password" />
        <Meta name="robots" content="noindex" />
        <Entry heading="Forgot the password?">
            {no_mail}
            <div role="status">
                {move || form.done.get().then(|| view! {
                    <p class="entry-lead" data-testid="mail-sent">
                        "If an account has that address, a mail with a link is on its way. The link works once, for 30 minutes."
                    </p>
                })}
            </div>
            <form class="form" class:gone=form.done node_ref=form.node method="post" novalidate on:submit=send>
                <FormProblem form />
                <Field form name="email" label="Your account's e-mail" kind="email" autocomplete="email" first=true />
                <div class="actions">
                    <Submit form label="Send the link" busy="Sending…" />
                </div>
            </form>
            <p class="entry-other"><a class="button-link" href="/sign-in">"Back to signing in"</a></p>
        </Entry>
    }
    .into_any()
}
