//! Tries counted for all nodes together: one number per key in Redis, the time at which all tries so far are refilled
//! (the generic cell rate algorithm), read and raised in one step by a script.

use std::time::Duration;

use deadpool_redis::redis::Script;
use tokio::time::timeout;

use super::Relay;

/// Who tries something waits no longer than this for Redis; then the node's own count is all there is.
pub(super) const WITHIN: Duration = Duration::from_millis(200);

/// `KEYS[1]` of the try, `ARGV` milliseconds until one try is refilled and tries allowed at once. Gives the milliseconds
/// to wait, 0 if it may be tried. By the clock of Redis, since those of the nodes differ.
const COUNT: &str = "
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local one, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + one
local wait = full - one * burst - now
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil(full - now))
return 0
";

pub(super) fn script() -> Script {
    Script::new(COUNT)
}

impl Relay {
    /// Counts one try on all nodes together: so many at once, each refilled after `one`. Gives how long to wait, nought
    /// if it may be tried; none if Redis did not say in time.
    pub async fn count(&self, name: &str, times: u32, one: Duration) -> Option<Duration> {
        let asked = async {
            let mut connection = self.pool.get().await.ok()?;
            let mut call = self.script.key(self.channels.counter(name));
            let answer = call.arg(one.as_secs_f64() * 1000.0).arg(times).invoke_async::<u64>(&mut connection).await;
            answer.inspect_err(|error| tracing::debug!(%error, "Redis could not count")).ok()
        };
        timeout(WITHIN, asked).await.ok().flatten().map(Duration::from_millis)
    }
}
