//! JSON over the browser's `fetch`. Only ever runs in a page.

use crate::error::{Error, Kind, Result};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, FormData, Request, RequestInit, Response};

#[cfg(not(feature = "ssr"))]
pub async fn get<T: DeserializeOwned>(url: &str) -> Result<T> {
    send("GET", url, None).await
}

pub async fn post<T: DeserializeOwned>(url: &str, body: &impl Serialize) -> Result<T> {
    let json = to_json(body)?;
    send("POST", url, Some(Body::Json(json))).await
}

pub async fn upload<T: DeserializeOwned>(url: &str, field: &str, file: web_sys::File) -> Result<T> {
    let form = FormData::new().map_err(|_| offline())?;
    form.append_with_blob(field, &file).map_err(|_| offline())?;
    send("POST", url, Some(Body::Form(form))).await
}

pub async fn delete(url: &str) -> Result<()> {
    let response = raw("DELETE", url, None).await?;
    if response.ok() {
        Ok(())
    } else {
        Err(problem(&response).await)
    }
}

pub async fn head(url: &str) -> Result<()> {
    let response = raw("HEAD", url, None).await?;
    // An answer to HEAD has no body that could explain: ask again for its first byte's problem only when it failed.
    if response.ok() {
        Ok(())
    } else {
        Err(problem(&raw("GET", url, None).await?).await)
    }
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

enum Body {
    Json(String),
    Form(FormData),
}

async fn send<T: DeserializeOwned>(method: &str, url: &str, body: Option<Body>) -> Result<T> {
    let response = raw(method, url, body).await?;
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

async fn raw(method: &str, url: &str, body: Option<Body>) -> Result<Response> {
    let options = RequestInit::new();
    options.set_method(method);
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
    let window = web_sys::window().ok_or_else(offline)?;
    let response = JsFuture::from(window.fetch_with_request(&request))
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
