//! How often what may be tried. One interface, kept in this node's memory; each node counts for itself.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

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
    clock: DefaultClock,
}

impl Limits {
    /// The limits the operator chose.
    pub fn new(config: &Config) -> Self {
        let counter = |rate: Rate| rate.limiter();
        Limits {
            on: config.rate_limits,
            sign_in_account: counter(config.limit_sign_in_account),
            sign_in_address: counter(config.limit_sign_in_address),
            register_address: counter(config.limit_register_address),
            requests: counter(config.limit_requests),
            anonymous: counter(config.limit_anonymous),
            invites: counter(config.limit_invites),
            clock: DefaultClock::default(),
        }
    }

    /// Counts one try; `rate_limited`, with the seconds to wait, if there were too many.
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

    /// Forgets the keys whose tries are all refilled, so that memory follows the tries of the last minutes.
    pub(super) fn tidy(&self) {
        use Limit as L;
        for limit in [L::SignInAccount, L::SignInAddress, L::RegisterAddress, L::Requests, L::Anonymous, L::Invites] {
            self.counter(limit).retain_recent();
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
        }
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
