//! Flattens a Fluent pattern: each of its selectors multiplies it into whole sentences.

use super::message::{Argument, Key, Piece, Row};
use super::tag;
use fluent_syntax::ast::{CallArguments, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey};
use fluent_syntax::unicode::unescape_unicode_to_string;
use std::collections::HashMap;

/// Plural categories of CLDR.
pub const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// Maximum number of sentences of one message.
const MAX_ROWS: usize = 40;

/// Terms of a catalogue, by name.
pub type Terms<'s> = HashMap<&'s str, Pattern<&'s str>>;

/// Message without its key.
#[derive(Default)]
pub struct Flat {
    pub arguments: Vec<Argument>,
    pub tags: Vec<String>,
    pub selectors: Vec<String>,
    pub rows: Vec<Row>,
}

/// Sentence while its pattern is being flattened.
#[derive(Clone, Default)]
struct Draft {
    conditions: Vec<(String, Key)>,
    pieces: Vec<Raw>,
}

#[derive(Clone)]
enum Raw {
    /// Text that may have tags.
    Text(String),
    /// Text of a string, in which `<` is a plain character.
    Verbatim(String),
    Argument(String),
}

/// Flattens a pattern into its sentences.
pub fn flatten(pattern: &Pattern<&str>, terms: &Terms<'_>) -> Result<Flat, String> {
    let mut flat = Flat::default();
    let drafts = flat.expand(pattern, terms)?;
    for draft in drafts {
        let keys = flat.selectors.iter().map(|selector| {
            let condition = draft.conditions.iter().find(|(name, _)| name == selector);
            condition.map_or(Key::Any, |(_, key)| key.clone())
        });
        let keys = keys.collect();
        let (pieces, tags) = pieces(draft.pieces)?;
        if pieces.is_empty() {
            return Err("it is empty".to_owned());
        }
        match flat.rows.first() {
            None => flat.tags = tags,
            Some(_) if sorted(&flat.tags) != sorted(&tags) => {
                return Err("its variants have different tags".to_owned());
            }
            Some(_) => {}
        }
        flat.rows.push(Row { keys, pieces });
    }
    if flat.arguments.len() > 10 || flat.tags.len() > 10 {
        return Err("it has more than ten arguments or tags".to_owned());
    }
    Ok(flat)
}

impl Flat {
    fn expand(&mut self, pattern: &Pattern<&str>, terms: &Terms<'_>) -> Result<Vec<Draft>, String> {
        let mut drafts = vec![Draft::default()];
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => add(&mut drafts, &[Raw::Text(one_line(value)?)]),
                PatternElement::Placeable { expression } => match expression {
                    Expression::Inline(inline) => {
                        let pieces = self.inline(inline, terms)?;
                        add(&mut drafts, &pieces);
                    }
                    Expression::Select { selector, variants } => {
                        drafts = self.select(&drafts, selector, variants, terms)?;
                    }
                },
            }
        }
        Ok(drafts)
    }

    fn inline(&mut self, inline: &InlineExpression<&str>, terms: &Terms<'_>) -> Result<Vec<Raw>, String> {
        match inline {
            InlineExpression::StringLiteral { value } => {
                let text = unescape_unicode_to_string(value);
                Ok(vec![Raw::Verbatim(one_line(&text)?)])
            }
            InlineExpression::VariableReference { id } => Ok(vec![self.argument(id.name, false)?]),
            InlineExpression::FunctionReference { id, arguments } => {
                Ok(vec![self.argument(number(id.name, arguments)?, true)?])
            }
            InlineExpression::TermReference {
                id,
                attribute: None,
                arguments: None,
            } => {
                let term = terms
                    .get(id.name)
                    .ok_or_else(|| format!("there is no term -{}", id.name))?;
                // A term must not refer to another one, which could refer to it.
                let inner = self.expand(term, &Terms::new())?;
                match <[Draft; 1]>::try_from(inner) {
                    Ok([draft]) => Ok(draft.pieces),
                    Err(_) => Err(format!("the term -{} has variants", id.name)),
                }
            }
            _ => Err("only { $argument }, { NUMBER($argument) }, { -term } and { \"string\" } are known".to_owned()),
        }
    }

    fn select(
        &mut self,
        drafts: &[Draft],
        selector: &InlineExpression<&str>,
        variants: &[Variant<&str>],
        terms: &Terms<'_>,
    ) -> Result<Vec<Draft>, String> {
        let name = match selector {
            InlineExpression::VariableReference { id } => id.name,
            InlineExpression::FunctionReference { id, arguments } => number(id.name, arguments)?,
            _ => return Err("a selector must be an argument".to_owned()),
        };
        self.argument(name, true)?;
        if drafts
            .iter()
            .any(|draft| draft.conditions.iter().any(|(known, _)| known == name))
        {
            return Err(format!(
                "it selects on ${name} twice; write one selector with whole sentences"
            ));
        }
        if !self.selectors.iter().any(|known| known == name) {
            self.selectors.push(name.to_owned());
        }
        let mut branches = Vec::new();
        // The default comes last, because the first matching row applies.
        for variant in variants
            .iter()
            .filter(|variant| !variant.default)
            .chain(variants.iter().filter(|variant| variant.default))
        {
            let key = key(variant)?;
            for inner in self.expand(&variant.value, terms)? {
                let mut conditions = vec![(name.to_owned(), key.clone())];
                conditions.extend(inner.conditions);
                branches.push(Draft {
                    conditions,
                    pieces: inner.pieces,
                });
            }
        }
        if drafts.len() * branches.len() > MAX_ROWS {
            return Err(format!("its selectors make more than {MAX_ROWS} sentences"));
        }
        let joined = drafts.iter().flat_map(|draft| {
            branches.iter().map(|branch| Draft {
                conditions: [&draft.conditions[..], &branch.conditions].concat(),
                pieces: [&draft.pieces[..], &branch.pieces].concat(),
            })
        });
        Ok(joined.collect())
    }

    /// Notes an argument. It is a number if it is one anywhere in the message.
    fn argument(&mut self, name: &str, is_number: bool) -> Result<Raw, String> {
        if !name.starts_with(|first: char| first.is_ascii_lowercase())
            || !name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        {
            return Err(format!("${name} is no argument: only small letters, digits and _"));
        }
        match self.arguments.iter_mut().find(|argument| argument.name == name) {
            Some(argument) => argument.is_number |= is_number,
            None => self.arguments.push(Argument {
                name: name.to_owned(),
                is_number,
            }),
        }
        Ok(Raw::Argument(name.to_owned()))
    }
}

