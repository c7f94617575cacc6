//! Tokens. Access tokens are JWTs (RFC 7519, HS256), valid for 15 minutes; refresh and reset tokens are random and
//! stored as hashes only.

use crate::config::Secret;
use anyhow::Context;
use app::protocol::{LoginId, RoomId, Timestamp, UserId, room::PersonId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{path::Path, time::Duration};
use uuid::Uuid;

/// Lifetime of an access token.
pub const ACCESS: Duration = Duration::from_secs(15 * 60);

/// Lifetime of a refresh token, which is also how long a login lasts without being used.
pub const REFRESH: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Lifetime of a password reset link.
pub const RESET_TTL: Duration = Duration::from_secs(30 * 60);

/// Lifetime of a playlist's stream token: long enough for a film with pauses.
pub const STREAM_TTL: Duration = Duration::from_secs(12 * 60 * 60);

/// Lifetime of a known-browser cookie.
pub const BROWSER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

const ISSUER: &str = "matinee";

/// Claims of a token: whom it was issued to. They contain no permissions: those are looked up, so that they can be
/// revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claims {
    /// A login, for everything that its account may do.
    Access {
        /// The account.
        user: UserId,
        /// The login.
        login: LoginId,
    },
    /// A login, for streaming only. Part of playlists, which users hand to media players.
    Stream {
        /// The account.
        user: UserId,
        /// The login.
        login: LoginId,
    },
    /// A guest of a room, for streaming what it plays, on instances that require accounts.
    RoomGuest {
        /// The room.
        room: RoomId,
        /// The guest's identity in it.
        person: PersonId,
    },
    /// A browser that has signed in to an account before.
    Browser {
        /// The account.
        user: UserId,
        /// The browser's id.
        browser: Uuid,
    },
}

impl Claims {
    fn purpose(&self) -> Purpose {
        match self {
            Self::Access { .. } => Purpose::Access,
            Self::Stream { .. } => Purpose::Stream,
            Self::RoomGuest { .. } => Purpose::RoomGuest,
            Self::Browser { .. } => Purpose::Browser,
        }
    }

    /// Returns the claims as `sub` and `sid` of a token's JSON.
    fn to_ids(&self) -> (Uuid, Uuid) {
        match self {
            Self::Access { user, login } | Self::Stream { user, login } => ((*user).into(), (*login).into()),
            Self::RoomGuest { room, person } => ((*room).into(), person_to_uuid(person)),
            Self::Browser { user, browser } => ((*user).into(), *browser),
        }
    }

    fn from_ids(purpose: Purpose, sub: Uuid, sid: Uuid) -> Self {
        let (user, login) = (UserId::from(sub), LoginId::from(sid));
        match purpose {
            Purpose::Access => Self::Access { user, login },
            Purpose::Stream => Self::Stream { user, login },
            Purpose::RoomGuest => Self::RoomGuest {
                room: sub.into(),
                person: uuid_to_person(sid),
            },
            Purpose::Browser => Self::Browser { user, browser: sid },
        }
    }
}

/// Encodes a person, who is 16 hex digits in a room; an invalid id becomes the nil UUID.
fn person_to_uuid(person: &PersonId) -> Uuid {
    Uuid::from_u128(u128::from_str_radix(&person.0, 16).unwrap_or_default())
}

fn uuid_to_person(id: Uuid) -> PersonId {
    PersonId(format!("{:016x}", id.as_u128()))
}

/// Purpose of a token. Each has a signing key of its own, so a token is valid for one purpose only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// That of [`Claims::Access`].
    Access,
    /// That of [`Claims::Stream`].
    Stream,
    /// That of [`Claims::RoomGuest`].
    RoomGuest,
    /// That of [`Claims::Browser`].
    Browser,
}

impl Purpose {
    fn lasts(self) -> Duration {
        match self {
            Self::Access => ACCESS,
            Self::Stream | Self::RoomGuest => STREAM_TTL,
            Self::Browser => BROWSER,
        }
    }

