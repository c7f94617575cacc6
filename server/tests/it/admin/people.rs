//! Accounts and invites.

use super::{Operator, expect, on_both};
use crate::support::{Client, TestServer};
use app::protocol::{AdminUser, Invite, List, NewInvite, Timestamp, Tokens, UserId};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

on_both!(
    the_last_admin_stays,
    two_admins_who_dismiss_each_other_leave_one,
    who_is_shut_out_is_out_at_once,
    users_are_found_by_name_and_address,
    an_invite_is_worth_its_uses_and_no_more,
    open_invites_have_a_bound,
);

async fn sign_up(server: &TestServer, name: &str) -> Tokens {
    let body = json!({ "email": format!("{name}@Example.org"), "username": name, "password": "plum-lantern-tide" });
    expect(
        server.client().post_request("/api/auth/sign-up", &body),
        StatusCode::CREATED,
    )
    .await
}

fn change(server: &TestServer, tokens: &Tokens, id: UserId, body: Value) -> RequestBuilder {
    server
        .client()
        .request(Method::PATCH, &format!("/api/admin/users/{id}"))
        .bearer_auth(&tokens.access_token)
        .header("content-type", "application/json")
        .body(body.to_string())
}

async fn the_last_admin_stays(server: &TestServer) {
    let (ada, bob) = (sign_up(server, "ada").await, sign_up(server, "bob").await);
    let (ada_id, bob_id) = (ada.user.user.id, bob.user.user.id);
    for body in [
        json!({ "role": "user" }),
        json!({ "disabled": true }),
        json!({ "role": "user", "disabled": true }),
    ] {
        let problem = Client::problem(change(server, &ada, ada_id, body.clone())).await;
        assert_eq!(problem.status, 409, "{body}");
    }
    assert_eq!(
        Client::problem(change(server, &bob, bob_id, json!({ "role": "admin" })))
            .await
            .status,
        403
    );
    let shut: AdminUser = expect(
        change(server, &ada, bob_id, json!({ "role": "admin", "disabled": true })),
        StatusCode::OK,
    )
    .await;
    assert!(shut.disabled);
    let problem = Client::problem(change(server, &ada, ada_id, json!({ "role": "user" }))).await;
    assert_eq!(problem.status, 409, "an admin who cannot sign in is none");
    let _: AdminUser = expect(
        change(server, &ada, bob_id, json!({ "disabled": false })),
        StatusCode::OK,
    )
    .await;
    let _: AdminUser = expect(change(server, &ada, ada_id, json!({ "role": "user" })), StatusCode::OK).await;
    let now_refused = Client::problem(change(server, &ada, bob_id, json!({ "role": "user" }))).await;
    assert_eq!(now_refused.status, 403, "the role is gone at once");
    let nothing: AdminUser = expect(
        Operator::of(server).write(Method::PATCH, &format!("/api/admin/users/{bob_id}"), &json!({})),
        StatusCode::OK,
    )
    .await;
    assert_eq!(nothing.username, "bob");
}

