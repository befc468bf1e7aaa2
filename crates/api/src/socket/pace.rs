//! How much a socket may say, and when it must be heard.

use std::time::{Duration, Instant};

/// Frames a client may send at once.
pub(super) const FRAMES: u32 = 120;
/// Frames it gets back each second.
pub(super) const PER_SECOND: u32 = 10;

/// What becomes of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Done.
    Pass,
    /// Refused; try again after this.
    Limited(Duration),
    /// The socket is closed.
    Flood,
}

/// A token bucket that remembers by how much it was overdrawn: at three times its size the socket is closed.
#[derive(Debug)]
pub(super) struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    /// A full one.
    pub(super) fn new(now: Instant) -> Bucket {
        Bucket { left: f64::from(FRAMES), at: now }
    }

    /// Takes a frame out.
    pub(super) fn take(&mut self, now: Instant) -> Verdict {
        let gained = now.duration_since(self.at).as_secs_f64() * f64::from(PER_SECOND);
        self.left = (self.left + gained).min(f64::from(FRAMES)) - 1.0;
        self.at = now;
        if self.left >= 0.0 {
            return Verdict::Pass;
        }
        if self.left <= -2.0 * f64::from(FRAMES) {
            return Verdict::Flood;
        }
        Verdict::Limited(Duration::from_secs_f64((1.0 - self.left) / f64::from(PER_SECOND)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_waits_and_a_flood_is_closed() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        for _ in 0..FRAMES {
            assert_eq!(bucket.take(start), Verdict::Pass);
        }
        assert!(matches!(bucket.take(start), Verdict::Limited(_)));
        assert_eq!(bucket.take(start + Duration::from_secs(1)), Verdict::Pass);
        let mut verdict = Verdict::Pass;
        for _ in 0..3 * FRAMES {
            verdict = bucket.take(start + Duration::from_secs(1));
        }
        assert_eq!(verdict, Verdict::Flood);
    }
}
