//! Devices on which an account is signed in, with buttons to sign them out.

use crate::api::{self, account};
use crate::component::error_state::ErrorState;
use crate::error::Error;
use crate::protocol::{Login, LoginId, Timestamp};
use crate::t;
use crate::text;
use leptos::prelude::*;

/// List of the account's logins.
#[component]
pub fn Devices() -> impl IntoView {
    let logins = Resource::new(|| (), |()| account::logins());
    view! {
        <Transition fallback=|| view! { <div class="skeleton skeleton-hit"></div> }>
            {move || Suspend::new(async move {
                match logins.await {
                    Ok(list) => view! { <List logins=list.items /> }.into_any(),
                    Err(error) => view! {
                        <ErrorState title=error.heading() detail=error.detail>
                            <button class="button-primary" type="button" on:click=move |_| logins.refetch()>{t::common::try_again()}</button>
                        </ErrorState>
                    }
                    .into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn List(logins: Vec<Login>) -> impl IntoView {
    let now = api::now();
    let logins = RwSignal::new(logins);
    let problem = RwSignal::new(None::<Error>);
    let has_others = move || logins.with(|logins| logins.iter().any(|login| !login.current));
    let end_others = move |_| {
        leptos::task::spawn_local(async move {
            match account::browser::end_other_logins().await {
                Ok(()) => drop(logins.try_update(|logins| logins.retain(|login| login.current))),
                Err(error) => drop(problem.try_set(Some(error))),
            }
        });
    };
    let end = move |id: LoginId| {
        leptos::task::spawn_local(async move {
            match account::browser::end_login(id).await {
                Ok(()) => drop(logins.try_update(|logins| logins.retain(|login| login.id != id))),
                Err(error) => drop(problem.try_set(Some(error))),
            }
        });
    };
    view! {
        <div role="alert">
            {move || problem.get().map(|error| view! { <p class="form-problem">{error.detail.to_string()}</p> })}
        </div>
        <ul class="devices" data-testid="devices">
            <For each=move || logins.get() key=|login| login.id let:login>
                <Device login now on_end=end />
            </For>
        </ul>
        {move || has_others().then(|| view! {
            <button class="button-quiet devices-all" type="button" on:click=end_others>{t::devices::sign_out_others()}</button>
        })}
    }
    .into_any()
}

#[component]
fn Device(login: Login, now: Timestamp, on_end: impl Fn(LoginId) + Copy + 'static) -> impl IntoView {
    let label = t::devices::sign_out_of(&login.device);
    let used = t::devices::used(&text::ago(now, login.last_used_at));
    let id = login.id;
    let end = if login.current {
        view! { <span class="tag">{t::devices::this()}</span> }.into_any()
    } else {
        view! { <button class="button-quiet" type="button" aria-label=label on:click=move |_| on_end(id)>{t::devices::sign_out()}</button> }
            .into_any()
    };
    view! {
        <li>
            <div>
                <b>{login.device}</b>
                <p>{used}" · "{login.address}</p>
            </div>
            {end}
        </li>
    }
    .into_any()
}
