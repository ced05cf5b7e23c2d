//! Who used the machine: processor time and memory of a process, read from `/proc` (proc(5)).

use std::time::Instant;

use crate::error::LoadError;

/// Clock ticks per second in `/proc`: fixed at 100 in Linux's interface to programs (`USER_HZ`).
const TICKS_PER_S: f64 = 100.0;

/// Processor time spent so far by everyone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    server_s: f64,
    client_s: f64,
    machine_s: f64,
    at: Instant,
}

/// Processor time between two moments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    /// Seconds of processor time of the server.
    pub(crate) server_s: f64,
    /// Cores the server kept busy.
    pub(crate) server_cores: f64,
    /// Cores this program kept busy.
    pub(crate) client_cores: f64,
    /// Cores everyone else kept busy: a figure taken beside much of this is worth little.
    pub(crate) other_cores: f64,
}

impl Usage {
    /// Reads the clocks; `server` is a process id.
    pub(crate) fn now(server: u32) -> Result<Self, LoadError> {
        let machine = read("/proc/stat")?;
        // user, nice, system; then idle and iowait, which nobody spent; then irq, softirq, steal.
        let ticks: Vec<f64> = machine
            .lines()
            .next()
            .unwrap_or("")
            .split_whitespace()
            .skip(1)
            .filter_map(|tick| tick.parse().ok())
            .collect();
        let busy: f64 =
            ticks.iter().enumerate().filter(|(index, _)| matches!(index, 0..=2 | 5..=7)).map(|(_, tick)| tick).sum();
        Ok(Self {
            server_s: process_s(&server.to_string())?,
            client_s: process_s("self")?,
            machine_s: busy / TICKS_PER_S,
            at: Instant::now(),
        })
    }

    /// What was spent since `self`, as of `later`.
    pub(crate) fn until(&self, later: &Self) -> Spent {
        let wall = later.at.duration_since(self.at).as_secs_f64().max(1e-9);
        let (server_s, client_s) = (later.server_s - self.server_s, later.client_s - self.client_s);
        let other_s = (later.machine_s - self.machine_s - server_s - client_s).max(0.0);
        Spent { server_s, server_cores: server_s / wall, client_cores: client_s / wall, other_cores: other_s / wall }
    }
}

/// Memory of a process, KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// All that is resident.
    pub(crate) rss_kib: u64,
    /// The part that is not of files: what the process itself asked for.
    pub(crate) anonymous_kib: u64,
}

impl Memory {
    /// Reads it; `process` is a process id.
    pub(crate) fn of(process: u32) -> Result<Self, LoadError> {
        let status = read(&format!("/proc/{process}/status"))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
            line.split_whitespace().next()?.parse().ok()
        };
        match (field("VmRSS"), field("RssAnon")) {
            (Some(rss_kib), Some(anonymous_kib)) => Ok(Self { rss_kib, anonymous_kib }),
            _ => Err(LoadError::Unfit(format!("process {process} has no memory: it has ended"))),
        }
    }
}

/// utime + stime, fields 14 and 15, counted from behind the name, which may contain anything.
fn process_s(process: &str) -> Result<f64, LoadError> {
    let stat = read(&format!("/proc/{process}/stat"))?;
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    Ok(behind_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>()
        / TICKS_PER_S)
}

fn read(path: &str) -> Result<String, LoadError> {
    std::fs::read_to_string(path).map_err(LoadError::io("reading /proc (has the server ended?)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_seen_to_work() {
        let own = std::process::id();
        let before = Usage::now(own).unwrap();
        let mut sum = 0_u64;
        while Usage::now(own).unwrap().server_s - before.server_s < 0.03 {
            sum = (0..100_000).fold(sum, |sum, term| sum.wrapping_add(term * sum));
        }
        std::hint::black_box(sum);
        let spent = before.until(&Usage::now(own).unwrap());
        assert!(spent.server_s >= 0.03 && spent.server_cores > 0.0);
        let memory = Memory::of(own).unwrap();
        assert!(memory.rss_kib > memory.anonymous_kib && memory.anonymous_kib > 0);
    }
}