    fn label(self) -> &'static [u8] {
        match self {
            Self::Access => b"matinee access tokens",
            Self::Stream => b"matinee stream tokens",
            Self::RoomGuest => b"matinee guests of rooms",
            Self::Browser => b"matinee browsers that signed in",
        }
    }
}

/// JSON of a token. The purpose, and so the key, says what the two ids are.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    iss: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

/// Signer and verifier of tokens.
#[derive(Clone)]
pub struct Signer {
    access: Key,
    stream: Key,
    room_guest: Key,
    browser: Key,
    validation: Validation,
}

/// Key of one purpose.
#[derive(Clone)]
struct Key {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl Key {
    /// Derives the key, so that one secret serves several purposes.
    fn new(secret: &Secret, purpose: Purpose) -> anyhow::Result<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).context("the secret")?;
        mac.update(purpose.label());
        let key = mac.finalize().into_bytes();
        Ok(Self {
            encoding: EncodingKey::from_secret(&key),
            decoding: DecodingKey::from_secret(&key),
        })
    }
}

impl Signer {
    /// Creates a signer with the keys of this secret.
    pub fn new(secret: &Secret) -> anyhow::Result<Self> {
        // Pins the algorithm: the `alg` header of the token is not trusted.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        validation.leeway = 0;
        validation.validate_aud = false;
        Ok(Self {
            access: Key::new(secret, Purpose::Access)?,
            stream: Key::new(secret, Purpose::Stream)?,
            room_guest: Key::new(secret, Purpose::RoomGuest)?,
            browser: Key::new(secret, Purpose::Browser)?,
            validation,
        })
    }

    fn key(&self, purpose: Purpose) -> &Key {
        match purpose {
            Purpose::Access => &self.access,
            Purpose::Stream => &self.stream,
            Purpose::RoomGuest => &self.room_guest,
            Purpose::Browser => &self.browser,
        }
    }

    /// Signs a token for the purpose of its claims, valid from now.
    pub fn sign(&self, claims: &Claims, now: Timestamp) -> anyhow::Result<String> {
        let (purpose, (sub, sid)) = (claims.purpose(), claims.to_ids());
        let iat = now.0.div_euclid(1000);
        let payload = Payload {
            iss: ISSUER.to_owned(),
            sub,
            sid,
            iat,
            exp: iat + purpose.lasts().as_secs() as i64,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &payload, &self.key(purpose).encoding)
            .context("signing a token")
    }

    /// Verifies a token's signature and expiry, and returns its claims, which are those of the purpose.
    pub fn check(&self, purpose: Purpose, token: &str) -> Option<Claims> {
        let decoded = jsonwebtoken::decode::<Payload>(token, &self.key(purpose).decoding, &self.validation);
        let payload = decoded.ok()?.claims;
        Some(Claims::from_ids(purpose, payload.sub, payload.sid))
    }
}

