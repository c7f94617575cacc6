//! The pages of a person: signing in and up, a forgotten password, the account, the history. One module of code, fetched
//! when the first of them is opened.

mod devices;
mod farewell;
mod forgot;
mod history;
mod history_line;
mod key_choice;
mod overview;
mod preferences;
mod profile;
mod reset;
mod route;
mod sign_in;
mod sign_up;

use crate::client::session;
use crate::component::header::Header;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

pub use route::{preload, route};

/// The page of the address.
#[component]
pub fn AccountPages() -> impl IntoView {
    // The router makes this afresh for each of its routes.
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

/// A page that asks one thing.
#[component]
fn Entry(
    /// Its heading.
    #[prop(into)]
    heading: String,
    /// The form and what goes with it.
    children: Children,
) -> impl IntoView {
    view! {
        <Header />
        <main id="main" class="entry">
            <h1>{heading}</h1>
            {children()}
            <noscript><p class="form-problem">"This page needs JavaScript."</p></noscript>
        </main>
    }
    .into_any()
}

/// What stands in place of the form for somebody who is signed in already.
fn already_signed_in(name: &str, next: &str) -> AnyView {
    let sign_out = move |_| {
        leptos::task::spawn_local(async move {
            // Signed out already, or out of reach: the page that follows shows which.
            let _ = crate::api::account::browser::sign_out().await;
            session::go("/sign-in");
        });
    };
    view! {
        <p class="entry-lead">{format!("You are signed in as {name}.")}</p>
        <div class="actions">
            <a class="button-primary" href=next.to_owned()>"Go on"</a>
            <button class="button-quiet" type="button" on:click=sign_out>"Sign out"</button>
        </div>
    }
    .into_any()
}
