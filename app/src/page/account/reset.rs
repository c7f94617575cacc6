//! `/reset?token=`: sets a new password by the link in an email. The token must not leak through links, the history or
//! the referrer: it is removed from the URL after hydration, and sent only with the form.

use super::Entry;
use crate::api::account::browser;
use crate::component::error_state::ErrorState;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::i18n::element;
use crate::protocol::ResetPassword;
use crate::t;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;
use wasm_bindgen::JsValue;

/// Page to set a new password.
#[component]
pub fn Reset() -> impl IntoView {
    let token = use_query_map().with_untracked(|query| query.get("token").unwrap_or_default());
    let form = Form::new("reset");
    Effect::new(move |_| {
        if let Ok(history) = window().history() {
            // If the browser refuses, the URL keeps a token that works only once.
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
        <Title text=t::reset::title() />
        <Meta name="robots" content="noindex" />
        <Meta name="referrer" content="no-referrer" />
        <Entry heading=t::reset::title()>{content}</Entry>
    }
    .into_any()
}

fn incomplete() -> AnyView {
    view! {
        <ErrorState title=t::reset::incomplete() detail=t::reset::incomplete_detail()>
            <a class="button-primary" href="/forgot">{t::reset::new_link()}</a>
        </ErrorState>
    }
    .into_any()
}

fn changed() -> AnyView {
    view! {
        <p class="entry-lead" role="status" data-testid="password-changed">
            {t::reset::changed()}
        </p>
        <div class="actions"><a class="button-primary" href="/sign-in" rel="external">{t::common::sign_in()}</a></div>
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
            <Field form name="password" label=t::reset::password() kind="password" autocomplete="new-password" maxlength=128 first=true hint=t::sign_up::password_hint() />
            <div class="actions">
                <Submit form label=t::reset::submit() busy=t::reset::busy() />
                {element("<a class=\"button-quiet\" href=\"/forgot\">", t::reset::new_link(), "</a>")}
            </div>
        </form>
    }
    .into_any()
}
