//! Entrance of a room: asks for name and password, or says why the viewer cannot join and what to do about it.

use crate::address;
use crate::api::rooms as rooms_api;
use crate::client::identity::{self, CurrentLogin};
use crate::client::room::tab;
use crate::client::room::{Link, Over, Room};
use crate::client::session;
use crate::component::error_state::ErrorState;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::component::header::Header;
use crate::error::{Error, Kind, Result};
use crate::i18n::element;
use crate::protocol::room::{Farewell, JoinRoom, NAME_CHARS, Room as Listed};
use crate::room::refusal::farewell;
use crate::t;
use crate::title::readable;
use leptos::prelude::*;
use std::time::Duration;

/// Interval at which a closed or full room is checked again.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Everything shown before the viewer has joined.
#[component]
pub fn Entrance(
    /// The room.
    room: Room,
    /// The room's public data, as the server rendered the page.
    listed: Result<Listed>,
    /// Room code or custom address from the URL.
    code: String,
) -> impl IntoView {
    let code = StoredValue::new(code);
    let listed = RwSignal::new(listed);
    let asks = RwSignal::new(false);
    Effect::new(move |_| {
        // Runs once: joins if nothing has to be asked, unless the page has reloaded itself and is now for another
        // account.
        match room.link.get_untracked() {
            Link::Outside if tab::came_back_as_another() => asks.set(true),
            Link::Outside => go_in_unasked(room, listed, code),
            _ => {}
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
        Link::Over(Over::Farewell(Farewell::Kicked)) => {
            look_again(room, listed, code);
            removed()
        }
        Link::Over(Over::NetworkOut) => network_out(code),
        Link::Over(Over::NotAllowed) if is_locked(&listed.get_untracked()) => locked(),
        Link::Over(over) => ended(over),
        Link::Refused(error) => refused(room, listed, code, error),
        Link::Joining | Link::In | Link::Lost => knocking(),
        Link::Outside => match listed.get() {
            Err(error) if error.kind == Kind::Unauthorized => for_accounts(code),
            Err(error) => unknown(error),
            Ok(known) if known.is_removed => removed(),
            Ok(known) if needs_nothing(&known) && !asks.get() => knocking(),
            Ok(known) => ask(room, known, code, None),
        },
    };
    let heading = move || {
        listed.with(|listed| match listed {
            Ok(listed) => listed.settings.title.clone(),
            Err(_) => t::room::title().to_owned(),
        })
    };
    view! {
        <Header />
        <main id="main" class="entry room-door">
            <h1 dir="auto">{heading}</h1>
            {content}
            {element("<noscript><p class=\"form-problem\">", t::entrance::needs_javascript(), "</p></noscript>")}
        </main>
    }
    .into_any()
}

/// Joins at once if nothing has to be asked: accounts have a name, and the host needs no password.
fn go_in_unasked(room: Room, listed: RwSignal<Result<Listed>>, code: StoredValue<String>) {
    let Ok(known) = listed.get_untracked() else { return };
    if known.is_removed {
        return room.link.set(Link::Over(Over::Farewell(Farewell::Kicked)));
    }
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
            .set(Link::Refused(Error::new(Kind::Conflict, t::entrance::room_closed())));
    }
}

/// Returns `true` if even the server can tell that the viewer will join at once.
fn needs_nothing(known: &Listed) -> bool {
    let is_welcome = known.is_host || (known.is_open && !known.settings.has_password);
    is_welcome && session::current().is_signed_in()
}

fn knocking() -> AnyView {
    view! { <p class="entry-lead knocking" role="status">{t::entrance::going_in()}</p> }.into_any()
}

fn unknown(error: Error) -> AnyView {
    if error.kind == Kind::NotFound {
        return view! {
            <ErrorState title=t::entrance::unknown_title() detail=t::entrance::unknown_detail()>
                <a class="button-primary" href="/rooms">{t::entrance::my_rooms()}</a>
                <a class="button-quiet" href="/">{t::common::go_home()}</a>
            </ErrorState>
        }
        .into_any();
    }
    let again = move |_| drop(window().location().reload());
    view! {
        <ErrorState title=error.heading() detail=error.detail>
            <button class="button-primary" type="button" on:click=again>{t::common::try_again()}</button>
        </ErrorState>
    }
    .into_any()
}

fn for_accounts(code: StoredValue<String>) -> AnyView {
    let here = format!("/room/{}", code.get_value());
    view! {
        <ErrorState title=t::entrance::for_accounts_title() detail=t::entrance::for_accounts_detail()>
            <a class="button-primary" href=address::sign_in(&here)>{t::common::sign_in()}</a>
        </ErrorState>
    }
    .into_any()
}

/// View shown when the page's login has ended or been replaced. Identities are never switched silently: the user chooses
/// as whom to join.
fn another(code: StoredValue<String>, guests_allowed: bool) -> AnyView {
    let changed = identity::changed();
    let content = move || match changed.get() {
        Some(CurrentLogin::SignedInAs(name)) => signed_in_as(&name),
        Some(CurrentLogin::SignedOut) | None => signed_out(code, guests_allowed),
    };
    view! { {content} }.into_any()
}

fn signed_in_as(name: &str) -> AnyView {
    let title = t::entrance::signed_in_as_title(name);
    let join = t::entrance::join_as(name);
    let load = |_| drop(window().location().reload());
    view! {
        <ErrorState title detail=t::entrance::signed_in_as_detail()>
            <button class="button-primary" type="button" data-testid="join-as" on:click=load>{join}</button>
            <a class="button-quiet" href="/" rel="external">{t::common::go_home()}</a>
        </ErrorState>
    }
    .into_any()
}

fn signed_out(code: StoredValue<String>, guests_allowed: bool) -> AnyView {
    let sign_in = address::sign_in(&format!("/room/{}", code.get_value()));
    let load = |_| drop(window().location().reload());
    let as_guest = guests_allowed.then(|| {
        view! { <button class="button-quiet" type="button" data-testid="stay-as-guest" on:click=load>{t::entrance::stay_as_guest()}</button> }
    });
    view! {
        <ErrorState title=t::entrance::signed_out_title() detail=t::entrance::signed_out_detail()>
            <a class="button-primary" href=sign_in rel="external">{t::common::sign_in()}</a>
            {as_guest}
        </ErrorState>
    }
    .into_any()
}

/// Form for name and password, as far as they are needed.
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
                    return Err(Error::invalid("display_name", t::entrance::name_missing()));
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
        0 => t::entrance::invites(&known.host),
        many => t::entrance::here(many.into()),
    };
    let playing = known.playing.map(|playing| {
        let film = readable(&playing);
        let year = film.year.map_or_else(String::new, |year| format!(" ({year})"));
        view! { " · " <span dir="auto">{film.name}{year}</span> }
    });
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
            <Field form name="display_name" label=t::entrance::name() autocomplete="nickname" maxlength=NAME_CHARS as u32 value=value first=true hint=t::entrance::name_hint() />
        })
    };
    view! {
        <p class="entry-lead">{people}{playing}</p>
        <form class="form" node_ref=form.node method="post" novalidate on:submit=send data-testid="join-form">
            <FormProblem form />
            {name_field}
            {needs_password.then(|| view! {
                <Field form name="password" label=t::entrance::password() kind="password" autocomplete="off" maxlength=128 first=!is_guest />
            })}
            <div class="actions"><Submit form label=t::entrance::join() busy=t::entrance::joining() /></div>
        </form>
    }
    .into_any()
}

