//! Pauses between attempts: full jitter, doubled each time, so that many pages never come back at one moment.

use std::time::Duration;

use js_sys::{Math, Promise};
use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;

/// The longest first pause, in milliseconds.
const FIRST_MS: f64 = 500.0;
/// The longest pause of all, in milliseconds.
const LONGEST_MS: f64 = 30_000.0;

/// A pause after this many failures.
pub fn after(failures: u32) -> Duration {
    Duration::from_millis((Math::random() * longest(failures)) as u64)
}

/// Waits for as long.
pub async fn wait(pause: Duration) {
    let millis = i32::try_from(pause.as_millis()).unwrap_or(i32::MAX);
    let ended = Promise::new(&mut |resolve, _| {
        // A browser without timers would run nothing of this page.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
    });
    // This promise is never rejected.
    let _ = JsFuture::from(ended).await;
}

fn longest(failures: u32) -> f64 {
    (FIRST_MS * f64::from(1_u32 << failures.min(10))).min(LONGEST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_half_a_minute_and_no_further() {
        assert_eq!(longest(0), 500.0);
        assert_eq!(longest(3), 4_000.0);
        assert_eq!(longest(6), LONGEST_MS);
        assert_eq!(longest(u32::MAX), LONGEST_MS);
    }
}
