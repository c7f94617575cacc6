//! Settings dialog: those of the room, and those of this browser.

use crate::api::rooms::browser;
use crate::client::room::{Part, QUIET, Room};
use crate::client::storage;
use crate::component::dialog::Dialog;
use crate::component::form::{Field, Form, FormProblem, Saved, Submit, Values};
use crate::i18n::element;
use crate::protocol::room::*;
use crate::t;
use crate::text;
use leptos::prelude::*;

/// Action of the host that needs confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Confirmation {
    ClearChat,
    EndRoom,
}

/// Settings dialog.
#[component]
pub fn Settings(
    /// The room.
    room: Room,
    /// Open state.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Dialog open title=t::room_settings::title()><Content room open /></Dialog> }.into_any()
}

#[component]
fn Content(room: Room, open: RwSignal<bool>) -> impl IntoView {
    let has_say = Memo::new(move |_| room.read(Part::People, |view| view.has_hosts_say()));
    let may_lock = Memo::new(move |_| room.read(Part::People, |view| view.may_moderate()));
    let is_host = Memo::new(move |_| room.read(Part::People, |view| view.me().is_some_and(|me| me.rank == Rank::Host)));
    // Keyed by the counter of rejected requests: a rejected change resets its control.
    let of_room = move || has_say.get().then(|| room.refused.get());
    let of_moderator = move || (may_lock.get() && !has_say.get()).then(|| room.refused.get());
    view! {
        // The page's own hint is covered by the dialog.
        <div role="alert">{move || room.hint.get().map(|hint| view! { <p class="form-problem" data-testid="settings-problem">{hint}</p> })}</div>
        <Own room />
        <For each=of_room key=|refused| *refused let:_refused><OfRoom room /></For>
        <For each=of_moderator key=|refused| *refused let:_refused><OfModerator room /></For>
        {move || is_host.get().then(|| view! { <OfHost room open /> })}
    }
    .into_any()
}

/// Settings of this browser.
#[component]
fn Own(room: Room) -> impl IntoView {
    let quiet = RwSignal::new(storage::load(QUIET).unwrap_or(false));
    let is_guest = room.peek(|view| view.me().is_some_and(|me| me.rank == Rank::Guest));
    let name = room.peek(|view| view.me().map(|me| me.name.clone()));
    let rename = move |event: leptos::ev::Event| {
        let name = event_target_value(&event).trim().to_owned();
        if !name.is_empty() {
            room.rename(name);
        }
    };
    view! {
        <section class="settings-part">
            {element("<h3>", t::room_settings::yours(), "</h3>")}
            {is_guest.then(|| view! {
                <label class="field">{t::room_settings::your_name()}<span class="field-box"><input type="text" dir="auto" maxlength=NAME_CHARS.to_string() value=name.unwrap_or_default() on:change=rename /></span></label>
            })}
            <label class="check">
                <input type="checkbox" prop:checked=move || !quiet.get() on:change=move |_| { quiet.update(|quiet| *quiet = !*quiet); storage::save(QUIET, quiet.get_untracked()); } />
                {element("<span>", t::room_settings::sound(), "</span>")}
            </label>
            <label class="check">
                <input type="checkbox" prop:checked=room.no_spoilers on:change=move |_| room.hide_later(!room.no_spoilers.get_untracked()) />
                {element("<span>", t::room_settings::hide_spoilers(), "</span>")}
            </label>
        </section>
    }
    .into_any()
}

