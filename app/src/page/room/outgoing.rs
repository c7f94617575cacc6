//! Own messages that the server has not acknowledged.

use crate::client::room::{OutgoingMessage, Room};
use crate::room::refusal;
use crate::room::talk::{Retry, remedy};
use crate::t;
use leptos::prelude::*;

/// Own message that the server has not acknowledged.
pub fn on_its_way(room: Room, message: OutgoingMessage) -> AnyView {
    let failed = not_said(room, &message);
    view! {
        <article class="message unsent" data-testid="outgoing">
            <p class="message-text" dir="auto"><span class="message-words">{message.text}</span></p>
            {failed}
        </article>
    }
    .into_any()
}

/// Reason that an own message was not sent, with a way to retry or discard it.
pub fn not_said(room: Room, message: &OutgoingMessage) -> Option<AnyView> {
    let (nonce, reason) = (message.nonce, message.failed?);
    let remedy = remedy(reason, message.reply_to);
    let (why, way) = match remedy {
        Retry::Again => (refusal::sentence(reason), t::message::send_again()),
        Retry::WithoutReply => (t::message::replied_deleted(), t::message::send_without_reply()),
    };
    let again = move |_| match remedy {
        Retry::Again => room.say_again(nonce),
        Retry::WithoutReply => room.say_without_reply(nonce),
    };
    let problem = view! {
        <p class="message-problem" role="alert">
            {why}" "
            <button class="button-link" type="button" on:click=again>{way}</button>" "
            <button class="button-link" type="button" on:click=move |_| room.drop_outgoing(nonce)>{t::message::drop()}</button>
        </p>
    };
    Some(problem.into_any())
}
