//! A compact set of emoji with names to find them by. The first name is the shortcode. Pure.

/// Emoji and their names, in the order in which they are shown.
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

/// What the bar offers with one click.
pub const QUICK: [&str; 8] = ["👍", "❤️", "😂", "😮", "😢", "👏", "🔥", "🎉"];

/// The emoji whose names have these words, best first: the shortcode itself, then beginnings, then parts of names.
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

/// The shortcode among an emoji's names.
pub fn code(names: &'static str) -> &'static str {
    names.split(' ').next().unwrap_or_default()
}

/// What an emoji is called, for those who do not see it.
pub fn name(emoji: &str) -> &str {
    EMOJI
        .iter()
        .find(|(known, _)| *known == emoji)
        .map_or(emoji, |(_, names)| code(names))
}

/// Puts emoji in place of the `:shortcodes:` of a text. What is none of ours stays.
pub fn expand(text: &str) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(':') {
        expanded.push_str(before);
        let known = after.split_once(':').and_then(|(name, after)| {
            let (emoji, _) = EMOJI.iter().find(|(_, names)| code(names) == name)?;
            Some((emoji, after))
        });
        match known {
            Some((emoji, after)) => {
                expanded.push_str(emoji);
                rest = after;
            }
            None => {
                expanded.push(':');
                rest = after;
            }
        }
    }
    expanded.push_str(rest);
    expanded
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
    fn shortcodes_become_emoji_and_times_stay_times() {
        assert_eq!(expand("nice :popcorn::fire:"), "nice 🍿🔥");
        assert_eq!(expand("at 12:30:15 :nope: :"), "at 12:30:15 :nope: :");
        assert_eq!(expand("::+1:"), ":👍");
    }
}
