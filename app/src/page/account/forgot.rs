//! `/forgot`: requests an email with a link to reset the password.

use super::Entry;
use crate::api::account::browser;
use crate::client::session;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::i18n::element;
use crate::protocol::ForgotPassword;
use crate::t;
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
    let no_mail = (!sends_mail).then(|| element("<p class=\"entry-lead\">", t::forgot::no_mail(), "</p>"));
    view! {
        <Title text=t::forgot::title() />
        <Meta name="robots" content="noindex" />
        <Entry heading=t::forgot::heading()>
            {no_mail}
            <div role="status">
                {move || form.done.get().then(|| view! {
                    <p class="entry-lead" data-testid="mail-sent">
                        {if sends_mail { t::forgot::sent() } else { t::forgot::made() }}
                    </p>
                })}
            </div>
            <form class="form" class:gone=form.done node_ref=form.node method="post" novalidate on:submit=send>
                <FormProblem form />
                <Field form name="email" label=t::forgot::email() kind="email" autocomplete="email" first=true />
                <div class="actions">
                    <Submit form label=if sends_mail { t::forgot::send() } else { t::forgot::ask() } busy=t::forgot::busy() />
                </div>
            </form>
            {element("<p class=\"entry-other\"><a class=\"button-link\" href=\"/sign-in\">", t::forgot::back(), "</a></p>")}
        </Entry>
    }
    .into_any()
}
