//! Cookies of this site: all HttpOnly and SameSite=Lax, and Secure over TLS.

use crate::account::{IssuedTokens, token};
use http::{HeaderMap, HeaderValue, header};
use std::time::Duration;

/// A guest's random ID.
pub const GUEST: &str = "matinee_guest";
/// Access token.
pub const ACCESS: &str = "matinee_access";
/// Accounts that have signed in with this browser before.
pub const BROWSER: &str = "matinee_browser";
/// Refresh token.
pub const REFRESH: &str = "matinee_refresh";

/// Returns the value of a cookie that the browser sent.
pub fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// Sets a cookie. Its value is one of ours: hex digits, base64url, dots and tildes.
pub fn set(headers: &mut HeaderMap, name: &str, value: &str, age: Duration, is_https: bool) {
    set_for(headers, "/", name, value, age, is_https);
}

/// Sets the cookie by which a browser is recognized at its next sign-in. It is sent only to `/api/auth/`.
pub fn remember_browser(headers: &mut HeaderMap, known: &str, is_https: bool) {
    set_for(headers, "/api/auth/", BROWSER, known, token::BROWSER, is_https);
}

fn set_for(headers: &mut HeaderMap, path: &str, name: &str, value: &str, age: Duration, is_https: bool) {
    let secure = if is_https { "; Secure" } else { "" };
    let cookie = format!(
        "{name}={value}; Path={path}; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
        age.as_secs()
    );
    match HeaderValue::from_str(&cookie) {
        Ok(cookie) => {
            headers.append(header::SET_COOKIE, cookie);
        }
        Err(error) => tracing::error!(%error, name, "a cookie could not be set"),
    }
}

/// Returns whether the response sets this cookie already.
pub fn is_set(headers: &HeaderMap, name: &str) -> bool {
    headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.split_once('=').is_some_and(|(known, _)| known == name))
}

/// Sets the cookies of a login. The access cookie lives as long as the refresh cookie: the token in it has its own
/// expiry.
pub fn sign_in(headers: &mut HeaderMap, granted: &IssuedTokens, is_https: bool) {
    set(headers, ACCESS, &granted.access_token, token::REFRESH, is_https);
    set(headers, REFRESH, &granted.refresh_token, token::REFRESH, is_https);
}

/// Removes the cookies of a login.
pub fn sign_out(headers: &mut HeaderMap, is_https: bool) {
    for name in [ACCESS, REFRESH] {
        set(headers, name, "", Duration::ZERO, is_https);
    }
}
