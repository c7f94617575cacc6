//! Character classes from the Unicode properties: which characters are visible, and which of the invisible ones change
//! the shape of their neighbours. Uses no list of code points, which the next version of Unicode would make incomplete.

use icu_properties::{
    CodePointMapData, CodePointMapDataBorrowed, CodePointSetData, CodePointSetDataBorrowed,
    props::{
        BidiClass, BidiControl, CanonicalCombiningClass, DefaultIgnorableCodePoint, EmojiComponent, EmojiModifier,
        ExtendedPictographic, GeneralCategory, JoiningType, PrependedConcatenationMark, Script, VariationSelector,
        WhiteSpace,
    },
};

type Set = CodePointSetDataBorrowed<'static>;
type Map<T> = CodePointMapDataBorrowed<'static, T>;

const IGNORABLE: Set = CodePointSetData::new::<DefaultIgnorableCodePoint>();
const SPACE: Set = CodePointSetData::new::<WhiteSpace>();
const BIDI_CONTROL: Set = CodePointSetData::new::<BidiControl>();
const PREPENDED: Set = CodePointSetData::new::<PrependedConcatenationMark>();
const SELECTOR: Set = CodePointSetData::new::<VariationSelector>();
const EXTENDED_PICTOGRAPHIC: Set = CodePointSetData::new::<ExtendedPictographic>();
const EMOJI_PART: Set = CodePointSetData::new::<EmojiComponent>();
const SKIN_TONE: Set = CodePointSetData::new::<EmojiModifier>();
const CATEGORY: Map<GeneralCategory> = CodePointMapData::<GeneralCategory>::new();
const DIRECTION: Map<BidiClass> = CodePointMapData::<BidiClass>::new();
const JOINING: Map<JoiningType> = CodePointMapData::<JoiningType>::new();
const COMBINING: Map<CanonicalCombiningClass> = CodePointMapData::<CanonicalCombiningClass>::new();
const SCRIPT: Map<Script> = CodePointMapData::<Script>::new();

/// Combining class of viramas, which form conjuncts of the letters around them (UAX #44, table 15).
const VIRAMA: CanonicalCombiningClass = CanonicalCombiningClass(9);

const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';

/// Symbols with an empty glyph, which no property tells: the Braille cell without a dot, the note head without a head.
const BLANK: [char; 2] = ['\u{2800}', '\u{1d159}'];

/// Maximum number of marks on one letter; more only hide its neighbours (Unicode Technical Standard 39, section 5.4).
const STACKED_MARKS: usize = 4;

/// Returns whether `c` is white space of any width, including line breaks.
pub fn is_space(c: char) -> bool {
    SPACE.contains(c)
}

/// Returns whether `c` is invisible: default-ignorable, control, format or blank.
pub fn is_unseen(c: char) -> bool {
    IGNORABLE.contains(c)
        || BIDI_CONTROL.contains(c)
        || BLANK.contains(&c)
        || ends_a_line(c)
        || CATEGORY.get(c) == GeneralCategory::Format && !PREPENDED.contains(c)
}

/// Returns whether `c` is a control character, a line separator or a paragraph separator.
fn ends_a_line(c: char) -> bool {
    matches!(
        CATEGORY.get(c),
        GeneralCategory::Control | GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator
    )
}

/// Returns whether `c` is visible by itself: neither white space nor invisible nor a mark that needs a base letter.
pub fn shows(c: char) -> bool {
    !is_space(c) && !is_unseen(c) && !is_mark(c)
}

fn is_mark(c: char) -> bool {
    matches!(
        CATEGORY.get(c),
        GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
    )
}

/// Returns whether `c` is a control that embeds text in another direction or overrides the direction of its letters
/// (UAX #9, section 2). Isolates and directional marks are not included: they reorder no letters.
pub fn overrides_direction(c: char) -> bool {
    let class = DIRECTION.get(c);
    [
        BidiClass::LeftToRightEmbedding,
        BidiClass::RightToLeftEmbedding,
        BidiClass::LeftToRightOverride,
        BidiClass::RightToLeftOverride,
        BidiClass::PopDirectionalFormat,
    ]
    .contains(&class)
}

