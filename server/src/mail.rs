//! Mail by SMTP. Without a configured server, as in development, links are logged instead, if the instance listens on
//! loopback only.

use crate::{
    config::MailConfig,
    email, limits,
    share::{Caller, Held, Pool},
};
use anyhow::Context;
use app::{
    i18n::{Facts, Language, Text},
    protocol::UserId,
    t::{self, mail::InviteBefore},
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// Timeout for each response of the server.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);

/// Timeout for a whole mail.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// Maximum number of pooled connections to the server.
const CONNECTIONS: u32 = 4;

/// Invitations sent concurrently. Fewer than the connections, so that password resets are not held up.
const CONCURRENT_INVITATIONS: usize = 2;

/// SMTP mailer. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    way: Transport,
    /// Queue bound, so that a user who invites many people delays neither password resets nor other users' invitations.
    invitations: Pool,
    invited_at_once: Semaphore,
    resets: Pool,
}

enum Transport {
    Smtp(Smtp),
    /// Log the link: on a loopback-only instance, the reader of the log is the operator.
    Log,
    /// Drop the mail. Logs are stored, collected and read by others, and a link is as good as a password.
    Nowhere,
}

struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Creates a mailer. Without a configured server, links are logged if the instance is on loopback only.
    pub fn new(config: &MailConfig, is_on_loopback: bool) -> anyhow::Result<Self> {
        let Some(smtp) = &config.smtp else {
            return Ok(Self::by(match is_on_loopback {
                true => Transport::Log,
                false => Transport::Nowhere,
            }));
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp.url.expose())
            .map_err(|_| anyhow::anyhow!("MATINEE_SMTP_URL cannot be used"))?
            .timeout(Some(RESPONSE_TIMEOUT))
            .pool_config(lettre::transport::smtp::PoolConfig::new().max_size(CONNECTIONS))
            .build();
        let from = smtp.from.clone();
        Ok(Self::by(Transport::Smtp(Smtp { transport, from })))
    }

    fn by(way: Transport) -> Self {
        Self(Arc::new(Inner {
            way,
            invitations: Pool::new(limits::INVITATIONS, limits::INVITATIONS),
            invited_at_once: Semaphore::new(CONCURRENT_INVITATIONS),
            resets: Pool::new(limits::RESETS, limits::RESETS),
        }))
    }

    /// Reserves queue slots for an account's invitations, held until they are sent. `None` if it has too many queued.
    pub fn queue_invitations(&self, account: UserId, count: usize) -> Option<Vec<Held>> {
        let take = || {
            let taken = self
                .0
                .invitations
                .take(Caller::Account(account), limits::INVITATIONS_PER_ACCOUNT);
            taken.ok()
        };
        (0..count).map(|_| take()).collect()
    }

    /// Returns whether a mail server is configured.
    pub fn is_configured(&self) -> bool {
        matches!(self.0.way, Transport::Smtp(_))
    }

    /// Sends a password reset link.
    pub async fn password_reset(&self, to: &str, reset: &PasswordReset<'_>) -> anyhow::Result<()> {
        let caller = Caller::Address(to.to_lowercase());
        let waiting = self.0.resets.take(caller, limits::RESETS_PER_ADDRESS);
        let _waiting = waiting.map_err(|_| anyhow::anyhow!("too many of these mails wait for the mail server"))?;
        let language = reset.language;
        let words = |text: Text| text.words(language).into_owned();
        let letter = MailContent {
            language,
            subject: words(t::mail::reset_subject()),
            greeting: words(t::mail::reset_greeting(reset.username)),
            before: words(t::mail::reset_before()),
            button: words(t::mail::reset_button()),
            link: reset.link,
            after: words(t::mail::reset_after(reset.minutes.into())),
        };
        self.send(to, &letter).await
    }

    /// Sends an invitation to a room.
    pub async fn room_invite(&self, to: &str, invite: &RoomInvite) -> anyhow::Result<()> {
        let _turn = self.0.invited_at_once.acquire().await?;
        let language = invite.language;
        let words = |text: Text| text.words(language).into_owned();
        let letter = MailContent {
            language,
            subject: words(t::mail::invite_subject()),
            greeting: words(t::mail::invite_greeting()),
            before: words(t::mail::invite_before(InviteBefore {
                name: &invite.from,
                room: &invite.title,
            })),
            button: words(t::mail::invite_button()),
            link: &invite.link,
            after: words(t::mail::invite_after()),
        };
        self.send(to, &letter).await
    }

    async fn send(&self, to: &str, letter: &MailContent<'_>) -> anyhow::Result<()> {
        let smtp = match &self.0.way {
            Transport::Smtp(smtp) => smtp,
            Transport::Log => {
                tracing::info!(
                    subject = letter.subject.as_str(),
                    link = letter.link,
                    "no mail server is set: the link is here"
                );
                return Ok(());
            }
            Transport::Nowhere => {
                tracing::warn!(
                    subject = letter.subject.as_str(),
                    "a mail was not sent, because no mail server is set: set MATINEE_SMTP_URL and MATINEE_MAIL_FROM"
                );
                return Ok(());
            }
        };
        let message = letter.message(smtp.from.clone(), to)?;
        tokio::time::timeout(SEND_TIMEOUT, smtp.transport.send(message))
            .await
            .context("the mail server took too long")?
            .context("sending a mail")?;
        Ok(())
    }
}

