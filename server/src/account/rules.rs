//! Validation of user names, addresses and passwords. Reports all invalid fields at once.

use super::password::weakness;
use crate::{
    db::UserRow,
    error::{Error, Result},
};
use app::{
    error::{Error as AppError, FieldError, Kind},
    i18n::Text,
    protocol::{ChangeProfile, SignUp},
    t,
};

/// Length of a user name, characters.
const USERNAME: std::ops::RangeInclusive<usize> = 3..=32;

/// Maximum length of an address (RFC 5321 section 4.5.3.1.3, without the brackets).
const EMAIL: usize = 254;

pub fn check_sign_up(new: &SignUp) -> Result<()> {
    finish([
        field("email", email(&new.email)),
        field("username", username(&new.username)),
        field("password", weakness(&new.password, &[&new.email, &new.username])),
    ])
}

pub fn check_change(change: &ChangeProfile, user: &UserRow) -> Result<()> {
    let own = [
        change.email.as_deref().unwrap_or(&user.email),
        change.username.as_deref().unwrap_or(&user.username),
    ];
    finish([
        field("email", change.email.as_deref().and_then(email)),
        field("username", change.username.as_deref().and_then(username)),
        field(
            "password",
            change.password.as_deref().and_then(|password| weakness(password, &own)),
        ),
    ])
}

pub fn check_password(name: &str, password: &str, own: &[&str]) -> Result<()> {
    finish([field(name, weakness(password, own))])
}

pub fn check_email(address: &str) -> Result<()> {
    finish([field("email", email(address))])
}

/// Returns whether an account could have this name or address; if not, the database need not be asked.
pub fn is_possible_login(login: &str) -> bool {
    email(login).is_none() || username(login).is_none()
}

/// Returns the 409 error that names the fields already in use by another account.
pub fn taken(email: bool, username: bool) -> Error {
    let fields = [
        (email, "email", t::server_account::email_taken()),
        (username, "username", t::server_account::name_taken()),
    ];
    let errors: Vec<FieldError> = fields
        .into_iter()
        .filter(|(taken, ..)| *taken)
        .map(|(_, field, reason)| FieldError {
            field: field.into(),
            reason,
        })
        .collect();
    let refusal = AppError::invalid_fields(errors);
    Error::Refused(AppError {
        errors: refusal.errors,
        ..AppError::new(Kind::Conflict, refusal.detail)
    })
}

fn field(name: &str, wrong: Option<Text>) -> Option<FieldError> {
    wrong.map(|reason| FieldError {
        field: name.into(),
        reason,
    })
}

fn finish<const N: usize>(fields: [Option<FieldError>; N]) -> Result<()> {
    let errors: Vec<FieldError> = fields.into_iter().flatten().collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(AppError::invalid_fields(errors).into())
    }
}

/// Validates an e-mail address. Only sending mail shows whether an address works; this excludes what cannot be an
/// address, and characters with a meaning in mail headers.
fn email(address: &str) -> Option<Text> {
    let address = address.trim();
    let fits = address.len() <= EMAIL
        && !address.chars().any(|c| c.is_whitespace() || c.is_control())
        && address.parse::<lettre::Address>().is_ok();
    (!fits).then_some(t::server_account::email_form())
}

fn username(name: &str) -> Option<Text> {
    let name = name.trim();
    let fits = USERNAME.contains(&name.len())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    (!fits).then_some(t::server_account::name_form())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(email: &str, username: &str, password: &str) -> SignUp {
        SignUp {
            email: email.into(),
            username: username.into(),
            password: password.into(),
            invite: None,
            setup_token: None,
        }
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let Err(Error::Refused(error)) = check_sign_up(&new("ada", "a", "short")) else {
            panic!("it was taken")
        };
        let fields: Vec<_> = error.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["email", "username", "password"]);
        assert!(check_sign_up(&new(" ada@example.org", "Ada_1", "plum-lantern-tide")).is_ok());
    }

    #[test]
    fn what_means_something_elsewhere_is_no_name_and_no_address() {
        for address in [
            "a@b\r\nBcc: c@d",
            "a b@c.org",
            "@",
            "a@",
            "ada@exa mple.org",
            "<a@b.org>",
            "a@b.org,c@d.org",
        ] {
            assert!(email(address).is_some(), "{address}");
        }
        for name in ["a@b", "-ada", "ada lovelace", "a\u{202e}da", "<b>", "ab", "..."] {
            assert!(username(name).is_some(), "{name}");
        }
    }
}
