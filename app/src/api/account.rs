//! Account requests: those that pages make while they are rendered, and those made only in the browser.

use crate::error::Result;
use crate::protocol::*;

/// `GET /api/users/me/logins`
pub async fn logins() -> Result<List<Login>> {
    #[cfg(feature = "ssr")]
    return on_server!(logins());
    #[cfg(not(feature = "ssr"))]
    super::local(super::fetch::get("/api/users/me/logins")).await
}

/// Returns the download address for this account's data. The server refuses it if another account is signed in by then.
pub fn export(id: UserId) -> String {
    format!("/api/users/me/export?{}={id}", super::identity::QUERY)
}

/// Requests made only in the browser; see `api::browser`.
pub mod browser {
    use super::super::fetch::{self, Body};
    use super::*;
    use crate::client::identity::tell_other_tabs;

    /// `POST /api/auth/sign-up`; cookies in the response sign this browser in.
    pub async fn sign_up(account: SignUp) -> Result<()> {
        fetch::command("POST", "/api/auth/sign-up", Some(Body::json(&account)?)).await?;
        tell_other_tabs();
        Ok(())
    }

    /// `POST /api/auth/sign-in`
    pub async fn sign_in(who: SignIn) -> Result<()> {
        fetch::command("POST", "/api/auth/sign-in", Some(Body::json(&who)?)).await?;
        tell_other_tabs();
        Ok(())
    }

    /// `POST /api/auth/sign-out`
    pub async fn sign_out() -> Result<()> {
        let cookie = RefreshToken::default();
        fetch::command("POST", "/api/auth/sign-out", Some(Body::json(&cookie)?)).await?;
        tell_other_tabs();
        Ok(())
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
        fetch::command("DELETE", "/api/users/me", Some(Body::json(&account)?)).await?;
        tell_other_tabs();
        Ok(())
    }

    /// `DELETE /api/users/me/logins/{id}`: ends one login.
    pub async fn end_login(id: LoginId) -> Result<()> {
        fetch::delete(&format!("/api/users/me/logins/{id}")).await
    }

    /// `DELETE /api/users/me/logins`: ends all other logins.
    pub async fn end_other_logins() -> Result<()> {
        fetch::delete("/api/users/me/logins").await
    }

    /// `PUT /api/users/me/preferences/{key}`, delivered even if the page is left meanwhile.
    pub async fn set_preference(key: &str, value: serde_json::Value) -> Result<()> {
        let body = Body::json(&PreferenceValue { value })?;
        fetch::parting_command("PUT", &format!("/api/users/me/preferences/{key}"), Some(body)).await
    }

    /// `DELETE /api/history/{id}`, delivered even if the page is left meanwhile.
    pub async fn delete_history(id: &str) -> Result<()> {
        fetch::parting_command("DELETE", &format!("/api/history/{id}"), None).await
    }

    /// `DELETE /api/history`: deletes all entries, or those of one torrent. Delivered even if the page is left
    /// meanwhile.
    pub async fn clear_history(info_hash: Option<InfoHash>) -> Result<()> {
        let only = info_hash.map_or_else(String::new, |hash| format!("?info_hash={hash}"));
        fetch::parting_command("DELETE", &format!("/api/history{only}"), None).await
    }

    /// `GET /api/history`: the page after `cursor`.
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
