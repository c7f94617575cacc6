//! Client-side state of a room: a snapshot plus all deltas since. Pure: the page renders it, tests compare it.

use crate::protocol::room::*;
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of messages kept; older ones are fetched again when the user scrolls up.
pub const KEPT_MESSAGES: usize = 500;
/// Maximum number of notices about people and playback kept.
const KEPT_NOTICES: usize = 200;

/// A room, as seen by one participant.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomView {
    /// Room code.
    pub code: RoomCode,
    /// Vanity address.
    pub slug: Option<String>,
    /// Viewer's own seat.
    pub you: ParticipantId,
    /// Settings.
    pub settings: RoomSettings,
    /// Participants, in order of arrival.
    pub participants: Vec<Participant>,
    /// Participant with the host's permissions.
    pub acting_host: Option<ParticipantId>,
    /// Holder of the remote and requests for it.
    pub remote: Remote,
    /// Playback state.
    pub playback: Playback,
    /// Participants that the room is waiting for.
    pub waiting_for: Vec<ParticipantId>,
    /// Queue.
    pub queue: Vec<QueueItem>,
    /// Messages, oldest first.
    pub chat: Vec<ChatMessage>,
    /// True if there are older messages than the first.
    pub chat_goes_on: bool,
    /// Playback status by participant.
    pub standings: BTreeMap<ParticipantId, Standing>,
    /// Ban list, as far as the viewer may see it.
    pub bans: Vec<Ban>,
    /// Own messages that are not stored yet.
    pub unstored: BTreeSet<MessageId>,
    /// Own messages that could not be stored.
    pub not_stored: BTreeSet<MessageId>,
    /// Participants who are typing.
    pub typing: BTreeSet<ParticipantId>,
    /// Notices since the viewer joined.
    pub notices: Vec<Notice>,
}

/// A notice between the messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Message that it follows.
    pub after: Option<MessageId>,
    /// Name of the participant.
    pub name: String,
    /// Event.
    pub what: Happening,
}

/// An event in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// Joined.
    Joined,
    /// Left.
    Left(Leaving),
    /// Changed playback.
    Did(Action),
    /// Now holds the remote.
    HoldsRemote,
}

/// A side effect that a message requires beyond rendering the view.
#[derive(Debug, Clone, PartialEq)]
pub enum Asks {
    /// None.
    Nothing,
    /// Render the whole view anew.
    Renew,
    /// Announce a message from another participant.
    Hear(MessageId),
    /// Show a floating emoji.
    Emote(ParticipantId, String),
    /// Update the clock from a pong.
    Clock {
        /// Client clock from the ping.
        sent_at: f64,
        /// Server time at which the ping was received.
        at: ServerTime,
    },
    /// Report a refused request.
    Refuse(Refusal, Option<u32>),
    /// Acknowledge an own message: its nonce and ID.
    Arrived(u32, MessageId),
    /// End the connection.
    End(Farewell),
}

impl RoomView {
    /// Creates the state from a snapshot.
    pub fn new(snapshot: RoomSnapshot) -> Self {
        Self {
            code: snapshot.code,
            slug: snapshot.slug,
            you: snapshot.you,
            settings: snapshot.settings,
            participants: snapshot.participants,
            acting_host: snapshot.acting_host,
            remote: snapshot.remote,
            playback: snapshot.playback,
            waiting_for: snapshot.waiting_for,
            queue: snapshot.queue,
            chat: snapshot.chat,
            chat_goes_on: snapshot.chat_goes_on,
            standings: snapshot.standings.into_iter().collect(),
            bans: snapshot.bans,
            unstored: BTreeSet::new(),
            not_stored: BTreeSet::new(),
            typing: BTreeSet::new(),
            notices: Vec::new(),
        }
    }

