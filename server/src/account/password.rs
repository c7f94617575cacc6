//! Password policy and hashing. Argon2id (RFC 9106) with the parameters below, which are OWASP's first recommendation.
//! Each hash contains its parameters, so they can be raised later.

use crate::error::{Error, Result};
use anyhow::Context;
use app::{error::Kind, i18n::Text, t};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::{cmp::Reverse, sync::Arc};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// Memory cost, KiB.
pub const MEMORY_KIB: u32 = 19_456;
/// Number of passes (time cost).
pub const PASSES: u32 = 2;
/// Degree of parallelism.
pub const LANES: u32 = 1;

/// Length of a password, characters.
pub const LENGTH: std::ops::RangeInclusive<usize> = 10..=128;

/// Maximum length of a submitted password, characters. Composed, the longest has [`LENGTH`], and a character decomposes
/// into at most four.
pub const MAX_INPUT_CHARS: usize = 4 * *LENGTH.end();

/// Maximum number of hash computations running or queued; beyond it requests fail with 503.
const MAX_QUEUED: usize = 64;

/// Common passwords that no pattern gives away: of the 19,640 that Django 5.2 refuses (compiled by Royce Williams from
/// leaks up to 2018; BSD-3-Clause), those that meet the minimum length, sorted. The test `passwords` compares them with
/// the original.
const COMMON_PASSWORDS: &str = include_str!("common_passwords.txt");

/// zxcvbn score, as the decimal logarithm of the number of guesses, below which a password is refused. zxcvbn has a
/// list of 30,000 passwords of its own, and recognises leetspeak, keyboard rows, repeats, dates and names.
const MIN_GUESSES_LOG10: f64 = 6.0;

/// Maximum length of the text given to zxcvbn at once, characters. Its time grows with the square of the length and
/// with the number of leetspeak readings: 100 adversarial characters take most of a second, 20 some 30 ms.
const PIECE_CHARS: usize = 20;

/// Password hasher. Runs on blocking threads, at most one per processor.
#[derive(Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// Dummy hash, verified against when there is no account, so that an unknown name takes as long as a wrong
    /// password.
    nobody: Arc<str>,
}

impl Passwords {
    /// Creates a hasher. Computes one hash.
    pub fn new() -> anyhow::Result<Self> {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self {
            running: Arc::new(Semaphore::new(processors)),
            waiting: Arc::new(Semaphore::new(MAX_QUEUED)),
            nobody: hash("nobody has this password")?.into(),
        })
    }

    /// Hashes a password, in the PHC string format.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash(&password)).await
    }

    /// Returns whether the password matches. Without a hash, takes as long and returns `false`.
    pub async fn verify(&self, password: String, kept: Option<String>) -> Result<bool> {
        Ok(self.compare(password, kept).await? != Verification::No)
    }

    /// Like [`verify`](Self::verify), and tells whether the hash predates the normalization of passwords.
    pub async fn compare(&self, password: String, kept: Option<String>) -> Result<Verification> {
        let (known, kept) = (kept.is_some(), kept.unwrap_or_else(|| self.nobody.to_string()));
        let fit = self.run(move || compare(&password, &kept)).await?;
        Ok(if known { fit } else { Verification::No })
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Result<T> {
        let busy = || Error::refuse(Kind::Unavailable, t::server_account::sign_in_busy());
        let _waiting = self.waiting.clone().try_acquire_owned().map_err(|_| busy())?;
        let running = self.running.clone().acquire_owned().await.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let _running = running;
            work()
        });
        Ok(done.await.map_err(Error::internal)??)
    }
}

/// Result of comparing a password with a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// Does not match.
    No,
    /// Matches.
    Yes,
    /// Matches a hash of the password as typed, from before normalization; should be rehashed.
    AsTyped,
}

/// Normalizes a password (Unicode Standard Annex 15, form C): keyboards encode accented characters differently, which
/// users cannot see (RFC 8265 section 4.2).
fn normal(password: &str) -> String {
    password.nfc().collect()
}

fn argon2() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> anyhow::Result<String> {
    let hash = argon2()?
        .hash_password(normal(password).as_bytes())
        .map_err(|error| anyhow::anyhow!("hashing: {error}"))?;
    Ok(hash.to_string())
}

