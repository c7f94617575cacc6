//! Device names for the list of logins.

/// Maximum stored length of a `User-Agent`, bytes.
pub const AGENT_BYTES: usize = 300;

/// Returns a readable name, such as `Firefox on Linux`, for a `User-Agent` (RFC 9110 section 10.1.5). Programs other
/// than browsers keep their product name.
pub fn name(agent: &str) -> String {
    // The order matters: most browsers also include other browsers' tokens.
    const BROWSERS: [(&str, &str); 7] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(part, _)| agent.contains(part))
            .map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => {
            let program = agent.split(['/', ' ']).next().unwrap_or_default();
            let program: String = program.chars().filter(|c| !c.is_control()).take(40).collect();
            if program.is_empty() {
                "Unknown device".into()
            } else {
                program
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_and_programs_are_told_apart() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/20.0 Mobile/15E148 Safari/604.1";
        for (agent, expected) in [
            (chrome, "Chrome on Linux"),
            (&*format!("{chrome} Edg/156.0"), "Edge on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Windows",
            ),
            (phone, "Safari on iPhone"),
            ("curl/8.0", "curl"),
            ("", "Unknown device"),
        ] {
            assert_eq!(name(agent), expected);
        }
    }
}
