//! Invitations to a room by e-mail.

use super::lobby::Lobby;
use crate::{
    error::{Error, Result},
    limits,
};
use app::{
    backend::Account,
    error::{Error as AppError, Kind},
    protocol::room::InvitePeople,
};

impl Lobby {
    /// Sends invitations by e-mail in the background. `base` is the start of the room's URL.
    pub async fn invite(&self, host: &Account, name: &str, people: InvitePeople, base: &str) -> Result<()> {
        let row = self.hosted(host, name).await?;
        if !(1..=limits::INVITATIONS_PER_REQUEST).contains(&people.emails.len()) {
            return Err(AppError::invalid("emails", "Name 1 to 20 addresses.").into());
        }
        for email in &people.emails {
            crate::account::rules::check_email(email)
                .map_err(|_| AppError::invalid("emails", "Write e-mail addresses, like ada@example.org."))?;
        }
        let address = row.record.slug.as_deref().unwrap_or(row.record.code.as_str());
        let link = format!("{base}/room/{address}");
        let (mailer, from) = (self.mailer.clone(), host.username.clone());
        let title = row.record.state.settings.title;
        let waiting = mailer.queue_invitations(host.id, people.emails.len()).ok_or_else(|| {
            Error::refuse(
                Kind::TooManyRequests,
                "Earlier invitations of yours are still on their way. Try again in a moment.",
            )
        })?;
        self.tasks.spawn("invitations", async move {
            for (email, _waiting) in people.emails.into_iter().zip(waiting) {
                if let Err(error) = mailer.room_invite(email.trim(), &from, &title, &link).await {
                    tracing::warn!(error = format!("{error:#}"), "an invitation could not be sent");
                }
            }
        });
        Ok(())
    }
}
