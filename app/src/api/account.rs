//! People: what pages ask for while they are rendered, and what only a page that is alive does.

use crate::error::Result;
use crate::protocol::*;

/// `GET /api/users/me/logins`
pub async fn logins() -> Result<List<Login>> {
    #[cfg(feature = "ssr")]
    return crate::backend::backend()?.logins(&crate::backend::viewer()?).await;
    #[cfg(not(feature = "ssr"))]
    super::local(super::fetch::get("/api/users/me/logins")).await
}

/// Where the account's data can be downloaded.
pub const EXPORT: &str = "/api/users/me/export";

/// What only a visitor's page asks for; see `api::browser`.
pub mod browser {
    use super::super::fetch::{self, Body};
    use super::*;

    /// `POST /api/auth/sign-up`; the answer's cookies sign this browser in.
    pub async fn sign_up(account: SignUp) -> Result<()> {
        fetch::command("POST", "/api/auth/sign-up", Some(Body::json(&account)?)).await
    }

    /// `POST /api/auth/sign-in`
    pub async fn sign_in(who: SignIn) -> Result<()> {
        fetch::command("POST", "/api/auth/sign-in", Some(Body::json(&who)?)).await
    }

    /// `POST /api/auth/sign-out`
    pub async fn sign_out() -> Result<()> {
        let cookie = RefreshToken::default();
        fetch::command("POST", "/api/auth/sign-out", Some(Body::json(&cookie)?)).await
    }

    /// `POST /api/auth/password/forgot`
    pub async fn forgot_password(who: ForgotPassword) -> Result<()> {
        fetch::command("POST", "/api/auth/password/forgot", Some(Body::json(&who)?)).await
    }

    /// `POST /api/auth/password/reset`
    pub async fn reset_password(reset: ResetPassword) -> Result<()> {
        fetch::command("POST", "/api/auth/password/reset", Some(Body::json(&reset)?)).await
    }

    /// `PATCH /api/users/me`
    pub async fn change_profile(change: ChangeProfile) -> Result<()> {
        fetch::command("PATCH", "/api/users/me", Some(Body::json(&change)?)).await
    }

    /// `DELETE /api/users/me`
    pub async fn delete_account(account: DeleteAccount) -> Result<()> {
        fetch::command("DELETE", "/api/users/me", Some(Body::json(&account)?)).await
    }

    /// `DELETE /api/users/me/logins/{id}`: signs one device out.
    pub async fn end_login(id: &str) -> Result<()> {
        fetch::delete(&format!("/api/users/me/logins/{id}")).await
    }

    /// `DELETE /api/users/me/logins`: signs every other device out.
    pub async fn end_other_logins() -> Result<()> {
        fetch::delete("/api/users/me/logins").await
    }

    /// `PUT /api/users/me/preferences/{key}`, delivered even while the page is being left.
    pub async fn set_preference(key: &str, value: serde_json::Value) -> Result<()> {
        let body = Body::json(&PreferenceValue { value })?;
        fetch::parting_command("PUT", &format!("/api/users/me/preferences/{key}"), Some(body)).await
    }

    /// `DELETE /api/history/{id}`, delivered even while the page is being left.
    pub async fn delete_history(id: &str) -> Result<()> {
        fetch::parting_command("DELETE", &format!("/api/history/{id}"), None).await
    }

    /// `DELETE /api/history`: everything, or what there is of one torrent. Delivered even while the page is being left.
    pub async fn clear_history(info_hash: Option<InfoHash>) -> Result<()> {
        let only = info_hash.map_or_else(String::new, |hash| format!("?info_hash={hash}"));
        fetch::parting_command("DELETE", &format!("/api/history{only}"), None).await
    }

    /// A further page of `GET /api/history`.
    pub async fn more_history(query: &str, cursor: &str) -> Result<List<HistoryItem>> {
        #[cfg(not(feature = "ssr"))]
        return super::super::history(Some(query.to_owned()), Some(cursor.to_owned())).await;
        #[cfg(feature = "ssr")]
        {
            let _ = (query, cursor);
            Ok(List::whole(Vec::new()))
        }
    }
}
