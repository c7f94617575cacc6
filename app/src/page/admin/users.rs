//! User accounts: role, activity, and whether they are disabled.

use super::parts::{Confirm, RowAction, RowProblem, Rows, ago};
use crate::api::admin;
use crate::client::session;
use crate::component::avatar::Avatar;
use crate::component::icon::{Icon, icon};
use crate::i18n::element;
use crate::protocol::{AdminUser, ChangeUser, Role};
use crate::t;
use leptos::prelude::*;
use std::time::Duration;

/// Debounce interval of the search.
const DEBOUNCE: Duration = Duration::from_millis(250);

/// List of users, with a search field.
#[component]
pub fn Users() -> impl IntoView {
    let query = RwSignal::new(String::new());
    let rows = Rows::new(move |cursor| admin::users(query.get_untracked(), cursor));
    let mut look = debounce(DEBOUNCE, move |typed: String| {
        query.set(typed);
        rows.again();
    });
    view! {
        <section aria-labelledby="users-heading">
            {element("<h2 id=\"users-heading\">", t::admin::users(), "</h2>")}
            {element("<p class=\"admin-lead\">", t::admin_user::lead(), "</p>")}
            <div class="search-field admin-find">
                {icon(Icon::Search)}
                <input
                    type="search"
                    placeholder=t::admin_user::find()
                    aria-label=t::admin_user::find_label()
                    maxlength="100"
                    autocomplete="off"
                    on:input=move |event| look(event_target_value(&event))
                />
            </div>
            {rows.view(
                |users| view! {
                    <ul class="admin-rows" data-testid="users">
                        <For each=move || users.clone() key=|user| user.id let:user><User user /></For>
                    </ul>
                }.into_any(),
                t::admin_user::nobody(),
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
    let (id, name) = (user.id, user.username.clone());
    let state = RwSignal::new(user.clone());
    let work = RowAction::new();
    let change = move |change: ChangeUser| {
        let asked = async move { admin::change_user(id, change).await };
        work.run(asked, move |changed| drop(state.try_set(changed)));
    };
    let facts = move || {
        state.with(|user| {
            let used = match user.last_used_at {
                Some(at) => t::admin_user::here(&ago(at)),
                None => t::admin_user::not_signed_in().to_owned(),
            };
            format!("{used} · {}", t::admin_user::devices(user.logins))
        })
    };
    let select_label = t::admin_user::role(&name);
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
    // Re-runs after each request, so that a rejected change is undone in the menu.
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
        t::admin_user::disable_label(&name),
        t::admin_user::disable_question(&name),
    );
    let is_disabled = Memo::new(move |_| state.with(|user| user.disabled));
    let enable_label = t::admin_user::enable_label(&name);
    view! {
        <li class="admin-row" class:off=is_disabled data-testid="user">
            <Avatar name=name.clone() />
            <div class="admin-row-main">
                <b dir="auto">{name}</b>
                {is_self.then(|| view! { <span class="tag">{t::admin_user::you()}</span> })}
                {move || is_disabled.get().then(|| view! { <span class="tag">{t::admin_user::disabled()}</span> })}
                <p>{user.email.clone()}</p>
                <p>{facts}</p>
                <RowProblem problem=work.problem />
            </div>
            <div class="actions">
                <select aria-label=select_label prop:value=role on:change=choose disabled=move || work.busy.get()>
                    <option value="user" selected=user.role == Role::User>{t::admin_user::role_user()}</option>
                    <option value="admin" selected=user.role == Role::Admin>{t::admin_user::role_admin()}</option>
                </select>
                {move || if is_disabled.get() {
                    let label = enable_label.clone();
                    view! { <button class="button-quiet" type="button" aria-label=label on:click=enable>{t::admin_user::enable()}</button> }.into_any()
                } else {
                    view! { <Confirm label=t::admin_user::disable() meaning=meaning.clone() question=question.clone() yes=t::admin_user::disable() busy=work.busy on_yes=disable /> }.into_any()
                }}
            </div>
        </li>
    }
    .into_any()
}
