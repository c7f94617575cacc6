//! Tokens. Access tokens are JWTs (RFC 7519, HS256) of 15 minutes; refresh and reset tokens are random and kept as
//! hashes only.

use crate::config::Secret;
use anyhow::Context;
use app::protocol::Timestamp;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{path::Path, time::Duration};
use uuid::Uuid;

/// How long an access token is good for.
pub const ACCESS: Duration = Duration::from_secs(15 * 60);

/// How long a login lasts without being used.
pub const REFRESH: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long a link to choose a new password is good for.
pub const RESET: Duration = Duration::from_secs(30 * 60);

/// How long a playlist's links are good for: a film with its pauses.
pub const STREAM: Duration = Duration::from_secs(12 * 60 * 60);

const ISSUER: &str = "matinee";

/// What an access token says. What its owner may do is not in it: that is looked up, so that it can be taken away.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    /// The account.
    sub: Uuid,
    /// The login.
    sid: Uuid,
    iat: i64,
    exp: i64,
}

/// Who an access token belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    /// The account.
    pub user: Uuid,
    /// The login.
    pub login: Uuid,
}

/// What a signature is for: a token of one kind is none of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Everything that the account may do.
    Access,
    /// Reading streams: it stands in playlists, which people hand to players.
    Stream,
    /// Reading what a room plays, by its guests where streams are for accounts; the account and the login of its claims
    /// are the room.
    RoomGuest,
}

impl Purpose {
    fn lasts(self) -> Duration {
        match self {
            Self::Access => ACCESS,
            Self::Stream | Self::RoomGuest => STREAM,
        }
    }

    fn label(self) -> &'static [u8] {
        match self {
            Self::Access => b"matinee access tokens",
            Self::Stream => b"matinee stream tokens",
            Self::RoomGuest => b"matinee guests of rooms",
        }
    }
}

/// Signs and checks tokens of one kind.
#[derive(Clone)]
pub struct Signer {
    lasts: Duration,
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Signer {
    /// A key of its own is derived, so that the secret can serve other purposes too.
    pub fn new(secret: &Secret, purpose: Purpose) -> anyhow::Result<Self> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).context("the secret")?;
        mac.update(purpose.label());
        let key = mac.finalize().into_bytes();
        // Exactly this algorithm: what the token's own header asks for does not count.
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        validation.leeway = 0;
        validation.validate_aud = false;
        Ok(Self {
            lasts: purpose.lasts(),
            encoding: EncodingKey::from_secret(&key),
            decoding: DecodingKey::from_secret(&key),
            validation,
        })
    }

    /// A token for this login, from now on.
    pub fn sign(&self, bearer: Bearer, now: Timestamp) -> anyhow::Result<String> {
        let iat = now.0.div_euclid(1000);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: bearer.user,
            sid: bearer.login,
            iat,
            exp: iat + self.lasts.as_secs() as i64,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).context("signing an access token")
    }

    /// Whose token it is, if it is ours and has not run out.
    pub fn check(&self, token: &str) -> Option<Bearer> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .ok()?
            .claims;
        Some(Bearer {
            user: claims.sub,
            login: claims.sid,
        })
    }
}

/// A token that cannot be guessed: 256 random bits.
pub fn random() -> anyhow::Result<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("the system has no random numbers: {error}"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a random token. It has too many bits to be guessed, so a quick hash will do.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// The instance's secret: from the configuration, else made once, readable by its owner only.
pub fn secret(configured: Option<&Secret>, data_dir: &Path) -> anyhow::Result<Secret> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    if let Some(secret) = configured {
        return Ok(secret.clone());
    }
    let path = data_dir.join("secret");
    match std::fs::read_to_string(&path) {
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
        .open(&path)?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    Ok(Secret::new(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    const BEARER: Bearer = Bearer {
        user: Uuid::from_u128(7),
        login: Uuid::from_u128(8),
    };

    fn signer() -> Signer {
        Signer::new(&Secret::new("a secret of thirty-two characters"), Purpose::Access).unwrap()
    }

    fn part(json: &serde_json::Value) -> String {
        URL_SAFE_NO_PAD.encode(json.to_string())
    }

    #[test]
    fn a_token_is_good_until_it_runs_out() {
        let now = clock::now();
        assert_eq!(signer().check(&signer().sign(BEARER, now).unwrap()), Some(BEARER));
        let old = Timestamp(now.0 - ACCESS.as_millis() as i64 - 1_000);
        assert_eq!(signer().check(&signer().sign(BEARER, old).unwrap()), None);
    }

    #[test]
    fn nobody_else_can_make_one() {
        let now = clock::now();
        for (secret, purpose) in [
            ("another secret of thirty-two chars", Purpose::Access),
            ("a secret of thirty-two characters", Purpose::Stream),
        ] {
            let other = Signer::new(&Secret::new(secret), purpose).unwrap();
            assert_eq!(signer().check(&other.sign(BEARER, now).unwrap()), None);
        }
        let good = signer().sign(BEARER, now).unwrap();
        let (head, signature) = good.rsplit_once('.').unwrap();
        let (_, claims) = head.split_once('.').unwrap();
        for algorithm in ["none", "None", "HS512", "RS256"] {
            let header = part(&serde_json::json!({ "alg": algorithm, "typ": "JWT" }));
            assert_eq!(signer().check(&format!("{header}.{claims}.")), None, "{algorithm}");
            assert_eq!(
                signer().check(&format!("{header}.{claims}.{signature}")),
                None,
                "{algorithm}"
            );
        }
        let admin = part(
            &serde_json::json!({ "iss": "matinee", "sub": Uuid::max(), "sid": Uuid::max(), "iat": 0, "exp": i64::MAX }),
        );
        assert_eq!(
            signer().check(&format!("{}.{admin}.{signature}", head.split_once('.').unwrap().0)),
            None
        );
        for nonsense in ["", ".", "..", "a.b.c", &good[..good.len() - 1], &good.replace('.', "")] {
            assert_eq!(signer().check(nonsense), None, "{nonsense}");
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
