//! What a page knows of its room: a snapshot, and every difference since. Pure: the page draws it, tests compare it.

use crate::protocol::room::*;
use std::collections::{BTreeMap, BTreeSet};

/// Messages that a page keeps; older ones are fetched again when somebody scrolls up.
pub const KEPT_MESSAGES: usize = 500;
/// Lines about people and playback that a page keeps.
const KEPT_NOTICES: usize = 200;

/// A room, as one participant sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomView {
    /// Its code.
    pub code: RoomCode,
    /// Its vanity address.
    pub slug: Option<String>,
    /// Whoever looks.
    pub you: ParticipantId,
    /// How it is set.
    pub settings: RoomSettings,
    /// Everybody, in the order in which they came.
    pub participants: Vec<Participant>,
    /// Whoever has the host's say now.
    pub acting_host: Option<ParticipantId>,
    /// Who holds the remote and who asks.
    pub remote: Remote,
    /// Where it is.
    pub playback: Playback,
    /// For whom the room waits.
    pub waiting_for: Vec<ParticipantId>,
    /// What comes.
    pub queue: Vec<QueueItem>,
    /// Messages, oldest first.
    pub chat: Vec<ChatMessage>,
    /// Whether there are older ones than the first.
    pub chat_goes_on: bool,
    /// How playback is for everybody.
    pub standings: BTreeMap<ParticipantId, Standing>,
    /// Who may not come in, as far as the viewer is told.
    pub bans: Vec<Ban>,
    /// Own messages that are not kept yet.
    pub unstored: BTreeSet<MessageId>,
    /// Own messages that could not be kept.
    pub not_stored: BTreeSet<MessageId>,
    /// Who writes.
    pub typing: BTreeSet<ParticipantId>,
    /// What happened here since the viewer came.
    pub notices: Vec<Notice>,
}

/// A line between the messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// After which message it stands.
    pub after: Option<MessageId>,
    /// Who it is about.
    pub name: String,
    /// What they did.
    pub what: Happening,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// Came.
    Joined,
    /// Is not there any more.
    Left(Leaving),
    /// Changed playback.
    Did(Action),
    /// Holds the remote.
    HoldsRemote,
}

/// What a message asks of the page beyond drawing the view.
#[derive(Debug, Clone, PartialEq)]
pub enum Asks {
    /// Nothing.
    Nothing,
    /// The whole view is new.
    Renew,
    /// Somebody else's message came.
    Hear(MessageId),
    /// An emoji rises.
    Emote(ParticipantId, String),
    /// The server answered the clock.
    Clock {
        /// What the page sent.
        sent_at: f64,
        /// When the server had it.
        at: ServerTime,
    },
    /// A request was refused.
    Refuse(Refusal, Option<u32>),
    /// An own message arrived: the page's own number for it.
    Arrived(u32, MessageId),
    /// The connection ends.
    End(Farewell),
}

impl RoomView {
    /// As a snapshot tells.
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

    /// Takes in what the server says.
    pub fn apply(&mut self, message: ServerMessage) -> Asks {
        match message {
            ServerMessage::Welcome { snapshot } => return self.renew(*snapshot),
            ServerMessage::Pong { sent_at, at } => return Asks::Clock { sent_at, at },
            ServerMessage::Joined { participant } => self.join(participant),
            ServerMessage::Changed { participant } => self.change(participant),
            ServerMessage::Left { id, why } => self.leave(id, why),
            ServerMessage::Acting { host } => self.acting_host = host,
            ServerMessage::Standings { standings } => self.standings.extend(standings),
            ServerMessage::Playback { playback, cause } => self.play(playback, cause),
            ServerMessage::WaitingFor { participants } => self.waiting_for = participants,
            ServerMessage::Queue { change } => self.queue(change),
            ServerMessage::Remote { remote } => self.pass(remote),
            ServerMessage::Settings { settings } => self.settings = settings,
            ServerMessage::Address { slug } => self.slug = slug,
            ServerMessage::Bans { bans } => self.bans = bans,
            ServerMessage::Said { message, nonce } => return self.hear(message, nonce),
            ServerMessage::Stored { id } => {
                self.unstored.remove(&id);
            }
            ServerMessage::NotStored { id } => {
                self.unstored.remove(&id);
                self.not_stored.insert(id);
            }
            ServerMessage::Edited { id, text } => self.on_message(id, |message| {
                message.text = text;
                message.edited = true;
            }),
            ServerMessage::Deleted { id } => self.on_message(id, ChatMessage::delete),
            ServerMessage::Reacted { id, person, emoji, on } => {
                self.on_message(id, |message| message.react(&person, &emoji, on));
            }
            ServerMessage::ChatCleared => self.clear_chat(),
            ServerMessage::Typing { participant, typing } => self.note_typing(participant, typing),
            ServerMessage::Emote { participant, emoji } => return Asks::Emote(participant, emoji),
            ServerMessage::Refused { reason, nonce } => return Asks::Refuse(reason, nonce),
            ServerMessage::Goodbye { why } => return Asks::End(why),
        }
        Asks::Nothing
    }

    /// Somebody in the room.
    pub fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        self.participants.iter().find(|participant| participant.id == id)
    }

    /// Whoever looks.
    pub fn me(&self) -> Option<&Participant> {
        self.participant(self.you)
    }

    /// Whether the viewer may control playback.
    pub fn may_control(&self) -> bool {
        self.settings.remote_mode == RemoteMode::Anyone || self.remote.holder == Some(self.you)
    }

    /// Whether the viewer has the host's say.
    pub fn has_hosts_say(&self) -> bool {
        self.acting_host == Some(self.you) || self.me().is_some_and(|me| me.rank == Rank::Host)
    }

    /// Whether the viewer may send people out and delete messages.
    pub fn may_moderate(&self) -> bool {
        self.has_hosts_say() || self.me().is_some_and(|me| me.rank >= Rank::Moderator)
    }

    /// Puts older messages in front. Those that are there already are left out.
    pub fn prepend(&mut self, page: ChatPage) {
        let first = self.chat.first().map(|message| message.id);
        let mut older = page.messages;
        older.retain(|message| first.is_none_or(|first| message.id < first));
        older.append(&mut self.chat);
        self.chat = older;
        self.chat_goes_on = page.goes_on;
    }

    /// A connection came back: what only this page knows stays.
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

    /// What was read of the past stays, where the new messages join it without a gap.
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
        let item = |playback: &Playback| playback.video.as_ref().map(|video| video.item);
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

/// Puts a line in front of another, or at the end. Lines that are not there change nothing.
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
