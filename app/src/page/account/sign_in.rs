//! `/sign-in?next=`: e-mail or username, and the password.

use super::{Entry, already_signed_in};
use crate::address::same_site;
use crate::api::account::browser;
use crate::client::session;
use crate::component::form::{Field, Form, FormProblem, Submit};
use crate::protocol::{Access, SignIn as Who, SignUpMode};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

/// The sign-in page.
#[component]
pub fn SignIn() -> impl IntoView {
    let session = session::current();
    let next = use_query_map().with_untracked(|query| same_site(query.get_str("next")).to_owned());
    // Whoever signs in here leaves at once; the page that follows is made afresh.
    let content = match session.user() {
        Some(profile) => already_signed_in(&profile.user.username, &next),
        None => form(session, next),
    };
    view! {
        <Title text="Sign in" />
        <Meta name="robots" content="noindex" />
        <Entry heading="Sign in">{content}</Entry>
    }
    .into_any()
}

fn form(session: session::CurrentSession, next: String) -> AnyView {
    let form = Form::new("sign-in");
    let sign_up = format!("/sign-up{}", query_of(&next));
    let target = next.clone();
    let send = move |event| {
        let target = target.clone();
        let work = |values: crate::component::form::Values| {
            browser::sign_in(Who {
                login: values.text("login"),
                password: values.text("password"),
            })
        };
        form.send(event, work, move || session::go(&target));
    };
    let lead = session.read(|session| match (session.is_new, session.access) {
        (true, _) => Some("Nobody has an account here yet. Whoever makes the first one runs this instance."),
        (false, Access::Accounts) => Some("This instance is for people with an account: sign in to search and watch."),
        (false, Access::Open) => None,
    });
    let way_in = match session.read(|session| session.sign_up) {
        SignUpMode::Open => view! { "New here? "<a class="button-link" href=sign_up>"Make an account"</a> }.into_any(),
        SignUpMode::Invite => view! { "Invited? "<a class="button-link" href=sign_up>"Make an account"</a> }.into_any(),
        SignUpMode::Closed => "No account? Ask whoever runs this instance.".into_any(),
    };
    view! {
        {lead.map(|lead| view! { <p class="entry-lead">{lead}</p> })}
        <form class="form" node_ref=form.node method="post" novalidate on:submit=send>
            <FormProblem form />
            <Field form name="login" label="E-mail or username" autocomplete="username" first=true />
            <Field form name="password" label="Password" kind="password" autocomplete="current-password" maxlength=128 />
            <div class="actions">
                <Submit form label="Sign in" busy="Signing in…" />
                <a class="button-quiet" href="/forgot">"Forgot the password?"</a>
            </div>
        </form>
        <p class="entry-other">{way_in}</p>
    }
    .into_any()
}

/// The `?next=` that leads to the same place.
pub fn query_of(next: &str) -> String {
    if next == "/" {
        return String::new();
    }
    format!("?next={}", crate::api::encode(next))
}
