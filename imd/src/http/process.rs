//! What the kernel reports about the process, under the names that all exporters use.

use std::fs;
use std::sync::atomic::{AtomicI64, AtomicU64};

use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Read from the kernel on each request.
#[derive(Debug)]
pub(super) struct Process {
    cpu: Counter<f64, AtomicU64>,
    resident: Gauge<i64, AtomicI64>,
    virtual_bytes: Gauge<i64, AtomicI64>,
    open_files: Gauge<i64, AtomicI64>,
}

impl Process {
    pub(super) fn new(registry: &mut Registry, started: Gauge<f64, AtomicU64>) -> Self {
        let this = Self {
            cpu: Counter::default(),
            resident: Gauge::default(),
            virtual_bytes: Gauge::default(),
            open_files: Gauge::default(),
        };
        let max_files = Gauge::<i64, AtomicI64>::default();
        max_files
            .set(getrlimit(Resource::RLIMIT_NOFILE).map_or(0, |(soft, _)| i64::try_from(soft).unwrap_or(i64::MAX)));
        registry.register("process_cpu_seconds", "Time on the processor", this.cpu.clone());
        registry.register("process_resident_memory_bytes", "Memory in use", this.resident.clone());
        registry.register("process_virtual_memory_bytes", "Address space in use", this.virtual_bytes.clone());
        registry.register("process_open_fds", "Open descriptors", this.open_files.clone());
        registry.register("process_max_fds", "Descriptors that may be open", max_files);
        registry.register("process_start_time_seconds", "When the process started, seconds since 1970", started);
        this
    }

    pub(super) fn look(&self) {
        if let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) {
            let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
            let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
            self.cpu.inc_by((cpu - self.cpu.get()).max(0.0));
        }
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.trim().trim_end_matches(" kB").parse::<i64>().unwrap_or(0).saturating_mul(1_024)
        };
        self.virtual_bytes.set(bytes("VmSize:"));
        self.resident.set(bytes("VmRSS:"));
        self.open_files.set(fs::read_dir("/proc/self/fd").map_or(0, |open| i64::try_from(open.count()).unwrap_or(0)));
    }
}
