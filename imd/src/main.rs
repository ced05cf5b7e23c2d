//! The `imd` program: the command line and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    imd::cli::run(std::env::args_os(), imd::serve::serve)
}
