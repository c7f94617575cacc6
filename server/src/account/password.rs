//! Passwords: which are good enough, and how they are kept. Argon2id (RFC 9106) with the parameters below, which are
//! OWASP's first recommendation; a hash carries its own, so that they can grow.

use crate::error::{Error, Result};
use anyhow::Context;
use app::error::Kind;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::Arc;
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

/// zxcvbn's guesses, as a power of ten, up to which a password is refused. Its list has the 30,000 most common ones in
/// order, so that everything among the first 10,000 needs at most 10⁴ guesses, and 10⁵ with capitals or digits instead of
/// letters; keyboard rows, repeats, dates and names count by themselves.
const COMMON_LOG10: f64 = 6.0;

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
    if zxcvbn::zxcvbn(password, own).guesses_log10() < COMMON_LOG10 {
        return Some("This password is among the first that others would try. Use a few unrelated words.");
    }
    None
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
