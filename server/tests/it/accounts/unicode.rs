//! Names, addresses and passwords as keyboards write them.

use super::{on_postgres, sign_in};
use crate::support::{Browser, TestServer};
use argon2::{Argon2, password_hash::PasswordHasher};
use http::{Method, StatusCode};
use serde_json::json;
use server::db::Db;

const COMPOSED: &str = "plum-lant\u{e9}rn-tid\u{e9}";
const DECOMPOSED: &str = "plum-lante\u{301}rn-tide\u{301}";

async fn kept_hash(server: &TestServer, name: &str) -> String {
    server
        .state
        .db
        .user_by_login(name)
        .await
        .unwrap()
        .unwrap()
        .password_hash
}

/// Puts a hash in the place of an account's, as an earlier version made it.
async fn keep_hash(server: &TestServer, name: &str, hash: &str) {
    let user = server.state.db.user_by_login(name).await.unwrap().unwrap();
    server
        .state
        .db
        .rehash(user.id, &user.password_hash, hash)
        .await
        .unwrap();
}

async fn a_password_is_the_same_on_every_keyboard(server: TestServer) {
    let browser = Browser::at(&server);
    let ada = json!({ "email": "ada@example.org", "username": "ada", "password": DECOMPOSED });
    browser.post("/api/auth/sign-up", ada).await.ok();
    for typed in [COMPOSED, DECOMPOSED] {
        sign_in(&browser, "ada", typed).await;
    }
    // Kept before passwords were normalised, as a keyboard made it that puts accents behind their letters.
    let old = Argon2::default()
        .hash_password(DECOMPOSED.as_bytes())
        .unwrap()
        .to_string();
    keep_hash(&server, "ada", &old).await;
    sign_in(&browser, "ada", COMPOSED).await;
    let renewed = kept_hash(&server, "ada").await;
    assert_ne!(renewed, old, "it is hashed anew");
    sign_in(&browser, "ada", DECOMPOSED).await;
    assert_eq!(kept_hash(&server, "ada").await, renewed, "once");
    // To confirm something the same holds.
    keep_hash(&server, "ada", &old).await;
    let change = json!({ "email": "ada@example.net", "current_password": COMPOSED });
    browser
        .send(Method::PATCH, "/api/users/me", Some(change), &[])
        .await
        .ok();
    server.stop().await;
}

async fn an_address_is_the_same_however_its_domain_is_written(server: TestServer) {
    let browser = Browser::at(&server);
    let somebody = |email: &str, name: &str| json!({ "email": email, "username": name, "password": COMPOSED });
    browser
        .post("/api/auth/sign-up", somebody("Ada@bücher.example", "ada"))
        .await
        .ok();
    for login in ["ada@bücher.example", "ADA@BÜCHER.example", "ada@xn--bcher-kva.example"] {
        sign_in(&browser, login, COMPOSED).await;
    }
    let taken = browser
        .post("/api/auth/sign-up", somebody("ada@xn--bcher-kva.example", "eve"))
        .await
        .problem(409);
    assert_eq!(taken.errors[0].field, "email");
    let other = somebody("ada@bucher.example", "eve");
    assert_eq!(
        browser.post("/api/auth/sign-up", other).await.status,
        StatusCode::CREATED
    );
    server.stop().await;
}

/// Keys of before are written anew at the start; who shares one with somebody else keeps their own.
async fn keys_of_before_are_renewed(server: TestServer) {
    let browser = Browser::at(&server);
    for (email, name) in [("ada@bücher.example", "ada"), ("eve@straße.example", "eve")] {
        let somebody = json!({ "email": email, "username": name, "password": COMPOSED });
        browser.post("/api/auth/sign-up", somebody).await.ok();
    }
    let set_key = async |name: &str, key: &str| {
        let set = "UPDATE users SET email_key = $2 WHERE username_key = $1";
        match &server.state.db {
            Db::Sqlite(pool) => drop(sqlx::query(set).bind(name).bind(key).execute(pool).await.unwrap()),
            Db::Postgres(pool) => drop(sqlx::query(set).bind(name).bind(key).execute(pool).await.unwrap()),
        }
    };
    set_key("ada", "ada@bücher.example").await;
    set_key("eve", "eve@straße.example").await;
    server.state.db.renew_keys().await.unwrap();
    sign_in(&browser, "ada@bücher.example", COMPOSED).await;
    sign_in(&browser, "eve@straße.example", COMPOSED).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_the_same_on_every_keyboard_on_sqlite() {
    a_password_is_the_same_on_every_keyboard(TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_the_same_on_every_keyboard_on_postgres() {
    a_password_is_the_same_on_every_keyboard(on_postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_the_same_however_its_domain_is_written_on_sqlite() {
    an_address_is_the_same_however_its_domain_is_written(TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_the_same_however_its_domain_is_written_on_postgres() {
    an_address_is_the_same_however_its_domain_is_written(on_postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_before_are_renewed_on_sqlite() {
    keys_of_before_are_renewed(TestServer::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_before_are_renewed_on_postgres() {
    keys_of_before_are_renewed(on_postgres().await).await;
}
