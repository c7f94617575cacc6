//! Renews the access token of a signed-in page. Tabs share their cookies, and a refresh token must not be reused after
//! its rotation, so a browser lock (Web Locks) admits one tab at a time; the others then find the token already
//! renewed.

use super::fetch::{self, Body};
use crate::client::{js, session, storage};
use crate::protocol::RefreshToken;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Storage key of the last renewal, Unix milliseconds.
const LAST_RENEWAL_KEY: &str = "renewed";

/// Renews the access token, unless another tab has done so since `began` (Unix milliseconds). Returns true if a request
/// that received 401 is worth retrying.
pub async fn renew(began: f64) -> bool {
    if !session::is_signed_in() {
        return false;
    }
    let ask = Closure::once(move || {
        future_to_promise(async move { Ok(JsValue::from_bool(unless_renewed_since(began).await)) })
    });
    let locks = web_sys::window().and_then(|window| js::get(&window.navigator(), "locks"));
    let name = JsValue::from_str("matinee-refresh");
    let locked = locks
        .and_then(|locks| js::call(&locks, "request", &[name, ask.as_ref().clone()]))
        .and_then(|promise| promise.dyn_into::<js_sys::Promise>().ok());
    match locked {
        Some(promise) => JsFuture::from(promise).await.is_ok_and(|renewed| renewed.is_truthy()),
        // An old browser, or a page without TLS: the server handles two tabs that refresh at once.
        None => unless_renewed_since(began).await,
    }
}

async fn unless_renewed_since(began: f64) -> bool {
    if storage::load::<f64>(LAST_RENEWAL_KEY).is_some_and(|at| at > began) {
        return true;
    }
    let Ok(body) = Body::json(&RefreshToken::default()) else {
        return false;
    };
    match fetch::once("POST", "/api/auth/refresh", Some(body), false).await {
        Ok(answer) if answer.ok() => {
            storage::save(LAST_RENEWAL_KEY, js_sys::Date::now());
            true
        }
        // The login has ended: it expired, or the user ended it from another device.
        Ok(answer) if answer.status() == 401 => {
            session::ended();
            false
        }
        _ => false,
    }
}