/// Settings for the host and the acting host, applied at once.
#[component]
fn OfRoom(room: Room) -> impl IntoView {
    let change = move |change: SettingsChange| room.tell(ClientMessage::Settings(change));
    let settings = Memo::new(move |_| room.read(Part::Settings, |view| Some(view.settings.clone())));
    // One memo per setting: an update of another setting must not reset a control whose own change is still pending.
    let is = move |read: fn(&RoomSettings) -> bool| {
        Memo::new(move |_| settings.with(|settings| settings.as_ref().is_some_and(read)))
    };
    let none = SettingsChange::default;
    let check = move |label: &'static str, read: fn(&RoomSettings) -> bool, to: fn(bool, &mut SettingsChange)| {
        let toggle = move |event: leptos::ev::Event| {
            let mut wanted = none();
            to(event_target_checked(&event), &mut wanted);
            change(wanted);
        };
        view! { <label class="check"><input type="checkbox" prop:checked=is(read) on:change=toggle /><span>{label}</span></label> }.into_any()
    };
    let now = settings.get_untracked();
    let (title, capacity) = now.map(|now| (now.title, now.capacity)).unwrap_or_default();
    let rename = move |event| {
        change(SettingsChange {
            title: Some(event_target_value(&event).trim().to_owned()),
            ..none()
        });
    };
    let resize = move |event| {
        if let Ok(capacity) = event_target_value(&event).parse() {
            change(SettingsChange {
                capacity: Some(capacity),
                ..none()
            });
        }
    };
    view! {
        <section class="settings-part" data-testid="room-settings">
            {element("<h3>", t::room_settings::of_room(), "</h3>")}
            <label class="field">{t::room_option::title()}<span class="field-box"><input type="text" dir="auto" maxlength=TITLE_CHARS.to_string() value=title data-testid="settings-title" on:change=rename /></span></label>
            <label class="field short">{t::room_option::capacity()}<span class="field-box"><input type="number" min="2" value=capacity.to_string() on:change=resize /></span></label>
            {check(t::room_settings::locked(), |now| now.locked, |on, change| change.locked = Some(on))}
            {check(t::room_option::guests(), |now| now.guests_allowed, |on, change| change.guests_allowed = Some(on))}
            {check(t::room_settings::anyone_controls(), |now| now.remote_mode == RemoteMode::Anyone, |on, change| {
                change.remote_mode = Some(if on { RemoteMode::Anyone } else { RemoteMode::Holder });
            })}
            {check(t::room_option::wait(), |now| now.wait_for_everyone, |on, change| change.wait_for_everyone = Some(on))}
            {check(t::room_settings::auto_advance(), |now| now.auto_advance, |on, change| change.auto_advance = Some(on))}
            {check(t::room_settings::shuffle(), |now| now.shuffle, |on, change| change.shuffle = Some(on))}
            {check(t::room_option::keep_chat(), |now| now.keep_chat, |on, change| change.keep_chat = Some(on))}
            <Relief room settings />
        </section>
    }
    .into_any()
}

/// Settings for moderators.
#[component]
fn OfModerator(room: Room) -> impl IntoView {
    let is_locked = Memo::new(move |_| room.read(Part::Settings, |view| view.settings.locked));
    let lock = move |event| {
        let change = SettingsChange {
            locked: Some(event_target_checked(&event)),
            ..SettingsChange::default()
        };
        room.tell(ClientMessage::Settings(change));
    };
    view! {
        <section class="settings-part">
            {element("<h3>", t::room_settings::of_room(), "</h3>")}
            <label class="check"><input type="checkbox" prop:checked=is_locked on:change=lock />{element("<span>", t::room_settings::locked(), "</span>")}</label>
        </section>
    }
    .into_any()
}

