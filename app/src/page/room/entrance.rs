//! The door: a name, a password, or why one cannot come in, and what to do then.

use crate::address;
use crate::api::rooms as rooms_api;
use crate::client::room::tab;
use crate::client::room::{Link, Over, Room};
use crate::client::session;
use crate::component::error_state::ErrorState;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::component::header::Header;
use crate::error::{Error, Kind, Result};
use crate::protocol::room::{Farewell, JoinRoom, NAME_CHARS, Room as Listed};
use crate::room::refusal::farewell;
use leptos::prelude::*;
use std::time::Duration;

/// A closed room is asked after this often.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// Everything before one is in.
#[component]
pub fn Entrance(
    /// The room.
    room: Room,
    /// What the server knew of it.
    listed: Result<Listed>,
    /// As it stands in the address.
    code: String,
) -> impl IntoView {
    let code = StoredValue::new(code);
    let listed = RwSignal::new(listed);
    Effect::new(move |_| {
        // Once: whoever can come in without a word does.
        if room.link.get_untracked() == Link::Outside {
            go_in_unasked(room, listed, code);
        }
    });
    let content = move || match room.link.get() {
        Link::Over(over @ (Over::Full | Over::Gone)) if listed.with_untracked(Result::is_ok) => {
            look_again(room, listed, code);
            listed.with_untracked(|listed| match listed {
                Ok(known) if over == Over::Gone => closed(known),
                _ => full(),
            })
        }
        Link::Over(Over::NotAllowed) if is_locked(&listed.get_untracked()) => locked(),
        Link::Over(over) => ended(over),
        Link::Refused(error) => refused(room, listed, code, error),
        Link::Joining | Link::In | Link::Lost => knocking(),
        Link::Outside => match listed.get() {
            Err(error) if error.kind == Kind::Unauthorized => for_accounts(code),
            Err(error) => unknown(error),
            Ok(known) if needs_nothing(&known) => knocking(),
            Ok(known) => ask(room, known, code, None),
        },
    };
    let heading = move || {
        listed.with(|listed| match listed {
            Ok(listed) => listed.settings.title.clone(),
            Err(_) => "Room".to_owned(),
        })
    };
    view! {
        <Header />
        <main id="main" class="entry room-door">
            <h1>{heading}</h1>
            {content}
            <noscript><p class="form-problem">"A room needs JavaScript."</p></noscript>
        </main>
    }
    .into_any()
}

/// Whether nothing has to be asked: an account goes by its name, a host needs no password.
fn go_in_unasked(room: Room, listed: RwSignal<Result<Listed>>, code: StoredValue<String>) {
    let Ok(known) = listed.get_untracked() else { return };
    let password = tab::password(known.code.as_str());
    let has_name = session::is_signed_in() || (tab::was_in(known.code.as_str()) && !tab::name().is_empty());
    let needs_password = known.settings.has_password && !known.is_host && password.is_none();
    if has_name && !needs_password && (known.is_open || known.is_host) {
        let display_name = (!session::is_signed_in()).then(tab::name);
        room.enter(
            code.get_value(),
            JoinRoom {
                password,
                display_name,
                tab: None,
            },
        );
    } else if !known.is_open && !known.is_host {
        room.link
            .set(Link::Refused(Error::new(Kind::Conflict, "The room is closed.")));
    }
}

/// Whether it is plain from the first paint that whoever looks can go in at once.
fn needs_nothing(known: &Listed) -> bool {
    let is_welcome = known.is_host || (known.is_open && !known.settings.has_password);
    is_welcome && session::current().is_signed_in()
}

fn knocking() -> AnyView {
    view! { <p class="entry-lead knocking" role="status">"Going in…"</p> }.into_any()
}

fn unknown(error: Error) -> AnyView {
    if error.kind == Kind::NotFound {
        return view! {
            <ErrorState title="There is no such room" detail="Perhaps it was ended, or the link is not complete. Ask whoever sent it.">
                <a class="button-primary" href="/rooms">"My rooms"</a>
                <a class="button-quiet" href="/">"Go home"</a>
            </ErrorState>
        }
        .into_any();
    }
    let again = move |_| drop(window().location().reload());
    view! {
        <ErrorState title=error.title detail=error.detail>
            <button class="button-primary" type="button" on:click=again>"Try again"</button>
        </ErrorState>
    }
    .into_any()
}

