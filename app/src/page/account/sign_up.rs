//! `/sign-up?invite=&next=`: e-mail, username, password, and an invite code where one is needed.

use super::{Entry, already_signed_in, sign_in::query_of};
use crate::address::same_site;
use crate::api::account::browser;
use crate::client::session;
use crate::component::error_state::ErrorState;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::protocol::{SignUp as Account, SignUpMode};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

/// What every page says of a new password.
pub const PASSWORD_HINT: &str = "At least 10 characters. A few words in a row are good.";

/// The sign-up page.
#[component]
pub fn SignUp() -> impl IntoView {
    let session = session::current();
    let (next, invite) = use_query_map().with_untracked(|query| {
        let next = same_site(query.get_str("next")).to_owned();
        (next, query.get("invite").unwrap_or_default())
    });
    let content = match (session.user(), session.read(|session| session.sign_up)) {
        (Some(profile), _) => already_signed_in(&profile.user.username, &next),
        (None, SignUpMode::Closed) => closed(),
        (None, mode) => form(session, mode, invite, next),
    };
    view! {
        <Title text="Make an account" />
        <Meta name="robots" content="noindex" />
        <Entry heading="Make an account">{content}</Entry>
    }
    .into_any()
}

fn closed() -> AnyView {
    view! {
        <ErrorState title="Sign-up is closed" detail="This instance takes no new accounts. Ask whoever runs it, or sign in if you have one.">
            <a class="button-primary" href="/sign-in">"Sign in"</a>
        </ErrorState>
    }
    .into_any()
}

fn form(session: session::CurrentSession, mode: SignUpMode, invite: String, next: String) -> AnyView {
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
            })
        };
        form.send(event, work, move || session::go(&next));
    };
    let lead = if session.read(|session| session.is_new) {
        "You are the first one here: your account will run this instance."
    } else {
        "What you watched in this browser comes with you."
    };
    let needs_invite = mode == SignUpMode::Invite;
    let code = needs_invite.then(|| {
        view! { <Field form name="invite" label="Invite code" autocomplete="off" value=invite maxlength=64 hint="From whoever invited you." /> }
    });
    view! {
        <p class="entry-lead">{lead}</p>
        <form class="form" node_ref=form.node method="post" novalidate on:submit=send>
            <FormProblem form />
            {code}
            <Field form name="email" label="E-mail" kind="email" autocomplete="email" first=!needs_invite hint="Only for a forgotten password." />
            <Field form name="username" label="Username" autocomplete="username" maxlength=32 hint="What others see: 3 to 32 letters, digits, dots, dashes." />
            <Field form name="password" label="Password" kind="password" autocomplete="new-password" maxlength=128 hint=PASSWORD_HINT />
            <div class="actions">
                <Submit form label="Make an account" busy="Making it…" />
            </div>
        </form>
        <p class="entry-other">"Have one already? "<a class="button-link" href=sign_in>"Sign in"</a></p>
    }
    .into_any()
}
