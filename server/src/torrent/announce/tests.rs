use super::*;
use axum::{body::Body, response::Redirect};
use std::sync::atomic::{AtomicUsize, Ordering};

const QUERY: &str = "info_hash=%00%FF&peer_id=-rQ9100-&port=4240";
const GOOD: &str = "d8:intervali1800e5:peers0:e";

fn fetcher(allow_private: bool) -> Fetcher {
    // Fails if another test installed a provider first, which is fine.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Fetcher::new(allow_private).unwrap()
}

/// A desk with a guarded fetcher that may reach only this private host.
fn desk(trusted: AllowedHost) -> GatewayState {
    GatewayState {
        fetcher: fetcher(false),
        trusted,
        secret: address::new_secret(),
        permits: Semaphore::new(1),
        stop: CancellationToken::new(),
    }
}

/// Starts a tracker on the loopback interface that gives this response. Returns its URL and a counter of its requests.
async fn tracker(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> (Url, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let handler = move || async move {
        count.fetch_add(1, Ordering::Relaxed);
        answer()
    };
    let router = Router::new().route("/announce", get(handler));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/announce", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (Url::parse(&url).unwrap(), asked)
}

fn endless() -> Response {
    let chunk = Bytes::from(vec![b'0'; 64 << 10]);
    Body::from_stream(futures::stream::repeat_with(move || {
        Ok::<_, std::io::Error>(chunk.clone())
    }))
    .into_response()
}

#[tokio::test]
async fn a_tracker_leads_nobody_into_a_private_network() {
    let (metadata, reached) = tracker(|| GOOD.into_response()).await;
    let (good, _) = tracker(|| GOOD.into_response()).await;
    let to = metadata.to_string();
    let (evil, asked) = tracker(move || Redirect::temporary(&to).into_response()).await;
    let answer = desk(AllowedHost::of(&good)).ask(good, QUERY).await;
    assert!(answer.unwrap().starts_with(b"d8:intervali1800e"));
    assert!(desk(AllowedHost::of(&evil)).ask(evil, QUERY).await.is_err());
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert!(desk(AllowedHost::none()).ask(metadata, QUERY).await.is_err());
    assert_eq!(reached.load(Ordering::Relaxed), 0, "it was followed");
}

#[tokio::test]
async fn an_answer_that_is_endless_or_none_is_given_up() {
    for answer in [
        endless as fn() -> Response,
        || "<html>a parked domain</html>".into_response(),
        || (StatusCode::NOT_FOUND, GOOD).into_response(),
        || Redirect::temporary("magnet:?xt=urn:btih:0").into_response(),
        || Redirect::temporary("/announce").into_response(),
    ] {
        let (tracker, _) = tracker(answer).await;
        let asked = desk(AllowedHost::of(&tracker)).ask(tracker, QUERY).await;
        assert!(asked.is_err(), "{asked:?}");
    }
}

#[tokio::test]
async fn whoever_does_not_know_the_secret_has_nothing_fetched() {
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let gateway = Gateway::start(fetcher(true), &tasks, &stop).await.unwrap();
    let (tracker, asked) = tracker(|| GOOD.into_response()).await;
    let address = gateway.through(&[tracker]).remove(0);
    let secret = address.path().split('/').nth(2).unwrap();
    for wrong in [
        address.as_str().replace(secret, &address::new_secret()),
        address.as_str().replace(secret, "x"),
        format!("{}bm9uZQ", gateway.address),
        gateway.address.to_string(),
    ] {
        let answer = reqwest::get(wrong).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    let answer = reqwest::get(format!("{address}?{QUERY}")).await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "d8:intervali1800e5:peers0:6:peers60:e");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    assert!(
        reqwest::get(address).await.is_err(),
        "it listens no more once it is stopped"
    );
}

/// Encodes a `.torrent` with these trackers.
fn torrent(trackers: &[&str]) -> Vec<u8> {
    let list: String = trackers
        .iter()
        .map(|tracker| format!("l{}:{tracker}e", tracker.len()))
        .collect();
    let head = format!(
        "d13:announce-listl{list}e4:infod6:lengthi10e4:name5:a.mp412:piece lengthi16384e6:pieces20:{}ee",
        "\0".repeat(20)
    );
    head.into_bytes()
}

#[tokio::test]
async fn what_is_brought_back_asks_at_the_address_of_now() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.torrent");
    let trackers = ["http://t.example/announce", "udp://t.example:6969/announce"];
    std::fs::write(&file, torrent(&trackers)).unwrap();
    std::fs::write(folder.path().join("damaged.torrent"), "x").unwrap();
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let mut before = trackers[0].to_owned();
    for _ in 0..2 {
        let gateway = Gateway::start(fetcher(false), &tasks, &stop).await.unwrap();
        gateway.readdress(folder.path().to_owned()).await.unwrap();
        let bytes = std::fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains(gateway.address.as_str()), "{text}");
        assert!(text.contains(trackers[1]) && !text.contains(&before), "{text}");
        let metainfo = Metainfo::parse(&bytes).unwrap();
        let read: Vec<&str> = metainfo.trackers.iter().map(Url::as_str).collect();
        assert_eq!(read, trackers, "they are the trackers' own again");
        before = gateway.address.to_string();
    }
    let mode = std::fs::metadata(folder.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "it holds the secret");
    stop.cancel();
}