fn for_accounts(code: StoredValue<String>) -> AnyView {
    sign_in("This room is for people with an account", code)
}

fn sign_in(title: &'static str, code: StoredValue<String>) -> AnyView {
    let here = format!("/room/{}", code.get_value());
    view! {
        <ErrorState title detail="Sign in, and you come straight back here.">
            <a class="button-primary" href=address::sign_in(&here)>"Sign in"</a>
        </ErrorState>
    }
    .into_any()
}

/// Name and password, as far as they are needed.
fn ask(room: Room, known: Listed, code: StoredValue<String>, problem: Option<Error>) -> AnyView {
    let session = session::current();
    let is_guest = !session.is_signed_in();
    if is_guest && !known.settings.guests_allowed {
        return for_accounts(code);
    }
    let form = Form::new("join");
    form.problem.set(problem);
    let needs_password = known.settings.has_password && !known.is_host;
    let own_code = StoredValue::new(known.code.to_string());
    let send = move |event: leptos::ev::SubmitEvent| {
        let work = move |values: Values| {
            let name = values.text("display_name").trim().to_owned();
            let password = values.filled("password");
            async move {
                if is_guest && name.is_empty() {
                    return Err(Error::invalid("display_name", "Say what you would like to be called."));
                }
                if is_guest {
                    tab::save_name(&name);
                }
                if let Some(password) = &password {
                    tab::save_password(&own_code.get_value(), password);
                }
                room.enter(
                    code.get_value(),
                    JoinRoom {
                        password,
                        display_name: is_guest.then_some(name),
                        tab: None,
                    },
                );
                Ok(())
            }
        };
        form.send(event, work, || {});
    };
    let people = match known.participants {
        0 => format!("{} invites you to watch together.", known.host),
        1 => "One person is in it now.".to_owned(),
        many => format!("{many} people are in it now."),
    };
    let playing = known.playing.map(|playing| format!(" They watch {playing}."));
    // Known only in the browser.
    let name = RwSignal::new(String::new());
    Effect::new(move |_| {
        let known = tab::name();
        if !known.is_empty() {
            name.set(known);
        }
    });
    let name_field = move || {
        let value = name.get();
        is_guest.then(|| view! {
            <Field form name="display_name" label="Your name" autocomplete="nickname" maxlength=NAME_CHARS as u32 value=value first=true hint="What the others see. No account needed." />
        })
    };
    view! {
        <p class="entry-lead">{people}{playing}</p>
        <form class="form" node_ref=form.node method="post" novalidate on:submit=send data-testid="join-form">
            <FormProblem form />
            {name_field}
            {needs_password.then(|| view! {
                <Field form name="password" label="Password of the room" kind="password" autocomplete="off" maxlength=128 first=!is_guest />
            })}
            <div class="actions"><Submit form label="Join" busy="Joining…" /></div>
        </form>
    }
    .into_any()
}

/// The room said no.
fn refused(room: Room, listed: RwSignal<Result<Listed>>, code: StoredValue<String>, error: Error) -> AnyView {
    let is_about_a_field = error
        .errors
        .iter()
        .any(|e| matches!(e.field.as_str(), "password" | "display_name"));
    match listed.get_untracked() {
        Ok(mut known) if is_about_a_field => {
            // It may have got one since the page was loaded.
            known.settings.has_password |= error.errors.iter().any(|e| e.field == "password");
            return ask(room, known, code, Some(error));
        }
        Ok(known) if error.kind == Kind::Conflict && !known.is_host => {
            look_again(room, listed, code);
            return closed(&known);
        }
        _ => {}
    }
    match error.kind {
        Kind::NotFound => unknown(error),
        // A guest would be let in: it is a login that was ended elsewhere.
        Kind::Unauthorized if matches!(listed.get_untracked(), Ok(known) if known.settings.guests_allowed) => {
            sign_in("You are signed out", code)
        }
        Kind::Unauthorized => for_accounts(code),
        Kind::Forbidden => view! {
            <ErrorState title="You may not come in" detail=error.detail>
                <a class="button-primary" href="/">"Go home"</a>
            </ErrorState>
        }
        .into_any(),
        _ => {
            let again = move |_| {
                if !room.try_once_more() {
                    room.link.set(Link::Outside);
                    go_in_unasked(room, listed, code);
                }
            };
            view! {
                <ErrorState title=error.title detail=error.detail>
                    <button class="button-primary" type="button" on:click=again>"Try again"</button>
                </ErrorState>
            }
            .into_any()
        }
    }
}