/// Mail with a link to a new password.
#[derive(Debug, Clone, Copy)]
pub struct PasswordReset<'t> {
    pub username: &'t str,
    pub link: &'t str,
    /// Validity of the link, minutes.
    pub minutes: u32,
    /// Language of the account.
    pub language: Language,
}

/// Mail with the link to a room.
#[derive(Debug, Clone)]
pub struct RoomInvite {
    /// Name of who invites.
    pub from: String,
    /// Title of the room.
    pub title: String,
    pub link: String,
    /// Language of who invites: nothing is known of who is invited.
    pub language: Language,
}

/// Content of a mail with a single call to action.
struct MailContent<'t> {
    language: Language,
    subject: String,
    greeting: String,
    before: String,
    button: String,
    link: &'t str,
    after: String,
}

impl MailContent<'_> {
    /// Renders the mail as text and HTML. Addresses are parsed, which rules out header injection.
    fn message(&self, from: Mailbox, to: &str) -> anyhow::Result<Message> {
        let to = email::with_ascii_domain(to);
        let to = Mailbox::new(None, to.parse().context("the address of a mail")?);
        Message::builder()
            .from(from)
            .to(to)
            .subject(self.subject.as_str())
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

    /// Renders the HTML body. Limited to inline styles and one link, because mail programs ignore style sheets and
    /// block images.
    fn html(&self) -> String {
        let [greeting, before, button, link, after] =
            [&self.greeting, &self.before, &self.button, self.link, &self.after].map(escape);
        let Facts { code, direction, .. } = self.language.facts();
        format!(
            r#"<!doctype html><html lang="{code}" dir="{direction}"><body style="margin:0;padding:32px 16px;background:#f7f5f2;color:#17161c;font:16px/1.5 system-ui,sans-serif">
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
    use crate::test_log::Lines;

    fn letter<'t>(username: &str, link: &'t str) -> MailContent<'t> {
        MailContent {
            language: Language::ENGLISH,
            subject: "Choose".into(),
            greeting: format!("Hello {username},"),
            before: "before".into(),
            button: "Choose".into(),
            link,
            after: "after".into(),
        }
    }

    fn reset(link: &str) -> PasswordReset<'_> {
        PasswordReset {
            username: "ada",
            link,
            minutes: 30,
            language: Language::ENGLISH,
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
    fn whoever_invites_many_does_not_keep_others_from_it() {
        let mailer = Mailer::by(Transport::Nowhere);
        let (ada, bob) = (UserId([1; 16]), UserId([2; 16]));
        let waiting: Vec<_> = (0..5)
            .filter_map(|_| mailer.queue_invitations(ada, limits::INVITATIONS_PER_REQUEST))
            .collect();
        assert_eq!(waiting.len(), 2);
        assert!(mailer.queue_invitations(bob, limits::INVITATIONS_PER_REQUEST).is_some());
        drop(waiting);
        assert!(mailer.queue_invitations(ada, limits::INVITATIONS_PER_REQUEST).is_some());
    }

    /// Returns the log output of a password reset on an instance without a mail server.
    async fn logged(listen: &str) -> String {
        use tracing::instrument::WithSubscriber;
        let set = [("MATINEE_LISTEN".to_owned(), listen.to_owned())];
        let config = crate::config::Config::parse(set).unwrap();
        let mailer = Mailer::new(&config.mail, config.server.listens_on_loopback()).unwrap();
        let lines = Lines::default();
        assert!(!mailer.is_configured());
        let link = "https://m.example/reset#s3cret";
        let reset = reset(link);
        let sent = mailer.password_reset("not even an address", &reset);
        sent.with_subscriber(lines.subscriber()).await.unwrap();
        lines.text()
    }

    #[tokio::test]
    async fn without_a_server_a_link_is_logged_where_nobody_else_is_and_else_what_to_set() {
        for listen in ["127.0.0.1:3000", "[::1]:3000"] {
            assert!(logged(listen).await.contains("reset#s3cret"), "{listen}");
        }
        for listen in ["0.0.0.0:3000", "192.168.1.5:3000", "[::]:3000"] {
            let log = logged(listen).await;
            assert!(
                !log.contains("s3cret") && log.contains("MATINEE_SMTP_URL"),
                "{listen}: {log}"
            );
        }
    }
}
