//! `/account`: profile, password, preferences, devices, data export, and account deletion.

use super::{devices::Devices, farewell::Farewell, preferences::Preferences, profile};
use crate::api::account::export;
use crate::client::{local_time, session};
use crate::component::avatar::Avatar;
use crate::component::error_state::ErrorState;
use crate::component::header::Header;
use crate::protocol::{Profile, Role};
use crate::t;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

/// The account page.
#[component]
pub fn Account() -> impl IntoView {
    let session = session::current();
    // Only the sign-in state: a changed profile must not re-render the forms.
    let is_signed_in = Memo::new(move |_| session.is_signed_in());
    view! {
        <Title text=t::account::title() />
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
        <h1 class="sr-only">{t::account::title()}</h1>
        <ErrorState title=t::account::signed_out() detail=t::account::signed_out_detail()>
            <a class="button-primary" href="/sign-in?next=%2Faccount">{t::common::sign_in()}</a>
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
    let export = export(user.id);
    let created = user.created_at;
    let since = local_time::date(created);
    let date = |_: String| view! { <time datetime=created.to_rfc3339()>{since}</time> }.into_any();
    let since = match user.role {
        Role::Admin => t::account::since_admin(t::account::SinceAdmin { date: &date }),
        Role::User => t::account::since(t::account::Since { date: &date }),
    };
    view! {
        <header class="account-head">
            <Avatar name=first_name />
            <div>
                <h1 dir="auto" data-testid="account-name">{name}</h1>
                <p>{since}</p>
            </div>
        </header>
        <Section heading=t::account::profile() lead=t::account::profile_lead()>
            <profile::NameAndAddress user=user />
        </Section>
        <Section heading=t::account::password() lead=t::account::password_lead()>
            <profile::NewPassword username=username />
        </Section>
        <Section heading=t::account::preferences() lead=t::account::preferences_lead()>
            <Preferences />
        </Section>
        <Section heading=t::account::devices() lead=t::account::devices_lead()>
            <Devices />
        </Section>
        <Section heading=t::account::data() lead=t::account::data_lead()>
            <p class="actions">
                <a class="button-quiet account-export" rel="external" download href=export>{t::account::download()}</a>
            </p>
        </Section>
        <Section heading=t::account::delete() lead=t::account::delete_lead()>
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
