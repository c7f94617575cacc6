//! Rooms over REST: made, listed, changed, ended; and whose they are.

use super::{
    account, on_both,
    recovery::{hash, know},
    room,
};
use crate::support::{Browser, Mailbox, RoomClient, TestServer};
use app::protocol::{List, Timestamp, room::*};
use http::{Method, StatusCode};
use serde_json::{Value, json};

on_both!(
    a_room_is_made_found_changed_and_ended,
    what_is_wrong_is_named,
    a_room_is_found_by_what_people_make_of_its_code,
    no_address_of_its_own_is_a_rooms_code,
    a_link_to_a_room_has_a_preview_that_keeps_its_secrets,
    a_room_is_its_host_s,
    an_open_room_hears_of_its_change,
    a_room_of_a_deleted_account_is_over,
);

async fn a_room_is_made_found_changed_and_ended(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let reply = ada
        .post(
            "/api/rooms",
            json!({ "title": " Friday night ", "slug": "friday", "max_participants": 5000 }),
        )
        .await;
    assert_eq!(reply.status, StatusCode::CREATED);
    let room: Room = reply.json();
    assert_eq!(reply.headers["location"], format!("/api/rooms/{}", room.code));
    assert_eq!(
        (room.settings.title.as_str(), room.settings.capacity),
        ("Friday night", 100)
    );
    let spoken = room.code.to_string().to_uppercase();
    let dictated = format!("{}-{}", &spoken[..4], &spoken[4..]);
    for name in [room.code.as_str(), &dictated, "friday", "Friday"] {
        let found: Room = Browser::at(&server)
            .get(&format!("/api/rooms/{name}"))
            .await
            .ok()
            .json();
        assert_eq!((&found.code, found.is_host), (&room.code, false), "{name}");
    }
    let change = json!({ "title": "Saturday", "slug": "saturday", "capacity": 4, "idle_relief_seconds": 60 });
    let path = format!("/api/rooms/{}", room.code);
    let changed: Room = ada.send(Method::PATCH, &path, Some(change), &[]).await.ok().json();
    let settings = &changed.settings;
    assert_eq!((settings.title.as_str(), settings.capacity), ("Saturday", 4));
    assert_eq!(settings.idle_relief_seconds, Some(60));
    assert_eq!(
        ada.get(&path).await.ok().json::<Room>(),
        changed,
        "it is kept, although nobody is in"
    );
    assert_eq!(ada.get("/api/rooms/friday").await.status, 404);
    ada.get("/api/rooms/saturday").await.ok();

    let grace = account(&server.url, "Grace").await;
    let listed = async |who: &Browser| who.get("/api/rooms").await.ok().json::<List<Room>>().items;
    assert_eq!(listed(&ada).await.len(), 1);
    assert_eq!(listed(&grace).await.len(), 0);
    let mut client = RoomClient::join(&grace, &room.code).await;
    client.say("I was here").await;
    assert_eq!(
        listed(&grace).await[0].code,
        room.code,
        "a room that somebody has been in is found again"
    );
    assert_eq!(
        ada.send(Method::DELETE, &path, None, &[]).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(client.end().await.1, CloseCode::Done.number());
    for (method, path) in [
        (Method::GET, &*path),
        (Method::DELETE, &path),
        (Method::GET, "/api/rooms/saturday"),
    ] {
        assert_eq!(ada.send(method, path, None, &[]).await.status, 404);
    }
    assert_eq!(listed(&grace).await.len() + listed(&ada).await.len(), 0);
    let again = super::room(&ada, json!({ "slug": "saturday" })).await;
    assert_ne!(again.code, room.code, "the address is free again");
    server.stop().await;
}

async fn a_room_is_found_by_what_people_make_of_its_code(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({ "slug": "friday-night" })).await;
    let code = room.code.to_string();
    let (first, last) = code.split_at(4);
    let guest = Browser::at(&server);
    let ends = [
        ".", ",", ")", "%3E", "%22", "'", "]", ";", ":", "!", "%3F", "%20", "%2F",
    ];
    let unseen = ["%E2%80%8B", "%EF%BB%BF", "%E2%81%A0", "%C2%AD", "%C2%A0", "%EF%B8%8F"];
    for end in ends.into_iter().chain(unseen) {
        for name in [&*code, "friday-night", "Friday-Night"] {
            let path = format!("/api/rooms/{name}{end}");
            assert_eq!(guest.get(&path).await.ok().json::<Room>().code, room.code, "{path}");
        }
        let path = format!("/api/rooms/{code}{end}/join");
        let joining: Joining = guest.post(&path, json!({})).await.ok().json();
        assert_eq!(joining.room.code, room.code, "{path}");
    }
    for name in [
        format!("{first}-{last}").to_uppercase(),
        format!("{first}%20{last}"),
        format!("{first}%E2%80%93{last}"),
        format!("%3C{code}%3E"),
        format!("{first}%E2%80%8B{last}"),
    ] {
        let joined = guest.post(&format!("/api/rooms/{name}/join"), json!({})).await;
        assert_eq!(joined.ok().json::<Joining>().room.code, room.code, "{name}");
    }
    server.stop().await;
}

