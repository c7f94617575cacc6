//! Identifiers as types of their own, so that one cannot be passed for another.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// A BitTorrent v1 info hash (BEP 3): 20 bytes, written as 40 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InfoHash(pub [u8; 20]);

/// Why a text is not an info hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an info hash is 40 hex digits or 32 base32 characters")]
pub struct InvalidInfoHash;

impl FromStr for InfoHash {
    type Err = InvalidInfoHash;

    /// Accepts hex (40 digits, any case) and base32 (32 characters, RFC 4648), as magnet links do (BEP 9).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.len() {
            40 => parse_hex(text.as_bytes()),
            32 => parse_base32(text.as_bytes()),
            _ => None,
        }
        .map(Self)
        .ok_or(InvalidInfoHash)
    }
}

fn parse_hex(text: &[u8]) -> Option<[u8; 20]> {
    let mut bytes = [0; 20];
    for (byte, [high, low]) in bytes.iter_mut().zip(text.as_chunks().0) {
        let high = (*high as char).to_digit(16)?;
        let low = (*low as char).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}

fn parse_base32(text: &[u8]) -> Option<[u8; 20]> {
    let mut bytes = [0; 20];
    for (out, block) in bytes.as_chunks_mut::<5>().0.iter_mut().zip(text.as_chunks::<8>().0) {
        let mut bits: u64 = 0;
        for letter in block {
            let value = match letter.to_ascii_uppercase() {
                letter @ b'A'..=b'Z' => letter - b'A',
                digit @ b'2'..=b'7' => digit - b'2' + 26,
                _ => return None,
            };
            bits = bits << 5 | u64::from(value);
        }
        out.copy_from_slice(&bits.to_be_bytes()[3..]);
    }
    Some(bytes)
}

impl fmt::Display for InfoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for InfoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InfoHash({self})")
    }
}

impl Serialize for InfoHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for InfoHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "ssr")]
impl utoipa::PartialSchema for InfoHash {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .pattern(Some("^([0-9A-Fa-f]{40}|[A-Za-z2-7]{32})$"))
            .description(Some(
                "BitTorrent v1 info hash: 40 hex digits; in requests base32 too, as magnet links have it (BEP 9). \
                 Answers have it in lower-case hex.",
            ))
            .examples(["dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c"])
            .into()
    }
}

#[cfg(feature = "ssr")]
impl utoipa::ToSchema for InfoHash {}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";

    #[test]
    fn hex_of_any_case_and_base32_name_the_same_hash() {
        let hash: InfoHash = HEX.parse().unwrap();
        assert_eq!(hash.to_string(), HEX);
        assert_eq!(HEX.to_uppercase().parse(), Ok(hash));
        assert_eq!("3WBFL3G4PSSV7MF37AJSHWDQMLNR63I4".parse(), Ok(hash));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "dd82",
            &HEX.replace('d', "g"),
            &"é".repeat(20),
            "01".repeat(16).as_str(),
        ] {
            assert_eq!(text.parse::<InfoHash>(), Err(InvalidInfoHash), "{text}");
        }
    }
}
