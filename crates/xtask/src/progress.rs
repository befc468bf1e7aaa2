//! What the person at the terminal reads while a step runs: which of how many it is, what it does, how long it
//! took. Everything goes to standard error, so that standard output stays the called program's own.

use std::sync::OnceLock;
use std::time::Duration;

static VERBOSE: OnceLock<bool> = OnceLock::new();

/// Whether the tools' own warnings and the sizes of all files are shown: asked for, and always where CI keeps the log.
pub(crate) fn set_verbose(asked: bool) {
    // Set once, at the start.
    let _ = VERBOSE.set(asked || std::env::var_os("CI").is_some());
}

pub(crate) fn verbose() -> bool {
    VERBOSE.get().copied().unwrap_or(false)
}

/// Counts the steps of one long task and announces each.
pub(crate) struct Progress {
    step: usize,
    of: usize,
}

impl Progress {
    pub(crate) fn new(of: usize) -> Self {
        Progress { step: 0, of }
    }

    pub(crate) fn step(&mut self, what: &str) {
        self.step += 1;
        eprintln!("[{}/{}] {what}", self.step, self.of);
    }

    /// Counts steps of which nothing is left to do.
    pub(crate) fn skip(&mut self, steps: usize) {
        self.step += steps;
    }
}

/// A line that belongs to the step above it.
pub(crate) fn note(what: &str) {
    eprintln!("      {what}");
}

/// A duration as a person would say it: `0.4 s`, `12.0 s`, `4 min 05 s`.
pub(crate) fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// A size in bytes as a person would say it.
pub(crate) fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.2} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_read_as_spoken() {
        assert_eq!(spoken(Duration::from_millis(430)), "0.4 s");
        assert_eq!(spoken(Duration::from_secs(245)), "4 min 05 s");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(69_000), "69.0 kB");
        assert_eq!(size(1_250_000), "1.25 MB");
    }
}
