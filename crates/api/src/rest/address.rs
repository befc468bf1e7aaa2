//! Where a request comes from: the peer, or whom a trusted proxy names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Once;

use actix_web::HttpRequest;

use crate::config::Config;

/// The asker's address. `X-Forwarded-For` is read from its end, for as long as it was written by trusted proxies.
pub fn find(request: &HttpRequest, config: &Config) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip()).to_canonical();
    let lines = request.headers().get_all("x-forwarded-for");
    let named: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).collect();
    if !named.is_empty() && !config.trusts(peer) {
        warn_once(peer);
    }
    forwarded(peer, &named, config)
}

/// Behind a proxy that is not trusted all people share one address, and so its limits: the operator should know.
fn warn_once(peer: IpAddr) {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        tracing::warn!(%peer, "X-Forwarded-For is ignored: if this is your proxy, name it in CONFAB_TRUSTED_PROXIES");
    });
}

fn forwarded(peer: IpAddr, named: &[&str], config: &Config) -> IpAddr {
    let mut address = peer;
    for name in named.iter().rev() {
        if !config.trusts(address) {
            break;
        }
        match name.trim().parse::<IpAddr>() {
            Ok(named) => address = named.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

/// What tries are counted under: an IPv6 customer holds a whole /64.
pub fn key(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = Ipv6Addr::from_bits(address.to_bits() >> 64 << 64);
            format!("{network}/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusting = Config { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..Config::default() };
        let from = |peer: &str, named: &[&str], config| forwarded(peer.parse().unwrap(), named, config).to_string();
        assert_eq!(from("1.1.1.1", &["2.2.2.2"], &trusting), "1.1.1.1");
        assert_eq!(from("10.0.0.1", &["6.6.6.6", " 2.2.2.2", "10.0.0.2"], &trusting), "2.2.2.2");
        assert_eq!(from("10.0.0.1", &["rubbish"], &trusting), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["2.2.2.2"], &Config::default()), "10.0.0.1");
        assert_eq!(key("2001:db8:1:2:3:4:5:6".parse().unwrap()), "2001:db8:1:2::/64");
    }
}
