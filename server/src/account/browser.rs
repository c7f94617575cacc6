//! Known browsers: a signed cookie, valid for a year, that lists the accounts which have signed in with a browser. It
//! grants no access; it only exempts the owner from the slow-down that guesses at their account cause.

use super::token::{Claims, Purpose, Signer};
use crate::config::Secret;
use app::protocol::{Timestamp, UserId};
use uuid::Uuid;

/// Maximum number of accounts per browser. The one that signed in longest ago is dropped first.
const ACCOUNTS: usize = 4;

/// Separator of the tokens in the cookie; never occurs in a token.
const SEPARATOR: char = '~';

/// Signer and reader of the cookies.
pub struct KnownBrowsers(Signer);

impl KnownBrowsers {
    /// Derives the signing key from the instance's secret.
    pub fn new(secret: &Secret) -> anyhow::Result<Self> {
        Ok(Self(Signer::new(secret)?))
    }

    /// Returns the browser's id, if this account has signed in with it.
    pub fn number(&self, cookie: &str, user: UserId) -> Option<Uuid> {
        self.read(cookie)
            .find(|(known, _)| *known == user)
            .map(|(_, browser)| browser)
    }

    /// Returns the cookie of a browser with which this account has just signed in, keeping the other accounts.
    pub fn remember(&self, cookie: Option<&str>, user: UserId, now: Timestamp) -> anyhow::Result<String> {
        let cookie = cookie.unwrap_or_default();
        let browser = self.number(cookie, user).unwrap_or_else(Uuid::new_v4);
        let mut tokens = vec![self.0.sign(&Claims::Browser { user, browser }, now)?];
        for token in cookie.split(SEPARATOR).take(ACCOUNTS) {
            if self.read_one(token).is_some_and(|(known, _)| known != user) && tokens.len() < ACCOUNTS {
                tokens.push(token.to_owned());
            }
        }
        Ok(tokens.join(&SEPARATOR.to_string()))
    }

    fn read(&self, cookie: &str) -> impl Iterator<Item = (UserId, Uuid)> {
        cookie
            .split(SEPARATOR)
            .take(ACCOUNTS)
            .filter_map(|token| self.read_one(token))
    }

    /// Returns the account and the browser of a token.
    fn read_one(&self, token: &str) -> Option<(UserId, Uuid)> {
        match self.0.check(Purpose::Browser, token)? {
            Claims::Browser { user, browser } => Some((user, browser)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn a_browser_is_known_to_those_who_signed_in_there_and_to_no_others() {
        let browsers = KnownBrowsers::new(&Secret::new("a secret of thirty-two characters")).unwrap();
        let [ada, eve, stranger] = [1, 2, 3].map(|n| UserId([n; 16]));
        let now = clock::now();
        let first = browsers.remember(None, ada, now).unwrap();
        let both = browsers.remember(Some(&first), eve, now).unwrap();
        assert_eq!(browsers.number(&both, ada), browsers.number(&first, ada));
        assert!(browsers.number(&both, eve).is_some());
        assert_eq!(browsers.number(&both, stranger), None);
        // Signing in again keeps the browser's id.
        let again = browsers.remember(Some(&both), ada, now).unwrap();
        assert_eq!(browsers.number(&again, ada), browsers.number(&both, ada));
        let mut many = again;
        for n in 10..20 {
            many = browsers.remember(Some(&many), UserId([n; 16]), now).unwrap();
        }
        assert_eq!(many.split(SEPARATOR).count(), ACCOUNTS);
        assert_eq!(browsers.number(&many, ada), None);
        for nonsense in ["", "~", "~~~~~~", "a.b.c", &first[1..]] {
            assert_eq!(browsers.number(nonsense, ada), None);
            assert!(browsers.remember(Some(nonsense), ada, now).is_ok());
        }
        let others = KnownBrowsers::new(&Secret::new("another secret of thirty-two chars")).unwrap();
        assert_eq!(browsers.number(&others.remember(None, ada, now).unwrap(), ada), None);
    }
}