async fn no_address_of_its_own_is_a_rooms_code(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let one = room(&ada, json!({})).await;
    let code = one.code.to_string();
    let dashed = format!("{}-{}", &code[..4], &code[4..]);
    let two = room(&ada, json!({})).await;
    let path = format!("/api/rooms/{}", two.code);
    // One that is a code, and one that could become the code of a room that is made later.
    for slug in [&*code, &dashed, "bcd-fghjk", "22222222"] {
        let made = ada.post("/api/rooms", json!({ "title": "x", "slug": slug })).await;
        assert_eq!(made.problem(409).errors[0].field, "slug", "{slug}");
        let changed = ada.send(Method::PATCH, &path, Some(json!({ "slug": slug })), &[]).await;
        assert_eq!(changed.problem(409).errors[0].field, "slug", "{slug}");
        // Nor does the database take it, whoever forgets to ask.
        let mut row = server.state.lobby.named(two.code.as_str()).await.unwrap();
        let door = server::db::RoomDoor {
            slug: Some(Some(slug.to_owned())),
            ..Default::default()
        };
        let changed = server.state.db.change_room(row.record.id, row.version, &door).await;
        assert!(changed.is_err(), "{slug}");
        row.record.id = uuid::Uuid::now_v7().into();
        row.record.code = "zzzzzzz9".parse().unwrap();
        row.record.slug = Some(slug.to_owned());
        let added = server.state.db.add_room(&row.record, None, Timestamp(1)).await;
        assert!(added.is_err(), "{slug}");
    }
    let found: Room = ada.get(&format!("/api/rooms/{dashed}")).await.ok().json();
    assert_eq!(found.code, one.code);
    server.stop().await;
}

