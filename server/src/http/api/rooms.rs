//! `/api/rooms`: rooms from outside. What happens inside is sent through the socket (`http/socket.rs`).

use crate::{
    access::Use,
    http::{
        auth::{CurrentCaller, SignedIn},
        language,
        problem::{Answer, Body, OptionalBody, Path, Query},
        responses::{BodyErrors, Conflict, Forbidden, NotFound, ReadErrors, TooOften, UpstreamErrors, WriteErrors},
    },
    limits,
    room::service::InviteStyle,
    state::AppState,
};
use app::{
    backend::Backend,
    error::Error,
    protocol::{
        List,
        room::{ChatPage, InvitePeople, JoinRoom, Joining, MessageId, NewRoom, Room, RoomChange},
    },
    t,
};
use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Returns all routes under `/api/rooms`, apart from the socket.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, change, end))
        .routes(routes!(messages, clear_messages))
        .routes(routes!(join))
        .routes(routes!(invite))
        .layer(DefaultBodyLimit::max(limits::SMALL_BODY_BYTES))
}

/// Creates a room.
///
/// By default limited to five rooms per hour; refused requests do not count towards that, but only sixty attempts are
/// allowed.
#[utoipa::path(post, path = "/api/rooms", operation_id = "create_room", tag = "rooms", security(("bearer" = []), ("cookie" = [])), request_body = NewRoom,
    responses((status = 201, body = Room, description = "The room"), WriteErrors, BodyErrors, NotFound, Conflict, TooOften, UpstreamErrors))]
pub async fn create(
    State(state): State<AppState>,
    _account: SignedIn,
    CurrentCaller(caller): CurrentCaller,
    Body(new): Body<NewRoom>,
) -> Answer<Response> {
    let room = state.new_room(&caller, new).await?;
    let location = HeaderValue::from_str(&format!("/api/rooms/{}", room.code));
    let location = location.map_err(crate::error::Error::internal)?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(room)).into_response())
}

/// Lists the rooms that the account created or has been in, most recent first.
#[utoipa::path(get, path = "/api/rooms", operation_id = "rooms", tag = "rooms", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = List<Room>, description = "At most 200 of them"), ReadErrors))]
pub async fn list(State(state): State<AppState>, SignedIn(account): SignedIn) -> Answer<Json<List<Room>>> {
    Ok(Json(state.lobby.rooms_of(&account).await?))
}

/// Returns a room by its code or its vanity address.
#[utoipa::path(get, path = "/api/rooms/{code}", operation_id = "room", tag = "rooms", security((), ("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, description = "Code or vanity address", example = "kxd47mqz")),
    responses((status = 200, body = Room, description = "The room"), ReadErrors, NotFound))]
pub async fn get(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Path(name): Path<String>,
) -> Answer<Json<Room>> {
    Ok(Json(state.room(&caller, &name).await?))
}

/// Changes a room's settings, password or vanity address.
///
/// Host only.
#[utoipa::path(patch, path = "/api/rooms/{code}", operation_id = "change_room", tag = "rooms", security(("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz")), request_body = RoomChange,
    responses((status = 200, body = Room, description = "The room, as it is now"), WriteErrors, BodyErrors, NotFound, Conflict))]
pub async fn change(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Path(name): Path<String>,
    Body(change): Body<RoomChange>,
) -> Answer<Json<Room>> {
    Ok(Json(state.lobby.change(&account, &name, change).await?))
}

/// Ends a room for good.
///
/// Host only. The chat history stays available to the host for 30 days.
#[utoipa::path(delete, path = "/api/rooms/{code}", operation_id = "end_room", tag = "rooms", security(("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz")),
    responses((status = 204, description = "It is over"), WriteErrors, NotFound))]
pub async fn end(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Path(name): Path<String>,
) -> Answer<StatusCode> {
    state.lobby.end(&account, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks to join a room and returns a ticket for its socket.
///
/// A wrong password is answered with 403 and an `errors` entry for it.
#[utoipa::path(post, path = "/api/rooms/{code}/join", operation_id = "join_room", tag = "rooms", security((), ("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz")), request_body = Option<JoinRoom>,
    responses((status = 200, body = Joining, description = t::mail::invite_button()), WriteErrors, BodyErrors, NotFound, Conflict, TooOften))]
pub async fn join(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Path(name): Path<String>,
    OptionalBody(join): OptionalBody<JoinRoom>,
) -> Answer<Json<Joining>> {
    Ok(Json(state.join(&caller, &name, join).await?))
}

/// Page of chat messages.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessagesQuery {
    /// Only messages before this ID: the first one of the page that is shown.
    before: Option<u64>,
    /// Maximum number of messages; 50 by default.
    #[param(minimum = 1, maximum = 100, example = 50)]
    limit: Option<u32>,
}

/// Returns a page of chat messages, the latest without `before`.
///
/// People in the room get the messages since it was opened; its host gets all of them, even after its end.
#[utoipa::path(get, path = "/api/rooms/{code}/messages", operation_id = "room_messages", tag = "rooms", security((), ("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz"), MessagesQuery),
    responses((status = 200, body = ChatPage, description = "A page, oldest first"), ReadErrors, Forbidden, NotFound))]
pub async fn messages(
    State(state): State<AppState>,
    CurrentCaller(caller): CurrentCaller,
    Path(name): Path<String>,
    Query(query): Query<MessagesQuery>,
) -> Answer<Json<ChatPage>> {
    state.allow(&caller, Use::Room)?;
    let limit = query.limit.unwrap_or(app::protocol::room::CHAT_PAGE as u32);
    if !limits::CHAT_PAGE.contains(&limit) {
        return Err(Error::invalid("limit", t::server_http::limit()).into());
    }
    if query.before.is_some_and(|before| i64::try_from(before).is_err()) {
        return Err(Error::invalid("before", t::server_room::no_message()).into());
    }
    let page = state
        .lobby
        .messages(&caller.viewer, &name, query.before.map(MessageId), limit);
    Ok(Json(page.await?))
}

/// Deletes all chat messages.
///
/// Host only.
#[utoipa::path(delete, path = "/api/rooms/{code}/messages", operation_id = "clear_room_chat", tag = "rooms", security(("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz")),
    responses((status = 204, description = "It is gone"), WriteErrors, NotFound))]
pub async fn clear_messages(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Path(name): Path<String>,
) -> Answer<StatusCode> {
    state.lobby.clear_chat(&account, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends the room's address to people by mail.
///
/// Host only.
#[utoipa::path(post, path = "/api/rooms/{code}/invites", operation_id = "invite_to_room", tag = "rooms", security(("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz")), request_body = InvitePeople,
    responses((status = 202, description = "The mails are on their way"), WriteErrors, BodyErrors, NotFound, TooOften))]
pub async fn invite(
    State(state): State<AppState>,
    _account: SignedIn,
    CurrentCaller(caller): CurrentCaller,
    Path(name): Path<String>,
    headers: HeaderMap,
    Body(people): Body<InvitePeople>,
) -> Answer<StatusCode> {
    let base = crate::reach::link_base(&state.config.server, headers.get(header::HOST));
    let language = language::of_caller(&state, &caller, &headers).await;
    state
        .invite(&caller, &name, people, InviteStyle { base, language })
        .await?;
    Ok(StatusCode::ACCEPTED)
}
