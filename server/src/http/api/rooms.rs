//! `/api/rooms`: rooms from outside of them. What happens inside crosses the socket (`http/socket.rs`).

use crate::{
    http::{
        address,
        auth::{CurrentViewer, SignedIn},
        limit,
        problem::{Answer, Body, OptionalBody, Path, Query},
        responses::{Asking, Conflict, Forbidden, NotFound, Reading, Taking, TooOften, Writing},
    },
    limit::Limit,
    limits,
    state::AppState,
};
use app::{
    backend::Backend,
    error::Error,
    protocol::{
        List,
        room::{ChatPage, InvitePeople, JoinRoom, Joining, MessageId, NewRoom, Room, RoomChange},
    },
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;

/// Makes a room. Five an hour; what is refused is not one of them, up to sixty tries.
#[utoipa::path(post, path = "/api/rooms", operation_id = "create_room", tag = "rooms", security(("bearer" = []), ("cookie" = [])), request_body = NewRoom,
    responses((status = 201, body = Room, description = "The room"), Writing, Taking, NotFound, Conflict, TooOften, Asking))]
pub async fn create(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Body(new): Body<NewRoom>,
) -> Answer<Response> {
    let plan = state.plan_room(&account, new).await?;
    let left = match limit::new_room(&state, &account).await {
        Ok(left) => left,
        Err(refusal) => return Ok(*refusal),
    };
    let room = state.make_room(&account, plan).await?;
    let location = HeaderValue::from_str(&format!("/api/rooms/{}", room.code));
    let location = location.map_err(crate::error::Error::internal)?;
    let mut response = (StatusCode::CREATED, [(header::LOCATION, location)], Json(room)).into_response();
    limit::tell(response.headers_mut(), Limit::Rooms, &left);
    Ok(response)
}

/// The rooms that the account made or has been in, latest first.
#[utoipa::path(get, path = "/api/rooms", operation_id = "rooms", tag = "rooms", security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, body = List<Room>, description = "At most 200 of them"), Reading))]
pub async fn list(State(state): State<AppState>, SignedIn(account): SignedIn) -> Answer<Json<List<Room>>> {
    Ok(Json(state.rooms_of(&account).await?))
}

/// A room, by its code or its vanity address.
#[utoipa::path(get, path = "/api/rooms/{code}", operation_id = "room", tag = "rooms", security((), ("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, description = "Code or vanity address", example = "kxd47mqz")),
    responses((status = 200, body = Room, description = "The room"), Reading, NotFound))]
pub async fn get(
    State(state): State<AppState>,
    CurrentViewer(viewer): CurrentViewer,
    Path(name): Path<String>,
) -> Answer<Json<Room>> {
    Ok(Json(state.room(&viewer, &name).await?))
}

/// Changes a room: its settings, its password, its address. Its host's.
#[utoipa::path(patch, path = "/api/rooms/{code}", operation_id = "change_room", tag = "rooms", security(("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz")), request_body = RoomChange,
    responses((status = 200, body = Room, description = "The room, as it is now"), Writing, Taking, NotFound, Conflict))]
pub async fn change(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Path(name): Path<String>,
    Body(change): Body<RoomChange>,
) -> Answer<Json<Room>> {
    Ok(Json(state.change_room(&account, &name, change).await?))
}

/// Ends a room for good. Its host's. What was said in it stays for its host, 30 days.
#[utoipa::path(delete, path = "/api/rooms/{code}", operation_id = "end_room", tag = "rooms", security(("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz")),
    responses((status = 204, description = "It is over"), Writing, NotFound))]
pub async fn end(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Path(name): Path<String>,
) -> Answer<StatusCode> {
    state.end_room(&account, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks to come in: a ticket for the room's socket. A wrong password is answered 403, with `errors` that name it.
#[utoipa::path(post, path = "/api/rooms/{code}/join", operation_id = "join_room", tag = "rooms", security((), ("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz")), request_body = Option<JoinRoom>,
    responses((status = 200, body = Joining, description = "Come in"), Writing, Taking, NotFound, Conflict, TooOften))]
pub async fn join(
    State(state): State<AppState>,
    CurrentViewer(viewer): CurrentViewer,
    Path(name): Path<String>,
    headers: HeaderMap,
    extensions: Extensions,
    OptionalBody(join): OptionalBody<JoinRoom>,
) -> Answer<Json<Joining>> {
    let household = address::household(address::of(&state, &headers, &extensions));
    Ok(Json(state.join_room(&viewer, &name, join, &household).await?))
}

/// Which messages.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessagesQuery {
    /// Only those before the message of this number: the first of the page that is shown.
    before: Option<u64>,
    /// At most so many; 50 if not said.
    #[param(minimum = 1, maximum = 100, example = 50)]
    limit: Option<u32>,
}

/// A page of what was said, the latest without `before`. To people who are in the room what was said since it opened; to
/// its host everything, even after its end.
#[utoipa::path(get, path = "/api/rooms/{code}/messages", operation_id = "room_messages", tag = "rooms", security((), ("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz"), MessagesQuery),
    responses((status = 200, body = ChatPage, description = "A page, oldest first"), Reading, Forbidden, NotFound))]
pub async fn messages(
    State(state): State<AppState>,
    CurrentViewer(viewer): CurrentViewer,
    Path(name): Path<String>,
    Query(query): Query<MessagesQuery>,
) -> Answer<Json<ChatPage>> {
    let limit = query.limit.unwrap_or(app::protocol::room::CHAT_PAGE as u32);
    if !limits::CHAT_PAGE.contains(&limit) {
        return Err(Error::invalid("limit", "From 1 to 100.").into());
    }
    if query.before.is_some_and(|before| i64::try_from(before).is_err()) {
        return Err(Error::invalid("before", "No message has this number.").into());
    }
    let page = state.room_messages(&viewer, &name, query.before.map(MessageId), limit);
    Ok(Json(page.await?))
}

/// Forgets all that was said. The host's.
#[utoipa::path(delete, path = "/api/rooms/{code}/messages", operation_id = "clear_room_chat", tag = "rooms", security(("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz")),
    responses((status = 204, description = "It is gone"), Writing, NotFound))]
pub async fn clear_messages(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Path(name): Path<String>,
) -> Answer<StatusCode> {
    state.clear_room_chat(&account, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends people the room's address by mail. The host's.
#[utoipa::path(post, path = "/api/rooms/{code}/invites", operation_id = "invite_to_room", tag = "rooms", security(("bearer" = []), ("cookie" = [])),
    params(("code" = String, Path, example = "kxd47mqz")), request_body = InvitePeople,
    responses((status = 202, description = "The mails are on their way"), Writing, Taking, NotFound, TooOften))]
pub async fn invite(
    State(state): State<AppState>,
    SignedIn(account): SignedIn,
    Path(name): Path<String>,
    Body(people): Body<InvitePeople>,
) -> Answer<StatusCode> {
    state.invite_to_room(&account, &name, people).await?;
    Ok(StatusCode::ACCEPTED)
}
