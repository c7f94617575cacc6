//! Passwords: which are good enough, and how they are kept. Argon2id (RFC 9106) with the parameters below, which are
//! OWASP's first recommendation; a hash carries its own, so that they can grow.

use crate::error::{Error, Result};
use anyhow::Context;
use app::error::Kind;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::{cmp::Reverse, sync::Arc};
use tokio::sync::Semaphore;

/// Memory of one hash, KiB.
pub const MEMORY_KIB: u32 = 19_456;
/// Passes over it.
pub const PASSES: u32 = 2;
/// Lanes.
pub const LANES: u32 = 1;

/// Characters of a password.
pub const LENGTH: std::ops::RangeInclusive<usize> = 10..=128;

/// Hashes that may wait for a processor; whoever comes after them is asked to come back.
const WAITING: usize = 64;

/// Passwords that are common though nothing in them shows it: of the 19,640 that Django 5.2 refuses (made by Royce Williams
/// from what had leaked by 2018; BSD-3-Clause), those that are long enough for here, in order. The test `passwords`
/// compares them with the original.
const COMMON: &str = include_str!("common_passwords.txt");

/// zxcvbn's guesses, as a power of ten, up to which a password is refused. It has a list of 30,000 passwords of its own,
/// and sees through figures for letters, keyboard rows, repeats, dates and names.
const COMMON_LOG10: f64 = 6.0;

/// Characters that zxcvbn judges at once. Its time grows with their square and with every way to read figures as letters:
/// 100 characters made for that take most of a second, so few of them some 30 ms.
const PIECE_CHARS: usize = 20;

/// Hashes and compares, on threads of their own and as many at once as there are processors.
#[derive(Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// Compared with where there is no account, so that an unknown name takes as long as a wrong password.
    nobody: Arc<str>,
}

impl Passwords {
    /// Takes one hash's time.
    pub fn new() -> anyhow::Result<Self> {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self {
            running: Arc::new(Semaphore::new(processors)),
            waiting: Arc::new(Semaphore::new(WAITING)),
            nobody: hash("nobody has this password")?.into(),
        })
    }

    /// The hash to keep, in the PHC string format.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash(&password)).await
    }

    /// Whether the password is the one. Without a hash it takes as long and is not.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<bool> {
        let (known, kept) = (kept.is_some(), kept.unwrap_or_else(|| self.nobody.to_string()));
        self.run(move || Ok(verify(&password, &kept)? && known)).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Result<T> {
        let busy = || {
            Error::refuse(
                Kind::Unavailable,
                "Too many people are signing in at this moment. Try again in a few seconds.",
            )
        };
        let _waiting = self.waiting.clone().try_acquire_owned().map_err(|_| busy())?;
        let running = self.running.clone().acquire_owned().await.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let _running = running;
            work()
        });
        Ok(done.await.map_err(Error::internal)??)
    }
}

fn argon2() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> anyhow::Result<String> {
    let hash = argon2()?
        .hash_password(password.as_bytes())
        .map_err(|error| anyhow::anyhow!("hashing: {error}"))?;
    Ok(hash.to_string())
}

fn verify(password: &str, kept: &str) -> anyhow::Result<bool> {
    let kept = PasswordHash::new(kept)
        .map_err(|error| anyhow::anyhow!("{error}"))
        .context("reading a kept hash")?;
    Ok(argon2()?.verify_password(password.as_bytes(), &kept).is_ok())
}

/// Why a password is not good enough; `own` are words that others know of its owner.
pub fn weakness(password: &str, own: &[&str]) -> Option<&'static str> {
    let length = password.chars().count();
    if length < *LENGTH.start() {
        return Some("Use at least 10 characters.");
    }
    if length > *LENGTH.end() {
        return Some("Use at most 128 characters.");
    }
    if is_common(password, own) {
        return Some("This password is among the first that others would try. Use a few unrelated words.");
    }
    None
}