    /// Applies a message from the server. Returns the side effect it requires.
    pub fn apply(&mut self, message: ServerMessage) -> Asks {
        match message {
            ServerMessage::Welcome { snapshot } => return self.renew(*snapshot),
            ServerMessage::Pong { sent_at, at } => return Asks::Clock { sent_at, at },
            ServerMessage::Playback(update) => self.apply_playback(update),
            ServerMessage::Queue(change) => self.queue(change),
            ServerMessage::Remote(remote) => self.pass(remote),
            ServerMessage::Chat(update) => return self.apply_chat(update),
            ServerMessage::People(update) => self.apply_people(update),
            ServerMessage::Settings(SettingsUpdate::Changed(settings)) => self.settings = settings,
            ServerMessage::Settings(SettingsUpdate::Address { slug }) => self.slug = slug,
            ServerMessage::Refused { reason, nonce } => return Asks::Refuse(reason, nonce),
            ServerMessage::Goodbye { why } => return Asks::End(why),
        }
        Asks::Nothing
    }

    fn apply_playback(&mut self, update: PlaybackUpdate) {
        match update {
            PlaybackUpdate::Changed { playback, cause } => self.play(playback, cause),
            PlaybackUpdate::WaitingFor { participants } => self.waiting_for = participants,
            PlaybackUpdate::Standings { standings } => self.standings.extend(standings),
        }
    }

    fn apply_people(&mut self, update: PeopleUpdate) {
        match update {
            PeopleUpdate::Joined { participant } => self.join(participant),
            PeopleUpdate::Changed { participant } => self.change(participant),
            PeopleUpdate::Left { id, why } => self.leave(id, why),
            PeopleUpdate::Acting { host } => self.acting_host = host,
            PeopleUpdate::Bans { bans } => self.bans = bans,
        }
    }

    fn apply_chat(&mut self, update: ChatUpdate) -> Asks {
        match update {
            ChatUpdate::Sent { message, nonce } => return self.hear(message, nonce),
            ChatUpdate::Stored { id } => {
                self.unstored.remove(&id);
            }
            ChatUpdate::NotStored { id } => {
                self.unstored.remove(&id);
                self.not_stored.insert(id);
            }
            ChatUpdate::Edited { id, text } => self.on_message(id, |message| {
                message.text = text;
                message.edited = true;
            }),
            ChatUpdate::Deleted { id } => self.on_message(id, ChatMessage::delete),
            ChatUpdate::Reacted { id, person, emoji, on } => {
                self.on_message(id, |message| message.react(&person, &emoji, on));
            }
            ChatUpdate::Cleared => self.clear_chat(),
            ChatUpdate::Typing { participant, typing } => self.note_typing(participant, typing),
            ChatUpdate::Emote { participant, emoji } => return Asks::Emote(participant, emoji),
        }
        Asks::Nothing
    }

