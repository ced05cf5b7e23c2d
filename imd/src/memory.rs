//! How the process gives memory back to the system.

/// A block of so many bytes is a mapping of its own, which goes back to the system as soon as it is freed.
#[cfg(target_env = "gnu")]
const LARGE: nix::libc::c_int = 1 << 20;

/// Lets no thread keep a large block that it has freed. By default glibc takes a block of the size that was freed last, up
/// to 32 MiB, from a heap of the thread and leaves it there: each thread that has checked a password would hold 19 MiB.
///
/// To be called before there is a second thread.
pub fn give_back_large_blocks() {
    #[cfg(target_env = "gnu")]
    #[allow(unsafe_code, reason = "glibc has no safe way to set this")]
    // SAFETY: it sets a number; no other thread allocates meanwhile.
    let _set = unsafe { nix::libc::mallopt(nix::libc::M_MMAP_THRESHOLD, LARGE) };
}
