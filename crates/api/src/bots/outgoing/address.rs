//! Where nothing is sent to: addresses that only this machine or its network can reach. A name is looked up once, by the
//! connection itself, and refused if any of its addresses is private; so it can't become another between look and use.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;
use url::Url;

/// The address that a URL names itself.
pub(super) fn literal(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Whether anyone on the internet means the same by an address.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_4(ip),
        IpAddr::V6(ip) => is_public_6(ip),
    }
}

fn is_public_4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = match (a, b, c) {
        // This network, private ones, loopback, what comes after the last network.
        (0 | 10 | 127, ..) | (224..=255, ..) => true,
        // Between a provider and its customers; of one link; private.
        (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Protocols, documentation, relays, benchmarks.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18..=19, _) | (198, 51, 100) | (203, 0, 113) => true,
        _ => false,
    };
    !special
}

fn is_public_6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    // Only what is handed out to the world; this leaves out mapped, translated and local addresses of all kinds.
    let world = a & 0xe000 == 0x2000;
    // Protocols and tunnels (Teredo among them), documentation, 6to4.
    let special = a == 0x2001 && (b < 0x0200 || b == 0x0db8) || a == 0x2002 || a == 0x3fff && b < 0x1000;
    world && !special
}

/// Looks names up for the sender.
#[derive(Debug, Clone, Copy)]
pub struct Resolver {
    /// Whether private addresses are allowed.
    pub private: bool,
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let private = self.private;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !private && !found.iter().all(|address| is_public(address.ip())) {
                return Err(io::Error::other(PRIVATE));
            }
            Ok(found.into_iter())
        })
    }
}

/// Why an address is refused.
pub(super) const PRIVATE: &str = "its name leads to a private address";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_however_they_are_written() {
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "::8.8.8.8",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "3fff::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in
            ["1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111", "2a00::1", "2001:4860::1"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn an_address_in_a_url_is_found_however_it_is_written() {
        let of = |url: &str| literal(&url.parse().unwrap()).map(|ip| ip.to_string());
        assert_eq!(of("http://127.1/x").as_deref(), Some("127.0.0.1"));
        assert_eq!(of("http://0x7f000001/").as_deref(), Some("127.0.0.1"));
        assert_eq!(of("http://2130706433/").as_deref(), Some("127.0.0.1"));
        assert_eq!(of("http://[::1]:80/").as_deref(), Some("::1"));
        assert_eq!(of("https://example.org/"), None);
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_refused() {
        let name = || "localhost".parse::<Name>().unwrap();
        let refused = Resolver { private: false }.call(name()).await;
        assert_eq!(refused.err().unwrap().to_string(), PRIVATE);
        assert!(Resolver { private: true }.call(name()).await.is_ok_and(|mut found| found.next().is_some()));
    }
}