    /// Returns a participant.
    pub fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        self.participants.iter().find(|participant| participant.id == id)
    }

    /// Returns the viewer as a participant.
    pub fn me(&self) -> Option<&Participant> {
        self.participant(self.you)
    }

    /// Returns true if the viewer may control playback.
    pub fn may_control(&self) -> bool {
        self.settings.remote_mode == RemoteMode::Anyone || self.remote.holder == Some(self.you)
    }

    /// Returns true if the viewer is the host or the acting host.
    pub fn has_hosts_say(&self) -> bool {
        self.acting_host == Some(self.you) || self.me().is_some_and(|me| me.rank == Rank::Host)
    }

    /// Returns true if the viewer may remove people and delete messages.
    pub fn may_moderate(&self) -> bool {
        self.has_hosts_say() || self.me().is_some_and(|me| me.rank >= Rank::Moderator)
    }

    /// Prepends a page of older messages, without those that are already there.
    pub fn prepend(&mut self, page: ChatPage) {
        let first = self.chat.first().map(|message| message.id);
        let mut older = page.messages;
        older.retain(|message| first.is_none_or(|first| message.id < first));
        older.append(&mut self.chat);
        self.chat = older;
        self.chat_goes_on = page.goes_on;
    }

    /// Replaces the state after a reconnection, but keeps what is only known locally.
    fn renew(&mut self, snapshot: RoomSnapshot) -> Asks {
        let notices = std::mem::take(&mut self.notices);
        let same_room = self.code == snapshot.code;
        let before = std::mem::take(&mut self.chat);
        let went_on = self.chat_goes_on;
        *self = Self::new(snapshot);
        if same_room {
            self.notices = notices;
            self.keep_older(before, went_on);
        }
        Asks::Renew
    }

    /// Keeps older messages that were loaded before, if they connect to the new ones without a gap.
    fn keep_older(&mut self, mut before: Vec<ChatMessage>, went_on: bool) {
        let Some(first) = self.chat.first().map(|message| message.id) else {
            return;
        };
        if let Ok(place) = before.binary_search_by_key(&first, |message| message.id)
            && place > 0
        {
            before.truncate(place);
            before.append(&mut self.chat);
            self.chat = before;
            self.chat_goes_on = went_on;
        }
    }

    fn note(&mut self, id: ParticipantId, what: Happening) {
        let Some(name) = self.participant(id).map(|participant| participant.name.clone()) else {
            return;
        };
        let after = self.chat.last().map(|message| message.id);
        self.notices.push(Notice { after, name, what });
        if self.notices.len() > KEPT_NOTICES {
            self.notices.remove(0);
        }
    }

    fn join(&mut self, participant: Participant) {
        let id = participant.id;
        self.participants.retain(|other| other.id != id);
        self.participants.push(participant);
        self.note(id, Happening::Joined);
    }

    fn change(&mut self, changed: Participant) {
        if let Some(place) = self.participants.iter_mut().find(|other| other.id == changed.id) {
            *place = changed;
        }
    }

    fn leave(&mut self, id: ParticipantId, why: Leaving) {
        self.note(id, Happening::Left(why));
        self.participants.retain(|other| other.id != id);
        self.standings.remove(&id);
        self.typing.remove(&id);
    }

    fn play(&mut self, playback: Playback, cause: Option<Cause>) {
        let item = |playback: &Playback| playback.video().map(|video| video.item);
        if item(&playback) != item(&self.playback) {
            self.standings.clear();
        }
        self.playback = playback;
        if let Some(cause) = cause {
            self.note(cause.by, Happening::Did(cause.action));
        }
    }

    fn queue(&mut self, change: QueueChange) {
        match change {
            QueueChange::Added { item } => self.queue.push(item),
            QueueChange::Removed { item } => self.queue.retain(|line| line.id != item),
            QueueChange::Moved { item, before } => move_item(&mut self.queue, item, before),
        }
    }

    fn pass(&mut self, remote: Remote) {
        let holder = remote.holder.filter(|_| remote.holder != self.remote.holder);
        self.remote = remote;
        if let Some(holder) = holder {
            self.note(holder, Happening::HoldsRemote);
        }
    }

    fn hear(&mut self, message: ChatMessage, nonce: Option<u32>) -> Asks {
        let id = message.id;
        let is_own = nonce.is_some();
        let writers = self
            .participants
            .iter()
            .filter(|participant| participant.person == message.author);
        for writer in writers {
            self.typing.remove(&writer.id);
        }
        self.chat.push(message);
        if self.chat.len() > KEPT_MESSAGES {
            self.chat.remove(0);
            self.chat_goes_on = true;
        }
        match nonce {
            Some(nonce) if is_own => {
                self.unstored.insert(id);
                Asks::Arrived(nonce, id)
            }
            _ => Asks::Hear(id),
        }
    }

    fn on_message(&mut self, id: MessageId, change: impl FnOnce(&mut ChatMessage)) {
        if let Ok(place) = self.chat.binary_search_by_key(&id, |message| message.id) {
            change(&mut self.chat[place]);
        }
    }

    fn clear_chat(&mut self) {
        self.chat.clear();
        self.chat_goes_on = false;
        self.unstored.clear();
        self.not_stored.clear();
        self.notices.clear();
    }

    fn note_typing(&mut self, participant: ParticipantId, typing: bool) {
        if typing {
            self.typing.insert(participant);
        } else {
            self.typing.remove(&participant);
        }
    }
}

/// Moves an item in front of another, or to the end. Unknown items are ignored.
pub fn move_item(queue: &mut Vec<QueueItem>, item: ItemId, before: Option<ItemId>) {
    if Some(item) == before {
        return;
    }
    let Some(from) = queue.iter().position(|line| line.id == item) else {
        return;
    };
    let line = queue.remove(from);
    let to = before.and_then(|before| queue.iter().position(|line| line.id == before));
    queue.insert(to.unwrap_or(queue.len()), line);
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
