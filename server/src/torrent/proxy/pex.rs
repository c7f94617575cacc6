//! Disables peer exchange (BEP 11) in both directions, for which the engine has no setting. Pure.
//!
//! Each side lists the extensions that it supports, by name, in its extended handshake (BEP 10). An extension that is
//! not listed there is not used.

/// Bencoded name of the extension in the handshake.
const NAME: &[u8] = b"6:ut_pex";

/// Name of no extension, of the same length, so that all offsets stay the same.
const NO_NAME: &[u8] = b"6:ut_off";

/// Maximum length of an extended handshake, bytes. No real client sends a longer one, and it is dropped.
pub const MAX_HANDSHAKE_BYTES: usize = 16 << 10;

/// Returns whether the engine would take this message for a list of peers: it gives the extension this number, and
/// accepts such a message whether or not it listed the extension.
pub fn is_list(head: &[u8]) -> bool {
    head.get(4..6) == Some(&[20, 1])
}

/// Returns whether this is the head of an extended handshake.
pub fn is_extended_handshake(head: &[u8]) -> bool {
    head.get(4..6) == Some(&[20, 0])
}

/// Removes the extension from a complete extended handshake.
pub fn silence(message: &mut [u8]) {
    let Some(last) = message.len().checked_sub(NAME.len()) else {
        return;
    };
    for start in 0..=last {
        let name = &mut message[start..start + NAME.len()];
        if name == NAME {
            name.copy_from_slice(NO_NAME);
        }
    }
}
