//! What a run found out: one JSON line per step on standard output, one row for people on standard error.

use std::time::Duration;

use serde::Serialize;

use crate::chat::{Pace, Sent};
use crate::histogram::Histogram;
use crate::process::Spent;
use crate::tally::Tally;

/// Latencies, milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Latency {
    count: u64,
    mean_ms: f64,
    p50_ms: f64,
    /// 99 of 100 were faster.
    pub(crate) p99_ms: f64,
    max_ms: f64,
}

impl From<&Histogram> for Latency {
    fn from(latencies: &Histogram) -> Self {
        let ms = |duration: Duration| round(duration.as_secs_f64() * 1e3);
        Self {
            count: latencies.count(),
            mean_ms: ms(latencies.mean()),
            p50_ms: ms(latencies.percentile(50)),
            p99_ms: ms(latencies.percentile(99)),
            max_ms: ms(latencies.max()),
        }
    }
}

/// Who used the two cores; with server and client near all of them, the machine is the limit.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Cores {
    server: f64,
    client: f64,
    other: f64,
}

impl From<&Spent> for Cores {
    fn from(spent: &Spent) -> Self {
        Self { server: round(spent.server_cores), client: round(spent.client_cores), other: round(spent.other_cores) }
    }
}

/// Signing in at a rate.
#[derive(Debug, Serialize)]
pub(crate) struct SignIns {
    pub(crate) step: &'static str,
    pub(crate) users: usize,
    pub(crate) rate: f64,
    pub(crate) broken: u64,
    pub(crate) latency: Latency,
    pub(crate) server_cpu_ms_per_sign_in: f64,
    pub(crate) cores: Cores,
}

/// One request, asked again and again.
#[derive(Debug, Serialize)]
pub(crate) struct Asked {
    pub(crate) step: &'static str,
    /// Messages in the room.
    pub(crate) messages: u64,
    pub(crate) latency: Latency,
}

/// Memory of the server for each user online, KiB.
#[derive(Debug, Serialize)]
pub(crate) struct MemoryUse {
    pub(crate) step: &'static str,
    pub(crate) users: usize,
    pub(crate) server_rss_kib: u64,
    pub(crate) rss_kib_per_user: f64,
    pub(crate) anonymous_kib_per_user: f64,
}

/// Chatting at a rate.
#[derive(Debug, Serialize)]
pub(crate) struct Chat {
    step: &'static str,
    clients: usize,
    rate: f64,
    sent: u64,
    acked: u64,
    delivered: u64,
    expected: u64,
    acked_per_s: f64,
    delivered_per_s: f64,
    ack: Latency,
    delivery: Latency,
    lag_p99_ms: f64,
    errors: std::collections::BTreeMap<String, u64>,
    resyncs: u64,
    broken: u64,
    server_cpu_us_per_message: f64,
    server_cpu_us_per_delivery: f64,
    cores: Cores,
    /// Everything arrived exactly once, and the p99 was within the limit.
    pub(crate) held: bool,
    /// A core was full of this program or it was late: the server may be able to do more.
    client_bound: bool,
}

/// Which latency a step is judged by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum JudgedBy {
    /// From scheduled to on the disk.
    Ack,
    /// From scheduled to received.
    Delivery,
}

/// The p99 that counts as keeping up.
pub(crate) const LIMIT_MS: f64 = 200.0;

impl Chat {
    /// Sums a step up.
    pub(crate) fn new(
        step: &'static str,
        clients: usize,
        pace: Pace,
        sent: Sent,
        spent: &Spent,
        judge: JudgedBy,
        tally: &Tally,
    ) -> Self {
        let (ack, delivery) = (Latency::from(&*tally.acks.borrow()), Latency::from(&*tally.deliveries.borrow()));
        let lag_p99_ms = Latency::from(&*tally.lag.borrow()).p99_ms;
        let p99_ms = match judge {
            JudgedBy::Ack => ack.p99_ms,
            JudgedBy::Delivery => delivery.p99_ms,
        };
        let complete = ack.count == sent.messages && delivery.count == sent.deliveries;
        let took = sent.took.as_secs_f64().max(1e-9);
        let planned = (pace.rate * pace.length.as_secs_f64()) as u64;
        Self {
            step,
            clients,
            rate: pace.rate,
            sent: sent.messages,
            acked: ack.count,
            delivered: delivery.count,
            expected: sent.deliveries,
            acked_per_s: round(ack.count as f64 / took),
            delivered_per_s: round(delivery.count as f64 / took),
            ack,
            delivery,
            lag_p99_ms,
            errors: tally.errors.borrow().clone(),
            resyncs: tally.resyncs.get(),
            broken: tally.broken.get(),
            server_cpu_us_per_message: round(spent.server_s * 1e6 / ack.count.max(1) as f64),
            server_cpu_us_per_delivery: round(spent.server_s * 1e6 / delivery.count.max(1) as f64),
            cores: Cores::from(spent),
            held: complete && sent.messages == planned && tally.broken.get() == 0 && p99_ms < LIMIT_MS,
            client_bound: spent.client_cores > 0.9 || lag_p99_ms > LIMIT_MS / 2.0,
        }
    }

