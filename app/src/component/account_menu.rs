//! Account menu. A native popover (`popovertarget`), which opens and closes without script.

use super::avatar::Avatar;
use crate::address;
use crate::api::account::browser;
use crate::client::session;
use crate::error::Kind;
use crate::i18n::element;
use crate::protocol::Profile;
use crate::t;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Menu of the signed-in user, or a link to sign in.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let session = session::current();
    let is_admin = move || session.is_admin();
    move || match session.user() {
        Some(profile) => menu(profile, is_admin()),
        None => sign_in_link(),
    }
}

/// Link to the sign-in page, which returns to the current page unless that is one of the sign-in pages itself.
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
    view! { <a class="button-quiet sign-in-link" href=href data-testid="sign-in-link">{t::common::sign_in()}</a> }
        .into_any()
}

fn menu(profile: Profile, is_admin: bool) -> AnyView {
    let user = profile.user;
    let label = t::account_menu::of(&user.username);
    let leaving = RwSignal::new(false);
    let sign_out = move |_| {
        if leaving.get_untracked() {
            return;
        }
        leaving.set(true);
        leptos::task::spawn_local(async move {
            match browser::sign_out().await {
                // Another account is signed in by now, which did not ask to be signed out. The account notice says so.
                Err(error) if error.kind == Kind::AnotherAccount => leaving.set(false),
                // Signed out already, or the server is unreachable: the home page shows which.
                _ => session::go("/"),
            }
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
            <Avatar name=user.username.clone() />
        </button>
        <nav class="account-menu" id="account-menu" popover="auto" aria-label=t::account_menu::label() data-testid="account-menu">
            <p><b dir="auto">{user.username}</b><span>{user.email}</span></p>
            {element("<a href=\"/history\">", t::account_menu::history(), "</a>")}
            {element("<a href=\"/account\">", t::account_menu::account(), "</a>")}
            {is_admin.then(|| view! { <a href="/admin">{t::account_menu::admin()}</a> })}
            <button type="button" aria-busy=move || leaving.get().to_string() data-testid="sign-out" on:click=sign_out>{t::account_menu::sign_out()}</button>
        </nav>
    }
    .into_any()
}
