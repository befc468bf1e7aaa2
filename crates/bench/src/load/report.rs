//! What was measured: a JSON line for each measurement as it is made, and the table of ratios at the end.

use std::fmt::Write;

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::latency::Summary;

/// One measurement. What does not apply to it is left out.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Line {
    /// Which scenario.
    pub(super) scenario: &'static str,
    /// Which part of it.
    pub(super) phase: &'static str,
    /// Who was measured: `confab` or a floor.
    pub(super) subject: &'static str,
    /// Of which run.
    pub(super) run: usize,
    /// What is counted.
    pub(super) unit: &'static str,
    /// How many of them.
    pub(super) work: u64,
    /// In how long.
    pub(super) seconds: f64,
    /// How many in a second.
    pub(super) per_second: f64,
    /// Times, open-loop unless the phase says otherwise.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(super) latency: Option<Summary>,
    /// Processor time of the server alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cpu_seconds: Option<f64>,
    /// The same for a million units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cpu_seconds_per_million: Option<f64>,
    /// Processor time of all processes of its Postgres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) postgres_cpu_seconds: Option<f64>,
    /// Resident memory of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resident_bytes: Option<u64>,
    /// Resident memory of its Postgres, shared pages counted once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) postgres_resident_bytes: Option<u64>,
    /// What only this scenario tells.
    #[serde(flatten)]
    pub(super) more: serde_json::Map<String, Value>,
}

impl Line {
    /// Fills in what follows from work and time.
    pub(super) fn rate(mut self, work: u64, seconds: f64) -> Line {
        (self.work, self.seconds, self.per_second) = (work, seconds, work as f64 / seconds.max(1e-9));
        self
    }

    /// Adds something of its own.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Line {
        self.more.insert(name.into(), value.into());
        self
    }
}

/// What a figure must reach beside its floor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Goal {
    /// At most these multiples: the aim, and the least.
    AtMost(f64, f64),
    /// At least these multiples.
    AtLeast(f64, f64),
    /// The figure itself, whatever the floor, is at most this.
    Value(f64, f64),
}

impl Goal {
    fn verdict(self, value: f64, ratio: f64) -> &'static str {
        let (aim, least) = match self {
            Goal::AtMost(aim, least) => (ratio <= aim, ratio <= least),
            Goal::AtLeast(aim, least) => (ratio >= aim, ratio >= least),
            Goal::Value(aim, least) => (value <= aim, value <= least),
        };
        match (aim, least) {
            (true, _) => "aim reached",
            (_, true) => "enough",
            _ => "MISSED",
        }
    }

    fn words(self) -> String {
        match self {
            Goal::AtMost(aim, least) => format!("<= {aim} x (<= {least} x)"),
            Goal::AtLeast(aim, least) => format!(">= {aim} x (>= {least} x)"),
            Goal::Value(aim, least) => format!("<= {aim} (<= {least})"),
        }
    }
}

/// A figure beside its floor, of one run.
#[derive(Debug, Clone)]
struct Ratio {
    figure: String,
    goal: Goal,
    value: f64,
    floor: f64,
}

/// All that was measured.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The run under way.
    pub(super) run: usize,
    ratios: Vec<Ratio>,
}

impl Report {
    /// Prints a measurement.
    pub(super) fn line(&self, mut line: Line) -> Result<()> {
        use std::io::Write;
        line.run = self.run;
        writeln!(std::io::stdout(), "{}", serde_json::to_string(&line)?)?;
        Ok(())
    }

    /// Notes a figure beside its floor.
    pub(super) fn ratio(&mut self, figure: &str, goal: Goal, value: f64, floor: f64) {
        self.ratios.push(Ratio { figure: figure.into(), goal, value, floor });
    }

    /// The medians over the runs.
    pub(super) fn table(&self) -> String {
        let mut text = format!("{:64} {:>12} {:>12} {:>8}  {:24}\n", "figure", "confab", "floor", "ratio", "goal");
        let mut told: Vec<&str> = Vec::new();
        for ratio in &self.ratios {
            if told.contains(&ratio.figure.as_str()) {
                continue;
            }
            told.push(&ratio.figure);
            let of = |pick: fn(&Ratio) -> f64| {
                median(self.ratios.iter().filter(|r| r.figure == ratio.figure).map(pick).collect())
            };
            let (value, floor, times) = (of(|r| r.value), of(|r| r.floor), of(|r| r.value / r.floor));
            let (goal, verdict) = (ratio.goal.words(), ratio.goal.verdict(value, times));
            let _ = writeln!(text, "{:64} {value:>12.2} {floor:>12.2} {times:>8.2}  {goal:24} {verdict}", ratio.figure);
        }
        text
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let upper = values.get(values.len() / 2).copied().unwrap_or(f64::NAN);
    let lower = values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN);
    (lower + upper) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_the_medians_and_what_was_reached() {
        let mut report = Report::default();
        for value in [30.0, 10.0, 12.0] {
            report.ratio("cost", Goal::AtMost(1.0, 1.25), value, 10.0);
            report.ratio("speed", Goal::AtLeast(2.0, 1.2), value, 10.0);
        }
        let table = report.table();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3, "{table}");
        assert!(lines[1].contains("12.00") && lines[1].contains("1.20") && lines[1].ends_with("enough"), "{table}");
        assert!(lines[2].ends_with("enough"), "{table}");
        assert_eq!(median(vec![1.0, 2.0]), 1.5);
    }
}
