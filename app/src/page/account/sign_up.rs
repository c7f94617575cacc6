//! `/sign-up?invite=&setup=&next=`: sign-up by email address, user name and password, with an invite code or setup
//! token where required.

use super::{Entry, already_signed_in, sign_in::query_of};
use crate::address::same_site;
use crate::api::account::browser;
use crate::client::session;
use crate::component::error_state::ErrorState;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::protocol::{SignUp as Account, SignUpMode};
use crate::t;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

/// The sign-up page.
#[component]
pub fn SignUp() -> impl IntoView {
    let session = session::current();
    let (next, codes) = use_query_map().with_untracked(|query| {
        let next = same_site(query.get_str("next")).to_owned();
        let codes = Codes {
            invite: query.get("invite").unwrap_or_default(),
            setup: query.get("setup").unwrap_or_default(),
        };
        (next, codes)
    });
    let content = match (session.user(), session.read(|session| session.sign_up)) {
        (Some(profile), _) => already_signed_in(&profile.user.username, &next),
        (None, SignUpMode::Closed) => closed(),
        (None, mode) => form(session, mode, codes, next),
    };
    view! {
        <Title text=t::sign_up::title() />
        <Meta name="robots" content="noindex" />
        <Entry heading=t::sign_up::title()>{content}</Entry>
    }
    .into_any()
}

fn closed() -> AnyView {
    view! {
        <ErrorState title=t::sign_up::closed() detail=t::sign_up::closed_detail()>
            <a class="button-primary" href="/sign-in">{t::common::sign_in()}</a>
        </ErrorState>
    }
    .into_any()
}

/// Codes from the link, to fill in the form.
struct Codes {
    invite: String,
    setup: String,
}

fn form(session: session::CurrentSession, mode: SignUpMode, codes: Codes, next: String) -> AnyView {
    let form = Form::new("sign-up");
    let sign_in = format!("/sign-in{}", query_of(&next));
    let send = move |event| {
        let next = next.clone();
        let work = |values: Values| {
            browser::sign_up(Account {
                email: values.text("email"),
                username: values.text("username"),
                password: values.text("password"),
                invite: values.filled("invite"),
                setup_token: values.filled("setup_token"),
            })
        };
        form.send(event, work, move || session::go(&next));
    };
    let lead = if session.read(|session| session.is_new) {
        t::sign_up::first()
    } else {
        t::sign_up::lead()
    };
    let needs_setup_token = session.read(|session| session.needs_setup_token);
    let token = needs_setup_token.then(|| {
        view! { <Field form name="setup_token" label=t::sign_up::token() autocomplete="off" value=codes.setup maxlength=128 first=true hint=t::sign_up::token_hint() /> }
    });
    let needs_invite = mode == SignUpMode::Invite;
    let code = needs_invite.then(|| {
        view! { <Field form name="invite" label=t::sign_up::code() autocomplete="off" value=codes.invite maxlength=64 hint=t::sign_up::code_hint() /> }
    });
    let other = t::sign_up::sign_in(t::sign_up::SignIn {
        link: &|text| view! { <a class="button-link" href=sign_in.clone()>{text}</a> }.into_any(),
    });
    view! {
        <p class="entry-lead">{lead}</p>
        <form class="form" node_ref=form.node method="post" novalidate on:submit=send>
            <FormProblem form />
            {token}
            {code}
            <Field form name="email" label=t::sign_up::email() kind="email" autocomplete="email" first=!needs_invite && !needs_setup_token hint=t::sign_up::email_hint() />
            <Field form name="username" label=t::sign_up::username() autocomplete="username" maxlength=32 hint=t::sign_up::username_hint() />
            <Field form name="password" label=t::sign_up::password() kind="password" autocomplete="new-password" maxlength=128 hint=t::sign_up::password_hint() />
            <div class="actions">
                <Submit form label=t::sign_up::submit() busy=t::sign_up::busy() />
            </div>
        </form>
        <p class="entry-other">{other}</p>
    }
    .into_any()
}
