//! Parses release titles: name, year and quality tags; and highlights search terms in them. Pure.

/// The readable form of a release title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseName {
    /// Name of the film, without dots, tags and release groups.
    pub name: String,
    /// Release year, if the title contains one.
    pub year: Option<String>,
}

/// Parses a release title: `Big.Buck.Bunny.2008.1080p.x265-GROUP` becomes *Big Buck Bunny*, 2008. A title that is
/// already plain is unchanged.
pub fn readable(title: &str) -> ReleaseName {
    let stem = without_extension(title);
    let spaced: String = stem
        .chars()
        .map(|c| {
            if matches!(c, '.' | '_' | '[' | ']' | '(' | ')') {
                ' '
            } else {
                c
            }
        })
        .collect();
    let mut name = Vec::new();
    let mut year = None;
    for word in spaced.split_whitespace() {
        if !name.is_empty() && is_year(word) {
            year = Some(word.to_owned());
            break;
        }
        if !name.is_empty() && (tag_of(&word.to_ascii_lowercase()).is_some() || is_release_word(word)) {
            break;
        }
        name.push(word);
    }
    let name = name
        .join(" ")
        .trim_matches(|c: char| c == '-' || c.is_whitespace())
        .to_owned();
    if name.is_empty() {
        ReleaseName {
            name: title.to_owned(),
            year: None,
        }
    } else {
        ReleaseName { name, year }
    }
}

fn without_extension(title: &str) -> &str {
    match title.rsplit_once('.') {
        Some((stem, extension)) if crate::protocol::Media::of(title).is_playable() && extension.len() <= 4 => stem,
        _ => title,
    }
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year: u16| (1900..=2099).contains(&year))
}

fn is_release_word(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "extended" | "unrated" | "proper" | "repack" | "multi" | "archive"
    )
}

/// Returns the quality tags of a title, in the order of [`TAGS`]: `2160p`, `HDR`, `x265` and so on.
pub fn tags(title: &str) -> Vec<&'static str> {
    let lower = title.to_ascii_lowercase();
    // Skips the first word, which is part of the film's name: a film may be called "Cam".
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .skip(1)
        .collect();
    let mut found: Vec<&'static str> = words.iter().filter_map(|word| tag_of(word)).collect();
    for pair in words.windows(2) {
        found.extend(match (pair[0], pair[1]) {
            ("h" | "x", "264") => Some("x264"),
            ("h" | "x", "265") => Some("x265"),
            ("blu", "ray") => Some("BluRay"),
            ("web", "dl" | "rip") => Some("WEB"),
            ("dolby", "vision") => Some("Dolby Vision"),
            _ => None,
        });
    }
    TAGS.into_iter().filter(|tag| found.contains(tag)).collect()
}

/// All quality tags, most significant first.
pub const TAGS: [&str; 17] = [
    "2160p",
    "1080p",
    "720p",
    "480p",
    "HDR",
    "Dolby Vision",
    "10-bit",
    "Remux",
    "BluRay",
    "WEB",
    "HDTV",
    "DVD",
    "Cam",
    "x265",
    "x264",
    "AV1",
    "Atmos",
];

fn tag_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "2160p" | "4k" | "uhd" => "2160p",
        "1080p" | "1080i" => "1080p",
        "720p" => "720p",
        "480p" | "576p" => "480p",
        "hdr" | "hdr10" | "hdr10plus" => "HDR",
        "dv" | "dovi" => "Dolby Vision",
        "10bit" => "10-bit",
        "remux" => "Remux",
        "bluray" | "bdrip" | "brrip" => "BluRay",
        "webdl" | "webrip" => "WEB",
        "hdtv" => "HDTV",
        "dvdrip" | "dvd" | "dvd5" | "dvd9" => "DVD",
        "cam" | "hdcam" | "telesync" | "hdts" => "Cam",
        "x265" | "h265" | "hevc" => "x265",
        "x264" | "h264" | "avc" => "x264",
        "av1" => "AV1",
        "atmos" => "Atmos",
        _ => return None,
    })
}

/// Splits a title for highlighting. The flag is true for parts where a word of the query starts a word of the title.
pub fn emphasise(title: &str, query: &str) -> Vec<(String, bool)> {
    let wanted: Vec<Vec<char>> = words(query);
    let letters: Vec<char> = title.chars().collect();
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut index = 0;
    while index < letters.len() {
        let begins = index == 0 || !letters[index - 1].is_alphanumeric();
        let length = if begins {
            longest_match(&letters[index..], &wanted)
        } else {
            0
        };
        let (end, found) = if length > 0 {
            (index + length, true)
        } else {
            (index + 1, false)
        };
        let text: String = letters[index..end].iter().collect();
        match pieces.last_mut() {
            Some((last, was_found)) if *was_found == found => last.push_str(&text),
            _ => pieces.push((text, found)),
        }
        index = end;
    }
    pieces
}

fn words(text: &str) -> Vec<Vec<char>> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| w.chars().map(lower).collect())
        .collect()
}

/// Converts a character to lower case, one for one, so that indices in the lower-case text are valid in the title.
fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

fn longest_match(letters: &[char], wanted: &[Vec<char>]) -> usize {
    let fits = |word: &&Vec<char>| {
        word.len() <= letters.len()
            && word
                .iter()
                .zip(letters)
                .all(|(wanted, letter)| *wanted == lower(*letter))
    };
    wanted.iter().filter(fits).map(Vec::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_title_becomes_a_films_name() {
        for (title, name, year) in [
            ("Big.Buck.Bunny.2008.1080p.x265-GROUP", "Big Buck Bunny", Some("2008")),
            ("Sintel (2010) [BluRay] 4K", "Sintel", Some("2010")),
            ("2001.A.Space.Odyssey.1968.mkv", "2001 A Space Odyssey", Some("1968")),
            ("night_of_the_living_dead", "night of the living dead", None),
            ("Tears of Steel.webm", "Tears of Steel", None),
            ("1080p", "1080p", None),
            ("...", "...", None),
        ] {
            assert_eq!(
                readable(title),
                ReleaseName {
                    name: name.into(),
                    year: year.map(Into::into)
                }
            );
        }
    }

    #[test]
    fn tags_are_found_once_and_in_order() {
        assert_eq!(
            tags("Film.2019.x265.HDR10.2160p.UHD.Blu-Ray.HEVC"),
            ["2160p", "HDR", "BluRay", "x265"]
        );
        assert_eq!(tags("Film 720p WEB-DL H.264"), ["720p", "WEB", "x264"]);
        assert!(tags("Cam Follows The Sun").is_empty());
    }

    #[test]
    fn the_querys_words_stand_out_where_words_begin() {
        let found = |title: &str, query: &str| -> Vec<String> {
            emphasise(title, query)
                .into_iter()
                .filter(|(_, found)| *found)
                .map(|(text, _)| text)
                .collect()
        };
        assert_eq!(found("Big.Buck.BUNNY.2008", "bunny big"), ["Big", "BUNNY"]);
        assert_eq!(found("Ambiguous", "big"), Vec::<String>::new());
        assert_eq!(found("İstanbul Été", "été"), ["Été"]);
        let whole: String = emphasise("Çok güzel 😀 film", "güz")
            .into_iter()
            .map(|(text, _)| text)
            .collect();
        assert_eq!(whole, "Çok güzel 😀 film");
    }
}