/// Generates an unguessable token: 256 random bits.
pub fn random() -> anyhow::Result<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("the system has no random numbers: {error}"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Returns the stored hash of a random token. A fast hash is enough, because the token has too much entropy to be
/// guessed.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Returns the instance's secret: the configured one, else the one in the data directory.
pub fn secret(configured: Option<&Secret>, data_dir: &Path) -> anyhow::Result<Secret> {
    configured.map_or_else(|| kept_secret(&data_dir.join("secret")), |secret| Ok(secret.clone()))
}

/// Returns the secret in a file, which is generated at the first start with access for the owner only.
pub fn kept_secret(path: &Path) -> anyhow::Result<Secret> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    match std::fs::read_to_string(path) {
        Ok(secret) if secret.trim().len() >= 32 => return Ok(Secret::new(secret.trim())),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    }
    let secret = random()?;
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    Ok(Secret::new(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    const CLAIMS: Claims = Claims::Access {
        user: UserId([7; 16]),
        login: LoginId([8; 16]),
    };

    fn signer() -> Signer {
        Signer::new(&Secret::new("a secret of thirty-two characters")).unwrap()
    }

    fn check(token: &str) -> Option<Claims> {
        signer().check(Purpose::Access, token)
    }

    fn part(json: &serde_json::Value) -> String {
        URL_SAFE_NO_PAD.encode(json.to_string())
    }

    #[test]
    fn a_token_is_good_until_it_runs_out() {
        let now = clock::now();
        assert_eq!(check(&signer().sign(&CLAIMS, now).unwrap()), Some(CLAIMS));
        let old = Timestamp(now.0 - ACCESS.as_millis() as i64 - 1_000);
        assert_eq!(check(&signer().sign(&CLAIMS, old).unwrap()), None);
    }

    #[test]
    fn a_token_issued_before_says_the_same() {
        let json = r#"{
            "iss": "matinee", "sub": "019ab0c4-5d1e-7f20-8a3b-4c5d6e7f8091",
            "sid": "00000000-0000-0000-0123-456789abcdef", "iat": 1760000000, "exp": 9760000000
        }"#;
        let stored: serde_json::Value = serde_json::from_str(json).unwrap();
        let (sub, sid): (Uuid, Uuid) = (
            "019ab0c4-5d1e-7f20-8a3b-4c5d6e7f8091".parse().unwrap(),
            "00000000-0000-0000-0123-456789abcdef".parse().unwrap(),
        );
        let (user, login, signer) = (UserId::from(sub), LoginId::from(sid), signer());
        for (purpose, claims) in [
            (Purpose::Access, Claims::Access { user, login }),
            (Purpose::Stream, Claims::Stream { user, login }),
            (
                Purpose::RoomGuest,
                Claims::RoomGuest {
                    room: sub.into(),
                    person: PersonId("0123456789abcdef".into()),
                },
            ),
            (Purpose::Browser, Claims::Browser { user, browser: sid }),
        ] {
            let token =
                jsonwebtoken::encode(&Header::new(Algorithm::HS256), &stored, &signer.key(purpose).encoding).unwrap();
            assert_eq!(signer.check(purpose, &token), Some(claims.clone()));
            // Nor does a token of now say it in another form.
            let token = signer.sign(&claims, Timestamp(1_760_000_000_999)).unwrap();
            let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
            let mut written: serde_json::Value = serde_json::from_slice(&payload).unwrap();
            assert_eq!(written["exp"], 1_760_000_000 + purpose.lasts().as_secs());
            written["exp"] = stored["exp"].clone();
            assert_eq!(written, stored);
        }
    }

    #[test]
    fn nobody_else_can_make_one() {
        let now = clock::now();
        let other = Signer::new(&Secret::new("another secret of thirty-two chars")).unwrap();
        assert_eq!(check(&other.sign(&CLAIMS, now).unwrap()), None);
        let Claims::Access { user, login } = CLAIMS else {
            unreachable!()
        };
        let stream = signer().sign(&Claims::Stream { user, login }, now).unwrap();
        assert_eq!(check(&stream), None, "a token for another purpose");
        let good = signer().sign(&CLAIMS, now).unwrap();
        let (head, signature) = good.rsplit_once('.').unwrap();
        let (_, claims) = head.split_once('.').unwrap();
        for algorithm in ["none", "None", "HS512", "RS256"] {
            let header = part(&serde_json::json!({ "alg": algorithm, "typ": "JWT" }));
            assert_eq!(check(&format!("{header}.{claims}.")), None, "{algorithm}");
            assert_eq!(check(&format!("{header}.{claims}.{signature}")), None, "{algorithm}");
        }
        let admin = part(
            &serde_json::json!({ "iss": "matinee", "sub": Uuid::max(), "sid": Uuid::max(), "iat": 0, "exp": i64::MAX }),
        );
        assert_eq!(
            check(&format!("{}.{admin}.{signature}", head.split_once('.').unwrap().0)),
            None
        );
        for nonsense in ["", ".", "..", "a.b.c", &good[..good.len() - 1], &good.replace('.', "")] {
            assert_eq!(check(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn the_secret_is_made_once_and_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let made = secret(None, dir.path()).unwrap();
        assert!(secret(None, dir.path()).unwrap() == made && made.expose().len() >= 32);
        let mode = std::fs::metadata(dir.path().join("secret"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