fn closed(known: &Listed) -> AnyView {
    view! {
        <div class="room-closed" data-testid="room-closed">
            <p class="entry-lead">{format!("The room is closed. It opens when {} comes.", known.host)}</p>
            <p class="stage-sentence knocking" role="status">"You are let in by yourself then; this page can stay open."</p>
        </div>
    }
    .into_any()
}

fn full() -> AnyView {
    view! {
        <div class="room-closed" data-testid="room-full">
            <p class="entry-lead">"Every seat is taken."</p>
            <p class="stage-sentence knocking" role="status">"You are let in as soon as somebody leaves."</p>
        </div>
    }
    .into_any()
}

/// Whether newcomers are turned away; as it was when the page was loaded, and who is banned is told no more than that.
fn is_locked(listed: &Result<Listed>) -> bool {
    listed.as_ref().is_ok_and(|known| known.settings.locked)
}

fn locked() -> AnyView {
    let again = move |_| drop(window().location().reload());
    view! {
        <ErrorState title="The room is locked" detail="Nobody new is let in for now. Ask somebody inside to unlock it.">
            <button class="button-primary" type="button" on:click=again>"Try again"</button>
            <a class="button-quiet" href="/">"Go home"</a>
        </ErrorState>
    }
    .into_any()
}

/// Asks after the room until one can come in, for as long as this is shown.
fn look_again(room: Room, listed: RwSignal<Result<Listed>>, code: StoredValue<String>) {
    let look = move || {
        leptos::task::spawn_local(async move {
            let Some(name) = code.try_get_value() else { return };
            let Ok(now) = rooms_api::room(name).await else { return };
            let has_room = now.is_open && now.participants < now.settings.capacity;
            if listed.try_set(Ok(now)).is_none() && has_room && !room.try_once_more() {
                room.link.set(Link::Outside);
                go_in_unasked(room, listed, code);
            }
        });
    };
    let asking = set_interval_with_handle(look, ASK_AGAIN);
    on_cleanup(move || {
        if let Ok(asking) = asking {
            asking.clear();
        }
    });
}

/// It is over.
fn ended(over: Over) -> AnyView {
    let (title, detail) = match over {
        Over::Farewell(why) => farewell(why),
        Over::Left => ("You left the room", "The seat is free. The link lets you in again."),
        Over::Gone => (
            "The room has closed",
            "It is not there any more, or it opens when its host comes.",
        ),
        Over::NotAllowed => ("You may not come in", "The host of this room does not let you in."),
        Over::Full => (
            "The room is full",
            "Every seat is taken. Try again when somebody has left.",
        ),
        Over::Flood => (
            "That was too much at once",
            "This page said more than a room can hear, so it was sent out.",
        ),
        Over::Version => (
            "This page is older than the server",
            "Load it again to get the new one.",
        ),
    };
    let can_return = !matches!(
        over,
        Over::Farewell(Farewell::Ended | Farewell::Banned) | Over::NotAllowed
    );
    let again = move |_| drop(window().location().reload());
    view! {
        <ErrorState title detail>
            {can_return.then(|| view! { <button class="button-primary" type="button" data-testid="come-in-again" on:click=again>"Come in again"</button> })}
            <a class="button-quiet" href="/rooms">"My rooms"</a>
            <a class="button-quiet" href="/">"Go home"</a>
        </ErrorState>
    }
    .into_any()
}
