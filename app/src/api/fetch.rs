//! JSON requests with the browser's `fetch`. Runs only in the browser.

use super::{identity::HEADER, refresh};
use crate::client::identity;
use crate::error::{Error, Kind, Result};
use crate::t;
use serde::{Serialize, de::DeserializeOwned};
use std::pin::Pin;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, FormData, Request, RequestInit, Response};

pub async fn get<T: DeserializeOwned>(url: &str) -> Result<T> {
    send("GET", url, None).await
}

pub async fn post<T: DeserializeOwned>(url: &str, body: &impl Serialize) -> Result<T> {
    send("POST", url, Some(Body::json(body)?)).await
}

pub async fn patch<T: DeserializeOwned>(url: &str, body: &impl Serialize) -> Result<T> {
    send("PATCH", url, Some(Body::json(body)?)).await
}

pub async fn upload<T: DeserializeOwned>(url: &str, field: &str, file: web_sys::File) -> Result<T> {
    let form = FormData::new().map_err(|_| offline())?;
    form.append_with_blob(field, &file).map_err(|_| offline())?;
    send("POST", url, Some(Body::Form(form))).await
}

pub async fn delete(url: &str) -> Result<()> {
    command("DELETE", url, None).await
}

/// Sends a request and ignores the body of a successful response.
pub async fn command(method: &'static str, url: &str, body: Option<Body>) -> Result<()> {
    succeeded(raw(method, url, body, false).await?).await
}

/// Like [`command`], but delivered even if the page is left meanwhile (`keepalive`).
pub async fn parting_command(method: &'static str, url: &str, body: Option<Body>) -> Result<()> {
    succeeded(raw(method, url, body, true).await?).await
}

/// Tests whether a media address responds, by requesting it from the start as a media element does and discarding the
/// body. A HEAD request would succeed where the body is refused. Returns `Ok(false)` if the address responded only
/// after the access token was renewed.
pub async fn probe(url: &str) -> Result<bool> {
    let began = js_sys::Date::now();
    let response = first_bytes(url).await?;
    if response.status() == 401 && refresh::renew(began).await {
        let again = first_bytes(url).await?;
        return if again.ok() {
            Ok(false)
        } else {
            Err(problem(&again).await)
        };
    }
    if response.ok() {
        Ok(true)
    } else {
        Err(problem(&response).await)
    }
}

async fn first_bytes(url: &str) -> Result<Response> {
    let abort = AbortController::new().map_err(|_| offline())?;
    let options = RequestInit::new();
    options.set_signal(Some(&abort.signal()));
    let request = Request::new_with_str_and_init(url, &options).map_err(|_| offline())?;
    let range = request.headers().set("range", "bytes=0-");
    range.map_err(|_| offline())?;
    let response = fetch(&request).await?;
    if response.ok() {
        abort.abort();
    }
    Ok(response)
}

/// Sends a request without waiting for the response. The browser delivers it even after the page is gone (`keepalive`).
/// The request is made synchronously, because the page may be stopped right after this call.
pub fn part_with(url: &str, body: &impl Serialize) {
    let (Ok(body), Ok(())) = (Body::json(body), may_write("POST", url)) else {
        return;
    };
    if let (Ok(request), Some(window)) = (request("POST", url, Some(body), true), web_sys::window()) {
        let sent = JsFuture::from(window.fetch_with_request(&request));
        // A refused or lost request is made up for by the next one, seconds later.
        wasm_bindgen_futures::spawn_local(async { drop(sent.await) });
    }
}

/// The boxed future of a request: otherwise the code would be duplicated in every request of every page.
type Answer = Pin<Box<dyn Future<Output = Result<Response>>>>;

/// A request body.
#[derive(Clone)]
pub enum Body {
    /// Serialised JSON.
    Json(String),
    /// Form with a file.
    Form(FormData),
}

impl Body {
    /// Serialises a value as JSON.
    pub fn json(value: &impl Serialize) -> Result<Self> {
        to_json(value).map(Self::Json)
    }
}

