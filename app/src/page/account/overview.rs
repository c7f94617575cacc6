//! `/account`: who one is here, on which devices, and the way out.

use super::{devices::Devices, farewell::Farewell, preferences::Preferences, profile};
use crate::api::account::EXPORT;
use crate::client::session;
use crate::component::avatar::Avatar;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::protocol::{Profile, Role};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

/// The account page.
#[component]
pub fn Account() -> impl IntoView {
    let session = session::current();
    // Only whether somebody is signed in: a new name must not take the forms away.
    let is_signed_in = Memo::new(move |_| session.is_signed_in());
    view! {
        <Title text="Account" />
        <Meta name="robots" content="noindex" />
        <Header query=Signal::stored(String::new()) />
        <main id="main" class="account">
            {move || match is_signed_in.get().then(|| untrack(|| session.user())).flatten() {
                Some(profile) => view! { <Sections profile /> }.into_any(),
                None => signed_out(),
            }}
        </main>
    }
    .into_any()
}

fn signed_out() -> AnyView {
    view! {
        <h1 class="sr-only">"Account"</h1>
        <ErrorState title="You are not signed in" detail="Sign in to see your account. If you were a moment ago, this device was signed out.">
            <a class="button-primary" href="/sign-in?next=%2Faccount">"Sign in"</a>
        </ErrorState>
    }
    .into_any()
}

#[component]
fn Sections(profile: Profile) -> impl IntoView {
    let session = session::current();
    let user = profile.user;
    let (first_name, username) = (user.username.clone(), user.username.clone());
    let name = move || session.user().map_or_else(String::new, |profile| profile.user.username);
    let id = user.id.clone();
    let role = (user.role == Role::Admin).then_some("Runs this instance · ");
    let since = user.created_at.to_rfc3339().unwrap_or_default();
    let since = since.get(..10).unwrap_or_default().to_owned();
    view! {
        <header class="account-head">
            <Avatar id=id name=first_name />
            <div>
                <h1 data-testid="account-name">{name}</h1>
                <p>{role}"Here since "<time datetime=since.clone()>{since.clone()}</time></p>
            </div>
        </header>
        <Section heading="Profile" lead="Your name is what others see.">
            <profile::NameAndAddress user=user />
        </Section>
        <Section heading="Password" lead="Changing it signs every other device out.">
            <profile::NewPassword username=username />
        </Section>
        <Section heading="Preferences" lead="They follow you to every device.">
            <Preferences />
        </Section>
        <Section heading="Devices" lead="Where you are signed in.">
            <Devices />
        </Section>
        <Section heading="Your data" lead="Everything this instance knows about you, as one JSON file.">
            <p class="actions">
                <a class="button-quiet account-export" rel="external" download href=EXPORT>"Download my data"</a>
            </p>
        </Section>
        <Section heading="Delete the account" lead="Your history, preferences and devices go with it, for good.">
            <Farewell />
        </Section>
    }
    .into_any()
}

#[component]
fn Section(heading: &'static str, lead: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="account-section">
            <div>
                <h2>{heading}</h2>
                <p>{lead}</p>
            </div>
            <div class="account-content">{children()}</div>
        </section>
    }
    .into_any()
}