async fn a_link_to_a_room_has_a_preview_that_keeps_its_secrets(server: TestServer) {
    know(&server.state.db, 7, "Big.Buck.Bunny.2008.1080p").await;
    let ada = account(&server.url, "Ada").await;
    let film = json!({ "title": "Bunny <night> \"quoted\"", "info_hash": hash(7) });
    let mut secret = film.clone();
    secret["password"] = json!("swordfish");
    secret["title"] = json!("Members only");
    let open: Room = ada.post("/api/rooms", film).await.ok().json();
    let closed: Room = ada.post("/api/rooms", secret).await.ok().json();
    let stranger = Browser::at(&server);
    let page = async |room: &Room| stranger.get(&format!("/room/{}", room.code)).await.ok().text();
    let tag = |text: &str, property: &str| {
        let tag = text
            .split("<meta")
            .find(|tag| tag.contains(&format!("property=\"{property}\"")))?;
        Some(tag.split("content=\"").nth(1)?.split('"').next()?.to_owned())
    };
    let text = page(&open).await;
    let shown = |property: &str| tag(&text, property).unwrap_or_else(|| panic!("{property}: {text}"));
    assert_eq!(shown("og:title"), "Bunny &lt;night&gt; &quot;quoted&quot;");
    assert_eq!(shown("og:url"), format!("{}/room/{}", server.url, open.code));
    assert_eq!(shown("og:image"), format!("{}/icon-512.png", server.url));
    assert!(shown("og:description").contains("Ada invites you to watch Big Buck Bunny"));
    let text = page(&closed).await;
    assert_eq!(tag(&text, "og:title").as_deref(), Some("Members only"));
    assert!(!text.contains("Bunny"), "{text}");
    let nowhere = stranger.get("/room/zzzzzzzz").await.text();
    assert_eq!(tag(&nowhere, "og:title"), None);
    // An untidy link leads to the same page.
    for untidy in [
        "/room/CODE/",
        "/room/CODE.",
        "/room/CODE%E2%80%8B",
        "/room/CODE)%2C",
        "/room/CODE%3E",
    ] {
        let path = untidy.replace("CODE", &open.code.to_string().to_uppercase());
        let led = stranger.get(&path).await;
        assert_eq!(led.status, StatusCode::MOVED_PERMANENTLY, "{path}");
        assert_eq!(led.headers["location"], format!("/room/{}", open.code), "{path}");
    }
    server.stop().await;
}

async fn what_is_wrong_is_named(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let wrong = json!({ "title": " ", "slug": "A B", "password": "x".repeat(129), "max_participants": 1 });
    let problem = ada.post("/api/rooms", wrong).await.problem(422);
    let fields: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["title", "slug", "password", "max_participants"]);
    for nowhere in [json!(-1), json!(172_801), json!(1e300)] {
        let problem = ada.post("/api/rooms", json!({ "title": "x", "position_seconds": nowhere }));
        assert_eq!(problem.await.problem(422).errors[0].field, "position_seconds");
    }
    let hash = "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c";
    assert_eq!(
        ada.post("/api/rooms", json!({ "title": "x", "info_hash": hash }))
            .await
            .status,
        404
    );
    room(&ada, json!({ "slug": "mine" })).await;
    let taken = ada
        .post("/api/rooms", json!({ "title": "x", "slug": "mine" }))
        .await
        .problem(409);
    assert_eq!(taken.errors[0].field, "slug");
    let other = room(&ada, json!({})).await;
    let path = format!("/api/rooms/{}", other.code);
    for (change, status) in [
        (json!({ "slug": "mine" }), 409),
        (json!({ "title": "\u{202e}" }), 422),
        (json!({ "capacity": 0 }), 422),
        (json!({ "locked": "yes" }), 422),
    ] {
        let reply = ada.send(Method::PATCH, &path, Some(change.clone()), &[]).await;
        assert_eq!(reply.status, status, "{change}");
    }
    let long = "x".repeat(33);
    for (join, field) in [
        (json!({ "display_name": long }), "display_name"),
        (json!({ "tab": "a b" }), "tab"),
        (json!({ "tab": "x".repeat(65) }), "tab"),
    ] {
        let reply = Browser::at(&server).post(&format!("{path}/join"), join).await;
        assert_eq!(reply.problem(422).errors[0].field, field);
    }
    for name in ["%00", "x", "kxd47mqz", &"x".repeat(500), "..", "%2e%2e%2fadmin"] {
        assert_eq!(ada.get(&format!("/api/rooms/{name}")).await.status, 404, "{name}");
    }
    server.stop().await;
}

