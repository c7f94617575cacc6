//! Mail, to a small SMTP server of the test's own.

use crate::{
    accounts::sign_up,
    support::{Browser, TestServer},
};
use app::i18n::Language;
use serde_json::json;
use server::{
    config::Config,
    mail::{Mailer, PasswordReset},
};
use std::time::Duration;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    sync::mpsc,
};

fn mailer(address: &str) -> Mailer {
    let url = format!("smtp://{address}");
    let pairs = [
        ("MATINEE_SMTP_URL", url.as_str()),
        ("MATINEE_MAIL_FROM", "Matinee <matinee@example.org>"),
    ];
    let config = Config::parse(pairs.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap();
    Mailer::new(&config.mail, true).unwrap()
}

/// Takes every mail (RFC 5321), and gives the commands and the mail itself.
async fn take_mail(listener: TcpListener, mails: mpsc::Sender<(Vec<String>, String)>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 test\r\n").await.unwrap();
        let mut commands = Vec::new();
        while let Ok(Some(line)) = lines.next_line().await {
            let answer: &[u8] = match line.split(' ').next().unwrap_or_default() {
                "EHLO" => b"250 test\r\n",
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.unwrap();
                    let mut mail = String::new();
                    while let Ok(Some(line)) = lines.next_line().await {
                        if line == "." {
                            break;
                        }
                        mail += &line;
                        mail.push('\n');
                    }
                    mails.send((commands.clone(), mail)).await.unwrap();
                    b"250 taken\r\n"
                }
                "QUIT" => b"221 bye\r\n",
                _ => b"250 ok\r\n",
            };
            commands.push(line.clone());
            write.write_all(answer).await.unwrap();
        }
    }
}

fn reset(link: &str, language: Language) -> PasswordReset<'_> {
    PasswordReset {
        username: "Ada",
        link,
        minutes: 30,
        language,
    }
}

#[tokio::test]
async fn a_link_arrives_as_text_and_html() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mailer = mailer(&listener.local_addr().unwrap().to_string());
    let (sender, mut mails) = mpsc::channel(4);
    tokio::spawn(take_mail(listener, sender));
    assert!(mailer.is_configured());
    mailer
        .password_reset(
            "ada@example.org",
            &reset("https://m.example/reset#abc", Language::ENGLISH),
        )
        .await
        .unwrap();
    let (commands, mail) = mails.recv().await.unwrap();
    assert!(
        commands
            .iter()
            .any(|line| line.starts_with("MAIL FROM:<matinee@example.org>")),
        "{commands:?}"
    );
    assert!(
        commands
            .iter()
            .any(|line| line.starts_with("RCPT TO:<ada@example.org>")),
        "{commands:?}"
    );
    for part in [
        "text/plain",
        "text/html",
        "Hello Ada,",
        "https://m.example/reset#abc",
        "30 minutes",
    ] {
        assert!(mail.contains(part), "{part} is not in {mail}");
    }
    let bad = mailer
        .password_reset(
            "ada@example.org>\r\nRCPT TO:<all@example.org",
            &reset("x", Language::ENGLISH),
        )
        .await;
    assert!(bad.is_err());
}

#[tokio::test]
async fn a_server_that_is_away_or_says_nothing_is_an_error_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let silent = mailer(&address);
    let reset = reset("x", Language::ENGLISH);
    let sending = silent.password_reset("ada@example.org", &reset);
    let answer = tokio::time::timeout(Duration::from_secs(40), sending).await.unwrap();
    assert!(answer.is_err());
    drop(listener);
    assert!(
        mailer(&address)
            .password_reset("ada@example.org", &reset)
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_under_way_is_sent_before_the_server_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let from = ("MATINEE_MAIL_FROM", "Matinee <matinee@example.org>");
    let server = TestServer::with(&[("MATINEE_SMTP_URL", &url), from]).await;
    let ada = Browser::at(&server);
    sign_up(&ada, "ada").await;
    ada.post("/api/auth/password/forgot", json!({ "email": "ada@example.org" }))
        .await
        .ok();
    let (sender, mut mails) = mpsc::channel(4);
    tokio::spawn(async move {
        // A slow mail server: longer than the rest of the shutdown takes.
        tokio::time::sleep(Duration::from_secs(2)).await;
        take_mail(listener, sender).await;
    });
    server.stop().await;
    mails.try_recv().unwrap();
}
