//! WebSocket close codes of a room's socket (RFC 6455, section 7.4.2: 4000 to 4999 are for private use).

/// The reason for closing a room's socket, and what the client does in response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseCode {
    /// 1000: the participant left or the room was ended.
    Done,
    /// 1002: a frame was not a valid message of this protocol.
    Nonsense,
    /// 4401: the ticket is missing, used or expired, or the login has ended. The client requests a new ticket.
    SignIn,
    /// 4403: removed, banned, not admitted to a locked room, or the account is disabled or deleted.
    NotAllowed,
    /// 4404: the room does not exist, or is closed and the participant is not its host.
    NoSuchRoom,
    /// 4408: the send queue overflowed or a ping timed out. The client rejoins.
    TooSlow,
    /// 4409: the room is full.
    Full,
    /// 4410: the same person connected again from the same tab; the older connection is closed.
    Replaced,
    /// 4411: a guest unknown to the room comes from the network of a removed guest.
    NetworkOut,
    /// 4426: the client's protocol version differs from the server's. The page reloads.
    Reload,
    /// 4429: the rate limit was exceeded too often.
    Flood,
    /// 4503: the server is stopping or cannot open the room at the moment. The client rejoins, retrying until it succeeds.
    Restarting,
}

impl CloseCode {
    /// Returns the code's number.
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
            Self::NetworkOut => 4411,
            Self::Reload => 4426,
            Self::Flood => 4429,
            Self::Restarting => 4503,
        }
    }

    /// Looks up a close code; `None` for codes that this server does not send, e.g. when the connection broke.
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
            Self::NetworkOut,
            Self::Reload,
            Self::Flood,
            Self::Restarting,
        ]
        .into_iter()
        .find(|code| code.number() == number)
    }

    /// Returns true if the client should rejoin automatically.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::SignIn | Self::TooSlow | Self::Restarting)
    }
}
