//! The settings of a room, and of this page in it.

use crate::api::rooms::browser;
use crate::client::room::{Part, QUIET, Room};
use crate::client::storage;
use crate::component::dialog::Dialog;
use crate::component::form::{Field, Form, FormProblem, Saved, Submit, Values};
use crate::protocol::room::*;
use leptos::prelude::*;

const LOCKED: &str = "Locked: nobody new may come in";

/// The dialog.
#[component]
pub fn Settings(
    /// The room.
    room: Room,
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! { <Dialog open title="Settings"><Content room open /></Dialog> }.into_any()
}

#[component]
fn Content(room: Room, open: RwSignal<bool>) -> impl IntoView {
    let has_say = Memo::new(move |_| room.read(Part::People, |view| view.has_hosts_say()));
    let may_lock = Memo::new(move |_| room.read(Part::People, |view| view.may_moderate()));
    let is_host = Memo::new(move |_| room.read(Part::People, |view| view.me().is_some_and(|me| me.rank == Rank::Host)));
    // What was asked for and did not happen is not shown as if it had.
    let of_room = move || has_say.get().then(|| room.refused.get());
    let of_moderator = move || (may_lock.get() && !has_say.get()).then(|| room.refused.get());
    view! {
        // The page's own hint lies below the dialog.
        <div role="alert">{move || room.hint.get().map(|hint| view! { <p class="form-problem" data-testid="settings-problem">{hint}</p> })}</div>
        <Own room />
        <For each=of_room key=|refused| *refused let:_refused><OfRoom room /></For>
        <For each=of_moderator key=|refused| *refused let:_refused><OfModerator room /></For>
        {move || is_host.get().then(|| view! { <OfHost room open /> })}
    }
    .into_any()
}

/// What only this page does.
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
            <h3>"Yours"</h3>
            {is_guest.then(|| view! {
                <label class="field">"Your name"<span class="field-box"><input type="text" maxlength=NAME_CHARS.to_string() value=name.unwrap_or_default() on:change=rename /></span></label>
            })}
            <label class="check">
                <input type="checkbox" prop:checked=move || !quiet.get() on:change=move |_| { quiet.update(|quiet| *quiet = !*quiet); storage::save(QUIET, quiet.get_untracked()); } />
                <span>"A sound when somebody calls you"</span>
            </label>
            <label class="check">
                <input type="checkbox" prop:checked=room.no_spoilers on:change=move |_| room.hide_later(!room.no_spoilers.get_untracked()) />
                <span>"Hide messages about later moments of the film"</span>
            </label>
        </section>
    }
    .into_any()
}

/// What whoever has the host's say may change, at once.
#[component]
fn OfRoom(room: Room) -> impl IntoView {
    let change = move |change: SettingsChange| room.tell(ClientMessage::ChangeSettings { change });
    let settings = Memo::new(move |_| room.read(Part::Settings, |view| Some(view.settings.clone())));
    // Each by itself: a change of another setting must not show this one as it was, while its own change is on its way.
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
            <h3>"The room"</h3>
            <label class="field">"Title"<span class="field-box"><input type="text" maxlength=TITLE_CHARS.to_string() value=title data-testid="settings-title" on:change=rename /></span></label>
            <label class="field short">"Seats"<span class="field-box"><input type="number" min="2" value=capacity.to_string() on:change=resize /></span></label>
            {check(LOCKED, |now| now.locked, |on, change| change.locked = Some(on))}
            {check("People without an account may come in", |now| now.guests_allowed, |on, change| change.guests_allowed = Some(on))}
            {check("Anyone may control the film", |now| now.remote_mode == RemoteMode::Anyone, |on, change| {
                change.remote_mode = Some(if on { RemoteMode::Anyone } else { RemoteMode::Holder });
            })}
            {check("Wait for whoever stalls, up to ten seconds", |now| now.wait_for_everyone, |on, change| change.wait_for_everyone = Some(on))}
            {check("Play the next film when one ends", |now| now.auto_advance, |on, change| change.auto_advance = Some(on))}
            {check("In any order", |now| now.shuffle, |on, change| change.shuffle = Some(on))}
            {check("Keep what was said when the room closes", |now| now.keep_chat, |on, change| change.keep_chat = Some(on))}
            <Relief room settings />
        </section>
    }
    .into_any()
}