/// View shown when joining failed.
fn refused(room: Room, listed: RwSignal<Result<Listed>>, code: StoredValue<String>, error: Error) -> AnyView {
    let is_about_a_field = error
        .errors
        .iter()
        .any(|e| matches!(e.field.as_str(), "password" | "display_name"));
    match listed.get_untracked() {
        Ok(mut known) if is_about_a_field => {
            // A password may have been set since the page was loaded.
            known.settings.has_password |= error.errors.iter().any(|e| e.field == "password");
            return ask(room, known, code, Some(error));
        }
        Ok(known) if error.kind == Kind::Conflict && !known.is_host => {
            look_again(room, listed, code);
            return closed(&known);
        }
        _ => {}
    }
    let guests_allowed = matches!(listed.get_untracked(), Ok(known) if known.settings.guests_allowed);
    match error.kind {
        Kind::NotFound => unknown(error),
        Kind::AnotherAccount => another(code, guests_allowed),
        // Guests may join, so the reason is a login that was ended elsewhere.
        Kind::Unauthorized if guests_allowed => another(code, true),
        Kind::Unauthorized => for_accounts(code),
        Kind::Forbidden => view! {
            <ErrorState title=t::entrance::forbidden_title() detail=error.detail>
                <a class="button-primary" href="/">{t::common::go_home()}</a>
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
                <ErrorState title=error.heading() detail=error.detail>
                    <button class="button-primary" type="button" on:click=again>{t::common::try_again()}</button>
                </ErrorState>
            }
            .into_any()
        }
    }
}