    /// Prints both.
    pub(crate) fn print(&self) {
        let row = format!(
            "{:8} {:>8.0} msg/s {:>9.0} deliveries/s  ack p50 {:>8.2} p99 {:>8.2} max {:>8.1} ms  delivery p50 {:>8.2} p99 {:>8.2} ms  \
             {:>6.1} µs/msg {:>6.2} µs/delivery  cores {:.2} server {:.2} client {:.2} other  {}{}",
            self.step,
            self.rate,
            self.delivered_per_s,
            self.ack.p50_ms,
            self.ack.p99_ms,
            self.ack.max_ms,
            self.delivery.p50_ms,
            self.delivery.p99_ms,
            self.server_cpu_us_per_message,
            self.server_cpu_us_per_delivery,
            self.cores.server,
            self.cores.client,
            self.cores.other,
            if self.held { "held" } else { "NOT HELD" },
            if self.client_bound { ", client bound" } else { "" },
        );
        line(self, &row);
        if self.acked != self.sent
            || self.delivered != self.expected
            || !self.errors.is_empty()
            || self.resyncs + self.broken > 0
        {
            say(&format!(
                "         acked {} of {}, delivered {} of {}, {} resyncs, {} broken, errors {:?}",
                self.acked, self.sent, self.delivered, self.expected, self.resyncs, self.broken, self.errors
            ));
        }
    }
}

impl SignIns {
    /// Prints both.
    pub(crate) fn print(&self) {
        let row = format!(
            "{:8} {} of {} at {:.0}/s: mean {:.2} p99 {:.2} max {:.1} ms  {:.3} CPU ms each  cores {:.2} server {:.2} client {:.2} other",
            self.step,
            self.latency.count,
            self.users,
            self.rate,
            self.latency.mean_ms,
            self.latency.p99_ms,
            self.latency.max_ms,
            self.server_cpu_ms_per_sign_in,
            self.cores.server,
            self.cores.client,
            self.cores.other
        );
        line(self, &row);
    }
}

impl Asked {
    /// Prints both.
    pub(crate) fn print(&self) {
        let Latency { count, mean_ms, p50_ms, p99_ms, max_ms } = self.latency;
        let row = format!(
            "{:12} {} messages, {count} times: mean {mean_ms:.2} p50 {p50_ms:.2} p99 {p99_ms:.2} max {max_ms:.1} ms",
            self.step, self.messages
        );
        line(self, &row);
    }
}

impl MemoryUse {
    /// Prints both.
    pub(crate) fn print(&self) {
        let row = format!(
            "{:8} {:.1} KiB of memory per user ({:.1} anonymous), {} KiB in all",
            self.step, self.rss_kib_per_user, self.anonymous_kib_per_user, self.server_rss_kib
        );
        line(self, &row);
    }
}

/// Prints a finding: JSON on standard output, `row` on standard error.
#[allow(clippy::print_stdout, reason = "standard output is what this program is for")]
pub(crate) fn line(finding: &impl Serialize, row: &str) {
    match serde_json::to_string(finding) {
        Ok(json) => println!("{json}"),
        Err(error) => say(&format!("a finding that is not JSON: {error}")),
    }
    say(row);
}

/// Tells the person who watches.
#[allow(clippy::print_stderr, reason = "standard error is for the person who watches")]
pub(crate) fn say(row: &str) {
    eprintln!("{row}");
}

/// To three decimals.
pub(crate) fn round(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}
