//! The address guard, seen from outside: a fake on the loopback is a private network.

use crate::fake_torznab::{FakeTorznab, Mode, TORRENT_FILE, hash};
use app::error::Kind;
use server::{
    fetch::{AllowedHost, Fetcher},
    search::Resolved,
};

#[tokio::test]
async fn a_visitors_address_is_fetched_from_public_hosts_only_and_checked() {
    let fake = FakeTorznab::start(Mode::Good).await;
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let (guarded, open) = (Fetcher::new(false).unwrap(), Fetcher::new(true).unwrap());
    let url = |what: &str| format!("http://{}/dl/{what}", fake.address);
    let refused = guarded.fetch_torrent(&url("file")).await.unwrap_err();
    assert_eq!(
        (refused.kind, refused.errors[0].field.as_str()),
        (Kind::InvalidInput, "url")
    );
    assert_eq!(
        open.fetch_torrent(&url("moved")).await,
        Ok(Resolved::TorrentFile(TORRENT_FILE.into()))
    );
    let magnet = format!("magnet:?xt=urn:btih:{}", hash(3));
    assert_eq!(open.fetch_torrent(&url("magnet")).await, Ok(Resolved::Magnet(magnet)));
    for (what, kind, reason) in [
        ("page", Kind::BadGateway, "web page"),
        ("nothing-here", Kind::BadGateway, "HTTP 404"),
        ("loop", Kind::BadGateway, "redirects too often"),
        ("to-file-url", Kind::InvalidInput, "Only http and https"),
        ("endless", Kind::TooLarge, "larger than 10 MiB"),
    ] {
        let error = open.fetch_torrent(&url(what)).await.unwrap_err();
        assert_eq!(error.kind, kind, "{what}");
        assert!(error.detail.to_string().contains(reason), "{what}: {error}");
    }
}

#[tokio::test]
async fn a_trusted_host_cannot_lead_to_another_private_one() {
    let fake = FakeTorznab::start(Mode::Good).await;
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let guarded = Fetcher::new(false).unwrap();
    let url = |what: &str| format!("http://{}/dl/{what}", fake.address);
    let allow = AllowedHost::of(&url("").parse().unwrap());
    assert!(guarded.fetch_torrent_from(&url("moved"), &allow).await.is_ok());
    for what in ["away", "metadata-service", "by-name"] {
        let error = guarded.fetch_torrent_from(&url(what), &allow).await.unwrap_err();
        assert!(error.detail.to_string().contains("private network"), "{what}: {error}");
    }
}
