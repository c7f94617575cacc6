//! `/sign-in?next=`: sign-in by email address or user name, and password.

use super::{Entry, already_signed_in};
use crate::address::{self, same_site};
use crate::api::account::browser;
use crate::client::{js, session};
use crate::component::form::{Field, Form, FormProblem, Submit};
use crate::i18n::element;
use crate::protocol::{Access, SignIn as Who, SignUpMode};
use crate::t;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

/// The sign-in page.
#[component]
pub fn SignIn() -> impl IntoView {
    let session = session::current();
    let next = use_query_map().with_untracked(|query| same_site(query.get_str("next")).to_owned());
    // Not reactive: after signing in, the next page is loaded in full.
    let content = match session.user() {
        Some(profile) => already_signed_in(&profile.user.username, &next),
        None => form(session, next),
    };
    view! {
        <Title text=t::sign_in::title() />
        <Meta name="robots" content="noindex" />
        <Entry heading=t::sign_in::title()>{content}</Entry>
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
        (true, _) => Some(t::sign_in::nobody_yet()),
        (false, Access::Accounts) => Some(t::sign_in::accounts_only()),
        (false, Access::Open) => None,
    });
    let link = |text: String| view! { <a class="button-link" href=sign_up.clone()>{text}</a> }.into_any();
    let way_in = match session.read(|session| session.sign_up) {
        SignUpMode::Open => t::sign_in::new_here(t::sign_in::NewHere { link: &link }).into_any(),
        SignUpMode::Invite => t::sign_in::invited(t::sign_in::Invited { link: &link }).into_any(),
        SignUpMode::Closed => t::sign_in::no_account().into_any(),
    };
    view! {
        <AddressNotice />
        {lead.map(|lead| view! { <p class="entry-lead">{lead}</p> })}
        <form class="form" node_ref=form.node method="post" novalidate on:submit=send>
            <FormProblem form />
            <Field form name="login" label=t::sign_in::login() autocomplete="username" first=true />
            <Field form name="password" label=t::sign_in::password() kind="password" autocomplete="current-password" maxlength=128 />
            <div class="actions">
                <Submit form label=t::sign_in::submit() busy=t::sign_in::busy() />
                {element("<a class=\"button-quiet\" href=\"/forgot\">", t::sign_in::forgot(), "</a>")}
            </div>
        </form>
        <p class="entry-other">{way_in}</p>
    }
    .into_any()
}

/// Warning that the browser's origin differs from the server's public URL, in which case the session cookie may be lost
/// silently.
#[component]
fn AddressNotice() -> impl IntoView {
    let told = use_context::<address::Told>().unwrap_or_default();
    let wrong = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let origin = js::origin();
        let is_secure = js::global("isSecureContext").is_some_and(|is| is.is_truthy());
        wrong.set(address::mismatch(&origin, is_secure, &told).map(|wrong| wrong.sentence(&origin)));
    });
    view! {
        <div role="status">
            {move || wrong.get().map(|sentence| view! { <p class="form-problem" data-testid="address-notice">{sentence}</p> })}
        </div>
    }
    .into_any()
}

/// Returns the `?next=` query for a path; empty for the home page.
pub fn query_of(next: &str) -> String {
    if next == "/" {
        return String::new();
    }
    format!("?next={}", crate::api::encode(next))
}
