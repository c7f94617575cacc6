//! Torrent without peers, which gives a room something to seek in.

/// Returns a `.torrent` file (BEP 3) of one film, whose pieces no peer has.
pub fn film() -> Vec<u8> {
    const PIECE_BYTES: usize = 1 << 20;
    const PIECES: usize = 64;
    let mut file = format!(
        "d4:infod6:lengthi{}e4:name18:A long evening.mp412:piece lengthi{PIECE_BYTES}e6:pieces{}:",
        PIECES * PIECE_BYTES,
        PIECES * 20
    )
    .into_bytes();
    file.extend((0..PIECES * 20).map(|at| (at * 31 % 251) as u8));
    file.extend_from_slice(b"ee");
    file
}
