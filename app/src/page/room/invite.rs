//! The invitation: a link to copy or share, and mail where the server sends some.

use crate::api::rooms::browser;
use crate::client::room::{Part, Room};
use crate::client::{js, session};
use crate::component::dialog::Dialog;
use crate::component::form::{Field, Form, FormProblem, Saved, Submit, Values};
use crate::component::icon::{Icon, icon};
use crate::protocol::room::{InvitePeople, Rank};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// The dialog.
#[component]
pub fn Invite(
    /// The room.
    room: Room,
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Dialog open title="Invite friends"><Content room /></Dialog> }.into_any()
}

/// The room's address, as short as there is one.
fn link(room: Room) -> String {
    let name = room.peek(|view| view.slug.clone().or_else(|| Some(view.code.to_string())));
    format!("{}/room/{}", js::origin(), name.unwrap_or_default())
}

#[component]
fn Content(room: Room) -> impl IntoView {
    let address = link(room);
    let copied = RwSignal::new(false);
    let shared = address.clone();
    let copy_text = address.clone();
    let copy = move |_| {
        copied.set(js::copy(&copy_text));
        set_timeout(
            move || {
                let _ = copied.try_set(false);
            },
            Duration::from_secs(2),
        );
    };
    let share = move |_| {
        let data = js_sys::Object::new();
        js::set(&data, "url", &JsValue::from_str(&shared));
        js::set(
            &data,
            "title",
            &JsValue::from_str(&room.peek(|view| view.settings.title.clone())),
        );
        let _ = js::call(&window().navigator(), "share", &[data.into()]);
    };
    let can_share = js::get(&window().navigator(), "share").is_some();
    let (code, has_password) = room.peek(|view| (view.code.to_string(), view.settings.has_password));
    let may_mail = room.read(Part::People, |view| view.me().is_some_and(|me| me.rank == Rank::Host))
        && session::current().read(|session| session.sends_mail);
    view! {
        <p class="entry-lead">{if has_password { "Whoever has this link and the password may come in." } else { "Whoever has this link may come in." }}</p>
        <div class="invite-link">
            <input type="text" readonly aria-label="Link to this room" value=address data-testid="invite-link" on:focus=|event| { let _ = js::call(&event.target().map(JsValue::from).unwrap_or_default(), "select", &[]); } />
            <button class="button-primary" type="button" on:click=copy>
                {icon(Icon::Copy)}<span aria-live="polite">{move || if copied.get() { "Copied" } else { "Copy" }}</span>
            </button>
            {can_share.then(|| view! { <button class="button-quiet" type="button" on:click=share>{icon(Icon::External)} "Share"</button> })}
        </div>
        <p class="field-hint">"To dictate: "<code class="room-code">{code.clone()}</code></p>
        {may_mail.then(|| view! { <Mail code /> })}
    }
    .into_any()
}

#[component]
fn Mail(code: String) -> impl IntoView {
    let form = Form::new("invite");
    let code = StoredValue::new(code);
    let send = move |event| {
        let work = move |values: Values| {
            let emails = values.text("emails");
            let separates = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';');
            let emails = emails
                .split(separates)
                .filter(|email| !email.is_empty())
                .map(str::to_owned)
                .collect();
            let code = code.get_value();
            async move { browser::invite(&code, InvitePeople { emails }).await }
        };
        form.send(event, work, move || form.clear());
    };
    view! {
        <form class="form invite-mail" node_ref=form.node method="post" novalidate on:submit=send>
            <FormProblem form />
            <Field form name="emails" label="Or by mail" kind="text" autocomplete="off" maxlength=2000 hint="Up to 20 addresses." />
            <div class="actions"><Submit form label="Send" busy="Sending…" /><Saved form label="Sent" /></div>
        </form>
    }
    .into_any()
}