/// Idle time after which the holder loses the remote to a participant who asks for it.
#[component]
fn Relief(room: Room, settings: Memo<Option<RoomSettings>>) -> impl IntoView {
    let relieve = move |event| {
        let change = SettingsChange {
            idle_relief_seconds: Some(event_target_value(&event).parse().unwrap_or(0)),
            ..SettingsChange::default()
        };
        room.tell(ClientMessage::Settings(change));
    };
    let seconds = move || settings.with(|settings| settings.as_ref().and_then(|now| now.idle_relief_seconds));
    let after = |seconds| t::room_settings::relief_after(&text::stretch(seconds));
    // A memo of its own, as for the settings above.
    let relief = Memo::new(move |_| seconds().unwrap_or(0).to_string());
    view! {
        <label class="settings-select">
            {element("<span>", t::room_settings::relief(), "</span>")}
            <select on:change=relieve prop:value=relief>
                {element("<option value=\"0\">", t::room_settings::relief_never(), "</option>")}
                {element("<option value=\"30\">", &after(30.0), "</option>")}
                {element("<option value=\"120\">", &after(120.0), "</option>")}
                {element("<option value=\"600\">", &after(600.0), "</option>")}
            </select>
        </label>
    }
    .into_any()
}

/// Settings for the host alone.
#[component]
fn OfHost(room: Room, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("room-address");
    let (code, slug) = room.peek(|view| (view.code.to_string(), view.slug.clone()));
    let code = StoredValue::new(code);
    let send = move |event| {
        let work = move |values: Values| {
            let change = RoomChange {
                password: values.filled("password"),
                slug: Some(values.text("slug").trim().to_lowercase()),
                ..RoomChange::default()
            };
            async move { browser::change_room(&code.get_value(), change).await.map(drop) }
        };
        form.send(event, work, || {});
    };
    let open_up = move |_| {
        leptos::task::spawn_local(async move {
            let change = RoomChange {
                password: Some(String::new()),
                ..RoomChange::default()
            };
            if let Err(error) = browser::change_room(&code.get_value(), change).await {
                room.say_hint(error.detail);
            }
        });
    };
    let has_password = move || room.read(Part::Settings, |view| view.settings.has_password);
    let sure = RwSignal::new(None::<Confirmation>);
    let act = move |message: ClientMessage| {
        open.set(false);
        room.tell(message);
    };
    let confirm = move || {
        sure.get().map(|asked| {
            let (warning, yes, message) = match asked {
                Confirmation::ClearChat => (
                    t::room_settings::clear_chat_warning(),
                    t::room_settings::clear_chat(),
                    ClientMessage::Chat(ChatRequest::Clear),
                ),
                Confirmation::EndRoom => (
                    t::room_settings::end_room_warning(),
                    t::room_settings::end_room(),
                    ClientMessage::Room(RoomRequest::End),
                ),
            };
            view! {
                <p>{warning}</p>
                <button class="button-danger" type="button" data-testid="confirm" on:click=move |_| act(message.clone())>{yes}</button>
                <button class="button-quiet" type="button" on:click=move |_| sure.set(None)>{t::room_settings::keep()}</button>
            }
        })
    };
    view! {
        <section class="settings-part">
            {element("<h3>", t::room_settings::link_and_password(), "</h3>")}
            <form class="form" node_ref=form.node method="post" novalidate on:submit=send>
                <FormProblem form />
                <Field form name="slug" label=t::room_option::link() autocomplete="off" maxlength=40 value=slug.unwrap_or_default() hint=t::room_settings::link_hint() />
                <Field form name="password" label=t::room_settings::new_password() kind="password" autocomplete="new-password" maxlength=128 hint=t::room_settings::new_password_hint() />
                <div class="actions">
                    <Submit form label=t::room_settings::save() busy=t::room_settings::saving() />
                    <Saved form label=t::room_settings::saved() />
                    {move || has_password().then(|| view! { <button class="button-quiet" type="button" on:click=open_up>{t::room_settings::no_password()}</button> })}
                </div>
            </form>
        </section>
        <section class="settings-part settings-end">
            {move || if sure.get().is_some() { confirm().into_any() } else {
                view! {
                    <button class="button-quiet" type="button" on:click=move |_| sure.set(Some(Confirmation::ClearChat))>{t::room_settings::clear_chat()}</button>
                    <button class="button-quiet danger" type="button" data-testid="end-room" on:click=move |_| sure.set(Some(Confirmation::EndRoom))>{t::room_settings::end_room()}</button>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}