async fn a_room_is_its_host_s(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let grace = account(&server.url, "Grace").await;
    let guest = Browser::at(&server);
    let room = room(&ada, json!({ "password": "swordfish" })).await;
    let path = format!("/api/rooms/{}", room.code);
    let invites = format!("{path}/invites");
    let messages = format!("{path}/messages");
    let routes: [(Method, &str, Option<Value>); 5] = [
        (Method::PATCH, &path, Some(json!({ "title": "stolen" }))),
        (Method::PATCH, &path, Some(json!({ "password": "" }))),
        (Method::DELETE, &path, None),
        (Method::DELETE, &messages, None),
        (Method::POST, &invites, Some(json!({ "emails": ["a@example.org"] }))),
    ];
    for (method, path, body) in routes {
        for (who, status) in [(&grace, 403), (&guest, 401)] {
            let reply = who.send(method.clone(), path, body.clone(), &[]).await;
            assert_eq!(reply.status, status, "{method} {path}");
        }
    }
    assert_eq!(guest.get("/api/rooms").await.status, 401);
    assert_eq!(guest.post("/api/rooms", json!({ "title": "x" })).await.status, 401);
    for who in [&grace, &guest] {
        assert_eq!(who.get(&messages).await.status, 403);
    }
    let shown: Room = ada.get(&path).await.ok().json();
    assert_eq!(
        (shown.settings.title.as_str(), shown.settings.has_password),
        ("Friday night", true)
    );
    server.stop().await;
}

async fn an_open_room_hears_of_its_change(server: TestServer) {
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let mut host = RoomClient::join(&ada, &room.code).await;
    let path = format!("/api/rooms/{}", room.code);
    let change = json!({ "title": "Saturday", "password": "swordfish", "slug": "saturday" });
    ada.send(Method::PATCH, &path, Some(change), &[]).await.ok();
    host.until("the change", |_, view| {
        let is_so = view.settings.title == "Saturday" && view.settings.has_password && view.slug.is_some();
        is_so.then_some(())
    })
    .await;
    host.send(ClientMessage::Settings(SettingsChange {
        title: Some("Sunday".into()),
        ..Default::default()
    }))
    .await;
    crate::support::wait_for("it to be kept", std::time::Duration::from_secs(5), || async {
        let shown: Room = ada.get(&path).await.ok().json();
        (shown.settings.title == "Sunday" && shown.settings.has_password && shown.slug.is_some()).then_some(())
    })
    .await;
    server.stop().await;
}

