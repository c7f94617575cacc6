//! Form for a new room: only the title is required; other options are collapsed.

use crate::api::rooms::browser;
use crate::client::add::adder;
use crate::component::form::{Field, Form, FormProblem, Submit, Values};
use crate::component::icon::{Icon, icon};
use crate::i18n::element;
use crate::protocol::room::{DEFAULT_CAPACITY, NewRoom, TITLE_CHARS};
use crate::t;
use leptos::prelude::*;

/// Form for a new room.
#[component]
pub fn Create(
    /// Set if the form can be closed, i.e. there are rooms to go back to.
    can_close: bool,
    /// Called when the form is closed.
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
        view! { <button class="button-quiet" type="button" on:click=move |_| on_close.run(())>{t::new_room::never_mind()}</button> }
    });
    view! {
        <section class="rooms-new" aria-label=t::new_room::label()>
            {element("<p class=\"entry-lead\">", t::new_room::lead(), "</p>")}
            <form class="form" node_ref=form.node method="post" novalidate on:submit=send data-testid="create-room">
                <FormProblem form />
                <Field form name="title" label=t::room_option::title() autocomplete="off" maxlength=TITLE_CHARS as u32 first=can_close hint=t::new_room::title_hint() />
                <details class="rooms-more">
                    <summary class="button-quiet">{t::new_room::more_options()}{icon(Icon::Down)}</summary>
                    <div class="form">
                        <Field form name="password" label=t::new_room::password() kind="password" autocomplete="new-password" maxlength=128 hint=t::new_room::password_hint() />
                        <Field form name="slug" label=t::room_option::link() autocomplete="off" maxlength=40 hint=t::new_room::link_hint() />
                        <Field form name="max_participants" label=t::room_option::capacity() kind="number" autocomplete="off" value=DEFAULT_CAPACITY.to_string() />
                        <Check name="guests_allowed" label=t::room_option::guests() on=true />
                        <Check name="wait_for_everyone" label=t::room_option::wait() on=false />
                        <Check name="keep_chat" label=t::room_option::keep_chat() on=true />
                    </div>
                </details>
                <div class="actions">
                    <Submit form label=t::new_room::make() busy=t::new_room::making() />
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
        position_seconds: None,
    }
}

/// Checkbox.
#[component]
fn Check(name: &'static str, label: &'static str, on: bool) -> impl IntoView {
    view! {
        <label class="check"><input type="checkbox" name=name value="on" checked=on /><span>{label}</span></label>
    }
    .into_any()
}
