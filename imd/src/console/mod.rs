//! `imd console`: the box's own screen. It shows how to get in: name, addresses, a QR code and, until somebody owns the box,
//! the claim code, in Chinese and English; drawn anew when any of it changes.
//!
//! A process of its own. It asks the daemon what anyone may ask over HTTP, and reads the file of the claim code; it
//! opens no database, and a daemon that is down or broken is something to be shown.

mod canvas;
mod client;
mod font;
mod layout;
mod screen;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

pub use screen::{Screen, ScreenError};

use crate::exit::{self, Failure};
use crate::wire::{BoxInfo, BoxState, ServerAddress};
use canvas::Canvas;
use font::Font;

/// How soon a change is on the screen.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Where the console looks.
#[derive(Debug, Clone)]
pub struct Console {
    /// The port the daemon listens on, on this machine.
    pub port: u16,
    /// The file that holds the claim code while nobody owns the box; see `[claim] file`.
    pub claim_file: PathBuf,
    /// The frame buffer, `/dev/fb0`.
    pub device: PathBuf,
}

/// What is to be seen.
#[derive(Debug, Clone, PartialEq)]
enum Shown {
    /// The daemon does not answer.
    Starting,
    /// Its database is damaged: it serves its repair page.
    Repair { addresses: Vec<ServerAddress>, code: Option<String> },
    /// It does.
    Box { info: Box<BoxInfo>, claim_code: Option<String> },
}

/// Shows the box until the process is ended.
///
/// # Errors
/// There is no screen, or it cannot be drawn on.
pub fn console(console: &Console) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(exit::FAILED, error);
    let mut screen = Screen::open(&console.device).map_err(|error| failed(&error))?;
    let font = Font::load().map_err(|error| failed(&error))?;
    let mut drawn = None;
    loop {
        let shown = look(console);
        if drawn.as_ref() != Some(&shown) {
            screen.show(&draw(&shown, &font, screen.width(), screen.height())).map_err(|error| failed(&error))?;
            drawn = Some(shown);
        }
        #[allow(
            clippy::disallowed_methods,
            reason = "nobody tells another process that the daemon's answer has changed"
        )]
        thread::sleep(LOOK_AGAIN);
    }
}

fn look(console: &Console) -> Shown {
    match client::box_info(console.port) {
        Ok(info) => {
            let claimable = info.state == BoxState::Fresh || info.claim_reopened;
            let claim_code = claimable.then(|| claim_code(&console.claim_file)).flatten();
            Shown::Box { info: Box::new(info), claim_code }
        }
        Err(error) => match client::repair(console.port) {
            Ok(repair) => Shown::Repair { addresses: repair.addresses, code: claim_code(&console.claim_file) },
            Err(_) => {
                tracing::debug!(%error, "the daemon does not answer");
                Shown::Starting
            }
        },
    }
}

fn claim_code(file: &Path) -> Option<String> {
    let code = std::fs::read_to_string(file).ok()?;
    // What follows says which claim it is, for whoever tells people more.
    code.lines().next().map(|code| code.trim().to_owned()).filter(|code| !code.is_empty())
}

fn draw(shown: &Shown, font: &Font, width: usize, height: usize) -> Canvas {
    match shown {
        Shown::Starting => layout::starting(font, width, height),
        Shown::Repair { addresses, code } => layout::repair(font, width, height, addresses, code.as_deref()),
        Shown::Box { info, claim_code } => layout::the_box(font, width, height, info, claim_code.as_deref()),
    }
}
