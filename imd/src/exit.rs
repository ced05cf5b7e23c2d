//! How `imd` ends: the exit codes, with a sentence for each that says what to do.
//!
//! The codes are those of sysexits.h where one fits. A service manager restarts only after `FAILED`: every other
//! failure would only happen again.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

/// An exit code, and what the person who reads the message can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit {
    /// The exit code of the process.
    pub code: u8,
    /// What to do about it.
    pub advice: &'static str,
}

/// `imd probe`: the daemon of this machine does not answer, or says that it is not well.
pub const UNWELL: Exit = exit(1, "'systemctl status imd' and its journal say more.");

/// The command line is wrong.
pub const USAGE: Exit = exit(64, "'imd --help' lists what it understands.");

/// SQLite has found the database damaged.
pub const DATABASE_DAMAGED: Exit =
    exit(65, "Nothing was changed. 'imd serve' serves a page that shows what can be done.");

/// No daemon answers at its socket.
pub const NO_DAEMON: Exit =
    exit(68, "Start it, or name its data folder with --data; only root and the user who runs it may ask.");

/// The daemon answered, and refused.
pub const REFUSED: Exit = exit(77, "Nothing was changed.");

/// An address to listen on is in use, or is not one of this machine's.
pub const PORT_TAKEN: Exit =
    exit(69, "Stop the program that uses the port, or choose another address with --listen or 'listen' in the file.");

/// Anything else; a restart may help.
pub const FAILED: Exit = exit(70, "This should not happen. The lines above say more; starting again may help.");

/// The data folder cannot be created or written.
pub const FOLDER_NOT_WRITABLE: Exit =
    exit(73, "Give the user who runs imd the right to write there, or choose another folder with --data.");

/// Another process uses the same data folder.
pub const FOLDER_IN_USE: Exit =
    exit(75, "Two would destroy each other's data. Stop the other one, or choose another folder with --data.");

/// A newer version wrote the database, and older ones must not open it.
pub const DATABASE_NEWER: Exit = exit(76, "Nothing was changed. Install the newer imd again; it opens this data.");

/// The configuration file is wrong.
pub const CONFIG: Exit = exit(
    78,
    "Correct the file and try 'imd config check --config FILE'; 'imd config show-default' explains each setting.",
);

const fn exit(code: u8, advice: &'static str) -> Exit {
    Exit { code, advice }
}

/// Why `imd` ends before it should.
#[derive(Debug)]
pub struct Failure {
    /// The exit code and advice.
    pub exit: Exit,
    /// What happened, for people; may have several lines.
    pub cause: String,
}

impl Failure {
    /// A failure with its cause.
    pub fn new(exit: Exit, cause: impl fmt::Display) -> Self {
        Self { exit, cause: cause.to_string() }
    }

    /// Prints the message for the person who started `imd`, and returns the exit code.
    pub fn tell(&self) -> ExitCode {
        // If standard error is closed, nobody can be told.
        let _ = writeln!(io::stderr(), "imd: {}\n{}", self.cause, self.exit.advice);
        ExitCode::from(self.exit.code)
    }
}
