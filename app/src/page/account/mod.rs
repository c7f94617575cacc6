//! Account pages: sign-in, sign-up, password reset, account, history. One chunk of code, loaded when the first of them
//! is opened.

mod devices;
mod farewell;
mod forgot;
mod history;
mod history_line;
mod overview;
mod preferences;
mod profile;
mod reset;
mod sign_in;
mod sign_up;

use crate::client::session;
use crate::component::header::Header;
use crate::error::Kind;
use crate::i18n::element;
use crate::t;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

super::lazy::lazy_page!(AccountPages as AccountRoute);

/// Page for the current path.
#[component]
pub fn AccountPages() -> impl IntoView {
    // The router creates this component anew for each of its routes.
    let path = use_location().pathname.get_untracked();
    match path.trim_end_matches('/') {
        "/sign-up" => view! { <sign_up::SignUp /> }.into_any(),
        "/forgot" => view! { <forgot::Forgot /> }.into_any(),
        "/reset" => view! { <reset::Reset /> }.into_any(),
        "/account" => view! { <overview::Account /> }.into_any(),
        "/history" => view! { <history::History /> }.into_any(),
        _ => view! { <sign_in::SignIn /> }.into_any(),
    }
}

/// Page with a single form.
#[component]
fn Entry(
    /// Heading.
    #[prop(into)]
    heading: String,
    /// The form and its surroundings.
    children: Children,
) -> impl IntoView {
    view! {
        <Header />
        <main id="main" class="entry">
            <h1>{heading}</h1>
            {children()}
            {element("<noscript><p class=\"form-problem\">", t::entry::needs_script(), "</p></noscript>")}
        </main>
    }
    .into_any()
}

/// Shown in place of the form to a user who is signed in already.
fn already_signed_in(name: &str, next: &str) -> AnyView {
    let sign_out = move |_| {
        leptos::task::spawn_local(async move {
            match crate::api::account::browser::sign_out().await {
                // Another account is signed in by now, which did not ask to be signed out. The account notice says so.
                Err(error) if error.kind == Kind::AnotherAccount => {}
                // Signed out already, or the server is unreachable: the next page shows which.
                _ => session::go("/sign-in"),
            }
        });
    };
    view! {
        <p class="entry-lead">{t::entry::signed_in_as(name)}</p>
        <div class="actions">
            <a class="button-primary" href=next.to_owned()>{t::entry::go_on()}</a>
            <button class="button-quiet" type="button" on:click=sign_out>{t::entry::sign_out()}</button>
        </div>
    }
    .into_any()
}
