//! E-mail address normalization. Pure.

use unicode_normalization::UnicodeNormalization;

/// Returns the key under which a user name or an address must be unique. Equal up to case, Unicode normalization
/// (Unicode Standard Annex 15, form C), and the spelling of the domain in Unicode or ASCII (RFC 5891; Unicode Technical
/// Standard 46).
pub fn key(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    with_ascii_domain(&lower.nfc().collect::<String>())
}

/// Returns the address with its domain in ASCII, as the DNS has it, for mail servers that support nothing else.
pub fn with_ascii_domain(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return address.to_owned();
    };
    match idna::domain_to_ascii(domain) {
        Ok(ascii) if !ascii.is_empty() => format!("{local}@{ascii}"),
        // Not a valid domain: left unchanged.
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_address_has_one_key_however_it_is_written() {
        for (written, expected) in [
            (" Ada@Example.org ", "ada@example.org"),
            ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
            ("ada@bu\u{308}cher.example", "ada@xn--bcher-kva.example"),
            ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
            ("ada@bücher。example", "ada@xn--bcher-kva.example"),
            ("josé@example.org", "josé@example.org"),
            ("jose\u{301}@example.org", "josé@example.org"),
            ("Ada_1", "ada_1"),
            ("ada@", "ada@"),
            ("ada@xn--", "ada@xn--"),
        ] {
            assert_eq!(key(written), expected, "{written}");
        }
        assert_ne!(key("ada@bücher.example"), key("ada@bucher.example"));
        assert_eq!(with_ascii_domain("José@bücher.example"), "José@xn--bcher-kva.example");
    }
}
