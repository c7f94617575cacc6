//! Errors as `application/problem+json` (RFC 9457), and body parsing that answers with them.

use crate::error::Error;
use app::error::{Error as AppError, Kind};
use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Request, rejection::JsonRejection},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde::de::DeserializeOwned;

/// What a handler returns when it refuses or fails.
#[derive(Debug)]
pub struct Problem(pub AppError);

/// What a handler returns.
pub type Answer<T> = Result<T, Problem>;

impl<E: Into<AppError>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if matches!(self.0.kind, Kind::Unavailable | Kind::TooManyRequests) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// A JSON body; a wrong one is answered with a problem.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(AppError::new(
                Kind::UnsupportedMediaType,
                "Send JSON with content-type: application/json.",
            )
            .into()),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(AppError::new(Kind::TooLarge, "The request is larger than this route takes.").into())
            }
            // The text names the place and what was expected there, and nothing of ours.
            Err(rejection) => Err(AppError::invalid("body", rejection.body_text()).into()),
        }
    }
}

/// Query parameters; wrong ones are answered with a problem.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|rejection| AppError::invalid("query", rejection.body_text()).into())
    }
}

/// Path parameters; what does not fit names nothing that exists.
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

/// 404 under `/api`.
pub async fn no_such_route() -> Problem {
    AppError::not_found("There is no such route. /api/docs lists them.").into()
}

/// 405 under `/api`.
pub async fn no_such_method() -> Problem {
    AppError::new(
        Kind::MethodNotAllowed,
        "This route does not take that method. /api/docs lists them.",
    )
    .into()
}

/// A handler that panicked is a mistake of ours, and no more is said about it.
pub fn from_panic(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::from(Error::internal(anyhow::anyhow!("a handler panicked"))).into_response()
}