/// Whether it is among the first that somebody would try who knows these words. What is known adds nothing, nor do
/// capitals; a password is as strong as the strongest piece of what is left.
fn is_common(password: &str, own: &[&str]) -> bool {
    let mut rest = password.to_lowercase();
    let own: Vec<String> = own.iter().map(|word| word.to_lowercase()).collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let known = own.iter().copied().chain(COMMON.lines());
    let mut known: Vec<&str> = known.filter(|word| rest.contains(word)).collect();
    // One that is part of another would leave a piece of it.
    known.sort_by_key(|word| Reverse(word.len()));
    for word in known {
        rest = rest.replace(word, "");
    }
    let letters: Vec<char> = rest.chars().collect();
    let is_strong = |piece: &[char]| {
        let piece: String = piece.iter().collect();
        zxcvbn::zxcvbn(&piece, &own).guesses_log10() >= COMMON_LOG10
    };
    !once(&letters).chunks(PIECE_CHARS).any(is_strong)
}

/// What is repeated, once: `abcabcab` takes hardly longer to guess than `abc`, and pieces of it would not show that.
fn once(letters: &[char]) -> &[char] {
    let length = letters.len();
    let period = (1..=length / 2).find(|period| letters[*period..] == letters[..length - period]);
    &letters[..period.unwrap_or(length)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_are_refused_in_all_their_disguises() {
        for password in [
            "password123",
            "Password123",
            "P@ssw0rd123",
            "1234567890",
            "0987654321",
            "qwertyuiop",
            "1q2w3e4r5t",
            "aaaaaaaaaaaa",
            "abcdefghij",
            "unbelievable",
            "basketball",
            "1111111111",
            "iloveyou12",
            "liverpool1",
            "christopher",
            "passwordpassword",
            "1qaz2wsx3edc",
            "ada@example.org",
            "ADA@example.org.1",
            "PE#5gz29ptzmse",
            "2012-pe#5gz29ptzmse",
            "passwordpasswordpasswordpasswordpassword",
            "p@$$w0rd1!p@$$w0rd1!p@$$w0rd1!p@$$",
            "1991-12-111991-12-111991-12-11",
        ] {
            assert!(weakness(password, &["ada@example.org", "ada"]).is_some(), "{password}");
        }
    }

    #[test]
    fn a_few_words_are_good_and_length_is_counted_in_characters() {
        for password in [
            "plum-lantern-tide",
            "correct horse battery",
            "жёлтый самовар у окна",
            "kX9#mv2!qL",
        ] {
            assert_eq!(weakness(password, &[]), None, "{password}");
        }
        assert!(weakness("kX9#mv2!q", &[]).unwrap().contains("at least"));
        assert!(weakness(&"kX9#mv2!qL".repeat(13), &[]).unwrap().contains("at most"));
    }

    #[test]
    fn what_is_repeated_is_judged_once() {
        let once = |text: &str| once(&text.chars().collect::<Vec<_>>()).iter().collect::<String>();
        for (text, unit) in [
            ("", ""),
            ("a", "a"),
            ("aa", "a"),
            ("abcabcab", "abc"),
            ("ababa", "ab"),
            ("abca", "abca"),
        ] {
            assert_eq!(once(text), unit);
        }
    }

    #[test]
    fn a_word_of_ones_own_is_no_reason_to_refuse_the_rest() {
        assert_eq!(weakness("ada-plum-lantern-tide", &["ada@example.org", "ada"]), None);
        assert_eq!(weakness("passwordpasswordpassword+plum-lantern-tide", &[]), None);
        let long = "someone.with.a.long.name@mail.example.org";
        assert!(weakness(long, &[long, "someone"]).is_some());
    }

    #[tokio::test]
    async fn a_hash_says_its_parameters_and_knows_its_password() {
        let passwords = Passwords::new().unwrap();
        let kept = passwords.hash("plum-lantern-tide".into()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(
            passwords
                .verify("plum-lantern-tide".into(), Some(kept.clone()))
                .await
                .unwrap()
        );
        assert!(!passwords.verify("plum-lantern-tidE".into(), Some(kept)).await.unwrap());
        assert!(!passwords.verify("nobody has this password".into(), None).await.unwrap());
    }
}
