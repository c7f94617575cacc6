//! Names that lead here, and who is the first.

use crate::{
    accounts::somebody,
    support::{Browser, TestServer},
};
use app::protocol::{Role, Session, Tokens};
use http::{Method, StatusCode};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    time::Duration,
};

/// The status of one request with these lines as its head.
fn status_of(server: &TestServer, head: &str) -> (u16, String) {
    let address = server.url.strip_prefix("http://").unwrap();
    tokio::task::block_in_place(|| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes())
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
    })
}

/// Browsers send punycode in Host and Origin, whatever the person who set the public address wrote.
#[tokio::test(flavor = "multi_thread")]
async fn a_public_address_in_letters_is_the_same_in_punycode() {
    for public in ["https://Kinó.example", "https://xn--kin-ina.example"] {
        let server = TestServer::with(&[("MATINEE_PUBLIC_URL", public)]).await;
        for (origin, expected) in [("https://xn--kin-ina.example", 202), ("https://kino.example", 403)] {
            let host = "GET /api/session HTTP/1.1\r\nHost: xn--kin-ina.example";
            assert_eq!(status_of(&server, host).0, 200, "{public}");
            let body = r#"{"email":"x@example.org"}"#;
            let write = format!(
                "POST /api/auth/password/forgot HTTP/1.1\r\nHost: xn--kin-ina.example\r\nOrigin: {origin}\r\nContent-Type: \
                 application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let (status, answer) = status_of(&server, &write);
            assert_eq!(status, expected, "{public} {origin}: {answer}");
        }
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_for_this_address_leads_nowhere() {
    let server = TestServer::with(&[
        ("MATINEE_PUBLIC_URL", "https://films.example.org"),
        ("MATINEE_HOSTS", "*.example.net"),
    ])
    .await;
    for host in [
        "films.example.org",
        "a.example.net",
        "nas.local:3000",
        "192.168.1.5",
        "[::1]:3000",
        "nas",
    ] {
        for path in ["/", "/api/session"] {
            let (status, answer) = status_of(&server, &format!("GET {path} HTTP/1.1\r\nHost: {host}"));
            assert_eq!(status, 200, "{host}: {answer}");
        }
    }
    // What a page at evil.example would send, once that name leads to this address.
    let rebound = "Host: evil.example:3000\r\nOrigin: http://evil.example:3000\r\nContent-Type: application/json";
    let first = somebody("mallory").to_string();
    let length = first.len();
    let sign_up = format!(
        "POST /api/auth/sign-up HTTP/1.1\r\n{rebound}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{first}"
    );
    assert_eq!(status_of(&server, &sign_up).0, 421);
    for path in [
        "/",
        "/api/session",
        "/api/openapi.json",
        "/pkg/x.js",
        "/nowhere",
        "/metrics",
    ] {
        let (status, answer) = status_of(&server, &format!("GET {path} HTTP/1.1\r\nHost: evil.example"));
        assert_eq!(status, 421, "{path}: {answer}");
        assert!(
            answer.contains("MATINEE_HOSTS") && answer.contains("MATINEE_PUBLIC_URL"),
            "{answer}"
        );
        let page = format!("GET {path} HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html");
        assert!(status_of(&server, &page).1.contains("text/plain"), "a person reads it");
    }
    let session: Session = Browser::at(&server).get("/api/session").await.ok().json();
    assert!(session.is_new, "nobody was the first");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_names_one_host() {
    let server = TestServer::start().await;
    for (head, expected) in [
        ("GET / HTTP/1.1\r\nHost: localhost", 200),
        ("GET http://localhost/ HTTP/1.1\r\nHost: localhost", 200),
        ("GET / HTTP/1.1", 400),
        ("GET / HTTP/1.0", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", 400),
        ("GET http://evil.example/ HTTP/1.1\r\nHost: localhost", 400),
        ("GET / HTTP/1.1\r\nHost: a@localhost", 400),
        // Probes of load balancers know no name.
        ("GET /healthz HTTP/1.0", 200),
        ("GET /readyz HTTP/1.1\r\nHost: anything.example", 200),
    ] {
        let (status, answer) = status_of(&server, head);
        assert_eq!(status, expected, "{head}: {answer}");
    }
    server.stop().await;
}

async fn first(settings: &[(&str, &str)], headers: &[(&str, &str)]) -> (TestServer, bool) {
    let server = TestServer::with(settings).await;
    let browser = Browser::at(&server);
    let session: Session = browser
        .send(Method::GET, "/api/session", None, headers)
        .await
        .ok()
        .json();
    assert!(session.is_new);
    (server, session.needs_setup_token)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_account_shows_that_the_machine_is_its_own() {
    let out = ("MATINEE_LISTEN", "0.0.0.0:0");
    let proxied = ("x-forwarded-for", "203.0.113.9");
    for (settings, headers, needed) in [
        (&[][..], &[][..], false),
        (&[], &[proxied], true),
        (&[], &[("host", "nas.local")], true),
        (&[out], &[], true),
        (&[("MATINEE_PUBLIC_URL", "http://localhost:3000")], &[], false),
        (&[("MATINEE_PUBLIC_URL", "https://films.example.org")], &[], true),
    ] {
        let (server, needs) = first(settings, headers).await;
        assert_eq!(needs, needed, "{settings:?} {headers:?}");
        let browser = Browser::at(&server);
        let sign_up = |token: Option<String>| {
            let mut new = somebody("ada");
            new["setup_token"] = token.into();
            let browser = browser.clone();
            async move {
                browser
                    .send(Method::POST, "/api/auth/sign-up", Some(new), headers)
                    .await
            }
        };
        if needs {
            for wrong in [None, Some(String::new()), Some("0".repeat(32))] {
                assert_eq!(sign_up(wrong).await.problem(422).errors[0].field, "setup_token");
            }
            let page = browser.send(Method::GET, "/sign-up?setup=0123", None, headers).await;
            assert!(
                page.text().contains("Set-up token") && page.text().contains("0123"),
                "{}",
                page.text()
            );
        }
        let token = needs.then(|| match settings.is_empty() {
            true => server.admin_token(),
            false => server.state.setup_token.expose().to_owned(),
        });
        let reply = sign_up(token).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        assert_eq!(reply.json::<Tokens>().user.user.role, Role::Admin);
        // Whoever comes later needs none.
        let second = Browser::at(&server);
        let session: Session = second.get("/api/session").await.ok().json();
        assert!(!session.needs_setup_token);
        second.post("/api/auth/sign-up", somebody("bob")).await.ok();
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_shows_where_the_first_account_is_made() {
    let data = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut program = Command::new(env!("CARGO_BIN_EXE_matinee"))
        .env("MATINEE_LISTEN", format!("127.0.0.1:{port}"))
        .env("MATINEE_PUBLIC_URL", "https://films.example.org")
        .env("MATINEE_DATA_DIR", data.path())
        .env("MATINEE_TORRENT_DHT", "off")
        .env("MATINEE_INDEXERS", "catalogue")
        .env("MATINEE_LOG", "info")
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let log = BufReader::new(program.stderr.take().unwrap());
    // Read to its end: the program must not wait for a full pipe.
    std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(|line| drop(tell.send(line))));
    let deadline = Duration::from_secs(60);
    let line = tokio::task::block_in_place(|| {
        std::iter::from_fn(|| told.recv_timeout(deadline).ok()).find(|line| line.contains("/sign-up?setup="))
    });
    let line = line.expect("the log has no link");
    assert!(line.contains("https://films.example.org/sign-up?setup="), "{line}");
    let token = line.split("setup=").nth(1).unwrap().split_whitespace().next().unwrap();
    assert!(!line.contains(&std::fs::read_to_string(data.path().join("admin-token")).unwrap()));
    let browser = Browser::at_url(&format!("http://127.0.0.1:{port}"));
    let mut first = somebody("ada");
    browser.post("/api/auth/sign-up", first.clone()).await.problem(422);
    first["setup_token"] = token.into();
    browser.post("/api/auth/sign-up", first).await.ok();
    program.kill().unwrap();
    program.wait().unwrap();
}
