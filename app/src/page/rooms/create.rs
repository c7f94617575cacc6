//! A new room: a title is enough; the rest waits behind one word.

use crate::api::rooms::browser;
use crate::client::add::adder;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::component::icon::{Icon, icon};
use crate::protocol::room::{DEFAULT_CAPACITY, NewRoom, TITLE_CHARS};
use leptos::prelude::*;

/// The form.
#[component]
pub fn Create(
    /// Whether there is something to go back to.
    can_close: bool,
    /// Never mind.
    on_close: Callback<()>,
) -> impl IntoView {
    let form = Form::new("room");
    let adder = adder();
    let made = StoredValue::new(String::new());
    let send = move |event| {
        let work = move |values: Values| {
            let new = new_room(&values);
            async move {
                let room = browser::create_room(new).await?;
                made.set_value(room.code.to_string());
                Ok(())
            }
        };
        form.send(event, work, move || adder.go(&format!("/room/{}", made.get_value())));
    };
    let close = can_close.then(|| {
        view! { <button class="button-quiet" type="button" on:click=move |_| on_close.run(())>"Never mind"</button> }
    });
    view! {
        <section class="rooms-new" aria-label="New room">
            <p class="entry-lead">
                "A room is a link that you send to friends: everybody sees the same frame at the same moment, and you talk beside it."
            </p>
            <form class="form" node_ref=form.node method="post" novalidate on:submit=send data-testid="create-room">
                <FormProblem form />
                <Field form name="title" label="Title" autocomplete="off" maxlength=TITLE_CHARS as u32 first=can_close hint="What your friends see, e.g. Friday night." />
                <details class="rooms-more">
                    <summary class="button-quiet">"Password, address, seats"{icon(Icon::Down)}</summary>
                    <div class="form">
                        <Field form name="password" label="Password" kind="password" autocomplete="new-password" maxlength=128 hint="Without one, whoever has the link may come in." />
                        <Field form name="slug" label="Address of its own" autocomplete="off" maxlength=40 hint="Letters, digits and dashes, e.g. friday-night." />
                        <Field form name="max_participants" label="Seats" kind="number" autocomplete="off" value=DEFAULT_CAPACITY.to_string() />
                        <Check name="guests_allowed" label="People without an account may come in" on=true />
                        <Check name="wait_for_everyone" label="Wait for whoever stalls, up to ten seconds" on=false />
                        <Check name="keep_chat" label="Keep what was said when the room closes" on=true />
                    </div>
                </details>
                <div class="actions">
                    <Submit form label="Make the room" busy="Making it…" />
                    {close}
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn new_room(values: &Values) -> NewRoom {
    let is_on = |name| Some(values.filled(name).is_some());
    NewRoom {
        title: values.text("title").trim().to_owned(),
        password: values.filled("password"),
        slug: values.filled("slug").map(|slug| slug.trim().to_lowercase()),
        max_participants: values
            .filled("max_participants")
            .map(|seats| seats.parse().unwrap_or(0)),
        guests_allowed: is_on("guests_allowed"),
        wait_for_everyone: is_on("wait_for_everyone"),
        keep_chat: is_on("keep_chat"),
        info_hash: None,
        file_index: None,
    }
}

/// Yes or no.
#[component]
fn Check(name: &'static str, label: &'static str, on: bool) -> impl IntoView {
    view! {
        <label class="check"><input type="checkbox" name=name value="on" checked=on /><span>{label}</span></label>
    }
    .into_any()
}
