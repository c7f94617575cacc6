//! Accounts: who they are, what they may do, whether they can sign in.

use super::parts::{Confirm, RowProblem, Rows, Work, ago};
use crate::api::admin;
use crate::client::session;
use crate::component::avatar::Avatar;
use crate::component::icon::{Icon, icon};
use crate::protocol::{AdminUser, ChangeUser, Role};
use crate::text;
use leptos::prelude::*;
use std::time::Duration;

/// How long after the last letter the list is asked for.
const TYPING: Duration = Duration::from_millis(250);

/// The accounts, with a field to find one.
#[component]
pub fn Users() -> impl IntoView {
    let query = RwSignal::new(String::new());
    let rows = Rows::new(move |cursor| admin::users(query.get_untracked(), cursor));
    let mut look = debounce(TYPING, move |typed: String| {
        query.set(typed);
        rows.again();
    });
    view! {
        <section aria-labelledby="users-heading">
            <h2 id="users-heading">"Users"</h2>
            <p class="admin-lead">"Everybody with an account here, newest first."</p>
            <div class="search-field admin-find">
                {icon(Icon::Search)}
                <input
                    type="search"
                    placeholder="Name or address"
                    aria-label="Find a user by name or address"
                    maxlength="100"
                    autocomplete="off"
                    on:input=move |event| look(event_target_value(&event))
                />
            </div>
            {rows.view(
                |users| view! {
                    <ul class="admin-rows" data-testid="users">
                        <For each=move || users.clone() key=|user| user.id.clone() let:user><User user /></For>
                    </ul>
                }.into_any(),
                "Nobody has such a name or address.",
            )}
        </section>
    }
    .into_any()
}

#[component]
fn User(user: AdminUser) -> impl IntoView {
    let is_self = session::current().read(|session| {
        let profile = session.user.as_ref();
        profile.is_some_and(|profile| profile.user.id == user.id)
    });
    let (id, name) = (StoredValue::new(user.id.clone()), user.username.clone());
    let state = RwSignal::new(user.clone());
    let work = Work::new();
    let change = move |change: ChangeUser| {
        let asked = async move { admin::change_user(&id.get_value(), change).await };
        work.run(asked, move |changed| drop(state.try_set(changed)));
    };
    let facts = move || {
        state.with(|user| {
            let used = match user.last_used_at {
                Some(at) => format!("here {}", ago(at)),
                None => "not signed in".to_owned(),
            };
            format!("{used} · {}", text::plural(user.logins, "device", "devices"))
        })
    };
    let select_label = format!("Role of {name}");
    let choose = move |event: leptos::ev::Event| {
        let role = if event_target_value(&event) == Role::Admin.as_str() {
            Role::Admin
        } else {
            Role::User
        };
        change(ChangeUser {
            role: Some(role),
            disabled: None,
        });
    };
    // What a refused change left in the menu is put right.
    let role = move || {
        work.busy.track();
        state.with(|user| user.role).as_str()
    };
    let disable = move || {
        change(ChangeUser {
            role: None,
            disabled: Some(true),
        })
    };
    let enable = move |_| {
        change(ChangeUser {
            role: None,
            disabled: Some(false),
        })
    };
    let (meaning, question) = (
        format!("Disable {name}"),
        format!("Sign {name} out everywhere and keep them out?"),
    );
    let is_disabled = Memo::new(move |_| state.with(|user| user.disabled));
    let enable_label = format!("Enable {name}");
    view! {
        <li class="admin-row" class:off=is_disabled data-testid="user">
            <Avatar id=user.id.clone() name=name.clone() />
            <div class="admin-row-main">
                <b>{name}</b>
                {is_self.then(|| view! { <span class="tag">"You"</span> })}
                {move || is_disabled.get().then(|| view! { <span class="tag">"Disabled"</span> })}
                <p>{user.email.clone()}</p>
                <p>{facts}</p>
                <RowProblem problem=work.problem />
            </div>
            <div class="actions">
                <select aria-label=select_label prop:value=role on:change=choose disabled=move || work.busy.get()>
                    <option value="user" selected=user.role == Role::User>"User"</option>
                    <option value="admin" selected=user.role == Role::Admin>"Admin"</option>
                </select>
                {move || if is_disabled.get() {
                    let label = enable_label.clone();
                    view! { <button class="button-quiet" type="button" aria-label=label on:click=enable>"Enable"</button> }.into_any()
                } else {
                    view! { <Confirm label="Disable" meaning=meaning.clone() question=question.clone() yes="Disable" busy=work.busy on_yes=disable /> }.into_any()
                }}
            </div>
        </li>
    }
    .into_any()
}
