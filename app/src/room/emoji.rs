//! A compact set of emoji, searchable by name. The first name is the shortcode. Pure.

use super::words::{Part, parts, parts_words};

/// Emoji and their names, in display order.
#[rustfmt::skip]
pub static EMOJI: [(&str, &str); 202] = [
    ("😀", "grinning happy"), ("😃", "smiley happy"), ("😄", "smile happy"), ("😁", "grin"), ("😆", "laughing satisfied"), ("😅", "sweat_smile relief"),
    ("🤣", "rofl laugh floor"), ("😂", "joy laugh tears"), ("🙂", "slight_smile"), ("🙃", "upside_down"), ("😉", "wink"), ("😊", "blush"),
    ("😇", "innocent angel"), ("🥰", "smiling_hearts love"), ("😍", "heart_eyes love"), ("🤩", "star_struck wow"), ("😘", "kissing_heart"), ("😋", "yum delicious"),
    ("😛", "tongue"), ("😜", "winking_tongue crazy"), ("🤪", "zany crazy"), ("😎", "sunglasses cool"), ("🥳", "partying party"), ("🤗", "hugs"),
    ("🤭", "hand_over_mouth oops"), ("🤫", "shushing quiet"), ("🤔", "thinking hmm"), ("🤨", "raised_eyebrow"), ("😐", "neutral"), ("😑", "expressionless"),
    ("😶", "no_mouth silent"), ("😏", "smirk"), ("😒", "unamused"), ("🙄", "eye_roll"), ("😬", "grimacing"), ("😌", "relieved"),
    ("😔", "pensive sad"), ("😪", "sleepy"), ("😴", "sleeping zzz"), ("🤤", "drooling"), ("🤒", "sick"), ("🤢", "nauseated"),
    ("🤮", "vomiting"), ("🤧", "sneezing"), ("🥵", "hot"), ("🥶", "cold freezing"), ("🥴", "woozy"), ("😵", "dizzy"),
    ("🤯", "exploding_head mind blown"), ("😕", "confused"), ("😟", "worried"), ("🙁", "frowning"), ("😮", "open_mouth wow"), ("😲", "astonished"),
    ("😳", "flushed"), ("🥺", "pleading please"), ("😨", "fearful scared"), ("😰", "anxious"), ("😢", "cry sad"), ("😭", "sob crying"),
    ("😱", "scream scared"), ("😞", "disappointed"), ("😓", "sweat"), ("😩", "weary"), ("😫", "tired"), ("🥱", "yawning boring"),
    ("😤", "triumph huff"), ("😡", "rage angry"), ("😠", "angry"), ("🤬", "cursing"), ("😈", "imp devil"), ("💀", "skull dead"),
    ("💩", "poop"), ("🤡", "clown"), ("👹", "ogre monster"), ("👻", "ghost"), ("👽", "alien"), ("🤖", "robot"),
    ("😺", "cat_smile"), ("🙈", "see_no_evil monkey"), ("🙉", "hear_no_evil"), ("🙊", "speak_no_evil"), ("💋", "kiss"), ("💯", "100 hundred"),
    ("💥", "boom explosion"), ("💫", "dizzy_star"), ("💦", "sweat_drops"), ("💨", "dash fast"), ("💤", "zzz"), ("👋", "wave hello bye"),
    ("✋", "raised_hand stop"), ("🖖", "vulcan spock"), ("👌", "ok_hand"), ("🤌", "pinched_fingers italian"), ("✌️", "victory peace"), ("🤞", "crossed_fingers luck"),
    ("🤟", "love_you"), ("🤘", "metal rock"), ("👈", "point_left"), ("👉", "point_right"), ("👆", "point_up"), ("👇", "point_down"),
    ("👍", "+1 thumbsup yes"), ("👎", "-1 thumbsdown no"), ("✊", "fist"), ("👊", "punch"), ("👏", "clap applause"), ("🙌", "raised_hands hooray"),
    ("👐", "open_hands"), ("🤝", "handshake deal"), ("🙏", "pray thanks please"), ("💪", "muscle strong"), ("👀", "eyes look"), ("👁️", "eye"),
    ("🧠", "brain"), ("👶", "baby"), ("🕵️", "detective"), ("🤷", "shrug"), ("🤦", "facepalm"), ("🙋", "raising_hand"),
    ("💃", "dancer"), ("🕺", "dancing"), ("🏃", "running"), ("❤️", "heart love red"), ("🧡", "orange_heart"), ("💛", "yellow_heart"),
    ("💚", "green_heart"), ("💙", "blue_heart"), ("💜", "purple_heart"), ("🖤", "black_heart"), ("🤍", "white_heart"), ("💔", "broken_heart"),
    ("💕", "two_hearts"), ("💖", "sparkling_heart"), ("💘", "cupid"), ("🐶", "dog"), ("🐱", "cat"), ("🐭", "mouse"),
    ("🦊", "fox"), ("🐻", "bear"), ("🐼", "panda"), ("🦁", "lion"), ("🐸", "frog"), ("🐵", "monkey"),
    ("🐔", "chicken"), ("🐧", "penguin"), ("🦄", "unicorn"), ("🐝", "bee"), ("🦋", "butterfly"), ("🐢", "turtle"),
    ("🐍", "snake"), ("🐙", "octopus"), ("🦈", "shark"), ("🐳", "whale"), ("🌹", "rose"), ("🌻", "sunflower"),
    ("🌵", "cactus"), ("🍀", "clover luck"), ("🌍", "earth world"), ("🌙", "moon night"), ("⭐", "star"), ("🌟", "glowing_star"),
    ("✨", "sparkles"), ("⚡", "zap lightning"), ("🔥", "fire hot lit"), ("🌈", "rainbow"), ("☀️", "sun"), ("☔", "umbrella rain"),
    ("❄️", "snowflake"), ("⛄", "snowman"), ("🍎", "apple"), ("🍌", "banana"), ("🍓", "strawberry"), ("🍕", "pizza"),
    ("🍔", "burger"), ("🍟", "fries"), ("🌮", "taco"), ("🍿", "popcorn film cinema"), ("🍩", "doughnut"), ("🍪", "cookie"),
    ("🎂", "cake birthday"), ("🍫", "chocolate"), ("☕", "coffee"), ("🍵", "tea"), ("🍷", "wine"), ("🍺", "beer"),
    ("🥂", "cheers toast"), ("🍾", "champagne"), ("🎬", "clapper film action"), ("🎥", "camera film"), ("📽️", "projector film"), ("🎞️", "film_frames"),
    ("🎭", "theatre masks"), ("🎵", "note music"), ("🎸", "guitar"), ("🎮", "game controller"), ("🎲", "dice"), ("🎉", "tada party"),
    ("🎊", "confetti"), ("🎈", "balloon"), ("🏆", "trophy win"), ("🚀", "rocket"),
];