fn add(drafts: &mut [Draft], pieces: &[Raw]) {
    for draft in drafts {
        draft.pieces.extend_from_slice(pieces);
    }
}

/// Returns the argument of `NUMBER($argument)`.
fn number<'s>(function: &str, arguments: &CallArguments<&'s str>) -> Result<&'s str, String> {
    match (function, arguments.positional.as_slice(), arguments.named.as_slice()) {
        ("NUMBER", [InlineExpression::VariableReference { id }], []) => Ok(id.name),
        _ => Err(format!(
            "{function}() is not known; only NUMBER($argument) is, without options"
        )),
    }
}

fn key(variant: &Variant<&str>) -> Result<Key, String> {
    match (&variant.key, variant.default) {
        (VariantKey::Identifier { name: "other" }, true) => Ok(Key::Any),
        (_, true) => Err("the default of a selector must be *[other]".to_owned()),
        (VariantKey::Identifier { name: "other" }, false) => Err("[other] must be the default, *[other]".to_owned()),
        (VariantKey::Identifier { name }, false) if CATEGORIES.contains(name) => Ok(Key::Is((*name).to_owned())),
        (VariantKey::NumberLiteral { value }, false) if value.parse::<u64>().is_ok() => {
            Ok(Key::Is((*value).to_owned()))
        }
        (VariantKey::Identifier { name: key } | VariantKey::NumberLiteral { value: key }, false) => {
            Err(format!("[{key}] is neither a plural category nor a whole number"))
        }
    }
}

/// Joins the lines of a text by spaces.
fn one_line(text: &str) -> Result<String, String> {
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
        return Err("it contains a control character".to_owned());
    }
    Ok(text.replace('\r', "").replace('\n', " "))
}

/// Splits the text at its tags; the second result are their names.
fn pieces(raw: Vec<Raw>) -> Result<(Vec<Piece>, Vec<String>), String> {
    let mut open = None;
    let mut pieces = Vec::new();
    for raw in raw {
        match raw {
            Raw::Argument(name) => pieces.push(Piece::Argument(name)),
            Raw::Verbatim(text) => tag::push(&mut pieces, &text),
            Raw::Text(text) => {
                for piece in tag::split(&text, &mut open)? {
                    match piece {
                        Piece::Text(text) => tag::push(&mut pieces, &text),
                        piece => pieces.push(piece),
                    }
                }
            }
        }
    }
    if let Some(open) = open {
        return Err(format!("<{open}> is not closed"));
    }
    let tags: Vec<String> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Open(name) => Some(name.clone()),
            _ => None,
        })
        .collect();
    if let Some((place, twice)) = tags
        .iter()
        .enumerate()
        .find(|(place, tag)| tags[..*place].contains(tag))
    {
        return Err(format!("<{twice}> is there twice, again as tag {}", place + 1));
    }
    Ok((pieces, tags))
}

fn sorted(names: &[String]) -> Vec<&String> {
    let mut names: Vec<&String> = names.iter().collect();
    names.sort();
    names
}
