//! Tokens: only ours, only for what they are, only until they end.

use super::HASH;
use crate::{
    accounts::sign_up,
    support::{Browser, TestServer},
};
use app::{error::Kind, protocol::Tokens};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Method;
use serde_json::{Value, json};
use server::{
    account::token::{Claims, Signer},
    config::Secret,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_ours_is_nobody() {
    let server = TestServer::start().await;
    let ada = Browser::at(&server);
    let tokens = sign_up(&ada, "ada").await;
    let [header, claims, signature]: [&str; 3] = tokens.access_token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let decoded: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert!(decoded.get("role").is_none(), "what somebody may do is not in a token");
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let later = {
        let mut claims = decoded.clone();
        claims["exp"] = json!(decoded["exp"].as_i64().unwrap() + 9_999_999);
        part(claims)
    };
    let none = part(json!({ "alg": "none", "typ": "JWT" }));
    let claims_of_others = Claims::Access {
        user: decoded["sub"].as_str().unwrap().parse().unwrap(),
        login: decoded["sid"].as_str().unwrap().parse().unwrap(),
    };
    let other_key = Signer::new(&Secret::new("a key that somebody else has chosen"))
        .unwrap()
        .sign(&claims_of_others, server::clock::now())
        .unwrap();
    let stream = server.state.accounts.stream_token(&account_of(&decoded)).unwrap();
    for (claim, token) in [
        ("a later end", format!("{header}.{later}.{signature}")),
        ("alg none", format!("{none}.{claims}.")),
        ("alg none with a signature", format!("{none}.{claims}.{signature}")),
        ("another key", other_key),
        ("a playlist's token", stream.clone()),
        ("no signature", format!("{header}.{claims}.")),
        ("nonsense", "x".repeat(5_000)),
    ] {
        let program = Browser::at(&server);
        let shown = format!("Bearer {token}");
        let reply = program
            .send(Method::GET, "/api/users/me", None, &[("authorization", &shown)])
            .await;
        assert_eq!(reply.problem(401).kind, Kind::Unauthorized, "{claim}");
        program.set_cookie("matinee_access", &token);
        program.get("/api/users/me").await.problem(401);
    }
    // A playlist's token reads streams and nothing else.
    let program = Browser::at(&server);
    program
        .get(&format!("/api/stream/{HASH}/0?token={stream}"))
        .await
        .problem(404);
    program.get(&format!("/api/history?token={stream}")).await.ok();
    program.get(&format!("/api/users/me?token={stream}")).await.problem(401);
    // It ends with its login.
    ada.post("/api/auth/sign-out", json!({})).await.ok();
    program
        .get(&format!("/api/stream/{HASH}/0?token={stream}"))
        .await
        .problem(401);
    let shown = format!("Bearer {}", tokens.access_token);
    program
        .send(Method::GET, "/api/users/me", None, &[("authorization", &shown)])
        .await
        .problem(401);
    server.stop().await;
}

fn account_of(claims: &Value) -> app::backend::Account {
    app::backend::Account {
        id: claims["sub"].as_str().unwrap().parse().unwrap(),
        login: claims["sid"].as_str().unwrap().parse().unwrap(),
        username: "ada".into(),
        role: app::protocol::Role::Admin,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_asks_where_no_cookie_is_gets_tokens_that_work() {
    let server = TestServer::start().await;
    let program = Browser::at(&server);
    let tokens: Tokens = sign_up(&program, "ada").await;
    let bare = Browser::at(&server);
    let shown = format!("bearer {}", tokens.access_token);
    bare.send(Method::GET, "/api/auth/me", None, &[("authorization", &shown)])
        .await
        .ok();
    assert_eq!(tokens.expires_in, 900);
    server.stop().await;
}
