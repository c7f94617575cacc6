//! The cookies of this site. All of them HttpOnly and SameSite=Lax, and Secure behind TLS.

use crate::account::{Granted, token};
use http::{HeaderMap, HeaderValue, header};
use std::time::Duration;

/// A guest's random id.
pub const GUEST: &str = "matinee_guest";
/// The access token.
pub const ACCESS: &str = "matinee_access";
/// The refresh token.
pub const REFRESH: &str = "matinee_refresh";

/// The value of a cookie that the browser sent.
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

/// Sets a cookie. Values are made by us: hex digits, base64url and dots.
pub fn set(headers: &mut HeaderMap, name: &str, value: &str, age: Duration, is_https: bool) {
    let secure = if is_https { "; Secure" } else { "" };
    let cookie = format!(
        "{name}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
        age.as_secs()
    );
    match HeaderValue::from_str(&cookie) {
        Ok(cookie) => {
            headers.append(header::SET_COOKIE, cookie);
        }
        Err(error) => tracing::error!(%error, name, "a cookie could not be set"),
    }
}

/// Whether this answer sets a cookie already.
pub fn is_set(headers: &HeaderMap, name: &str) -> bool {
    headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.split_once('=').is_some_and(|(known, _)| known == name))
}

/// Keeps a browser signed in. The access cookie lives as long as the refresh cookie: the token in it says when it ends.
pub fn sign_in(headers: &mut HeaderMap, granted: &Granted, is_https: bool) {
    set(headers, ACCESS, &granted.access_token, token::REFRESH, is_https);
    if let Some(refresh) = &granted.refresh_token {
        set(headers, REFRESH, refresh, token::REFRESH, is_https);
    }
}

/// Signs a browser out.
pub fn sign_out(headers: &mut HeaderMap, is_https: bool) {
    for name in [ACCESS, REFRESH] {
        set(headers, name, "", Duration::ZERO, is_https);
    }
}