/// Returns `text` on one line as a reader sees it. Invisible characters are removed except where they shape their
/// neighbours (joiners of Persian and Indic scripts, emoji, variants of ideographs), white space collapses to one
/// space, and stacked marks are limited.
pub fn on_one_line(text: &str) -> String {
    let letters: Vec<char> = text.chars().filter(|c| !is_unseen(*c) || may_shape(*c)).collect();
    let mut clean: Vec<char> = Vec::with_capacity(letters.len());
    for (place, c) in letters.iter().copied().enumerate() {
        let is_kept = match c {
            _ if is_space(c) => {
                if clean.last().is_some_and(|last| *last != ' ') {
                    clean.push(' ');
                }
                false
            }
            _ if is_unseen(c) => shapes(&clean, c, &letters[place + 1..]),
            _ if is_mark(c) => !piles_up(&clean, c),
            _ => true,
        };
        if is_kept {
            clean.push(c);
        }
    }
    clean.into_iter().collect::<String>().trim_end().to_owned()
}

/// Returns whether the invisible character `c` changes how its neighbours look in at least some contexts.
fn may_shape(c: char) -> bool {
    let is_of_a_script = || CATEGORY.get(c) == GeneralCategory::Format && !is_common(SCRIPT.get(c));
    !BIDI_CONTROL.contains(c)
        && (c == ZWNJ || c == ZWJ || SELECTOR.contains(c) || EMOJI_PART.contains(c) || is_of_a_script())
}

fn is_common(script: Script) -> bool {
    [Script::Common, Script::Inherited, Script::Unknown].contains(&script)
}

/// Returns whether the invisible character `c` changes how its neighbours look in this context.
fn shapes(before: &[char], c: char, after: &[char]) -> bool {
    let (Some(last), next) = (before.last().copied(), after.first().copied()) else {
        return false;
    };
    if c == ZWNJ || c == ZWJ {
        return joins_conjunct(last, next) || joins_cursive(before, after) || c == ZWJ && joins_emoji(last, next);
    }
    if SELECTOR.contains(c) {
        return shows(last);
    }
    if EMOJI_PART.contains(c) {
        return EXTENDED_PICTOGRAPHIC.contains(last) || is_tag(last);
    }
    let script = SCRIPT.get(c);
    SCRIPT.get(last) == script && next.is_some_and(|next| SCRIPT.get(next) == script)
}

/// Returns whether `c` belongs to an emoji tag sequence: flags of regions (Unicode Technical Standard 51, ED-14a).
fn is_tag(c: char) -> bool {
    EMOJI_PART.contains(c) && IGNORABLE.contains(c) && c != ZWJ && !SELECTOR.contains(c)
}

/// Returns whether a joiner stands beside a virama, where it chooses between a conjunct and its parts (RFC 5892,
/// appendix A.1 and A.2).
fn joins_conjunct(last: char, next: Option<char>) -> bool {
    let is_virama = |c| COMBINING.get(c) == VIRAMA;
    is_virama(last) || shows(last) && next.is_some_and(is_virama)
}

/// Returns whether a joiner stands between two cursively joined letters, as the Persian half space does (RFC 5892,
/// appendix A.1).
fn joins_cursive(before: &[char], after: &[char]) -> bool {
    let mut left = before.iter().rev().map(|c| JOINING.get(*c));
    let mut right = after.iter().map(|c| JOINING.get(*c));
    let (transparent, both) = (JoiningType::Transparent, JoiningType::DualJoining);
    let left = left.find(|kind| *kind != transparent);
    let right = right.find(|kind| *kind != transparent);
    left.is_some_and(|kind| kind == both || kind == JoiningType::LeftJoining)
        && right.is_some_and(|kind| kind == both || kind == JoiningType::RightJoining)
}

fn joins_emoji(last: char, next: Option<char>) -> bool {
    let is_end =
        EXTENDED_PICTOGRAPHIC.contains(last) || SKIN_TONE.contains(last) || SELECTOR.contains(last) || is_tag(last);
    is_end && next.is_some_and(|next| EXTENDED_PICTOGRAPHIC.contains(next))
}

/// Returns whether `mark` exceeds [`STACKED_MARKS`] on its letter, or repeats the mark before it.
fn piles_up(before: &[char], mark: char) -> bool {
    let marks = before.iter().rev().take_while(|c| is_mark(**c)).count();
    marks >= STACKED_MARKS || before.last() == Some(&mark)
}
