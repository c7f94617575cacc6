//! Errors as `application/problem+json` (RFC 9457), and extractors that reject with them.

use super::{hygiene, language};
use crate::{error::Error, state::AppState};
use app::{
    backend::Caller,
    error::{Error as AppError, FieldError, Kind},
    i18n::{Language, Text},
    t,
};
use axum::{
    Json,
    body::Body as ResponseBody,
    extract::{FromRequest, FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::{
    PartialSchema,
    openapi::{RefOr, Schema},
};

/// `Retry-After` of a temporary error whose duration is not known, seconds.
const SOON_SECONDS: u64 = 5;

/// Error response of a handler.
#[derive(Debug)]
pub struct Problem(pub AppError);

/// Return type of a handler.
pub type Answer<T> = Result<T, Problem>;

impl<E: Into<AppError>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Reported with an error, the ID finds the request in the log.
        let error = AppError {
            request_id: hygiene::request_id(),
            ..self.0
        };
        let mut response = (status, Json(&error)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // The message and the header have the same number.
        let wait = match (error.retry_after, error.kind) {
            (Some(seconds), _) => Some(seconds),
            (None, Kind::Unavailable | Kind::TooManyRequests) => Some(SOON_SECONDS),
            (None, _) => None,
        };
        if let Some(seconds) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if error.kind == Kind::Unauthorized {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"matinee\""),
            );
        }
        response.extensions_mut().insert(InEnglish(error));
        response
    }
}

/// Problem that a response says in English, for [`translate`].
#[derive(Clone)]
struct InEnglish(AppError);

/// Says a problem in the language of whoever asked: the account's, else the best one of `Accept-Language`, as for pages.
/// Only problems wait for that question to the database.
pub async fn translate(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let accepted = request.headers().get_all(header::ACCEPT_LANGUAGE).iter().cloned();
    let accepted: HeaderMap = accepted.map(|value| (header::ACCEPT_LANGUAGE, value)).collect();
    let mut response = next.run(request).await;
    let Some(InEnglish(error)) = response.extensions_mut().remove() else {
        return response;
    };
    let language = match response.extensions_mut().remove::<Caller>() {
        Some(caller) if may_ask_database(error.kind) => language::of_caller(&state, &caller, &accepted).await,
        _ => language::of(&state.config.server, None, &accepted),
    };
    language::tell(response.headers_mut(), language);
    if language == Language::ENGLISH {
        return response;
    }
    match serde_json::to_vec(&error.into_words(language)) {
        Ok(json) => {
            let headers = response.headers_mut();
            for of_old_body in [header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
                headers.remove(of_old_body);
            }
            *response.body_mut() = ResponseBody::from(json);
        }
        Err(error) => tracing::error!(%error, "a problem cannot be written"),
    }
    response
}

/// Returns whether a problem may cost a question to the database: not one that says that there were too many requests, or
/// that may come from a database that does not answer and would be waited for again.
fn may_ask_database(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::TooManyRequests | Kind::Unavailable | Kind::Timeout | Kind::StorageFull | Kind::Internal
    )
}

/// Leaves a response as it is, because it is no JSON any more.
pub fn keep_words(response: &mut Response) {
    response.extensions_mut().remove::<InEnglish>();
}

/// Extractor for a JSON body. An invalid one is answered with a problem that names every invalid field.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + PartialSchema, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(AppError::new(Kind::UnsupportedMediaType, t::server_http::json_only()).into());
        }
        let bytes = body_bytes(request, state).await?;
        parse(&bytes).map(Self)
    }
}

/// Extractor for a JSON body that may be left out.
pub struct OptionalBody<T>(pub T);

impl<T: DeserializeOwned + PartialSchema + Default, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let json = is_json(&request);
        let bytes = body_bytes(request, state).await?;
        match (json, bytes.is_empty() || bytes.as_ref() == b"null") {
            (_, true) => Ok(Self(T::default())),
            (true, false) => parse(&bytes).map(Self),
            (false, false) => Err(AppError::new(Kind::UnsupportedMediaType, t::server_http::json_or_nothing()).into()),
        }
    }
}

fn is_json(request: &Request) -> bool {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

async fn body_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    match Bytes::from_request(request, state).await {
        Ok(bytes) => Ok(bytes),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(AppError::new(Kind::TooLarge, t::server_http::too_large()).into())
        }
        Err(_) => Err(AppError::invalid("body", t::server_http::broke_off()).into()),
    }
}

fn parse<T: DeserializeOwned + PartialSchema>(bytes: &[u8]) -> Result<T, Problem> {
    // serde also accepts a list in place of an object, with the fields in order. That is not part of the API.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(AppError::invalid("body", t::server_http::no_object()).into());
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let (path, reason) = match serde_path_to_error::deserialize(&mut reader) {
        Ok(value) => match reader.end() {
            Ok(()) => return Ok(value),
            Err(error) => (String::new(), error.to_string()),
        },
        // The message names the path and the expected type, and nothing internal.
        Err(error) => (error.path().to_string(), error.inner().to_string()),
    };
    let mut errors = wrong_fields(bytes, &T::schema());
    if errors.is_empty() {
        let field = if matches!(path.as_str(), "." | "" | "?") {
            "body".into()
        } else {
            path
        };
        errors.push(FieldError {
            field,
            reason: reason.into(),
        });
    }
    Err(AppError::invalid_fields(errors).into())
}

/// Returns all invalid fields, because serde stops at the first one.
fn wrong_fields(bytes: &[u8], schema: &RefOr<Schema>) -> Vec<FieldError> {
    let (Ok(Value::Object(sent)), Ok(schema)) = (serde_json::from_slice(bytes), serde_json::to_value(schema)) else {
        return Vec::new();
    };
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let wrong = properties.filter_map(|(name, property)| {
        let is_required = required.contains(&name.as_str());
        let reason = match sent.get(name) {
            None if is_required => t::server_http::field_missing(),
            Some(value) => mismatch(value, &property["type"])?,
            None => return None,
        };
        Some(FieldError {
            field: name.clone(),
            reason,
        })
    });
    wrong.collect()
}

/// Returns the error if a value does not have one of the JSON Schema types. A schema without a type accepts anything.
fn mismatch(value: &Value, wanted: &Value) -> Option<Text> {
    let wanted: Vec<&str> = match wanted {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let is = |kind: &str| match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    };
    (!wanted.iter().any(|kind| is(kind))).then(|| format!("This must be: {}.", wanted.join(" or ")).into())
}

/// Extractor for query parameters. Invalid ones are answered with a problem.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|rejection| AppError::invalid("query", rejection.body_text()).into())
    }
}

/// Extractor for path parameters. Invalid ones are answered with a problem.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Self(path)),
            Err(rejection) => Err(AppError::invalid("path", rejection.body_text()).into()),
        }
    }
}

/// Responds with 404 under `/api`.
pub async fn no_such_route() -> Problem {
    AppError::not_found(t::server_http::no_route()).into()
}

/// Responds with 405.
pub async fn no_such_method() -> Problem {
    AppError::new(Kind::MethodNotAllowed, t::server_http::no_method()).into()
}

/// Responds to a panic in a handler with an internal error, without any detail.
pub fn from_panic(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::from(Error::internal(anyhow::anyhow!("a handler panicked"))).into_response()
}
