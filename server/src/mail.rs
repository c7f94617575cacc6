//! Mail by SMTP. Without a server in the configuration, which is how it is developed, links are written to the log.

use crate::config::Config;
use anyhow::Context;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
};
use std::{sync::Arc, time::Duration};

/// How long the server may take for each of its answers.
const ANSWER: Duration = Duration::from_secs(10);

/// How long a mail may take in all.
const WHOLE: Duration = Duration::from_secs(30);

/// Connections kept to the server.
const CONNECTIONS: u32 = 4;

/// Sends mail. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Option<Arc<Smtp>>);

struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// What is wrong with the address of the server or of the sender; nothing of either is repeated.
pub fn check(url: &str, from: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if AsyncSmtpTransport::<Tokio1Executor>::from_url(url).is_err() {
        problems.push("MATINEE_SMTP_URL must be like smtps://user:password@mail.example.org".to_owned());
    }
    if from.parse::<Mailbox>().is_err() {
        problems.push("MATINEE_MAIL_FROM must be like Matinee <matinee@example.org>".to_owned());
    }
    problems
}

impl Mailer {
    /// With the configuration's server, or with none.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let (Some(url), Some(from)) = (&config.smtp_url, &config.mail_from) else {
            return Ok(Self(None));
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose())
            .map_err(|_| anyhow::anyhow!("MATINEE_SMTP_URL cannot be used"))?
            .timeout(Some(ANSWER))
            .pool_config(lettre::transport::smtp::PoolConfig::new().max_size(CONNECTIONS))
            .build();
        let from = from.parse().context("MATINEE_MAIL_FROM cannot be used")?;
        Ok(Self(Some(Arc::new(Smtp { transport, from }))))
    }

    /// Whether it can send anything.
    pub fn is_configured(&self) -> bool {
        self.0.is_some()
    }

    /// The link with which somebody chooses a new password, good for `minutes`.
    pub async fn password_reset(&self, to: &str, username: &str, link: &str, minutes: u32) -> anyhow::Result<()> {
        let letter = Letter {
            subject: "Choose a new Matinee password",
            greeting: format!("Hello {username},"),
            before: "somebody, hopefully you, asked for a new password for your Matinee account. Choose one here:",
            button: "Choose a new password",
            link,
            after: format!(
                "The link works once and for {minutes} minutes. If it was not you, do nothing: your password stays as it is."
            ),
        };
        self.send(to, &letter).await
    }

    /// The address of a room that somebody invites to.
    pub async fn room_invite(&self, to: &str, from: &str, title: &str, link: &str) -> anyhow::Result<()> {
        let letter = Letter {
            subject: "Come and watch a film together",
            greeting: "Hello,".to_owned(),
            before: &format!("{from} invites you to watch together, in the room “{title}”:"),
            button: "Come in",
            link,
            after: "If you do not know who that is, do nothing: you will hear no more of it.".to_owned(),
        };
        self.send(to, &letter).await
    }

    async fn send(&self, to: &str, letter: &Letter<'_>) -> anyhow::Result<()> {
        let Some(smtp) = &self.0 else {
            tracing::info!(
                subject = letter.subject,
                link = letter.link,
                "no mail server is set: the link is here"
            );
            return Ok(());
        };
        let message = letter.message(smtp.from.clone(), to)?;
        tokio::time::timeout(WHOLE, smtp.transport.send(message))
            .await
            .context("the mail server took too long")?
            .context("sending a mail")?;
        Ok(())
    }
}

/// A mail with one thing to do.
struct Letter<'t> {
    subject: &'t str,
    greeting: String,
    before: &'t str,
    button: &'t str,
    link: &'t str,
    after: String,
}

impl Letter<'_> {
    /// As text and as HTML. The addresses are typed: nothing in them can become a header of its own.
    fn message(&self, from: Mailbox, to: &str) -> anyhow::Result<Message> {
        let to = Mailbox::new(None, to.parse().context("the address of a mail")?);
        Message::builder()
            .from(from)
            .to(to)
            .subject(self.subject)
            .multipart(MultiPart::alternative_plain_html(self.text(), self.html()))
            .context("writing a mail")
    }

    fn text(&self) -> String {
        let Self {
            greeting,
            before,
            link,
            after,
            ..
        } = self;
        format!("{greeting}\n\n{before}\n\n{link}\n\n{after}\n")
    }

    /// Mail programs know no style sheets and load no pictures: type, space and one link.
    fn html(&self) -> String {
        let [greeting, before, button, link, after] =
            [&self.greeting, self.before, self.button, self.link, &self.after].map(escape);
        format!(
            r#"<!doctype html><html lang="en"><body style="margin:0;padding:32px 16px;background:#f7f5f2;color:#17161c;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:480px;margin:0 auto">
<p style="font-weight:700;margin:0 0 24px">Matinee</p>
<p>{greeting}</p><p>{before}</p>
<p style="margin:24px 0"><a href="{link}" style="display:inline-block;padding:10px 20px;border-radius:6px;background:#e9b949;color:#241c07;font-weight:600;text-decoration:none">{button}</a></p>
<p style="color:#5c5a66">{after}</p>
<p style="color:#5c5a66;font-size:13px;overflow-wrap:anywhere">{link}</p>
</div></body></html>"#
        )
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter<'t>(username: &str, link: &'t str) -> Letter<'t> {
        Letter {
            subject: "Choose",
            greeting: format!("Hello {username},"),
            before: "before",
            button: "Choose",
            link,
            after: "after".into(),
        }
    }

    fn from() -> Mailbox {
        "Matinee <matinee@example.org>".parse().unwrap()
    }

    #[test]
    fn a_mail_says_the_same_as_text_and_as_html() {
        let letter = letter("ada", "https://m.example/reset#token");
        let mail = String::from_utf8(letter.message(from(), "ada@example.org").unwrap().formatted()).unwrap();
        assert!(
            mail.contains("To: ada@example.org\r\n") && mail.contains("multipart/alternative"),
            "{mail}"
        );
        for body in [letter.text(), letter.html()] {
            assert!(
                body.contains("https://m.example/reset#token") && body.contains("Hello ada,"),
                "{body}"
            );
        }
    }

    #[test]
    fn a_name_is_never_markup_and_an_address_never_a_header() {
        let html = letter("<img src=x onerror='alert(1)'>", "https://m.example/?a=1&b=\"2\"").html();
        assert!(!html.contains("<img") && !html.contains("b=\"2"), "{html}");
        for to in [
            "ada@example.org\r\nBcc: all@example.org",
            "a@b.example, c@d.example",
            "ada",
            "",
            "a@b\0.example",
        ] {
            assert!(letter("ada", "x").message(from(), to).is_err(), "{to:?}");
        }
    }

    #[test]
    fn wrong_settings_are_named_without_the_password() {
        assert!(check("smtp://127.0.0.1:2525", "Matinee <matinee@example.org>").is_empty());
        assert!(check("smtps://me:hunter2@mail.example.org", "matinee@example.org").is_empty());
        assert!(check("smtp://mail.example.org:587?tls=required", "matinee@example.org").is_empty());
        let problems = check("https://me:hunter2@mail.example.org", "nobody");
        assert_eq!(problems.len(), 2);
        assert!(!problems.join("").contains("hunter2"));
    }

    #[tokio::test]
    async fn without_a_server_nothing_is_sent_and_nothing_fails() {
        let mailer = Mailer(None);
        assert!(!mailer.is_configured());
        mailer
            .password_reset("not even an address", "ada", "link", 30)
            .await
            .unwrap();
    }
}
