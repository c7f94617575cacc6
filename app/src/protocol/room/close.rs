//! Why a server closes a room's socket: WebSocket close codes (RFC 6455, section 7.4.2: 4000 to 4999 are ours).

/// A close code, and what the page does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseCode {
    /// 1000: the participant left, or the room was ended.
    Done,
    /// 1002: what came is no message of this protocol.
    Nonsense,
    /// 4401: the ticket is missing, used or run out, or the login has ended. The page asks for a new one.
    SignIn,
    /// 4403: kicked, banned, not let in, or of an account that is gone.
    NotAllowed,
    /// 4404: there is no such room, or it is closed to whoever is not its host.
    NoSuchRoom,
    /// 4408: the participant's queue was full, or no answer to a ping came. The page joins again.
    TooSlow,
    /// 4409: the room is full.
    Full,
    /// 4410: the same person came in again from the same tab; the older connection goes.
    Replaced,
    /// 4426: the page is older or newer than the server. It reloads.
    Reload,
    /// 4429: too many messages, again and again.
    Flood,
    /// 4503: the server stops. The page joins again until it is back.
    Restarting,
}

impl CloseCode {
    /// The number on the wire.
    pub fn number(self) -> u16 {
        match self {
            Self::Done => 1000,
            Self::Nonsense => 1002,
            Self::SignIn => 4401,
            Self::NotAllowed => 4403,
            Self::NoSuchRoom => 4404,
            Self::TooSlow => 4408,
            Self::Full => 4409,
            Self::Replaced => 4410,
            Self::Reload => 4426,
            Self::Flood => 4429,
            Self::Restarting => 4503,
        }
    }

    /// From the wire; `None` for a connection that broke without a word of ours.
    pub fn from_number(number: u16) -> Option<Self> {
        [
            Self::Done,
            Self::Nonsense,
            Self::SignIn,
            Self::NotAllowed,
            Self::NoSuchRoom,
            Self::TooSlow,
            Self::Full,
            Self::Replaced,
            Self::Reload,
            Self::Flood,
            Self::Restarting,
        ]
        .into_iter()
        .find(|code| code.number() == number)
    }

    /// Whether the page should join again by itself.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::SignIn | Self::TooSlow | Self::Restarting)
    }
}
