//! DNS resolver of the guarded client, which refuses names with any private address.

use super::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;

/// Resolver that yields public addresses only.
pub(super) struct PublicOnly;

/// Error for a name that resolves to a non-public address.
#[derive(Debug, thiserror::Error)]
#[error("the name has an address in a private network")]
pub(super) struct PrivateAddress;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // A single private address among public ones is refused too, because the HTTP client chooses which one to
            // try.
            if !found.iter().all(|address| is_public(address.ip())) {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