async fn send<T: DeserializeOwned>(method: &'static str, url: &str, body: Option<Body>) -> Result<T> {
    let response = raw(method, url, body, false).await?;
    if !response.ok() {
        return Err(problem(&response).await);
    }
    let text = text(&response).await?;
    serde_json::from_str(&text).map_err(|_| Error::new(Kind::BadGateway, t::error::unreadable()))
}

async fn succeeded(response: Response) -> Result<()> {
    if response.ok() {
        Ok(())
    } else {
        Err(problem(&response).await)
    }
}

/// Sends a request. If a signed-in page receives 401, renews the access token and sends the request once more; a login
/// that has ended is detected on the way.
fn raw(method: &'static str, url: &str, body: Option<Body>, keepalive: bool) -> Answer {
    let url = url.to_owned();
    Box::pin(async move {
        may_write(method, &url)?;
        let began = js_sys::Date::now();
        let response = once(method, &url, body.clone(), keepalive).await?;
        if response.status() == 401 && !url.starts_with("/api/auth/") && refresh::renew(began).await {
            return once(method, &url, body, keepalive).await;
        }
        Ok(response)
    })
}

/// Rejects writes if another account is signed in by now than the one that this page was made for.
fn may_write(method: &str, url: &str) -> Result<()> {
    let now = match identity::now() {
        // Requests to sign in or up name the account themselves.
        Some(now) if method != "GET" && !url.starts_with("/api/auth/") => now,
        _ => return Ok(()),
    };
    Err(Error::new(Kind::AnotherAccount, identity::refusal(&now)))
}

/// Sends a request, without a retry.
pub async fn once(method: &str, url: &str, body: Option<Body>, keepalive: bool) -> Result<Response> {
    fetch(&request(method, url, body, keepalive)?).await
}

/// Builds a request. Every request names the account that the page was made for: the server refuses it if another
/// account is signed in.
fn request(method: &str, url: &str, body: Option<Body>, keepalive: bool) -> Result<Request> {
    let options = RequestInit::new();
    options.set_method(method);
    if keepalive {
        crate::client::js::set(&options, "keepalive", &JsValue::TRUE);
    }
    let is_json = matches!(body, Some(Body::Json(_)));
    match body {
        Some(Body::Json(json)) => options.set_body(&JsValue::from_str(&json)),
        Some(Body::Form(form)) => options.set_body(&form),
        None => {}
    }
    let request = Request::new_with_str_and_init(url, &options).map_err(|_| offline())?;
    let headers = request.headers();
    if is_json {
        headers.set("content-type", "application/json").map_err(|_| offline())?;
    }
    if let Some(account) = identity::made_for() {
        headers.set(HEADER, &account).map_err(|_| offline())?;
    }
    Ok(request)
}

async fn fetch(request: &Request) -> Result<Response> {
    let window = web_sys::window().ok_or_else(offline)?;
    let response = JsFuture::from(window.fetch_with_request(request))
        .await
        .map_err(|_| offline())?;
    response.dyn_into().map_err(|_| offline())
}

async fn text(response: &Response) -> Result<String> {
    let promise = response.text().map_err(|_| offline())?;
    let value = JsFuture::from(promise).await.map_err(|_| offline())?;
    value.as_string().ok_or_else(offline)
}

async fn problem(response: &Response) -> Error {
    let body = text(response).await.unwrap_or_default();
    let error: Error = serde_json::from_str(&body).unwrap_or_else(|_| {
        let kind = if response.status() >= 500 {
            Kind::Unavailable
        } else {
            Kind::Internal
        };
        Error::new(kind, t::error::no_reason())
    });
    if error.kind == Kind::AnotherAccount {
        identity::look_again();
    }
    error
}

fn to_json(body: &impl Serialize) -> Result<String> {
    serde_json::to_string(body).map_err(|_| Error::new(Kind::Internal, t::error::unwritable()))
}

fn offline() -> Error {
    Error::new(Kind::Offline, t::error::offline())
}
