use super::*;
use std::time::Duration;

fn parse(pairs: &[(&str, &str)]) -> Result<Config, ConfigProblems> {
    Config::parse(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())))
}

#[test]
fn nothing_set_is_a_whole_configuration() {
    let config = parse(&[("PATH", "/bin")]).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.indexers.list.len(), 2);
}

#[test]
fn every_problem_is_reported_at_once_and_no_secret_with_them() {
    let problems = parse(&[
        ("MATINEE_LISTEN", "everywhere"),
        ("MATINEE_TORENT_DHT", "on"),
        ("MATINEE_TORRENT_UTP", "perhaps"),
        ("MATINEE_DATABASE_URL", "mysql://me:hunter2@db"),
        ("MATINEE_INGEST_KEYS", "short"),
    ])
    .unwrap_err();
    assert_eq!(problems.0.len(), 5, "{problems}");
    let text = problems.to_string();
    assert!(text.contains("did you mean MATINEE_TORRENT_DHT?"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("\"short\""), "{text}");
}

#[test]
fn mail_needs_a_sender_and_a_poll_a_time() {
    let problems = parse(&[
        ("MATINEE_SMTP_URL", "smtps://me:hunter2@mail.example.org"),
        ("MATINEE_POLL_INTERVAL", "20000"),
    ])
    .unwrap_err();
    assert_eq!(problems.0.len(), 2, "{problems}");
    assert!(!problems.to_string().contains("hunter2"));
    let config = parse(&[("MATINEE_POLL_INTERVAL", "0")]).unwrap();
    assert_eq!(
        (config.indexers.poll_interval, config.mail.smtp.is_none()),
        (None, true)
    );
    assert_eq!(
        parse(&[]).unwrap().indexers.poll_interval,
        Some(Duration::from_secs(1800))
    );
}

#[test]
fn what_cannot_be_without_peer_exchange_is_said() {
    assert!(parse(&[]).unwrap().torrent.pex);
    let off = ("MATINEE_TORRENT_PEX", "off");
    assert!(!parse(&[off]).unwrap().torrent.pex);
    let problems = parse(&[off, ("MATINEE_TORRENT_UTP", "on"), ("MATINEE_TORRENT_UPNP", "on")]).unwrap_err();
    assert_eq!(problems.0.len(), 2, "{problems}");
}

#[test]
fn a_secret_is_never_printed() {
    let config = parse(&[("MATINEE_REDIS_URL", "redis://:hunter2@localhost")]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}
