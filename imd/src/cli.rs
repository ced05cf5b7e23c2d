//! The command line: its commands and options, and the commands that need no running daemon.

mod admin;

use std::ffi::OsString;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use tempfile::NamedTempFile;

use crate::config::{Config, ConfigError, DEFAULT_TOML, Data, Preset, listen_address};
use crate::console::{Console, console};
use crate::exit::{self, Failure};
use crate::picture::{self, Job, PictureLimits};
use crate::probe::{Well, probe};

/// The imbox daemon: chat, files and discovery for one building.
#[derive(Debug, Parser)]
#[command(name = "imd", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the daemon and run it until SIGTERM or Ctrl-C
    Serve(Serve),
    /// Ask the daemon of this machine whether it is well; prints the network links and addresses at which it answers
    Probe {
        /// The port it listens on
        #[arg(long, default_value_t = 80)]
        port: u16,
        /// Do not count as well before it has checked its database: two minutes after its start at most
        #[arg(long)]
        looked_at_database: bool,
    },
    /// Check an imbox.toml, and write a profile for the Wi-Fi in it
    Preset {
        /// The file
        file: PathBuf,
        /// The folder of NetworkManager's profiles
        #[arg(long, value_name = "FOLDER")]
        profiles: PathBuf,
    },
    /// Show on the machine's own screen how to reach the box: name, addresses, QR code, claim code
    Console {
        /// The port that the daemon listens on
        #[arg(long, default_value_t = 80)]
        port: u16,
        /// The file with the claim code, as in `[claim] file`
        #[arg(long, value_name = "FILE")]
        claim_file: PathBuf,
        /// The file with the box's own Wi-Fi, as in `[system] hotspot_file`
        #[arg(long, value_name = "FILE")]
        hotspot_file: Option<PathBuf>,
        /// The screen
        #[arg(long, value_name = "DEVICE", default_value = "/dev/fb0")]
        device: PathBuf,
    },
    /// Decode the picture on standard input and scale it down; the daemon starts this for each picture
    #[command(hide = true)]
    Picture {
        /// size, thumbnail or square
        task: String,
        /// Size of the result in pixels
        side: u32,
        max_input_bytes: u64,
        max_pixels: u64,
        max_memory_bytes: u64,
    },
    /// Check or show the configuration without starting anything
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Administer the box from its own console: people, rooms, backups, self-check
    Admin(Box<admin::Admin>),
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    source: Source,
    /// Address and port to listen on instead of those in the file; may be given several times
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = listen_address)]
    listen: Vec<SocketAddr>,
    /// Data folder instead of the one in the file
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The real data cannot be read: serve a page that says so, with an empty data folder
    #[arg(long, requires = "data")]
    unreadable: bool,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Check the configuration
    Check(Source),
    /// Print the default configuration, with a comment on each setting
    ShowDefault,
}

#[derive(Debug, Args)]
struct Source {
    /// Configuration file; without one, every setting has its default
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

/// Does what the command line asks for. `serve` runs the daemon until it is told to stop.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    serve: impl FnOnce(Config, Data) -> Result<(), Failure>,
) -> ExitCode {
    let done = match Cli::try_parse_from(arguments) {
        Ok(Cli { command: Command::Serve(options) }) => {
            let data = if options.unreadable { Data::Unreadable } else { Data::Readable };
            options.settings().and_then(|config| serve(config, data))
        }
        Ok(Cli { command: Command::Probe { port, looked_at_database } }) => {
            let well = if looked_at_database { Well::LookedAtDatabase } else { Well::SaysSo };
            probe(port, well).and_then(|found| found.iter().try_for_each(|(link, ip)| print(&format!("{link} {ip}\n"))))
        }
        Ok(Cli { command: Command::Preset { file, profiles } }) => preset(&file, &profiles),
        Ok(Cli { command: Command::Console { port, claim_file, hotspot_file, device } }) => {
            console(&Console { port, claim_file, hotspot_file, device })
        }
        Ok(Cli { command: Command::Picture { task, side, max_input_bytes, max_pixels, max_memory_bytes } }) => {
            let limits = PictureLimits { max_input_bytes, max_pixels, max_memory_bytes };
            return Job::new(&task, side, limits).map_or(ExitCode::from(exit::USAGE.code), |job| picture::run(&job));
        }
        Ok(Cli { command: Command::Config(ConfigCommand::Check(source)) }) => source.check(),
        Ok(Cli { command: Command::Config(ConfigCommand::ShowDefault) }) => print(DEFAULT_TOML),
        Ok(Cli { command: Command::Admin(admin) }) => admin.run(),
        Err(other) => return explain(&other),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

impl Serve {
    fn settings(self) -> Result<Config, Failure> {
        let mut config = self.source.load()?;
        if !self.listen.is_empty() {
            config.listen = self.listen;
        }
        if let Some(data) = self.data {
            config.data = data;
        }
        Ok(config)
    }
}

impl Source {
    fn load(&self) -> Result<Config, Failure> {
        Ok(self.config.as_deref().map_or_else(|| Ok(Config::default()), Config::load)?)
    }

    fn check(&self) -> Result<(), Failure> {
        self.load()?;
        match &self.config {
            Some(path) => print(&format!("{}: everything is right\n", path.display())),
            None => print("no file is given: every setting has its default\n"),
        }
    }
}

/// Only its owner may read a profile; it is written completely or not at all.
fn preset(file: &Path, profiles: &Path) -> Result<(), Failure> {
    let Some(wifi) = Preset::load(file)?.wifi else { return Ok(()) };
    let write = || -> io::Result<()> {
        let mut profile = NamedTempFile::new_in(profiles)?;
        profile.write_all(wifi.profile().as_bytes())?;
        profile.as_file().sync_all()?;
        profile.persist(profiles.join("imbox-toml.nmconnection"))?;
        Ok(())
    };
    write().map_err(|error| Failure::new(exit::FAILED, format!("{}: {error}", profiles.display())))
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(exit::CONFIG, error)
    }
}

/// Help and version are printed to standard output and are no errors; an error is explained on standard error.
fn explain(answer: &clap::Error) -> ExitCode {
    let _ = answer.print();
    if answer.use_stderr() { ExitCode::from(exit::USAGE.code) } else { ExitCode::SUCCESS }
}

fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().write_all(text.as_bytes()) {
        // The reader, for instance `head`, has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(|error| Failure::new(exit::FAILED, format!("standard output: {error}"))),
    }
}
