//! How many files and connections the process may have open at the same time.

use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises the soft limit to the hard one and returns it: each connection and each file counts.
///
/// # Errors
/// If the system refuses; then the old limit stays.
pub fn raise_limit() -> Result<u64, Errno> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if soft < hard {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    }
    Ok(hard)
}

/// What is open in addition to connections: the database and its readers, uploads, and files that are being downloaded.
const BESIDE: u64 = 512;

/// As many of the `wanted` connections as `limit` open files allow, at least one.
#[must_use]
pub fn connections(wanted: usize, limit: u64) -> usize {
    let allowed = limit.saturating_sub(BESIDE).max(1);
    wanted.min(usize::try_from(allowed).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, the last descriptor could go to a connection, and the next message could not be stored.
    #[test]
    fn what_the_store_needs_is_left_to_it() {
        assert_eq!(connections(50_000, 1 << 20), 50_000);
        assert_eq!(connections(50_000, 1_024), 512);
        assert_eq!(connections(50_000, 100), 1);
    }

    /// Were this to fail, the default of 1,024 would turn the thousandth person away.
    #[test]
    fn the_soft_limit_becomes_the_hard_one() {
        let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        setrlimit(Resource::RLIMIT_NOFILE, hard.min(512), hard).unwrap();
        assert_eq!(raise_limit(), Ok(hard));
        assert_eq!(getrlimit(Resource::RLIMIT_NOFILE), Ok((hard, hard)));
    }
}
