//! Moments on one clock of this process, carried through the server in the text of a message, and the times between them.

use std::sync::LazyLock;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;
use tokio::time::Instant;

/// What stands before a moment in a text; nothing else of a frame holds it.
const SIGN: &[u8] = b"~t";
/// Hexadecimal digits of a moment.
const DIGITS: usize = 12;
/// The longest time told apart, in microseconds.
const LONGEST: u64 = 120_000_000;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Microseconds since this process first asked.
pub(super) fn now() -> u64 {
    at(Instant::now())
}

/// A moment in microseconds.
pub(super) fn at(moment: Instant) -> u64 {
    u64::try_from(moment.saturating_duration_since(*START).as_micros()).unwrap_or(u64::MAX)
}

/// A moment as it stands in a text.
pub(super) fn stamp(moment: u64) -> String {
    format!("~t{moment:0DIGITS$x}")
}

/// The moments in a frame, without reading it as JSON: the generator shares its processors with the server.
pub(super) fn stamps(payload: &[u8]) -> impl Iterator<Item = u64> {
    memchr::memmem::find_iter(payload, SIGN).filter_map(|at| {
        let digits = payload.get(at + SIGN.len()..at + SIGN.len() + DIGITS)?;
        u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    })
}

/// The times of a phase.
#[derive(Debug, Clone)]
pub(super) struct Latencies(Histogram<u64>);

impl Latencies {
    /// From times in microseconds.
    pub(super) fn of(micros: impl IntoIterator<Item = u64>) -> anyhow::Result<Latencies> {
        let mut histogram = Histogram::new_with_bounds(1, LONGEST, 3)?;
        for time in micros {
            histogram.saturating_record(time.max(1));
        }
        Ok(Latencies(histogram))
    }

    /// What is told of them.
    pub(super) fn summary(&self) -> Summary {
        let ms = |quantile: f64| self.0.value_at_quantile(quantile) as f64 / 1_000.0;
        Summary { p50_ms: ms(0.5), p95_ms: ms(0.95), p99_ms: ms(0.99), max_ms: self.0.max() as f64 / 1_000.0 }
    }
}

/// Quantiles in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Summary {
    pub(super) p50_ms: f64,
    pub(super) p95_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) max_ms: f64,
}

/// The moments at which an open loop acts: evenly spaced, whatever became of the earlier ones.
#[derive(Debug)]
pub(super) struct Schedule {
    start: Instant,
    gap: Duration,
    end: Instant,
    next: u32,
}

impl Schedule {
    /// So often in a second, for so many seconds; the first at `start`.
    pub(super) fn new(start: Instant, per_second: f64, seconds: f64) -> Schedule {
        let gap = Duration::from_secs_f64(1.0 / per_second.max(0.1));
        Schedule { start, gap, end: start + Duration::from_secs_f64(seconds), next: 0 }
    }

    /// Waits for the next moment and gives it; at once if it is past. None at the end.
    pub(super) async fn next(&mut self) -> Option<u64> {
        let due = self.start + self.gap * self.next;
        if due >= self.end {
            return None;
        }
        self.next += 1;
        tokio::time::sleep_until(due).await;
        Some(at(due))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moments_of_a_frame_are_found_wherever_they_stand() {
        let text = format!("{{\"body\":\"{} x\"}},{{\"body\":\"{}\"}} ~tzz ~t", stamp(7), stamp(1_000_000));
        assert_eq!(stamps(text.as_bytes()).collect::<Vec<_>>(), [7, 1_000_000]);
    }

    #[tokio::test]
    async fn a_schedule_that_was_held_up_counts_from_when_it_was_due() {
        // Moments are counted from this one on, so it must come first.
        let start = *START;
        tokio::time::sleep(Duration::from_millis(5)).await;
        let mut schedule = Schedule::new(start, 1_000.0, 0.003);
        let mut due = Vec::new();
        while let Some(moment) = schedule.next().await {
            due.push(moment - at(start));
        }
        assert_eq!(due, [0, 1_000, 2_000]);
    }
}
