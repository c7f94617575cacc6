//! DNS for the guarded client: a name with any private address does not exist.

use super::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;

/// Resolves names to public addresses only.
pub(super) struct PublicOnly;

/// A name led to an address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("the name has an address in a private network")]
pub(super) struct PrivateAddress;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One private address among public ones is refused too: which one is tried is not ours to choose.
            if !found.iter().all(|address| is_public(address.ip())) {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
