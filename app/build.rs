//! Compiles the message catalogues of `locales/` into Rust: one function a message, reachable as `crate::t`.

#[path = "build/catalogue/mod.rs"]
mod catalogue;

use catalogue::{Catalogue, Problem};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Language that the program is written in.
const ENGLISH: &str = "en";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/i18n/marks.rs");
    println!("cargo::rerun-if-changed=locales");
    match compile(Path::new("locales"))? {
        Ok((messages, languages)) => {
            let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
            fs::write(folder.join("t.rs"), messages)?;
            fs::write(folder.join("languages.rs"), languages)
        }
        Err(problems) => {
            for problem in problems {
                println!("cargo::error={problem}");
            }
            Ok(())
        }
    }
}

/// Reads all catalogues and writes the sources of the modules `t` and `languages`.
fn compile(folder: &Path) -> io::Result<Result<(String, String), Vec<Problem>>> {
    let mut catalogues = Vec::new();
    let mut problems = Vec::new();
    for code in codes(folder)? {
        let path = folder.join(format!("{code}.ftl"));
        match catalogue::read(&path.display().to_string(), &code, &fs::read_to_string(&path)?) {
            Ok(catalogue) => catalogues.push(catalogue),
            Err(more) => problems.extend(more),
        }
    }
    let (english, mut others): (Vec<Catalogue>, Vec<Catalogue>) =
        catalogues.into_iter().partition(|catalogue| catalogue.code == ENGLISH);
    if let Some(english) = english.first() {
        problems.extend(others.iter().flat_map(|other| catalogue::compare(english, other)));
        if problems.is_empty() {
            others.extend([catalogue::accented(english), catalogue::mirrored(english)]);
            let write = || Ok((catalogue::messages(english)?, catalogue::languages(english, &others)?));
            return write()
                .map(Ok)
                .map_err(|_: std::fmt::Error| io::Error::other("a catalogue cannot be written"));
        }
    }
    Ok(Err(problems))
}

/// Returns the tags of all languages that have a catalogue, sorted.
fn codes(folder: &Path) -> io::Result<Vec<String>> {
    let mut codes = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if let Some(code) = name.to_str().and_then(|name| name.strip_suffix(".ftl")) {
            codes.push(code.to_owned());
        }
    }
    codes.sort();
    Ok(codes)
}
