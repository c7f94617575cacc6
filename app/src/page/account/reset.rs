//! `/reset?token=`: a new password, by the link of a mail. The token is in no link, no history and no referrer: it is
//! taken out of the address as soon as the page is alive, and sent only when the form is.

use super::{Entry, sign_up::PASSWORD_HINT};
use crate::api::account::browser;
use crate::component::error_state::ErrorState;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::protocol::ResetPassword;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsValue;

/// The page behind the mail's link.
#[component]
pub fn Reset() -> impl IntoView {
    let token = use_query_map().with_untracked(|query| query.get("token").unwrap_or_default());
    let form = Form::new("reset");
    Effect::new(move |_| {
        if let Ok(history) = window().history() {
            // A browser that refuses keeps a link that works only once.
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some("/reset"));
        }
    });
    let content = if token.is_empty() {
        incomplete()
    } else {
        view! {
            {move || if form.done.get() { changed() } else { ().into_any() }}
            {new_password(form, token)}
        }
        .into_any()
    };
    view! {
        <Title text="Choose a new password" />
        <Meta name="robots" content="noindex" />
        <Meta name="referrer" content="no-referrer" />
        <Entry heading="Choose a new password">{content}</Entry>
    }
    .into_any()
}

fn incomplete() -> AnyView {
    view! {
        <ErrorState title="This link is not complete" detail="Open it from the mail again, or ask for a new one.">
            <a class="button-primary" href="/forgot">"Ask for a new link"</a>
        </ErrorState>
    }
    .into_any()
}

fn changed() -> AnyView {
    view! {
        <p class="entry-lead" role="status" data-testid="password-changed">
            "Your password is changed, and every device is signed out."
        </p>
        <div class="actions"><a class="button-primary" href="/sign-in" rel="external">"Sign in"</a></div>
    }
    .into_any()
}

fn new_password(form: Form, token: String) -> AnyView {
    let send = move |event| {
        let token = token.clone();
        let work = move |values: Values| {
            browser::reset_password(ResetPassword {
                token,
                password: values.text("password"),
            })
        };
        form.send(event, work, || ());
    };
    view! {
        <form class="form" class:gone=form.done node_ref=form.node method="post" novalidate on:submit=send>
            <FormProblem form />
            <Field form name="password" label="New password" kind="password" autocomplete="new-password" maxlength=128 first=true hint=PASSWORD_HINT />
            <div class="actions">
                <Submit form label="Change the password" busy="Changing…" />
                <a class="button-quiet" href="/forgot">"Ask for a new link"</a>
            </div>
        </form>
    }
    .into_any()
}