/// Compares a password with a hash. Hashes from before normalization are of whatever form the keyboard produced:
/// composed, decomposed or mixed. The forms that are tried depend on the input only, so that timing reveals nothing
/// about the hash.
fn compare(password: &str, kept: &str) -> anyhow::Result<Verification> {
    let kept = PasswordHash::new(kept)
        .map_err(|error| anyhow::anyhow!("{error}"))
        .context("reading a kept hash")?;
    let argon2 = argon2()?;
    let composed = normal(password);
    let is_right = |form: &str| argon2.verify_password(form.as_bytes(), &kept).is_ok();
    if is_right(&composed) {
        return Ok(Verification::Yes);
    }
    let decomposed: String = password.nfd().collect();
    let mut others = vec![password, &decomposed];
    others.retain(|form| *form != composed);
    others.dedup();
    Ok(if others.into_iter().any(is_right) {
        Verification::AsTyped
    } else {
        Verification::No
    })
}

/// Returns the reason why a password is too weak. `own` are words that others know about its owner.
pub fn weakness(password: &str, own: &[&str]) -> Option<Text> {
    let password = &*normal(password);
    let length = password.chars().count();
    if length < *LENGTH.start() {
        return Some(t::server_account::password_short());
    }
    if length > *LENGTH.end() {
        return Some(t::server_account::password_long());
    }
    if is_common(password, own) {
        return Some(t::server_account::password_common());
    }
    None
}

/// Returns whether the password is easy to guess for someone who knows the words in `own`. Known words and capitals add
/// no strength; the rest is as strong as its strongest piece.
fn is_common(password: &str, own: &[&str]) -> bool {
    let mut rest = password.to_lowercase();
    let own: Vec<String> = own.iter().map(|word| word.to_lowercase()).collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let known = own.iter().copied().chain(COMMON_PASSWORDS.lines());
    let mut known: Vec<&str> = known.filter(|word| rest.contains(word)).collect();
    // Longest first, because removing a word that is part of another would leave a remainder.
    known.sort_by_key(|word| Reverse(word.len()));
    for word in known {
        rest = rest.replace(word, "");
    }
    let letters: Vec<char> = rest.chars().collect();
    let is_strong = |piece: &[char]| {
        let piece: String = piece.iter().collect();
        zxcvbn::zxcvbn(&piece, &own).guesses_log10() >= MIN_GUESSES_LOG10
    };
    !once(&letters).chunks(PIECE_CHARS).any(is_strong)
}

/// Returns one period of a repeated text: `abcabcab` is hardly harder to guess than `abc`, which its pieces would not
/// show.
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
        assert!(weakness("kX9#mv2!q", &[]).unwrap().to_string().contains("at least"));
        assert!(
            weakness(&"kX9#mv2!qL".repeat(13), &[])
                .unwrap()
                .to_string()
                .contains("at most")
        );
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

    #[test]
    fn length_is_counted_in_what_is_seen() {
        let decomposed = "e\u{301}".repeat(9);
        assert!(weakness(&decomposed, &[]).unwrap().to_string().contains("at least"));
    }

    #[test]
    fn an_accent_is_the_same_however_it_is_put_together() {
        let (composed, decomposed) = ("plum-lant\u{e9}rn-tid\u{e9}", "plum-lante\u{301}rn-tide\u{301}");
        let mixed = "plum-lant\u{e9}rn-tide\u{301}";
        // A hash from before normalization.
        let raw = |password: &str| {
            argon2()
                .unwrap()
                .hash_password(password.as_bytes())
                .unwrap()
                .to_string()
        };
        for typed in [composed, decomposed, mixed] {
            assert_eq!(compare(typed, &hash(composed).unwrap()).unwrap(), Verification::Yes);
            assert_eq!(compare(typed, &hash(decomposed).unwrap()).unwrap(), Verification::Yes);
            assert_eq!(compare(typed, &raw(composed)).unwrap(), Verification::Yes);
            assert_eq!(compare(typed, &raw(decomposed)).unwrap(), Verification::AsTyped);
        }
        assert_eq!(compare(mixed, &raw(mixed)).unwrap(), Verification::AsTyped);
        assert_eq!(
            compare("plum-lantern-tide", &hash(composed).unwrap()).unwrap(),
            Verification::No
        );
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
