//! Mail: `MATINEE_SMTP_URL` and `MATINEE_MAIL_FROM`.

use super::{Secret, reader::Reader};
use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox};

const URL: &str = "MATINEE_SMTP_URL";
const FROM: &str = "MATINEE_MAIL_FROM";

/// Settings of mail.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// Mail server. `None` sends no mail; links are logged if the instance listens on loopback only.
    pub smtp: Option<SmtpConfig>,
}

/// Mail server and the sender of mails.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// URL of the server, with its password.
    pub url: Secret,
    /// Sender.
    pub from: Mailbox,
}

impl MailConfig {
    pub(super) fn from_env(reader: &mut Reader) -> Self {
        let smtp = match (reader.text(URL), reader.text(FROM)) {
            (Some(url), Some(from)) => SmtpConfig::parse(reader, &url, &from),
            (Some(_), None) => {
                reader.refuse(format!("{URL} needs {FROM}, like Matinee <matinee@example.org>"));
                None
            }
            (None, _) => None,
        };
        Self { smtp }
    }
}

impl SmtpConfig {
    /// Validates the server's URL and the sender's address. The problems do not repeat either value.
    fn parse(reader: &mut Reader, url: &str, from: &str) -> Option<Self> {
        let is_valid = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).is_ok();
        if !is_valid {
            reader.refuse(format!("{URL} must be like smtps://user:password@mail.example.org"));
        }
        let sender = from.parse::<Mailbox>().ok();
        if sender.is_none() {
            reader.refuse(format!("{FROM} must be like Matinee <matinee@example.org>"));
        }
        let url = is_valid.then(|| Secret::new(url))?;
        Some(Self { url, from: sender? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(url: &str, from: &str) -> Vec<String> {
        let set = [(URL, url), (FROM, from)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut reader = Reader::new(set);
        let config = MailConfig::from_env(&mut reader);
        let problems = reader.finish(()).err().map(|problems| problems.0).unwrap_or_default();
        assert_eq!(config.smtp.is_some(), problems.is_empty());
        problems
    }

    #[test]
    fn wrong_settings_are_named_without_the_password() {
        assert!(problems("smtp://127.0.0.1:2525", "Matinee <matinee@example.org>").is_empty());
        assert!(problems("smtps://me:hunter2@mail.example.org", "matinee@example.org").is_empty());
        assert!(problems("smtp://mail.example.org:587?tls=required", "matinee@example.org").is_empty());
        let problems = problems("https://me:hunter2@mail.example.org", "nobody");
        assert_eq!(problems.len(), 2);
        assert!(!problems.join("").contains("hunter2"));
    }
}
