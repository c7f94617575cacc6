//! Who is signed in, and the ways to what is theirs. A native popover: it opens and closes without any code of ours.

use super::avatar::Avatar;
use crate::address;
use crate::api::account::browser;
use crate::client::session;
use crate::protocol::Profile;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The person's menu, or the way in.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let session = session::current();
    let is_admin = move || session.is_admin();
    move || match session.user() {
        Some(profile) => menu(profile, is_admin()),
        None => sign_in_link(),
    }
}

/// Leads back to where one was. Not on the pages of signing in themselves.
fn sign_in_link() -> AnyView {
    let location = use_location();
    let href = move || {
        let (path, search) = (location.pathname.get(), location.search.get());
        match path.as_str() {
            "/sign-in" | "/sign-up" | "/forgot" | "/reset" => "/sign-in".to_owned(),
            _ if search.is_empty() => address::sign_in(&path),
            _ => address::sign_in(&format!("{path}?{search}")),
        }
    };
    view! { <a class="button-quiet sign-in-link" href=href data-testid="sign-in-link">"Sign in"</a> }.into_any()
}

fn menu(profile: Profile, is_admin: bool) -> AnyView {
    let user = profile.user;
    let label = format!("Account of {}", user.username);
    let leaving = RwSignal::new(false);
    let sign_out = move |_| {
        if leaving.get_untracked() {
            return;
        }
        leaving.set(true);
        leptos::task::spawn_local(async move {
            // Signed out already, or out of reach: home shows which.
            let _ = browser::sign_out().await;
            session::go("/");
        });
    };
    view! {
        <button
            class="avatar-button"
            type="button"
            popovertarget="account-menu"
            aria-label=label
            data-testid="account-menu-button"
        >
            <Avatar id=user.id name=user.username.clone() />
        </button>
        <nav class="account-menu" id="account-menu" popover="auto" aria-label="Your account" data-testid="account-menu">
            <p><b>{user.username}</b><span>{user.email}</span></p>
            <a href="/history">"History"</a>
            <a href="/account">"Account"</a>
            {is_admin.then(|| view! { <a href="/admin">"Admin"</a> })}
            <button type="button" aria-busy=move || leaving.get().to_string() data-testid="sign-out" on:click=sign_out>"Sign out"</button>
        </nav>
    }
    .into_any()
}