async fn a_room_of_a_deleted_account_is_over(server: TestServer) {
    account(&server.url, "Admin").await;
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({})).await;
    let guest = Browser::at(&server);
    let client = RoomClient::join_as(&guest, &room.code, "Grace").await;
    let body = json!({ "password": crate::accounts::PASSWORD });
    ada.send(Method::DELETE, "/api/users/me", Some(body), &[]).await.ok();
    assert_eq!(client.end().await, (Some(Farewell::Ended), CloseCode::Done.number()));
    assert_eq!(guest.get(&format!("/api/rooms/{}", room.code)).await.status, 404);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_rooms_an_hour_and_guesses_are_counted() {
    let server = TestServer::with(&[("MATINEE_RATE_LIMITS", "auth=3/h")]).await;
    let ada = account(&server.url, "Ada").await;
    let locked = room(&ada, json!({ "password": "swordfish" })).await;
    for _ in 0..4 {
        room(&ada, json!({})).await;
    }
    let sixth = ada.post("/api/rooms", json!({ "title": "x" })).await;
    assert!(sixth.headers.contains_key("retry-after"));
    sixth.problem(429);
    let path = format!("/api/rooms/{}/join", locked.code);
    let guest = Browser::at(&server);
    for _ in 0..3 {
        assert_eq!(guest.post(&path, json!({ "password": "x" })).await.status, 403);
    }
    let right = json!({ "password": "swordfish" });
    assert_eq!(
        guest.post(&path, right).await.status,
        429,
        "from here nobody guesses any more"
    );
    RoomClient::join(&ada, &locked.code).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_not_made_counts_for_nothing() {
    let server = TestServer::with(&[("MATINEE_RATE_LIMITS", "rooms=2/h")]).await;
    let ada = account(&server.url, "Ada").await;
    let taken = room(&ada, json!({ "slug": "mine" })).await;
    for _ in 0..3 {
        for (wrong, status) in [
            (json!({ "title": "x", "slug": "mine" }), 409),
            (json!({ "title": " " }), 422),
            (json!({ "title": 7 }), 422),
            (
                json!({ "title": "x", "info_hash": "dd8255ecdc7ca55fb0bbf81323d87062db1f6d1c" }),
                404,
            ),
        ] {
            let reply = ada.post("/api/rooms", wrong.clone()).await;
            assert_eq!(reply.status, status, "{wrong}");
        }
    }
    let second = ada.post("/api/rooms", json!({ "title": "x" })).await.ok();
    let left = second.headers["ratelimit"].to_str().unwrap();
    assert!(left.starts_with("\"rooms\";r=0;"), "{left}");
    let third = ada.post("/api/rooms", json!({ "title": "x", "slug": "third" })).await;
    assert!(third.headers.contains_key("retry-after"));
    third.problem(429);
    assert_eq!(ada.get("/api/rooms/third").await.status, 404);
    ada.get(&format!("/api/rooms/{}", taken.code)).await.ok();
    let tries = async || ada.post("/api/rooms", json!({ "title": " " })).await.status;
    for _ in 0..60 {
        if tries().await == 429 {
            server.stop().await;
            return;
        }
    }
    panic!("wrong tries are bounded too");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_invited_by_mail() {
    let mail = Mailbox::start();
    let server = TestServer::with(&[
        ("MATINEE_SMTP_URL", &mail.url),
        ("MATINEE_MAIL_FROM", "Matinee <matinee@example.org>"),
        ("MATINEE_PUBLIC_URL", "https://films.example.org"),
    ])
    .await;
    // The first account shows the set-up token, where the instance has a public name.
    crate::accounts::sign_up(&Browser::at(&server), "Root").await;
    let ada = account(&server.url, "Ada").await;
    let room = room(&ada, json!({ "title": "<b>Friday</b>", "slug": "friday" })).await;
    let path = format!("/api/rooms/{}/invites", room.code);
    for wrong in [
        json!([]),
        json!(vec!["a@example.org"; 21]),
        json!(["a@example.org\r\nBcc: b@example.org"]),
        json!(["nobody"]),
    ] {
        let reply = ada.post(&path, json!({ "emails": wrong })).await;
        assert_eq!(reply.problem(422).errors[0].field, "emails");
    }
    let people = json!({ "emails": ["grace@example.org", "edsger@example.org"] });
    assert_eq!(ada.post(&path, people).await.status, StatusCode::ACCEPTED);
    for _ in 0..2 {
        assert_eq!(mail.next_link().await, "https://films.example.org/room/friday");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_told_where_others_reach_the_instance() {
    for (settings, expected) in [
        (
            &[("MATINEE_PUBLIC_URL", "https://films.example.org")][..],
            vec!["https://films.example.org".to_owned()],
        ),
        // It listens on loopback.
        (&[][..], vec![]),
    ] {
        let server = TestServer::with(settings).await;
        crate::accounts::sign_up(&Browser::at(&server), "Root").await;
        let ada = account(&server.url, "Ada").await;
        let made = room(&ada, json!({ "title": "Friday" })).await;
        let path = format!("/api/rooms/{}", made.code);
        let seen: Room = ada.get(&path).await.ok().json();
        assert_eq!(seen.addresses, expected);
        let bob = account(&server.url, "Bob").await;
        for other in [bob.get(&path).await, Browser::at(&server).get(&path).await] {
            assert!(
                !other.ok().text().contains("addresses"),
                "a guest is told nothing of it"
            );
        }
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_about_nothing_is_answered_404() {
    let server = TestServer::start().await;
    let guest = Browser::at(&server);
    for path in ["/room/kxd47mqz", "/room/no-such-room", "/watch/abc", "/nowhere"] {
        let page = guest.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text().contains("<main"), "{path} is a page all the same");
    }
    let ada = account(&server.url, "Ada").await;
    let made = room(&ada, json!({ "title": "Friday" })).await;
    for path in ["/", "/rooms", &format!("/room/{}", made.code)] {
        assert_eq!(guest.get(path).await.status, 200, "{path}");
    }
    server.stop().await;
}