fn closed(known: &Listed) -> AnyView {
    view! {
        <div class="room-closed" data-testid="room-closed">
            <p class="entry-lead">{t::entrance::closed(&known.host)}</p>
            {element("<p class=\"stage-sentence knocking\" role=\"status\">", t::entrance::closed_wait(), "</p>")}
        </div>
    }
    .into_any()
}

fn full() -> AnyView {
    view! {
        <div class="room-closed" data-testid="room-full">
            {element("<p class=\"entry-lead\">", t::entrance::full(), "</p>")}
            {element("<p class=\"stage-sentence knocking\" role=\"status\">", t::entrance::full_wait(), "</p>")}
        </div>
    }
    .into_any()
}

/// Returns `true` if the room was locked when the page was loaded. Banned users see the same message and learn no more.
fn is_locked(listed: &Result<Listed>) -> bool {
    listed.as_ref().is_ok_and(|known| known.settings.locked)
}

fn locked() -> AnyView {
    let again = move |_| drop(window().location().reload());
    view! {
        <ErrorState title=t::entrance::locked_title() detail=t::entrance::locked_detail()>
            <button class="button-primary" type="button" on:click=again>{t::common::try_again()}</button>
            <a class="button-quiet" href="/">{t::common::go_home()}</a>
        </ErrorState>
    }
    .into_any()
}

/// PageState after being removed, until the host allows a return. There is no retry button, because a retry cannot succeed.
fn removed() -> AnyView {
    let (title, detail) = farewell(Farewell::Kicked);
    view! {
        <ErrorState title detail>
            <a class="button-quiet" href="/rooms">{t::entrance::my_rooms()}</a>
            <a class="button-quiet" href="/">{t::common::go_home()}</a>
        </ErrorState>
    }
    .into_any()
}

/// Returns the title and the text for a guest new to the room, from the network of a guest who was removed from it.
fn network_banned() -> (&'static str, &'static str) {
    (t::entrance::network_title(), t::entrance::network_detail())
}

/// View shown when a guest from the same network was removed: signing in helps, because accounts may join.
fn network_out(code: StoredValue<String>) -> AnyView {
    let (title, detail) = network_banned();
    let here = format!("/room/{}", code.get_value());
    let again = move |_| drop(window().location().reload());
    view! {
        <ErrorState title detail>
            <a class="button-primary" href=address::sign_in(&here)>{t::common::sign_in()}</a>
            <button class="button-quiet" type="button" on:click=again>{t::common::try_again()}</button>
        </ErrorState>
    }
    .into_any()
}

/// Polls the room until the viewer can join, for as long as this is shown.
fn look_again(room: Room, listed: RwSignal<Result<Listed>>, code: StoredValue<String>) {
    let look = move || {
        leptos::task::spawn_local(async move {
            let Some(name) = code.try_get_value() else { return };
            let Ok(now) = rooms_api::room(name).await else { return };
            let has_room = now.is_open && !now.is_removed && now.participants < now.settings.capacity;
            if listed.try_set(Ok(now)).is_none() && has_room && !room.try_once_more() {
                room.link.set(Link::Outside);
                go_in_unasked(room, listed, code);
            }
        });
    };
    let asking = set_interval_with_handle(look, POLL_INTERVAL);
    on_cleanup(move || {
        if let Ok(asking) = asking {
            asking.clear();
        }
    });
}

/// View shown when the connection was closed for good.
fn ended(over: Over) -> AnyView {
    let (title, detail) = match over {
        Over::Farewell(why) => farewell(why),
        Over::Left => (t::entrance::left_title(), t::entrance::left_detail()),
        Over::Gone => (t::entrance::gone_title(), t::entrance::gone_detail()),
        Over::NotAllowed => (t::entrance::not_allowed_title(), t::entrance::not_allowed_detail()),
        Over::NetworkOut => network_banned(),
        Over::Full => (t::entrance::full_title(), t::entrance::full_detail()),
        Over::Flood => (t::entrance::flood_title(), t::entrance::flood_detail()),
        Over::Version => (t::entrance::version_title(), t::entrance::version_detail()),
    };
    let can_return = !matches!(
        over,
        Over::Farewell(Farewell::Ended | Farewell::Banned | Farewell::Kicked) | Over::NotAllowed
    );
    let again = move |_| drop(window().location().reload());
    view! {
        <ErrorState title detail>
            {can_return.then(|| view! { <button class="button-primary" type="button" data-testid="come-in-again" on:click=again>{t::entrance::come_in_again()}</button> })}
            <a class="button-quiet" href="/rooms">{t::entrance::my_rooms()}</a>
            <a class="button-quiet" href="/">{t::common::go_home()}</a>
        </ErrorState>
    }
    .into_any()
}
