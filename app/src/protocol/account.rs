//! Accounts: registration, logins, sessions and preferences.

use super::{LoginId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The role of an account on this instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Can watch and create rooms.
    User,
    /// Administers the instance.
    Admin,
}

impl Role {
    /// Returns the name used in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

/// An account, as seen by its owner.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct User {
    /// Account ID, UUID v7.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = Uuid))]
    pub id: UserId,
    /// E-mail address.
    #[cfg_attr(feature = "ssr", schema(example = "ada@example.org"))]
    pub email: String,
    /// Name shown to other users.
    #[cfg_attr(feature = "ssr", schema(example = "ada"))]
    pub username: String,
    /// Role on this instance.
    pub role: Role,
    /// Time of registration.
    pub created_at: Timestamp,
}

/// Preferences stored with an account, by key; see `PUT /api/users/me/preferences/{key}`.
pub type Preferences = BTreeMap<String, serde_json::Value>;

/// An account with its preferences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Profile {
    /// The account.
    #[serde(flatten)]
    pub user: User,
    /// Preferences stored with the account.
    #[cfg_attr(feature = "ssr", schema(value_type = Object, example = json!({ "theme": "dark", "player_volume": 0.8 })))]
    pub preferences: Preferences,
}

/// The registration policy of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SignUpMode {
    /// Anyone can register.
    Open,
    /// Registration requires an invite code.
    Invite,
    /// Registration is closed.
    Closed,
}

/// The access policy for searching and watching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Anyone, including guests.
    Open,
    /// Signed-in users only.
    Accounts,
}

/// The current session: the caller's account and the policies of this instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Session {
    /// The signed-in account; null for a guest.
    pub user: Option<Profile>,
    /// Access policy for searching and watching.
    pub access: Access,
    /// Registration policy. Always `open` until the first account exists; that account becomes an admin.
    pub sign_up: SignUpMode,
    /// True if no account exists yet.
    pub is_new: bool,
    /// True if creating the first account requires the setup token: unless the instance serves only its own machine and
    /// this request comes from it directly.
    #[serde(default)]
    pub needs_setup_token: bool,
    /// True if the instance can send e-mail.
    pub sends_mail: bool,
}

/// A registration request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SignUp {
    /// E-mail address, at most 254 characters.
    #[cfg_attr(feature = "ssr", schema(max_length = 254, example = "ada@example.org"))]
    pub email: String,
    /// Username, 3 to 32 letters, digits, `.`, `_` or `-`.
    #[cfg_attr(feature = "ssr", schema(min_length = 3, max_length = 32, example = "ada"))]
    pub username: String,
    /// Password, 10 to 128 characters; common passwords are rejected.
    #[cfg_attr(
        feature = "ssr",
        schema(min_length = 10, max_length = 128, example = "plum-lantern-tide")
    )]
    pub password: String,
    /// Invite code; required if registration is by invite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<String>,
    /// Setup token from the server's log, or the content of the file `admin-token` in its data directory. Required for
    /// the first account if `needs_setup_token` is true in the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup_token: Option<String>,
}

/// Sign-in credentials.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// E-mail address or username.
    #[cfg_attr(feature = "ssr", schema(max_length = 254, example = "ada"))]
    pub login: String,
    /// The password.
    #[cfg_attr(feature = "ssr", schema(max_length = 128, example = "plum-lantern-tide"))]
    pub password: String,
}

/// The tokens of a session, for clients other than browsers; browsers receive them as cookies.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// JWT to send as `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Lifetime of the access token, seconds.
    pub expires_in: u32,
    /// Refresh token for `POST /api/auth/refresh`, valid for 7 days. Rotated on each refresh; sending a token again after
    /// its successor has been used ends the login.
    pub refresh_token: String,
    /// The signed-in account.
    pub user: Profile,
}

/// A refresh token. Browsers send it as a cookie instead.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RefreshToken {
    /// Refresh token, as received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// A request for a password reset link.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ForgotPassword {
    /// E-mail address of the account.
    #[cfg_attr(feature = "ssr", schema(max_length = 254, example = "ada@example.org"))]
    pub email: String,
}

/// A new password, authorised by the token from a reset e-mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ResetPassword {
    /// Token from the reset link.
    #[cfg_attr(
        feature = "ssr",
        schema(max_length = 200, example = "what the link has behind token=")
    )]
    pub token: String,
    /// New password, 10 to 128 characters; common passwords are rejected.
    #[cfg_attr(
        feature = "ssr",
        schema(min_length = 10, max_length = 128, example = "plum-lantern-tide")
    )]
    pub password: String,
}

/// Changes to the caller's account. Changing the e-mail address or the password requires the current password.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChangeProfile {
    /// New e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// New username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// New password; ends all other logins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Current password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_password: Option<String>,
}

/// A request to delete the caller's account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DeleteAccount {
    /// Current password.
    pub password: String,
}

/// A login: a browser or program that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Login {
    /// Login ID, UUID v7.
    #[cfg_attr(feature = "ssr", schema(value_type = String, format = Uuid))]
    pub id: LoginId,
    /// Device name derived from the user agent, e.g. `Firefox on Linux`.
    pub device: String,
    /// IP address of the last use.
    pub address: String,
    /// Time of sign-in.
    pub created_at: Timestamp,
    /// Time of the last use, accurate to 15 minutes.
    pub last_used_at: Timestamp,
    /// True for the login that makes this request.
    pub current: bool,
}

/// A new value for a preference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PreferenceValue {
    /// JSON value of the type that the preference requires; null removes the preference.
    #[cfg_attr(feature = "ssr", schema(value_type = Object, nullable, example = json!(0.8)))]
    pub value: serde_json::Value,
}
