//! The language of pages: who decides it, what the response says of it, and the messages that the browser gets.

use crate::{
    accounts::sign_up,
    support::{Browser, Mailbox, Reply, TestServer},
};
use app::{i18n::Language, t};
use futures::{StreamExt, future, stream};
use http::{Method, StatusCode};
use leptos::prelude::{Owner, provide_context};
use regex::Regex;
use serde_json::{Value, json};

const HASH: &str = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";
const GERMAN: &str = "de-AT,de;q=0.9,en;q=0.5";

/// A message in the language with this tag, as its catalogue has it.
fn said(code: &str, say: fn() -> &'static str) -> &'static str {
    Owner::new().with(|| {
        provide_context(Language::of(code).unwrap());
        say()
    })
}

/// A page for a browser with this `Accept-Language`.
async fn page(browser: &Browser, path: &str, languages: &str) -> Reply {
    let headers = [("accept-language", languages)];
    browser.send(Method::GET, path, None, &headers).await
}

/// The language of a page: its tag and direction, which have to be those that the response names.
fn language(reply: &Reply) -> (String, String) {
    let text = reply.text();
    let root = Regex::new(r#"<html lang="([^"]*)" dir="([^"]*)""#).unwrap();
    let root = root.captures(&text).unwrap_or_else(|| panic!("{text}"));
    assert_eq!(reply.headers["content-language"], root[1]);
    let vary: Vec<&str> = reply
        .headers
        .get_all("vary")
        .iter()
        .map(|vary| vary.to_str().unwrap())
        .collect();
    assert!(vary.join(",").to_lowercase().contains("accept-language"), "{vary:?}");
    assert_eq!(reply.headers["cache-control"], "private, no-cache");
    (root[1].to_owned(), root[2].to_owned())
}

/// The address of the messages that a page names.
fn messages(reply: &Reply) -> Option<String> {
    let link = Regex::new(r#"<link id="messages" rel="preload" [^>]*href="([^"]*)""#).unwrap();
    link.captures(&reply.text()).map(|link| link[1].to_owned())
}

/// All pages, and some that are none.
fn paths() -> Vec<String> {
    let pages = server::http::page::routes().into_iter().map(|route| {
        route
            .replace("{info_hash}", HASH)
            .replace("{file}", "0")
            .replace("{code}", "kxd47mqz")
            .replace("{part}", "users")
    });
    let none = [
        "/search?q=word",
        "/nowhere",
        "/nowhere.css",
        "/admin/nothing",
        "/watch/nothing",
    ];
    pages.chain(none.map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_in_the_language_that_the_browser_asks_for() {
    let server = TestServer::start().await;
    let browser = Browser::at(&server);
    let skip = |code| format!(">{}</a>", said(code, t::page::skip_to_content));
    for path in paths() {
        let german = page(&browser, &path, GERMAN).await;
        assert_eq!(language(&german), ("de".to_owned(), "ltr".to_owned()), "{path}");
        assert!(messages(&german).unwrap().starts_with("/messages/de."), "{path}");
        assert!(german.text().contains(&skip("de")), "{path}");
        let english = page(&browser, &path, "en-GB,en;q=0.9,de;q=0.8").await;
        assert_eq!(language(&english), ("en".to_owned(), "ltr".to_owned()), "{path}");
        assert_eq!(messages(&english), None, "{path}: English is part of the code");
        assert!(english.text().contains(&skip("en")), "{path}");
        assert_eq!(english.status, german.status, "{path}");
    }
    for junk in [
        "",
        "*",
        ",;,",
        "de;q=nothing",
        "\"de\"",
        &"x".repeat(4000),
        &"de;q=0,".repeat(400),
    ] {
        let reply = page(&browser, "/", junk).await;
        assert_eq!(reply.status, StatusCode::OK, "{junk:?}");
        assert_eq!(language(&reply).0, "en", "{junk:?}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn pages_that_are_rendered_at_once_keep_their_languages_apart() {
    let server = TestServer::start().await;
    let browser = Browser::at(&server);
    let title_of_no_page = &app::error::Error::not_found("").title;
    let asked = ["de", "en"].map(|code| {
        (
            code,
            format!("<title>{} · Matinee</title>", said(code, t::rooms::title)),
        )
    });
    let asked = &asked;
    let pages = stream::iter((0..200).map(|turn| {
        let (code, title) = &asked[turn % asked.len()];
        let browser = &browser;
        async move {
            // The API is English, whatever page its thread is rendering.
            let (reply, problem) = future::join(page(browser, "/rooms", code), browser.get("/api/nothing")).await;
            assert_eq!(&problem.problem(404).title, title_of_no_page);
            (code, title, reply)
        }
    }));
    let replies: Vec<_> = pages.buffer_unordered(32).collect().await;
    for (code, title, reply) in replies {
        assert_eq!(language(&reply).0, *code);
        assert!(reply.text().contains(title), "{}", reply.text());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_account_prefers_goes_before_what_the_browser_asks_for() {
    let server = TestServer::start().await;
    let ada = Browser::at(&server);
    sign_up(&ada, "ada").await;
    let choose = |value: Value| {
        let body = Some(json!({ "value": value }));
        ada.send(Method::PUT, "/api/users/me/preferences/language", body, &[])
    };
    assert_eq!(language(&page(&ada, "/account", "en").await).0, "en");
    choose(json!("de")).await.ok();
    for path in ["/", "/account", "/nowhere"] {
        assert_eq!(language(&page(&ada, path, "en").await).0, "de", "{path}");
    }
    let account: Value = ada.get("/api/users/me").await.ok().json();
    assert_eq!(account["preferences"]["language"], "de");
    let export: Value = ada.get("/api/users/me/export").await.ok().json();
    assert!(export.to_string().contains("\"language\":\"de\""), "{export}");
    // Somebody else at the same browser has languages of their own.
    assert_eq!(language(&page(&Browser::at(&server), "/", "en").await).0, "en");
    choose(json!("en")).await.ok();
    assert_eq!(language(&page(&ada, "/", GERMAN).await).0, "en");
    for wrong in [json!("tlh"), json!("DE"), json!(""), json!(7), json!(["de"])] {
        choose(wrong).await.problem(422);
    }
    // A pseudo-language has a catalogue, but is not offered here.
    choose(json!("ar-XB")).await.ok();
    assert_eq!(language(&page(&ada, "/", GERMAN).await).0, "de");
    choose(Value::Null).await.ok();
    assert_eq!(language(&page(&ada, "/", GERMAN).await).0, "de");
    assert_eq!(language(&page(&ada, "/", "en").await).0, "en");
    server.stop().await;
}

#[tokio::test]
async fn messages_are_kept_by_their_hash_and_compressed() {
    let server = TestServer::start().await;
    let browser = Browser::at(&server);
    let address = messages(&page(&browser, "/", "de").await).unwrap();
    let reply = browser.get(&address).await.ok();
    assert_eq!(reply.headers["content-type"], "application/json");
    assert_eq!(reply.headers["cache-control"], "public, max-age=31536000, immutable");
    let table: Vec<String> = reply.json();
    assert!(table.iter().any(|text| text == said("de", t::page::skip_to_content)));
    let as_sent = reqwest::Client::builder().no_brotli().no_gzip().build().unwrap();
    let small = as_sent
        .get(format!("{}{address}", server.url))
        .header("accept-encoding", "br");
    let small = small.send().await.unwrap();
    assert_eq!(small.headers()["content-encoding"], "br");
    let other = address.replace("de.", "de.0");
    for missing in [
        other.as_str(),
        "/messages/en.json",
        "/messages/%2e%2e%2f",
        "/messages/de.json",
    ] {
        let reply = browser.get(missing).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{missing}");
        let kept = reply
            .headers
            .get("cache-control")
            .map(|kept| kept.to_str().unwrap().to_owned());
        assert!(!kept.unwrap_or_default().contains("immutable"), "{missing}");
    }
    server.stop().await;
}

/// The text that a page shows, without what is between the brackets of `en-XA`: what is in no catalogue.
fn outside_of_brackets(html: &str) -> Vec<String> {
    let remove =
        |pattern: &str, text: &str, by: &'static str| Regex::new(pattern).unwrap().replace_all(text, by).into_owned();
    let text = remove(
        r"(?s)<(script|style|svg)\b.*?</(script|style|svg)>|<!--.*?-->",
        html,
        "",
    );
    let named = Regex::new(r#"\b(?:aria-label|title|placeholder|alt)="([^"]*)""#).unwrap();
    let labels: Vec<String> = named.captures_iter(&text).map(|label| label[1].to_owned()).collect();
    let mut text = remove(r"<[^>]*>", &text, " ") + "\n" + &labels.join("\n");
    let pairs = Regex::new(r"⟦[^⟦⟧]*⟧").unwrap();
    while pairs.is_match(&text) {
        text = pairs.replace_all(&text, "").into_owned();
    }
    let words = Regex::new(r"[\p{L}⟦⟧]+").unwrap();
    words.find_iter(&text).map(|word| word.as_str().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pseudo_languages_are_offered_to_tests_and_find_no_words_of_a_page_alone() {
    let server = TestServer::with(&[("MATINEE_PSEUDO_LANGUAGES", "on")]).await;
    let [guest, ada] = [(); 2].map(|()| Browser::at(&server));
    sign_up(&ada, "ada").await;
    // Names: of the program, the person, her device as the server knows it; films of the home page with who made them; sources; and languages.
    let names = Regex::new(
        "^(Matinee|ada|example|org|Unknown|device|catalogue|Sintel|Big|Buck|Bunny|Blender|Foundation|Night|of|the|Living|Dead|\
         George|A|Romero|English|Deutsch|Ȧȧƈƈḗḗƞŧ|word|kxd)$",
    );
    let names = names.unwrap();
    for browser in [&guest, &ada] {
        for path in paths() {
            let reply = page(browser, &path, "en-XA").await;
            assert_eq!(language(&reply), ("en-XA".to_owned(), "ltr".to_owned()), "{path}");
            let words = outside_of_brackets(&reply.text());
            let alone: Vec<_> = words.iter().filter(|word| !names.is_match(word)).collect();
            assert!(alone.is_empty(), "{path}: {alone:?}");
        }
    }
    let mirrored = page(&guest, "/", "ar-XB").await;
    assert_eq!(language(&mirrored), ("ar-XB".to_owned(), "rtl".to_owned()));
    server.stop().await;
    let server = TestServer::start().await;
    let guest = Browser::at(&server);
    assert_eq!(language(&page(&guest, "/", "en-XA").await).0, "en");
    assert_eq!(language(&page(&guest, "/", "ar-XB,de;q=0.5").await).0, "de");
    server.stop().await;
}

/// Sends a request with this `Accept-Language`.
async fn ask(browser: &Browser, method: Method, path: &str, body: Option<Value>, languages: &str) -> Reply {
    browser
        .send(method, path, body, &[("accept-language", languages)])
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_are_in_the_language_of_whoever_asks() {
    let server = TestServer::start().await;
    let [guest, ada] = [(); 2].map(|()| Browser::at(&server));
    sign_up(&ada, "ada").await;
    let german = Language::of("de").unwrap();
    let in_german = |text: app::i18n::Text| text.words(german).into_owned();
    let wrong = json!({ "login": "ada", "password": "not hers at all" });
    let sign_in = |languages| {
        ask(
            &guest,
            Method::POST,
            "/api/auth/sign-in",
            Some(wrong.clone()),
            languages,
        )
    };
    for languages in ["", "en", "tlh, en;q=0.5"] {
        let reply = sign_in(languages).await;
        assert_eq!(reply.headers["content-language"], "en");
        assert_eq!(
            reply.problem(401).detail.to_string(),
            t::server_account::wrong_password().to_string()
        );
    }
    let reply = sign_in(GERMAN).await;
    assert_eq!(reply.headers["content-language"], "de");
    assert_eq!(reply.headers["content-type"], "application/problem+json");
    assert!(
        reply
            .headers
            .get_all("vary")
            .iter()
            .any(|vary| vary == "accept-language")
    );
    let problem = reply.problem(401);
    assert_eq!(problem.title, said("de", t::error::title_unauthorized));
    assert_eq!(
        problem.detail.to_string(),
        in_german(t::server_account::wrong_password())
    );
    assert!(problem.request_id.is_some());

    // The reasons of fields, and problems that no handler made.
    let weak = json!({ "email": "bob@example.org", "username": "b", "password": "short" });
    let problem = ask(&guest, Method::POST, "/api/auth/sign-up", Some(weak), GERMAN)
        .await
        .problem(422);
    let reasons: Vec<String> = problem.errors.iter().map(|error| error.reason.to_string()).collect();
    let wanted = [t::server_account::name_form(), t::server_account::password_short()].map(in_german);
    assert_eq!(reasons, wanted);
    let problem = ask(&guest, Method::GET, "/api/nowhere", None, GERMAN)
        .await
        .problem(404);
    assert_eq!(problem.detail.to_string(), in_german(t::server_http::no_route()));

    // What the account prefers goes first.
    let preference = Some(json!({ "value": "de" }));
    ask(
        &ada,
        Method::PUT,
        "/api/users/me/preferences/language",
        preference,
        "en",
    )
    .await
    .ok();
    let problem = ask(&ada, Method::GET, "/api/rooms/kxd47mqz", None, "en")
        .await
        .problem(404);
    assert_eq!(problem.detail.to_string(), in_german(t::server_room::no_room()));
    // So does what a page is rendered with.
    let reply = page(&ada, &format!("/watch/{HASH}"), "en").await;
    assert!(
        reply.text().contains(&in_german(t::server_torrent::unknown())),
        "{}",
        reply.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_in_the_language_of_the_account_else_of_whoever_asks() {
    let mail = Mailbox::start();
    let server = TestServer::with(&[
        ("MATINEE_SMTP_URL", mail.url.as_str()),
        ("MATINEE_MAIL_FROM", "Matinee <matinee@example.org>"),
    ])
    .await;
    let ada = Browser::at(&server);
    sign_up(&ada, "ada").await;
    let forgot = || Some(json!({ "email": "ada@example.org" }));
    let ask_for_link = |languages| ask(&ada, Method::POST, "/api/auth/password/forgot", forgot(), languages);
    ask_for_link(GERMAN).await.ok();
    let german = mail.next().await;
    let is_in = |mail: &Value, code: &str, greeting: &str| {
        let (text, html) = (mail["text"].as_str().unwrap(), mail["html"].as_str().unwrap());
        text.starts_with(greeting) && html.contains(&format!("<html lang=\"{code}\" dir=\"ltr\">"))
    };
    assert!(is_in(&german, "de", "Hallo ada,"), "{german}");
    let preference = Some(json!({ "value": "en" }));
    ask(
        &ada,
        Method::PUT,
        "/api/users/me/preferences/language",
        preference,
        "de",
    )
    .await
    .ok();
    ask_for_link(GERMAN).await.ok();
    let english = mail.next().await;
    assert!(is_in(&english, "en", "Hello ada,"), "{english}");
}
