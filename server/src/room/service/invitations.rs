//! Invitations to a room by e-mail.

use super::lobby::Lobby;
use crate::{
    error::{Error, Result},
    limits,
    mail::RoomInvite,
};
use app::{
    backend::Account,
    error::{Error as AppError, Kind},
    i18n::Language,
    protocol::room::InvitePeople,
    t,
};

/// How invitations are written.
#[derive(Debug, Clone)]
pub struct InviteStyle {
    /// Start of the room's URL.
    pub base: String,
    /// Language of the host.
    pub language: Language,
}

impl Lobby {
    /// Sends invitations by e-mail in the background.
    pub async fn invite(&self, host: &Account, name: &str, people: InvitePeople, style: InviteStyle) -> Result<()> {
        let row = self.hosted(host, name).await?;
        if !(1..=limits::INVITATIONS_PER_REQUEST).contains(&people.emails.len()) {
            return Err(AppError::invalid("emails", t::server_room::emails_count()).into());
        }
        for email in &people.emails {
            crate::account::rules::check_email(email)
                .map_err(|_| AppError::invalid("emails", t::server_room::emails_form()))?;
        }
        let address = row.record.slug.as_deref().unwrap_or(row.record.code.as_str());
        let invite = RoomInvite {
            from: host.username.clone(),
            link: format!("{}/room/{address}", style.base),
            title: row.record.state.settings.title,
            language: style.language,
        };
        let mailer = self.mailer.clone();
        let waiting = mailer
            .queue_invitations(host.id, people.emails.len())
            .ok_or_else(|| Error::refuse(Kind::TooManyRequests, t::server_room::invitations_busy()))?;
        self.tasks.spawn("invitations", async move {
            for (email, _waiting) in people.emails.into_iter().zip(waiting) {
                if let Err(error) = mailer.room_invite(email.trim(), &invite).await {
                    tracing::warn!(error = format!("{error:#}"), "an invitation could not be sent");
                }
            }
        });
        Ok(())
    }
}
