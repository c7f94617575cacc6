//! People: who is signed in, on which devices, and what follows them.

use super::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What somebody may do on this instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Watches, makes rooms.
    User,
    /// Runs the instance.
    Admin,
}

impl Role {
    /// As the API and the database write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

/// An account, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct User {
    /// UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// Where mail goes.
    #[cfg_attr(feature = "ssr", schema(example = "ada@example.org"))]
    pub email: String,
    /// The name that others see.
    #[cfg_attr(feature = "ssr", schema(example = "ada"))]
    pub username: String,
    /// What they may do.
    pub role: Role,
    /// When they signed up.
    pub created_at: Timestamp,
}

/// Settings that follow an account, by name; see `PUT /api/users/me/preferences/{key}`.
pub type Preferences = BTreeMap<String, serde_json::Value>;

/// An account with its preferences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Profile {
    /// Who it is.
    #[serde(flatten)]
    pub user: User,
    /// What follows them.
    #[cfg_attr(feature = "ssr", schema(value_type = Object, example = json!({ "theme": "dark", "player_volume": 0.8 })))]
    pub preferences: Preferences,
}

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SignUpMode {
    /// Everybody.
    Open,
    /// Whoever has an invite code.
    Invite,
    /// Nobody.
    Closed,
}

/// Who may search and watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everybody.
    Open,
    /// Whoever is signed in.
    Accounts,
}

/// Who asks, and what this instance lets them do: what a page needs first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Session {
    /// The account; null for a guest.
    pub user: Option<Profile>,
    /// Who may search and watch.
    pub access: Access,
    /// Who may make an account. `open` while there is none: the first becomes admin.
    pub sign_up: SignUpMode,
    /// Whether nobody has an account yet.
    pub is_new: bool,
    /// Whether the instance can send mail.
    pub sends_mail: bool,
}

/// A new account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SignUp {
    /// At most 254 characters.
    #[cfg_attr(feature = "ssr", schema(max_length = 254, example = "ada@example.org"))]
    pub email: String,
    /// 3 to 32 letters, digits, `.`, `_` or `-`.
    #[cfg_attr(feature = "ssr", schema(min_length = 3, max_length = 32, example = "ada"))]
    pub username: String,
    /// 10 to 128 characters, none of the common ones.
    #[cfg_attr(
        feature = "ssr",
        schema(min_length = 10, max_length = 128, example = "plum-lantern-tide")
    )]
    pub password: String,
    /// Needed where sign-up is by invite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<String>,
}

/// Who somebody says they are.
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

/// What a signed-in program holds; a browser gets the same as cookies.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Tokens {
    /// A JWT for `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// How long the access token lasts, seconds.
    pub expires_in: u32,
    /// For `POST /api/auth/refresh`, once; lasts 7 days.
    pub refresh_token: String,
    /// Who it is.
    pub user: Profile,
}

/// A refresh token; a browser sends its cookie instead.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RefreshToken {
    /// As it was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// Who has forgotten their password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ForgotPassword {
    /// The account's address.
    #[cfg_attr(feature = "ssr", schema(max_length = 254, example = "ada@example.org"))]
    pub email: String,
}

/// A new password, by the link in a mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ResetPassword {
    /// From the link.
    #[cfg_attr(
        feature = "ssr",
        schema(max_length = 200, example = "what the link has behind token=")
    )]
    pub token: String,
    /// 10 to 128 characters, none of the common ones.
    #[cfg_attr(
        feature = "ssr",
        schema(min_length = 10, max_length = 128, example = "plum-lantern-tide")
    )]
    pub password: String,
}

/// What somebody changes of their account. E-mail and password need the current password.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChangeProfile {
    /// A new address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// A new password; ends all other logins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The one of now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_password: Option<String>,
}

/// The end of an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DeleteAccount {
    /// The current password.
    pub password: String,
}

/// A signed-in browser or program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Login {
    /// UUID v7.
    #[cfg_attr(feature = "ssr", schema(format = Uuid))]
    pub id: String,
    /// What it calls itself, e.g. `Firefox on Linux`.
    pub device: String,
    /// From where it was last used.
    pub address: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the quarter of an hour.
    pub last_used_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A preference's new value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PreferenceValue {
    /// JSON of the preference's own type; null forgets it.
    #[cfg_attr(feature = "ssr", schema(value_type = Object, nullable, example = json!(0.8)))]
    pub value: serde_json::Value,
}
