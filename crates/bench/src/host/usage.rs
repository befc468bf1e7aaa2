//! What the system tells of a process: the processor time it took and the memory it holds (Linux's `/proc`).

use std::fs;

/// What a process has used so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Seconds of processor time, its own and the system's for it.
    pub cpu_seconds: f64,
    /// Bytes resident.
    pub resident: u64,
}

impl Usage {
    /// Reads it; a process that is gone has used nothing.
    pub fn of(pid: u32) -> Usage {
        Usage { cpu_seconds: cpu_seconds(pid).unwrap_or_default(), resident: resident(pid).unwrap_or_default() }
    }

    /// That of several processes that share memory: each shared page is counted once.
    pub fn of_all(pids: &[u32]) -> Usage {
        let add = |sum: Usage, pid: &u32| Usage {
            cpu_seconds: sum.cpu_seconds + cpu_seconds(*pid).unwrap_or_default(),
            resident: sum.resident + proportional(*pid).unwrap_or_default(),
        };
        pids.iter().fold(Usage::default(), add)
    }
}

/// The fields of `/proc/PID/stat` after the name, which may hold anything.
fn stat(pid: u32) -> Option<Vec<u64>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(") ")?;
    // The state is a letter and some fields are negative: they read as nought and keep their places.
    Some(rest.split(' ').map(|field| field.parse().unwrap_or(0)).collect())
}

fn cpu_seconds(pid: u32) -> Option<f64> {
    let fields = stat(pid)?;
    // utime, stime, and those of children that ended and were waited for (a Postgres has many).
    let ticks: u64 = fields.iter().skip(11).take(4).sum();
    Some(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

fn resident(pid: u32) -> Option<u64> {
    kilobytes(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?, "VmRSS:")
}

fn proportional(pid: u32) -> Option<u64> {
    kilobytes(&fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?, "Pss:")
}

fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1_024)
}

/// A process and all that came from it.
pub fn descendants(root: u32) -> Vec<u32> {
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let parents: Vec<(u32, u64)> = pids.filter_map(|pid| Some((pid, *stat(pid)?.get(1)?))).collect();
    let mut found = vec![root];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        next += 1;
        found.extend(parents.iter().filter(|(_, of)| *of == u64::from(parent)).map(|(pid, _)| *pid));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_time_and_memory() {
        let begun = std::time::Instant::now();
        while begun.elapsed().as_millis() < 60 {
            std::hint::black_box(0);
        }
        let usage = Usage::of(std::process::id());
        assert!(usage.cpu_seconds > 0.0 && usage.resident > 100_000, "{usage:?}");
        assert_eq!(descendants(std::process::id()).first(), Some(&std::process::id()));
    }
}
