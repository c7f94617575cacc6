//! A room's settings: their validation, shared by REST and the socket, and their changes.

use super::{
    permission::Requirement,
    rate::MessageClass,
    request::{Request, Sender},
    state::Room,
    text,
};
use app::{
    error::FieldError,
    i18n::Text,
    protocol::room::{IDLE_HANDOVER_SECONDS, Refusal, ServerTime, SettingsChange, TITLE_CHARS},
    t,
};

/// Smallest and largest capacity of a room on any instance, in people.
const PEOPLE: std::ops::RangeInclusive<u32> = 2..=10_000;

/// Validates and normalises a title.
pub fn title(title: &str) -> Result<String, FieldError> {
    let fits = title.chars().take(TITLE_CHARS + 1).count() <= TITLE_CHARS;
    let title = text::title(title).filter(|_| fits);
    title.ok_or_else(|| wrong("title", t::server_room::title_form()))
}

/// Validates a capacity, and limits it to that of this instance.
pub fn capacity(wanted: u32, limit: u32) -> Result<u32, FieldError> {
    if !PEOPLE.contains(&wanted) {
        return Err(wrong("max_participants", t::server_room::people_form()));
    }
    Ok(wanted.min(limit.max(*PEOPLE.start())))
}

/// Validates a change of settings. Returns an error for every invalid field.
pub fn change(change: SettingsChange, capacity_limit: u32) -> Result<SettingsChange, Vec<FieldError>> {
    let mut wrong_fields = Vec::new();
    let mut keep = |result: Result<(), FieldError>| wrong_fields.extend(result.err());
    let mut checked = change.clone();
    if let Some(wanted) = &change.title {
        keep(title(wanted).map(|title| checked.title = Some(title)));
    }
    if let Some(wanted) = change.capacity {
        let fits = capacity(wanted, capacity_limit).map_err(|error| FieldError {
            field: "capacity".into(),
            ..error
        });
        keep(fits.map(|people| checked.capacity = Some(people)));
    }
    if change
        .idle_relief_seconds
        .is_some_and(|seconds| seconds > *IDLE_HANDOVER_SECONDS.end())
    {
        keep(Err(wrong("idle_relief_seconds", t::server_room::hour())));
    }
    checked.idle_relief_seconds = change.idle_relief_seconds.map(|seconds| match seconds {
        0 => 0,
        seconds => seconds.max(*IDLE_HANDOVER_SECONDS.start()),
    });
    if wrong_fields.is_empty() {
        Ok(checked)
    } else {
        Err(wrong_fields)
    }
}

/// Creates the error of one field.
pub fn wrong(field: &str, reason: Text) -> FieldError {
    FieldError {
        field: field.into(),
        reason,
    }
}

impl Request for SettingsChange {
    fn class(&self) -> MessageClass {
        MessageClass::People
    }

    fn required(&self) -> Requirement {
        let lock = Self {
            locked: self.locked,
            ..Self::default()
        };
        if *self == lock {
            Requirement::Moderation
        } else {
            Requirement::HostsSay
        }
    }

    fn act(self, room: &mut Room, _: ServerTime, _: Sender) -> Result<(), Refusal> {
        room.change_settings(self)
    }
}

impl Room {
    fn change_settings(&mut self, wanted: SettingsChange) -> Result<(), Refusal> {
        let change = change(wanted, self.capacity_limit).map_err(|_| Refusal::Invalid)?;
        change.apply(&mut self.record.state.settings);
        Ok(())
    }

    /// Applies a change that the host made over REST.
    pub(super) fn configured(&mut self, change: &SettingsChange, has_password: bool, slug: Option<String>) {
        change.apply(&mut self.record.state.settings);
        self.record.state.settings.has_password = has_password;
        self.record.slug = slug;
        self.is_unsettled = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_kept_and_every_wrong_field_is_named() {
        let limits = SettingsChange {
            capacity: Some(500),
            idle_relief_seconds: Some(1),
            ..Default::default()
        };
        let kept = change(limits, 100).unwrap();
        assert_eq!((kept.capacity, kept.idle_relief_seconds), (Some(100), Some(15)));
        let wrong = SettingsChange {
            title: Some(" ".into()),
            capacity: Some(1),
            ..Default::default()
        };
        let fields: Vec<String> = change(wrong, 100).unwrap_err().into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["title", "capacity"]);
    }
}
