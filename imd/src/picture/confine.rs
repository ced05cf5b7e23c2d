//! Restricts what the process that decodes a picture can do: compute, read what it was given, answer, and exit.
//!
//! Everything here can only be tightened, needs no privilege, and works inside the sandbox of the unit. Limits and
//! system call filters protect independently: where the kernel has no filters, a process that may have no further
//! descriptor still cannot open anything.

use std::io;

use nix::libc;
use nix::sys::resource::{Resource, setrlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

use super::PictureLimits;

/// Seconds of processor time. The largest photo takes a small board four.
const CPU_SECONDS: u64 = 20;
/// Memory for the program itself, its libraries and stack, and for scaling, in addition to the picture's limit.
const OWN_BYTES: u64 = 64 << 20;
/// From −1,000 to 1,000: which process the kernel ends first when memory runs out. The daemon's value is −500.
const ENDED_FIRST: &str = "900";

/// The system calls that are still allowed. All others fail with `EPERM`.
const ALLOWED: &[libc::c_long] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_close,
    libc::SYS_lseek,
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_sched_yield,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_tgkill,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Gives up everything that a picture does not need. Open descriptors stay open.
pub(super) fn confine(limits: &PictureLimits) -> io::Result<()> {
    // Without this the kernel might end the daemon instead; where it cannot be written, the kernel decides by size.
    let _ = std::fs::write("/proc/self/oom_score_adj", ENDED_FIRST);
    let memory = limits.max_memory_bytes.saturating_add(OWN_BYTES);
    for (resource, most) in [
        (Resource::RLIMIT_AS, memory),
        (Resource::RLIMIT_CPU, CPU_SECONDS),
        (Resource::RLIMIT_FSIZE, 0),
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_NOFILE, 0),
    ] {
        setrlimit(resource, most, most)?;
    }
    match filter().map(|program| seccompiler::apply_filter(&program)) {
        // A kernel or a machine without such filters.
        Err(_) | Ok(Ok(()) | Err(seccompiler::Error::Seccomp(_) | seccompiler::Error::Prctl(_))) => Ok(()),
        Ok(Err(error)) => Err(io::Error::other(error)),
    }
}

fn filter() -> Result<BpfProgram, seccompiler::BackendError> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let rules = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    let denied = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    SeccompFilter::new(rules, denied, SeccompAction::Allow, arch)?.try_into()
}
