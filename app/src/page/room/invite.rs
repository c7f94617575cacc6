//! Invitation dialog: a link to copy, share or scan, and an email form where the server sends mail.

use crate::api::rooms as rooms_api;
use crate::api::rooms::browser;
use crate::client::room::Room;
use crate::client::{js, session};
use crate::component::dialog::Dialog;
use crate::component::form::{Field, Form, FormProblem, Saved, Submit, Values};
use crate::component::icon::{Icon, icon};
use crate::i18n::element;
use crate::own_link::is_loopback;
use crate::protocol::room::{InvitePeople, Rank};
use crate::qr;
use crate::t;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// Invitation dialog.
#[component]
pub fn Invite(
    /// The room.
    room: Room,
    /// Open state.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Dialog open title=t::invitation::title()><Content room /></Dialog> }.into_any()
}

/// Returns the shortest path of the room's page.
fn path(room: Room) -> String {
    let name = room.peek(|view| view.slug.clone().or_else(|| Some(view.code.to_string())));
    format!("/room/{}", name.unwrap_or_default())
}

/// Returns base URLs that others can reach, if the page was opened by a loopback address. The server tells them only to
/// the host.
fn reach(room: Room, is_host: bool) -> RwSignal<Vec<String>> {
    let addresses = RwSignal::new(Vec::new());
    if is_host && is_loopback(&js::origin()) {
        let code = room.peek(|view| view.code.to_string());
        leptos::task::spawn_local(async move {
            // On failure the warning stays.
            if let Ok(room) = rooms_api::room(code).await {
                let _ = addresses.try_set(room.addresses);
            }
        });
    }
    addresses
}

#[component]
fn Content(room: Room) -> impl IntoView {
    let is_host = room.peek(|view| view.me().is_some_and(|me| me.rank == Rank::Host));
    let reached_at = reach(room, is_host);
    let path = StoredValue::new(path(room));
    let address = Memo::new(move |_| {
        let base = reached_at.with(|addresses| addresses.first().cloned());
        path.with_value(|path| format!("{}{path}", base.unwrap_or_else(js::origin)))
    });
    let is_alone = move || address.with(|address| is_loopback(address));
    let others = move || reached_at.with(|addresses| addresses.iter().skip(1).cloned().collect::<Vec<_>>());
    let copied = RwSignal::new(false);
    let copy = move |_| {
        copied.set(js::copy(&address.get_untracked()));
        set_timeout(
            move || {
                let _ = copied.try_set(false);
            },
            Duration::from_secs(2),
        );
    };
    let share = move |_| {
        let data = js_sys::Object::new();
        js::set(&data, "url", &JsValue::from_str(&address.get_untracked()));
        js::set(
            &data,
            "title",
            &JsValue::from_str(&room.peek(|view| view.settings.title.clone())),
        );
        let _ = js::call(&window().navigator(), "share", &[data.into()]);
    };
    let can_share = js::get(&window().navigator(), "share").is_some();
    let (code, has_password) = room.peek(|view| (view.code.to_string(), view.settings.has_password));
    let shown_code = t::invitation::code(t::invitation::Code {
        code: &|_| view! { <code class="room-code">{code.clone()}</code> }.into_any(),
    });
    let may_mail = is_host && session::current().read(|session| session.sends_mail);
    view! {
        <p class="entry-lead">{if has_password { t::invitation::anyone_with_password() } else { t::invitation::anyone() }}</p>
        <div class="invite-link">
            <input type="text" readonly aria-label=t::invitation::link() prop:value=address data-testid="invite-link" on:focus=|event| { let _ = js::call(&event.target().map(JsValue::from).unwrap_or_default(), "select", &[]); } />
            <button class="button-primary" type="button" on:click=copy>
                {icon(Icon::Copy)}<span aria-live="polite">{move || if copied.get() { t::invitation::copied() } else { t::invitation::copy() }}</span>
            </button>
            {can_share.then(|| view! { <button class="button-quiet" type="button" on:click=share>{icon(Icon::External)} {t::invitation::share()}</button> })}
        </div>
        {move || is_alone().then(|| view! { <Alone is_host /> })}
        <div class="invite-ways">
            {move || (!is_alone()).then(|| address.with(|address| qr::draw(address))).flatten().map(picture)}
            <div>
                <p class="field-hint">{shown_code}</p>
                {move || (!others().is_empty()).then(|| view! {
                    <p class="field-hint">{t::invitation::other_addresses()}</p>
                    <ul class="invite-others">{others().into_iter().map(|base| view! { <li>{path.with_value(|path| format!("{base}{path}"))}</li> }).collect_view()}</ul>
                })}
            </div>
        </div>
        {may_mail.then(|| view! { <Mail code /> })}
    }
    .into_any()
}

/// Warning that the link works only on this computer, and what to do about it.
#[component]
fn Alone(is_host: bool) -> impl IntoView {
    let advice = t::invitation::loopback_advice(t::invitation::LoopbackAdvice {
        listen: &|_| element("<code>", "MATINEE_LISTEN=0.0.0.0:3000", "</code>").into_any(),
        address: &|_| element("<code>", "MATINEE_PUBLIC_URL", "</code>").into_any(),
    });
    view! {
        <div class="invite-alone" role="note" data-testid="invite-alone">
            {element("<p><b>", t::invitation::loopback(), "</b></p>")}
            {is_host.then(|| view! { <p>{advice}</p> })}
        </div>
    }
    .into_any()
}

/// QR code of the link. Dark on light in any theme, because few cameras read inverted codes.
fn picture(drawing: qr::Drawing) -> AnyView {
    let size = drawing.size;
    view! {
        <svg class="invite-qr" viewBox=format!("0 0 {size} {size}") role="img" aria-label=t::invitation::qr_code() shape-rendering="crispEdges" data-testid="invite-qr">
            <rect width=size height=size fill="#fff" />
            <path d=drawing.path fill="#000" />
        </svg>
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
            <Field form name="emails" label=t::invitation::by_mail() kind="text" autocomplete="off" maxlength=2000 hint=t::invitation::by_mail_hint() />
            <div class="actions"><Submit form label=t::invitation::send() busy=t::invitation::sending() /><Saved form label=t::invitation::sent() /></div>
        </form>
    }
    .into_any()
}