async fn two_admins_who_dismiss_each_other_leave_one(server: &TestServer) {
    let operator = Operator::of(server);
    let (ada, bob) = (
        sign_up(server, "ada").await.user.user.id,
        sign_up(server, "bob").await.user.user.id,
    );
    for _ in 0..8 {
        for id in [ada, bob] {
            let promoted = operator.write(
                Method::PATCH,
                &format!("/api/admin/users/{id}"),
                &json!({ "role": "admin" }),
            );
            assert_eq!(promoted.send().await.unwrap().status(), StatusCode::OK);
        }
        let dismiss = |id: UserId| {
            operator.write(
                Method::PATCH,
                &format!("/api/admin/users/{id}"),
                &json!({ "role": "user" }),
            )
        };
        let (one, two) = tokio::join!(dismiss(ada).send(), dismiss(bob).send());
        let mut statuses = [one.unwrap().status().as_u16(), two.unwrap().status().as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
}

async fn who_is_shut_out_is_out_at_once(server: &TestServer) {
    let operator = Operator::of(server);
    let (_, bob) = (sign_up(server, "ada").await, sign_up(server, "bob").await);
    let me = || server.client().get("/api/users/me").bearer_auth(&bob.access_token);
    assert_eq!(me().send().await.unwrap().status(), StatusCode::OK);
    let path = format!("/api/admin/users/{}", bob.user.user.id);
    let shut: AdminUser = expect(
        operator.write(Method::PATCH, &path, &json!({ "disabled": true })),
        StatusCode::OK,
    )
    .await;
    assert_eq!((shut.disabled, shut.logins, shut.last_used_at), (true, 0, None));
    assert_eq!(Client::problem(me()).await.status, 401);
    let refresh = json!({ "refresh_token": bob.refresh_token });
    let refreshed = Client::problem(server.client().post_request("/api/auth/refresh", &refresh)).await;
    assert_eq!(refreshed.status, 401);
    let sign_in = json!({ "login": "bob", "password": "plum-lantern-tide" });
    let signed_in = server
        .client()
        .post_request("/api/auth/sign-in", &sign_in)
        .send()
        .await
        .unwrap();
    assert!(signed_in.status().is_client_error(), "{}", signed_in.status());
    let _: AdminUser = expect(
        operator.write(Method::PATCH, &path, &json!({ "disabled": false })),
        StatusCode::OK,
    )
    .await;
    let signed_in = server
        .client()
        .post_request("/api/auth/sign-in", &sign_in)
        .send()
        .await
        .unwrap();
    assert_eq!(signed_in.status(), StatusCode::OK);
}

async fn users_are_found_by_name_and_address(server: &TestServer) {
    let operator = Operator::of(server);
    for name in ["Ada", "bob_1", "carol"] {
        sign_up(server, name).await;
    }
    let found = async |query: &str| -> Vec<String> {
        let list: List<AdminUser> = operator.get(&format!("/api/admin/users?query={query}")).await;
        list.items.into_iter().map(|user| user.username).collect()
    };
    assert_eq!(found("").await, ["carol", "bob_1", "Ada"]);
    assert_eq!(found("ADA").await, ["Ada"]);
    assert_eq!(found("_").await, ["bob_1"], "no wildcard");
    assert_eq!(found("example.ORG").await.len(), 3);
    let list: Value = operator.get("/api/admin/users").await;
    assert!(!list.to_string().contains("argon2"), "{list}");
    assert_eq!(
        (&list["items"][2]["role"], &list["items"][2]["logins"]),
        (&json!("admin"), &json!(1))
    );
}

async fn an_invite_is_worth_its_uses_and_no_more(server: &TestServer) {
    let operator = Operator::of(server);
    let made: Invite = operator
        .make(
            "/api/admin/invites",
            &json!({ "note": "for Grace", "uses": 2, "days": 7 }),
        )
        .await;
    assert_eq!(
        (made.code.len(), made.uses_left, made.note.as_str()),
        (14, 2, "for Grace")
    );
    let week = made.expires_at.unwrap().0 - made.created_at.0;
    assert_eq!(week, 7 * 86_400_000);
    let (db, now) = (&server.state.db, made.created_at);
    let sloppy = made.code.to_lowercase().replace('-', " ");
    assert!(!db.take_invite("0000-0000-0000", now).await.unwrap());
    assert!(
        !db.take_invite(&made.code, Timestamp(now.0 + week)).await.unwrap(),
        "too old"
    );
    assert!(db.take_invite(&made.code, now).await.unwrap());
    let (one, two) = tokio::join!(db.take_invite(&sloppy, now), db.take_invite(&sloppy, now));
    assert!(one.unwrap() != two.unwrap(), "the last use is taken once");
    let list: List<Invite> = operator.get("/api/admin/invites").await;
    assert_eq!((list.items.len(), list.items[0].uses_left), (1, 0));
    let path = format!("/api/admin/invites/{}", made.id);
    assert_eq!(operator.delete(&path).await, StatusCode::NO_CONTENT);
    assert_eq!(operator.delete(&path).await, StatusCode::NOT_FOUND);
    let plain: Invite = operator.make("/api/admin/invites", &json!({})).await;
    assert_eq!((plain.uses_left, plain.expires_at), (1, None));
}

async fn open_invites_have_a_bound(server: &TestServer) {
    let operator = Operator::of(server);
    let mut made = Vec::new();
    for _ in 0..500 {
        made.push(server.state.make_invite(NewInvite::default(), None).await.unwrap());
    }
    let one_more = || operator.post("/api/admin/invites", &json!({}));
    let problem = Client::problem(one_more()).await;
    assert_eq!(problem.status, 409);
    assert!(problem.detail.to_string().contains("500 invites"), "{}", problem.detail);
    // What is used up or taken back makes room again.
    let (db, now) = (&server.state.db, made[0].created_at);
    assert!(db.take_invite(&made[0].code, now).await.unwrap());
    let _: Invite = expect(one_more(), StatusCode::CREATED).await;
    assert_eq!(Client::problem(one_more()).await.status, 409);
    let path = format!("/api/admin/invites/{}", made[1].id);
    assert_eq!(operator.delete(&path).await, StatusCode::NO_CONTENT);
    let _: Invite = expect(one_more(), StatusCode::CREATED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_who_asks_too_often_waits_and_no_other_does() {
    let server = TestServer::with(&[("MATINEE_RATE_LIMITS", "auth=10000/s,admin=3/min")]).await;
    let (operator, ada) = (Operator::of(&server), sign_up(&server, "ada").await);
    let path = "/api/admin/indexers";
    let as_ada = || server.client().get(path).bearer_auth(&ada.access_token);
    for left in (0..3).rev() {
        let response = as_ada().send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let told = response.headers()["ratelimit"].to_str().unwrap();
        assert!(told.starts_with(&format!("\"admin\";r={left};t=")), "{told}");
    }
    let refused = as_ada().send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    // An account is counted by itself, the operator by the address.
    let _: Value = operator.get(path).await;
    server.stop().await;
}