/// What a moderator may change.
#[component]
fn OfModerator(room: Room) -> impl IntoView {
    let is_locked = Memo::new(move |_| room.read(Part::Settings, |view| view.settings.locked));
    let lock = move |event| {
        let change = SettingsChange {
            locked: Some(event_target_checked(&event)),
            ..SettingsChange::default()
        };
        room.tell(ClientMessage::ChangeSettings { change });
    };
    view! {
        <section class="settings-part">
            <h3>"The room"</h3>
            <label class="check"><input type="checkbox" prop:checked=is_locked on:change=lock /><span>{LOCKED}</span></label>
        </section>
    }
    .into_any()
}

/// After how long an idle holder loses the remote to whoever asks.
#[component]
fn Relief(room: Room, settings: Memo<Option<RoomSettings>>) -> impl IntoView {
    let relieve = move |event| {
        let change = SettingsChange {
            idle_relief_seconds: Some(event_target_value(&event).parse().unwrap_or(0)),
            ..SettingsChange::default()
        };
        room.tell(ClientMessage::ChangeSettings { change });
    };
    let seconds = move || settings.with(|settings| settings.as_ref().and_then(|now| now.idle_relief_seconds));
    // By itself, as above.
    let relief = Memo::new(move |_| seconds().unwrap_or(0).to_string());
    view! {
        <label class="settings-select">
            <span>"Whoever asks gets the remote from an idle holder"</span>
            <select on:change=relieve prop:value=relief>
                <option value="0">"never"</option>
                <option value="30">"after 30 s"</option>
                <option value="120">"after 2 min"</option>
                <option value="600">"after 10 min"</option>
            </select>
        </label>
    }
    .into_any()
}

/// What is the host's alone.
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
    let sure = RwSignal::new(None::<&'static str>);
    let act = move |message: ClientMessage| {
        open.set(false);
        room.tell(message);
    };
    let confirm = move || {
        sure.get().map(|what| {
            let message = if what == "End the room" { ClientMessage::EndRoom } else { ClientMessage::ClearChat };
            view! {
                <p>{if what == "End the room" { "The room and its queue are gone then. What was said is deleted after 30 days." } else { "All that was said is gone then." }}</p>
                <button class="button-danger" type="button" data-testid="confirm" on:click=move |_| act(message.clone())>{what}</button>
                <button class="button-quiet" type="button" on:click=move |_| sure.set(None)>"Keep it"</button>
            }
        })
    };
    view! {
        <section class="settings-part">
            <h3>"Address and password"</h3>
            <form class="form" node_ref=form.node method="post" novalidate on:submit=send>
                <FormProblem form />
                <Field form name="slug" label="Address of its own" autocomplete="off" maxlength=40 value=slug.unwrap_or_default() hint="Letters, digits and dashes; empty for none." />
                <Field form name="password" label="New password" kind="password" autocomplete="new-password" maxlength=128 hint="Empty leaves it as it is." />
                <div class="actions">
                    <Submit form label="Save" busy="Saving…" />
                    <Saved form label="Saved" />
                    {move || has_password().then(|| view! { <button class="button-quiet" type="button" on:click=open_up>"No password any more"</button> })}
                </div>
            </form>
        </section>
        <section class="settings-part settings-end">
            {move || if sure.get().is_some() { confirm().into_any() } else {
                view! {
                    <button class="button-quiet" type="button" on:click=move |_| sure.set(Some("Clear the chat"))>"Clear the chat"</button>
                    <button class="button-quiet danger" type="button" data-testid="end-room" on:click=move |_| sure.set(Some("End the room"))>"End the room"</button>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}
