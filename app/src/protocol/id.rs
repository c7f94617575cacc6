//! Identifier newtypes, so that one kind of identifier cannot be passed for another.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// A BitTorrent v1 info hash (BEP 3): 20 bytes, formatted as 40 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InfoHash(pub [u8; 20]);

/// The error returned when a string is not a valid info hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an info hash is 40 hex digits or 32 base32 characters")]
pub struct InvalidInfoHash;

impl FromStr for InfoHash {
    type Err = InvalidInfoHash;

    /// Parses hex (40 digits, any case) or base32 (32 characters, RFC 4648); magnet links may use either (BEP 9).
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

fn parse_hex<const BYTES: usize>(text: &[u8]) -> Option<[u8; BYTES]> {
    let mut bytes = [0; BYTES];
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

/// The error returned when a string is not a valid id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is a UUID: 32 hex digits with hyphens")]
pub struct InvalidId;

/// Declares a type for one kind of id: a UUID (RFC 9562), formatted in its 36 characters. By hand, so that the
/// browser's build needs no library for it.
macro_rules! uuid_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub [u8; 16]);

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse_uuid(text).map(Self).ok_or(InvalidId)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_uuid(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }

        #[cfg(feature = "ssr")]
        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id.into_bytes())
            }
        }

        #[cfg(feature = "ssr")]
        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                Self::from_bytes(id.0)
            }
        }
    };
}

uuid_type! {
    /// The id of an account, UUID v7.
    UserId
}

uuid_type! {
    /// The id of a login, UUID v7.
    LoginId
}

uuid_type! {
    /// The id of a room, UUID v7. Not on the wire, where a room is named by its code.
    RoomId
}

/// Places of the hyphens in a UUID.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// Parses a UUID in the form that [`write_uuid`] gives it, in any case.
fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    let mut digits = [0; 32];
    let mut places = digits.iter_mut();
    for (place, letter) in text.bytes().enumerate() {
        match HYPHENS.contains(&place) {
            true if letter == b'-' => {}
            true => return None,
            false => *places.next()? = letter,
        }
    }
    parse_hex(&digits)
}

/// Formats a UUID in lower-case hex, with hyphens.
fn write_uuid(bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            f.write_str("-")?;
        }
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}

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

    const UUID: &str = "019ab0c4-5d1e-7f20-8a3b-4c5d6e7f8091";

    #[test]
    fn an_id_is_the_text_of_a_uuid() {
        let id: UserId = UUID.parse().unwrap();
        assert_eq!(id.0[..4], [0x01, 0x9a, 0xb0, 0xc4]);
        assert_eq!(id.to_string(), UUID);
        assert_eq!(UUID.to_uppercase().parse(), Ok(id));
        assert_eq!(format!("{id:?}"), format!("UserId({UUID})"));
        let json = format!("\"{UUID}\"");
        assert_eq!(serde_json::to_string(&id).unwrap(), json);
        assert_eq!(serde_json::from_str::<UserId>(&json).unwrap(), id);
        for bytes in [[0; 16], [255; 16]] {
            assert_eq!(UserId(bytes).to_string().parse(), Ok(UserId(bytes)));
        }
    }

    #[test]
    fn a_text_of_another_form_is_no_id() {
        for text in [
            "",
            "guest",
            &UUID.replace('-', ""),
            &UUID.replace('-', "0"),
            &UUID.replace('f', "g"),
            &UUID.replacen("-5", "5-", 1),
            &format!("{UUID}0"),
            &format!("{{{UUID}}}"),
            &"é".repeat(18),
        ] {
            assert_eq!(text.parse::<UserId>(), Err(InvalidId), "{text}");
        }
        assert!(serde_json::from_str::<UserId>("7").is_err());
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn an_id_and_its_uuid_are_written_alike() {
        for number in [0, 1, 0x019a_b0c4_5d1e_7f20_8a3b_4c5d_6e7f_8091, u128::MAX] {
            let uuid = uuid::Uuid::from_u128(number);
            let id = UserId::from(uuid);
            assert_eq!(uuid::Uuid::from(id), uuid);
            assert_eq!(id.to_string(), uuid.to_string());
            assert_eq!(uuid.to_string().parse(), Ok(id));
        }
    }
}
