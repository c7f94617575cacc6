//! Reader of the variables, which collects all problems.

use super::ConfigProblems;
use std::{collections::BTreeMap, path::PathBuf, str::FromStr};

/// Reader of variables. Records each name that it is asked for: together they are the settings, and any other variable
/// with the prefix is reported as a mistake.
pub(super) struct Reader {
    values: BTreeMap<String, String>,
    asked: Vec<&'static str>,
    problems: Vec<String>,
}

impl Reader {
    /// Creates a reader of these variables. An empty value counts as not set.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let values = variables
            .into_iter()
            .filter(|(name, value)| {
                name.starts_with("MATINEE_") && !is_build_variable(name) && !value.trim().is_empty()
            })
            .map(|(name, value)| (name, value.trim().to_owned()))
            .collect();
        Self {
            values,
            asked: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Returns what was read, or all problems, of which unknown names come first.
    pub fn finish<T>(mut self, read: T) -> Result<T, ConfigProblems> {
        let mut problems = self.unknown();
        problems.append(&mut self.problems);
        if problems.is_empty() {
            Ok(read)
        } else {
            Err(ConfigProblems(problems))
        }
    }

    fn unknown(&self) -> Vec<String> {
        let unknown = self.values.keys().filter(|name| !self.asked.contains(&name.as_str()));
        let problem = |name: &String| {
            let closest = self
                .asked
                .iter()
                .max_by(|a, b| strsim::jaro(name, a).total_cmp(&strsim::jaro(name, b)));
            let hint = closest
                .map(|known| format!("; did you mean {known}?"))
                .unwrap_or_default();
            format!("{name} is not a setting{hint}")
        };
        unknown.map(problem).collect()
    }

    /// Reports a problem, which must not repeat a secret.
    pub fn refuse(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    /// Returns the value as it is, without the white space around it.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.asked.push(name);
        self.values.get(name).cloned()
    }

    /// Parses the value; `what` describes a valid one.
    pub fn optional<T: FromStr>(&mut self, name: &'static str, what: &str) -> Option<T> {
        let value = self.text(name)?;
        let parsed = value.parse().ok();
        if parsed.is_none() {
            self.refuse(format!("{name} must be {what}, not {value:?}"));
        }
        parsed
    }

    /// Like [`optional`](Self::optional), with a default.
    pub fn get<T: FromStr>(&mut self, name: &'static str, what: &str, default: T) -> T {
        self.optional(name, what).unwrap_or(default)
    }

    /// Returns a path. Any text is one.
    pub fn path(&mut self, name: &'static str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    /// Parses a switch.
    pub fn switch(&mut self, name: &'static str, default: bool) -> bool {
        match self.text(name).as_deref() {
            None => default,
            Some("on" | "true" | "yes" | "1") => true,
            Some("off" | "false" | "no" | "0") => false,
            Some(other) => {
                self.refuse(format!("{name} must be on or off, not {other:?}"));
                default
            }
        }
    }

    /// Parses one of several words; the first choice is the default.
    pub fn one_of<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> T {
        let value = self.text(name);
        let value = value.as_deref().unwrap_or(choices[0].0);
        match choices.iter().find(|(word, _)| *word == value) {
            Some((_, choice)) => *choice,
            None => {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                self.refuse(format!("{name} must be {}, not {value:?}", words.join(" or ")));
                choices[0].1
            }
        }
    }

    /// Parses a URL with one of these schemes. Problems omit the value, because URLs contain passwords.
    pub fn url(&mut self, name: &'static str, schemes: &[&str]) -> Option<String> {
        let value = self.text(name)?;
        match url::Url::parse(&value) {
            Ok(url) if schemes.contains(&url.scheme()) && url.has_host() => Some(value),
            _ => {
                self.refuse(format!("{name} must begin with {}://", schemes.join(":// or ")));
                None
            }
        }
    }
}

/// Returns whether the variable belongs to the build or the tests, which share the prefix.
fn is_build_variable(name: &str) -> bool {
    matches!(name, "MATINEE_CACHE" | "MATINEE_BIN" | "MATINEE_CHOOSE_COMPILER") || name.starts_with("MATINEE_TEST_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_a_setting_and_nothing_else() {
        let set = ["MATINEE_A", "MATINEE_B", "MATINEE_BIN", "MATINEE_TEST_X", "PATH"];
        let mut reader = Reader::new(set.map(|name| (name.to_owned(), " on ".to_owned())));
        assert_eq!(reader.text("MATINEE_A").as_deref(), Some("on"));
        assert!(!reader.switch("MATINEE_UNSET", false));
        let problems = reader.finish(()).unwrap_err();
        assert_eq!(problems.0.len(), 1, "{problems}");
        assert!(problems.0[0].starts_with("MATINEE_B is not a setting; did you mean MATINEE_"));
    }
}
