//! JSON over the browser's `fetch`. Only ever runs in a page.

use super::refresh;
use crate::error::{Error, Kind, Result};
use serde::{Serialize, de::DeserializeOwned};
use std::pin::Pin;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Blob, BlobPropertyBag, FormData, Request, RequestInit, Response};

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

/// A request whose answer says only whether it worked.
pub async fn command(method: &'static str, url: &str, body: Option<Body>) -> Result<()> {
    succeeded(raw(method, url, body, false).await?).await
}

/// A [`command`] that the browser delivers even after the page is gone (`keepalive`).
pub async fn parting_command(method: &'static str, url: &str, body: Option<Body>) -> Result<()> {
    succeeded(raw(method, url, body, true).await?).await
}

/// Whether an address answers a media element, which asks for everything from the beginning; what comes is not read. HEAD
/// would be answered where the bytes are refused. `Ok(false)`: only now, because the sign-in had to be renewed.
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

/// Fire and forget: the browser delivers it even after the page is gone.
pub fn beacon(url: &str, body: &impl Serialize) {
    let (Ok(json), Some(window)) = (to_json(body), web_sys::window()) else {
        return;
    };
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    let parts = js_sys::Array::of1(&JsValue::from_str(&json));
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) {
        // A beacon that is refused (queue full) is made good by the next one, seconds later.
        let _ = window.navigator().send_beacon_with_opt_blob(url, Some(&blob));
    }
}

/// Boxed: every request of every page would else carry a copy of this code.
type Answer = Pin<Box<dyn Future<Output = Result<Response>>>>;

/// What a request carries.
#[derive(Clone)]
pub enum Body {
    /// JSON, written already.
    Json(String),
    /// A form with a file.
    Form(FormData),
}

impl Body {
    /// Writes a value as JSON.
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
    serde_json::from_str(&text).map_err(|_| {
        Error::new(
            Kind::BadGateway,
            "The server's answer could not be read. Reload the page.",
        )
    })
}

async fn succeeded(response: Response) -> Result<()> {
    if response.ok() {
        Ok(())
    } else {
        Err(problem(&response).await)
    }
}

/// Sends a request. Where a signed-in page is answered 401, its access token is renewed and the request sent once more; a
/// login that has ended shows in that.
fn raw(method: &'static str, url: &str, body: Option<Body>, keepalive: bool) -> Answer {
    let url = url.to_owned();
    Box::pin(async move {
        let began = js_sys::Date::now();
        let response = once(method, &url, body.clone(), keepalive).await?;
        if response.status() == 401 && !url.starts_with("/api/auth/") && refresh::renew(began).await {
            return once(method, &url, body, keepalive).await;
        }
        Ok(response)
    })
}

/// Sends a request, once.
pub async fn once(method: &str, url: &str, body: Option<Body>, keepalive: bool) -> Result<Response> {
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
    if is_json {
        request
            .headers()
            .set("content-type", "application/json")
            .map_err(|_| offline())?;
    }
    fetch(&request).await
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
    serde_json::from_str(&body).unwrap_or_else(|_| {
        let kind = if response.status() >= 500 {
            Kind::Unavailable
        } else {
            Kind::Internal
        };
        Error::new(kind, "The server did not say why. Try again in a moment.")
    })
}

fn to_json(body: &impl Serialize) -> Result<String> {
    serde_json::to_string(body).map_err(|_| Error::new(Kind::Internal, "The request could not be written."))
}

fn offline() -> Error {
    Error::new(Kind::Offline, "Check the connection, then try again.")
}
