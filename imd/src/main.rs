//! The `imd` program: the command line and nothing else.

use std::process::ExitCode;

use imd::config::Config;
use imd::data_dir::DataDir;
use imd::exit::{self, Failure};

fn main() -> ExitCode {
    imd::cli::run(std::env::args_os(), serve)
}

fn serve(config: Config) -> Result<(), Failure> {
    let folder = DataDir::open(&config.data)?;
    Err(Failure::new(exit::FAILED, format!("there is nothing to serve from {} yet", folder.path().display())))
}
