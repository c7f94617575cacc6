//! Answers: each says what may be done with it.

use crate::support::{Browser, TestServer};
use http::{Method, StatusCode};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_what_may_be_done_with_it() {
    let server = TestServer::with(&[("MATINEE_PUBLIC_URL", "https://films.example.org")]).await;
    let ada = Browser::at(&server);
    for path in [
        "/",
        "/sign-in",
        "/nowhere",
        "/api/session",
        "/api/nothing",
        "/healthz",
        "/api/docs/",
        "/api/openapi.json",
    ] {
        let reply = ada.get(path).await;
        let has = |name: &str| {
            reply
                .headers
                .get(name)
                .unwrap_or_else(|| panic!("{path} has no {name}"))
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(has("x-content-type-options"), "nosniff");
        assert!(
            has("content-security-policy").contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!has("content-security-policy").contains("unsafe-inline"), "{path}");
        assert!(has("strict-transport-security").starts_with("max-age="));
        assert!(has("permissions-policy").contains("geolocation=()"));
    }
    let cookie = Browser::at(&server).get("/api/session").await;
    assert!(cookie.headers["set-cookie"].to_str().unwrap().contains("; Secure"));
    // What has not changed is not sent again.
    let first = ada.get("/api/popular").await.ok();
    let tag = first.headers["etag"].to_str().unwrap();
    assert_eq!(first.headers["cache-control"], "private, no-cache");
    let again = ada
        .send(Method::GET, "/api/popular", None, &[("if-none-match", tag)])
        .await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    server.stop().await;
}
