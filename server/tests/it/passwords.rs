//! Common passwords, tried one by one from a list that others made.

use crate::support;
use server::account::password::{LENGTH, weakness};
use std::{
    process::Command,
    time::{Duration, Instant},
};

/// Prints the list that Django's own validator reads, one password a line, the most common one first.
const PRINT_LIST: &str = "
import gzip, importlib.resources, sys
packed = importlib.resources.files('django.contrib.auth') / 'common-passwords.txt.gz'
sys.stdout.buffer.write(gzip.decompress(packed.read_bytes()))
";

fn published() -> Vec<String> {
    let output = Command::new(support::service("MATINEE_TEST_PYTHON"))
        .args(["-c", PRINT_LIST])
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "Django, which scripts/setup installs: {problem}"
    );
    let list = String::from_utf8(output.stdout).unwrap();
    list.lines()
        .map(str::to_owned)
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn every_common_password_is_refused() {
    let list = published();
    assert!(list.len() > 19_000, "{}", list.len());
    assert_eq!(list[0], "123456", "the most common one is first");
    let is_long = |password: &&String| LENGTH.contains(&password.chars().count());
    let long = |passwords: &[String]| passwords.iter().filter(is_long).count();
    println!(
        "{} of the first 10,000 and {} of all {} are long enough to be judged by more than their length",
        long(&list[..10_000]),
        long(&list),
        list.len()
    );
    assert!(long(&list[..10_000]) > 500);
    let taken: Vec<&String> = list
        .iter()
        .filter(|password| weakness(password, &[]).is_none())
        .collect();
    assert_eq!(taken, [""; 0]);
}

#[test]
fn a_common_password_is_refused_in_capitals_and_with_a_year() {
    for password in published().iter().filter(|password| password.len() >= 10).step_by(20) {
        for disguised in [
            password.to_uppercase(),
            format!("{password}2026"),
            format!("!{password}"),
        ] {
            assert!(weakness(&disguised, &[]).is_some(), "{disguised}");
        }
    }
}

/// Unoptimised, a password of 128 characters that are all read as letters would take half a minute.
#[test]
fn no_password_takes_long_to_judge() {
    for unit in [
        "4@8({[<3691!|70$5+2%",
        "1234567890!@#$%^&*()_+{|",
        "p@$$w0rd1!",
        "1991-12-11",
        "a",
        "ж",
    ] {
        let password: String = unit.chars().cycle().take(*LENGTH.end()).collect();
        let began = Instant::now();
        let verdict = weakness(&password, &[]);
        let took = began.elapsed();
        println!("{unit}…: {took:.1?}, {verdict:?}");
        assert!(took < Duration::from_secs(5), "{unit}…: {took:?}");
    }
}
