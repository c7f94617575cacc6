//! Identifies the account that a page was made for; see `client::identity` and the server's `http::identity`.

/// Header with the ID of the account that the page was made for, or [`GUEST`].
pub const HEADER: &str = "x-matinee-account";

/// Query parameter with the same content, for links.
pub const QUERY: &str = "for_account";

/// Value for a page that was made for a guest.
pub const GUEST: &str = "guest";
