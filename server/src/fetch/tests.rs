use super::*;

#[test]
fn only_addresses_of_the_internet_are_public() {
    let private = "0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.0.1 169.254.169.254 \
        172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1 \
        203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::10.0.0.1 ::8.8.8.8 \
        ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 64:ff9b::10.0.0.1 64:ff9b::7f00:1 64:ff9b:1::8.8.8.8 \
        100::1 2001::1 2001:0:a00:1::808:808 2001:0:808:808:0:0:f5ff:fffe 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 \
        2002:a00:1::1 2002:7f00:1::1 2002:c0a8:101:: 3fff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 \
        ff02::1";
    let public = "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1 198.20.0.1 \
        223.255.255.255 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2001:200::1 2001:4860:4860::8888 2002:808:808::1 \
        2606:4700::1111 2a00::1";
    for (list, expected) in [(private, false), (public, true)] {
        for text in list.split_whitespace() {
            let ip: IpAddr = text.parse().unwrap();
            assert_eq!(is_public(ip), expected, "{ip}");
        }
    }
}

fn fetcher(allow_private: bool) -> Fetcher {
    // Fails if another test has installed it already, which is fine.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Fetcher::new(allow_private).unwrap()
}

#[tokio::test]
async fn addresses_that_lead_into_a_private_network_are_refused_however_they_are_written() {
    let fetcher = fetcher(false);
    for url in [
        "http://127.0.0.1/a.torrent",
        "http://127.0.0.1:8080/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::a00:1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://localhost/",
        "http://LOCALHOST/",
        "https://localhost:8443/",
    ] {
        let error = fetcher.fetch_torrent(url).await.unwrap_err();
        assert_eq!(error.kind, Kind::InvalidInput, "{url}: {error}");
        assert!(error.detail.to_string().contains("private network"), "{url}: {error}");
    }
}

#[tokio::test]
async fn addresses_that_are_none_are_refused_with_a_reason() {
    let fetcher = fetcher(false);
    let long = format!("http://example.org/{}", "a".repeat(MAGNET_BYTES));
    for (url, reason) in [
        ("", "not an address"),
        ("film.torrent", "not an address"),
        ("http://", "not an address"),
        ("http://example.org:0/", "not an address"),
        (&long, "not an address"),
        ("file:///etc/passwd", "Only http"),
        ("ftp://example.org/a.torrent", "Only http"),
        ("gopher://example.org/", "Only http"),
        ("http://me:secret@example.org/", "name or password"),
    ] {
        let error = fetcher.fetch_torrent(url).await.unwrap_err();
        assert_eq!(error.kind, Kind::InvalidInput, "{url}: {error}");
        assert!(error.detail.to_string().contains(reason), "{url}: {error}");
    }
}

#[test]
fn only_the_configured_host_and_port_is_trusted() {
    let fetcher = fetcher(false);
    let allow = AllowedHost::of(&Url::parse("http://127.0.0.1:9117/api?apikey=k").unwrap());
    let refusal = |url: &str| fetcher.client_for(&Url::parse(url).unwrap(), &allow).err();
    assert_eq!(refusal("http://127.0.0.1:9117/dl/1"), None);
    assert_eq!(refusal("http://127.0.0.1:9118/dl/1"), Some(FetchError::Private));
    assert_eq!(refusal("http://127.0.0.2:9117/dl/1"), Some(FetchError::Private));
    assert_eq!(refusal("http://127.0.0.1/dl/1"), Some(FetchError::Private));
    assert_eq!(refusal("http://me@127.0.0.1:9117/dl/1"), Some(FetchError::UserInfo));
    assert_eq!(refusal("ftp://127.0.0.1:9117/dl/1"), Some(FetchError::Scheme));
}