/// Emoji in the quick bar.
pub const QUICK: [&str; 8] = ["👍", "❤️", "😂", "😮", "😢", "👏", "🔥", "🎉"];

/// Returns the emoji with a matching name, best match first: exact shortcodes, then prefixes, then substrings.
pub fn find(words: &str) -> Vec<(&'static str, &'static str)> {
    let words = words.trim().to_lowercase();
    let rank = |names: &str| {
        let mut names = names.split(' ');
        let code = names.next().unwrap_or_default();
        if code == words {
            Some(0)
        } else if code.starts_with(&words) {
            Some(1)
        } else if names.clone().any(|name| name.starts_with(&words)) {
            Some(2)
        } else {
            (code.contains(&words) || names.any(|name| name.contains(&words))).then_some(3)
        }
    };
    let mut found: Vec<_> = EMOJI
        .iter()
        .filter_map(|(emoji, names)| Some((rank(names)?, *emoji, code(names))))
        .collect();
    found.sort_by_key(|(rank, _, _)| *rank);
    found.into_iter().map(|(_, emoji, code)| (emoji, code)).collect()
}

/// Returns the shortcode from an emoji's names.
pub fn code(names: &'static str) -> &'static str {
    names.split(' ').next().unwrap_or_default()
}

/// Returns the name of an emoji, for screen readers.
pub fn name(emoji: &str) -> &str {
    EMOJI
        .iter()
        .find(|(known, _)| *known == emoji)
        .map_or(emoji, |(_, names)| code(names))
}

/// Replaces the `:shortcodes:` that form words of their own with emoji. Leaves unknown shortcodes, links, IP addresses
/// (`2001:db8:100::1`), times, paths and text in backticks unchanged.
pub fn expand(text: &str) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut begins = 0;
    for part in parts(text, &[]) {
        let ends = begins + part.text().len();
        match part {
            Part::Text(_) => expand_words(&mut expanded, text, begins, ends),
            Part::Link(_) | Part::Mention(_) => expanded.push_str(part.text()),
        }
        begins = ends;
    }
    expanded
}

/// Expands the shortcodes in the byte range from `begins` to `ends`.
fn expand_words(expanded: &mut String, text: &str, begins: usize, ends: usize) {
    let mut at = begins;
    while let Some(colon) = text[at..ends].find(':').map(|found| at + found) {
        expanded.push_str(&text[at..colon]);
        let codes = is_border_before(text, colon)
            .then(|| codes_at(text, colon))
            .flatten()
            .filter(|(_, after)| *after <= ends && !is_code(text, colon, *after));
        if let Some((emoji, after)) = codes {
            expanded.push_str(&emoji);
            at = after;
        } else {
            expanded.push(':');
            at = colon + 1;
        }
    }
    expanded.push_str(&text[at..ends]);
}

