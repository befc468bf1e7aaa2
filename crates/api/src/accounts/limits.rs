//! How often what may be tried.
//!
//! Each node counts for itself, in its own memory. What guards a secret (sign-ins, registrations, invites) is counted
//! for all nodes together as well, by the relay; with Redis away the node's own count goes on alone. What guards a node
//! (requests, sockets) is not: it would cost each request a question to Redis.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::secret;
use crate::app::App;
use crate::config::Config;
use crate::error::Error;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Sign-ins tried on one account, by its name or address.
    SignInAccount,
    /// Sign-ins tried from one address.
    SignInAddress,
    /// Accounts asked for from one address.
    RegisterAddress,
    /// Requests by one person.
    Requests,
    /// Requests from one address by nobody signed in.
    Anonymous,
    /// Invites looked up or accepted by one person or address.
    Invites,
    /// Posts by one incoming webhook.
    Hooks,
    /// Sockets of one person.
    Sockets,
    /// Sockets opened from one address.
    SocketsAddress,
}

/// So many times at once, refilled evenly over so many seconds; written `10/300`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    times: NonZeroU32,
    seconds: NonZeroU32,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('/').and_then(|(times, seconds)| {
            Some(Rate { times: times.trim().parse().ok()?, seconds: seconds.trim().parse().ok()? })
        });
        parsed.ok_or_else(|| "write it as times/seconds, such as 10/300".into())
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.times, self.seconds)
    }
}

impl Rate {
    /// A rate; nought counts as one.
    pub const fn new(times: u32, seconds: u32) -> Self {
        Rate { times: at_least_one(times), seconds: at_least_one(seconds) }
    }

    fn limiter(self) -> DefaultKeyedRateLimiter<String> {
        let all = Duration::from_secs(u64::from(self.seconds.get()));
        let one = all.checked_div(self.times.get()).filter(|one| !one.is_zero()).unwrap_or(Duration::from_nanos(1));
        let quota = Quota::with_period(one).unwrap_or(Quota::per_second(self.times));
        RateLimiter::keyed(quota.allow_burst(self.times))
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

type Counter = DefaultKeyedRateLimiter<String>;

/// How often what may be tried.
pub struct Limits {
    on: bool,
    sign_in_account: Counter,
    sign_in_address: Counter,
    register_address: Counter,
    requests: Counter,
    anonymous: Counter,
    invites: Counter,
    hooks: Counter,
    sockets: Counter,
    sockets_address: Counter,
    clock: DefaultClock,
}

impl Limits {
    /// The limits the operator chose.
    pub fn new(config: &Config) -> Self {
        let counter = |limit| rate(config, limit).limiter();
        Limits {
            on: config.rate_limits,
            sign_in_account: counter(Limit::SignInAccount),
            sign_in_address: counter(Limit::SignInAddress),
            register_address: counter(Limit::RegisterAddress),
            requests: counter(Limit::Requests),
            anonymous: counter(Limit::Anonymous),
            invites: counter(Limit::Invites),
            hooks: counter(Limit::Hooks),
            sockets: counter(Limit::Sockets),
            sockets_address: counter(Limit::SocketsAddress),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one try on this node; `rate_limited`, with the seconds to wait, if there were too many.
    pub fn check(&self, limit: Limit, key: &str) -> Result<(), Error> {
        if !self.on {
            return Ok(());
        }
        let counter = self.counter(limit);
        match counter.check_key(&key.to_owned()) {
            Ok(()) => Ok(()),
            Err(not_until) => {
                let wait = not_until.wait_time_from(self.clock.now());
                Err(Error::rate_limited(wait.as_secs_f64().ceil() as u64))
            }
        }
    }

    fn is_shared(&self, limit: Limit) -> bool {
        self.on
            && !matches!(
                limit,
                Limit::Requests | Limit::Anonymous | Limit::Hooks | Limit::Sockets | Limit::SocketsAddress
            )
    }

    /// Forgets the keys whose tries are all refilled, so that memory follows the tries of the last minutes.
    pub(super) fn tidy(&self) {
        for counter in [
            &self.sign_in_account,
            &self.sign_in_address,
            &self.register_address,
            &self.requests,
            &self.anonymous,
            &self.invites,
            &self.hooks,
            &self.sockets,
            &self.sockets_address,
        ] {
            counter.retain_recent();
        }
    }

    fn counter(&self, limit: Limit) -> &Counter {
        match limit {
            Limit::SignInAccount => &self.sign_in_account,
            Limit::SignInAddress => &self.sign_in_address,
            Limit::RegisterAddress => &self.register_address,
            Limit::Requests => &self.requests,
            Limit::Anonymous => &self.anonymous,
            Limit::Invites => &self.invites,
            Limit::Hooks => &self.hooks,
            Limit::Sockets => &self.sockets,
            Limit::SocketsAddress => &self.sockets_address,
        }
    }
}

/// The rate an operator chose.
fn rate(config: &Config, limit: Limit) -> Rate {
    match limit {
        Limit::SignInAccount => config.limit_sign_in_account,
        Limit::SignInAddress => config.limit_sign_in_address,
        Limit::RegisterAddress => config.limit_register_address,
        Limit::Requests => config.limit_requests,
        Limit::Anonymous => config.limit_anonymous,
        Limit::Invites => config.limit_invites,
        Limit::Hooks => config.limit_hooks,
        Limit::Sockets => config.limit_sockets,
        Limit::SocketsAddress => config.limit_sockets_address,
    }
}

/// Counts one try, on all nodes together where that matters; `rate_limited`, with the seconds to wait, if there were too
/// many.
pub async fn limit(app: &App, limit: Limit, key: &str) -> Result<(), Error> {
    app.limits.check(limit, key)?;
    let Some(relay) = app.relay.as_ref().filter(|_| app.limits.is_shared(limit)) else { return Ok(()) };
    let Rate { times, seconds } = rate(&app.config, limit);
    let one = Duration::from_secs(u64::from(seconds.get())) / times.get();
    // Names and addresses are nobody's business but ours: Redis sees their hash.
    let name = format!("{limit:?}:{}", secret::hashed_text(key));
    match relay.count(&name, times.get(), one).await {
        Some(wait) if !wait.is_zero() => Err(Error::rate_limited(wait.as_secs_f64().ceil() as u64)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_allows_its_burst_and_then_says_how_long_to_wait() {
        let rate: Rate = "2/60".parse().unwrap();
        let limiter = rate.limiter();
        assert!(limiter.check_key(&"ada".into()).is_ok() && limiter.check_key(&"ada".into()).is_ok());
        let wait = limiter.check_key(&"ada".into()).unwrap_err().wait_time_from(DefaultClock::default().now());
        assert!(wait.as_secs() >= 29 && wait.as_secs() <= 30, "{wait:?}");
        assert!(limiter.check_key(&"bob".into()).is_ok());
        for bad in ["", "10", "0/1", "1/0", "a/b", "-1/2"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
