//! What can end a load run.

use crate::frame::FrameError;

/// Why a run, or one of its connections, could not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// A socket or a file.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// What came of it.
        source: std::io::Error,
    },
    /// The server refused what a load run needs.
    #[error("{what} was answered with status {status}: {body}")]
    Refused {
        /// What was asked.
        what: String,
        /// HTTP status.
        status: u16,
        /// The answer, cut short.
        body: String,
    },
    /// The server said something that is neither HTTP nor the protocol.
    #[error("not understood: {0}")]
    Protocol(String),
    /// A WebSocket frame that may not be.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A file or answer that is not the JSON it should be.
    #[error("{what}: {source}")]
    Json {
        /// What was read.
        what: &'static str,
        /// Where it went wrong.
        source: serde_json::Error,
    },
    /// The system's random numbers.
    #[error("no random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// The whole run took longer than it may.
    #[error("stopped after {0} s, the limit of this run")]
    OverTime(u64),
    /// What was asked for cannot be measured.
    #[error("{0}")]
    Unfit(String),
}

impl LoadError {
    /// Says what was tried, for `map_err`.
    pub(crate) fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { what, source }
    }

    /// Says what was read, for `map_err`.
    pub(crate) fn json(what: &'static str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::Json { what, source }
    }
}
