//! The instance: where it listens, the names it answers to, and where its data are.

use super::{HostNames, Secret, is_loopback, public_url, reader::Reader};
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

/// Settings of the HTTP server and its data.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Listen address.
    pub listen: SocketAddr,
    /// Public base URL, without a trailing slash, if set.
    pub public_url: Option<String>,
    /// Host names accepted in addition to that of the public URL.
    pub hosts: HostNames,
    /// Proxies whose `X-Forwarded-For` header is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Data directory, which holds the database and the torrents.
    pub data_dir: PathBuf,
    /// Directory of the built site: `pkg/` and the files of `public/`.
    pub site_root: PathBuf,
    /// Signing secret; `None` generates one in the data directory.
    pub secret: Option<Secret>,
    /// Set if pages are also offered in the pseudo-languages `en-XA` and `ar-XB`, which are for tests.
    pub pseudo_languages: bool,
}

impl ServerConfig {
    pub(super) fn from_env(reader: &mut Reader) -> Self {
        Self {
            listen: reader.get(
                "MATINEE_LISTEN",
                "an address like 127.0.0.1:3000",
                SocketAddr::from(([127, 0, 0, 1], 3000)),
            ),
            public_url: public_url::from_env(reader),
            hosts: reader.get(
                "MATINEE_HOSTS",
                "names like films.example.org or *.example.org, separated by commas",
                HostNames::default(),
            ),
            trusted_proxies: networks(reader, "MATINEE_TRUSTED_PROXIES"),
            data_dir: reader.path("MATINEE_DATA_DIR").unwrap_or_else(|| "data".into()),
            site_root: reader.path("MATINEE_SITE_ROOT").unwrap_or_else(default_site_root),
            secret: secret(reader, "MATINEE_SECRET"),
            pseudo_languages: reader.switch("MATINEE_PSEUDO_LANGUAGES", false),
        }
    }

    /// Returns whether the instance listens on loopback only.
    pub fn listens_on_loopback(&self) -> bool {
        self.listen.ip().is_loopback()
    }

    /// Returns whether the instance is local to this machine, as far as the settings tell. A reverse proxy may still
    /// expose it.
    pub fn is_for_this_machine(&self) -> bool {
        let public = self.public_url.as_ref().and_then(|url| url::Url::parse(url).ok());
        let is_public_here = public.is_none_or(|url| url.host().is_some_and(|host| is_loopback(&host.to_owned())));
        self.listens_on_loopback() && is_public_here
    }

    /// Returns whether browsers reach the instance over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// Returns `site` next to the executable if it exists, as in an installation, else `target/site`, as in a checkout.
fn default_site_root() -> PathBuf {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join("site")));
    match beside {
        Some(path) if path.is_dir() => path,
        _ => "target/site".into(),
    }
}

fn networks(reader: &mut Reader, name: &'static str) -> Vec<IpNet> {
    let Some(value) = reader.text(name) else {
        return Vec::new();
    };
    let parse = |text: &str| {
        text.parse::<IpNet>()
            .ok()
            .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
    };
    let parsed: Option<Vec<IpNet>> = value.split(',').map(|text| parse(text.trim())).collect();
    parsed.unwrap_or_else(|| {
        reader.refuse(format!(
            "{name} must be addresses or networks like 10.0.0.0/8, separated by commas"
        ));
        Vec::new()
    })
}

fn secret(reader: &mut Reader, name: &'static str) -> Option<Secret> {
    let value = reader.text(name)?;
    if value.len() < 32 {
        reader.refuse(format!("{name} must have at least 32 characters"));
    }
    Some(Secret::new(value))
}
