//! Addresses that come from outside and that the page is about to follow. Pure.

/// Longer than any address of ours.
const LONGEST: usize = 4_000;

/// Where to go after signing in: a path of this site, or home. Everything that a browser could take for another host is
/// refused: `//host`, and what URL parsing makes of backslashes, tabs and line breaks (WHATWG URL, section 4.4).
pub fn same_site(next: Option<&str>) -> &str {
    next.filter(|next| is_path(next)).unwrap_or("/")
}

fn is_path(next: &str) -> bool {
    next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= LONGEST
        && !next.chars().any(|letter| letter == '\\' || letter.is_control())
}

/// The sign-in page that leads back to `path`.
pub fn sign_in(path: &str) -> String {
    if path == "/" || !is_path(path) {
        return "/sign-in".to_owned();
    }
    format!("/sign-in?next={}", crate::api::encode(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_site_is_followed() {
        for good in ["/", "/account", "/watch/abc/2?magnet=x%3Ay#t", "/search?q=//x"] {
            assert_eq!(same_site(Some(good)), good);
        }
        for bad in [
            "",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\b",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "evil.example",
            " /account",
        ] {
            assert_eq!(same_site(Some(bad)), "/", "{bad:?}");
        }
        assert_eq!(same_site(Some(&format!("/{}", "a".repeat(LONGEST)))), "/");
        assert_eq!(same_site(None), "/");
    }

    #[test]
    fn the_sign_in_page_leads_back() {
        assert_eq!(
            sign_in("/history?query=a&b"),
            "/sign-in?next=%2Fhistory%3Fquery%3Da%26b"
        );
        assert_eq!(sign_in("/"), "/sign-in");
        assert_eq!(sign_in("//evil"), "/sign-in");
    }
}