/// Parses consecutive shortcodes at a position. Returns their emoji and their end, if they end at a word boundary.
fn codes_at(text: &str, at: usize) -> Option<(String, usize)> {
    let (mut emoji, mut end) = (String::new(), at);
    while let Some(name) = text[end..]
        .strip_prefix(':')
        .and_then(|rest| rest.split_once(':'))
        .map(|(name, _)| name)
    {
        let Some((known, _)) = EMOJI.iter().find(|(_, names)| code(names) == name) else {
            break;
        };
        emoji.push_str(known);
        end += name.len() + 2;
    }
    let is_border = text[end..].chars().next().is_none_or(|after| {
        let is_end = matches!(after, '.' | ',' | ';' | '!' | '?' | ')' | '"' | '\'');
        is_end || is_apart(after)
    });
    (end > at && is_border).then_some((emoji, end))
}

/// Returns true if a word may begin at `at`. A quotation mark counts only if it opens a quotation: `"a":fire:"b"` is
/// code.
fn is_border_before(text: &str, at: usize) -> bool {
    let mut before = text[..at].chars().rev();
    match before.next() {
        Some('"' | '\'') => before
            .next()
            .is_none_or(|letter| letter.is_whitespace() || letter == '('),
        Some(letter) => is_apart(letter) || matches!(letter, '(' | ')' | ',' | ';' | '!' | '?'),
        None => true,
    }
}

/// Returns true for white space, letters of scripts written without spaces, and other pictographs.
fn is_apart(letter: char) -> bool {
    letter.is_whitespace() || !letter.is_ascii() && parts_words(letter)
}

/// Returns true if the range is between backticks.
fn is_code(text: &str, from: usize, to: usize) -> bool {
    text[..from].matches('`').count() % 2 == 1 && text[to..].contains('`')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::room::EMOJI_BYTES;

    #[test]
    fn every_emoji_and_every_shortcode_is_there_once_and_fits() {
        let emoji: std::collections::BTreeSet<_> = EMOJI.iter().map(|(emoji, _)| emoji).collect();
        let codes: std::collections::BTreeSet<_> = EMOJI.iter().map(|(_, names)| code(names)).collect();
        assert_eq!((emoji.len(), codes.len()), (EMOJI.len(), EMOJI.len()));
        assert!(EMOJI.iter().all(|(emoji, _)| emoji.len() <= EMOJI_BYTES));
        assert!(QUICK.iter().all(|quick| name(quick) != *quick));
    }

    #[test]
    fn the_nearest_name_comes_first() {
        assert_eq!(find("heart")[0].0, "❤️");
        assert_eq!(find("popc")[0], ("🍿", "popcorn"));
        assert!(find("laugh").len() >= 3);
        assert!(find("qqqq").is_empty());
        assert_eq!(find("").len(), EMOJI.len());
    }

    #[test]
    fn shortcodes_become_emoji_where_they_are_words() {
        for (text, expanded) in [
            ("nice :popcorn::fire:", "nice 🍿🔥"),
            (":fire:", "🔥"),
            ("(:fire:)", "(🔥)"),
            ("so good :fire:!", "so good 🔥!"),
            ("what?:fire:", "what?🔥"),
            ("👍:fire:", "👍🔥"),
            (":fire:👍", "🔥👍"),
            ("いいね:fire:です", "いいね🔥です"),
            ("「:fire:」", "「🔥」"),
            ("he said \":fire:\".", "he said \"🔥\"."),
            (":fire:\n:+1:", "🔥\n👍"),
            ("https://a.org :fire:", "https://a.org 🔥"),
        ] {
            assert_eq!(expand(text), expanded, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_shortcode_stays() {
        for text in [
            "at 12:30:15 :nope: :",
            "12:100:30",
            "2001:db8:100::1",
            "::100:1",
            "fe80:::100:",
            "00:100:ff",
            "/:fire:/",
            "a/:fire:/b",
            "https://a.org/:fire:/x",
            "https://a.org/:fire:",
            "https://a.org:fire:",
            "http://[2001:db8:100::1]/:fire:/",
            "ftp://a.org/:fire:/",
            "magnet:?xt=urn:fire:1",
            "c:fire:d",
            "std::fire::x",
            "::+1:",
            "\\:fire:\\",
            "-:fire:-",
            "key=:fire:&x",
            "{\"a\":fire:\"b\"}",
            "`:fire:`",
            "see `a :fire: b` there",
            "```\nx = :fire: \n```",
            "x:fire:",
            ":fire:x",
            ":fire:/",
            ":fire:1",
            ":fire::nope:",
            ":fire",
            ": fire:",
        ] {
            assert_eq!(expand(text), text);
        }
    }
}
