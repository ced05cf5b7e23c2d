//! What is wrong with a configuration, in words for the person who wrote it.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: the configuration file cannot be read: {source}", path.display())]
    Unreadable {
        /// The file that was asked for.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file is larger than any configuration.
    #[error("{}: larger than {limit} bytes: this is no configuration file", path.display())]
    TooLarge {
        /// The file that was asked for.
        path: PathBuf,
        /// The largest size that is accepted, in bytes.
        limit: u64,
    },
    /// Settings in the file are wrong.
    #[error("{}", lines(path, faults))]
    Invalid {
        /// The file that was asked for.
        path: PathBuf,
        /// What is wrong, in the order of the lines; at least one fault.
        faults: Vec<Fault>,
    },
}

/// One fault in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, counted from 1.
    pub line: usize,
    /// The setting with its section, such as `limits.max_connections`; empty where the text is not even TOML.
    pub key: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.as_str() {
            "" => write!(f, "{}: {}", self.line, self.problem),
            key => write!(f, "{}: {key}: {}", self.line, self.problem),
        }
    }
}

/// `file:line: key: problem`, one below the other.
fn lines(path: &std::path::Path, faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{}:{fault}", path.display())).collect::<Vec<_>>().join("\n")
}
