//! Neither asking peers for other peers nor telling them of any (BEP 11), for which the engine has no setting. Pure.
//!
//! Each side lists in its extended handshake (BEP 10) which extensions it takes, by name. What is not listed there is not
//! sent.

/// How the name stands there, in bencode.
const NAME: &[u8] = b"6:ut_pex";

/// The name of no extension, as long as the other, so that all else stays where it is.
const NO_NAME: &[u8] = b"6:ut_off";

/// A longer one is no real client's and is not carried.
pub const MOST: usize = 16 << 10;

/// Whether a message that begins so is what the engine takes for a list of peers: it gives the extension this number, and
/// hears it whether or not it said so.
pub fn is_list(head: &[u8]) -> bool {
    head.get(4..6) == Some(&[20, 1])
}

/// Whether a message that begins so is an extended handshake.
pub fn is_extended_handshake(head: &[u8]) -> bool {
    head.get(4..6) == Some(&[20, 0])
}

/// Has a whole extended handshake not list the extension.
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
