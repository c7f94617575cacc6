//! A new access token for a page that is signed in. Tabs share their cookies, and a refresh token works once: one tab at
//! a time asks, by a lock of the browser (Web Locks); the others find that it was just done.

use super::fetch::{self, Body};
use crate::client::{js, session, storage};
use crate::protocol::RefreshToken;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Under this name a browser remembers when it last renewed, Unix milliseconds.
const RENEWED: &str = "renewed";

/// Renews the access token, unless another tab did since `began` (Unix milliseconds). Returns whether a request that was
/// refused is worth sending again.
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
        // An old browser, or a page without TLS: two tabs that ask at once are the server's to tell apart.
        None => unless_renewed_since(began).await,
    }
}

async fn unless_renewed_since(began: f64) -> bool {
    if storage::load::<f64>(RENEWED).is_some_and(|at| at > began) {
        return true;
    }
    let Ok(body) = Body::json(&RefreshToken::default()) else {
        return false;
    };
    match fetch::once("POST", "/api/auth/refresh", Some(body), false).await {
        Ok(answer) if answer.ok() => {
            storage::save(RENEWED, js_sys::Date::now());
            true
        }
        // This login has ended: by its age, or because somebody signed it out from another device.
        Ok(answer) if answer.status() == 401 => {
            session::ended();
            false
        }
        _ => false,
    }
}
