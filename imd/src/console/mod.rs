//! `imd console`: the box's own screen. It shows how to reach the box: name, addresses, a QR code and, until somebody
//! owns the box, the claim code, in Chinese and English. It is redrawn when any of these change.
//!
//! A process of its own. It asks the daemon over HTTP for what anyone may know, and reads the file with the claim code.
//! It opens no database, and if the daemon is down or damaged, it shows that.

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
use crate::wire::{BoxInfo, BoxState, RepairStage, ServerAddress};
use canvas::Canvas;
use font::Font;

/// How often to check for changes.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What the console reads and draws on.
#[derive(Debug, Clone)]
pub struct Console {
    /// The port the daemon listens on, on this machine.
    pub port: u16,
    /// The file with the claim code while nobody owns the box; see `[claim] file`.
    pub claim_file: PathBuf,
    /// The file with name and password of the Wi-Fi that the box has opened by itself; see `[system] hotspot_file`.
    pub hotspot_file: Option<PathBuf>,
    /// The frame buffer, `/dev/fb0`.
    pub device: PathBuf,
}

/// What the screen shows.
#[derive(Debug, Clone, PartialEq)]
enum Shown {
    /// The daemon does not answer.
    Starting,
    /// The database is damaged, and the daemon serves its repair page.
    Repair { addresses: Vec<ServerAddress>, code: Option<String> },
    /// The card cannot be read, and the daemon serves a page that says what to do.
    Unreadable { addresses: Vec<ServerAddress> },
    /// The daemon answers.
    Box { info: Box<BoxInfo>, claim_code: Option<String>, own_wifi: Option<OwnWifi> },
}

/// The Wi-Fi that the box has opened because there was no other network.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OwnWifi {
    ssid: String,
    password: String,
}

impl OwnWifi {
    /// Reads what the daemon writes: name and password, each on a line.
    fn read(file: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(file).ok()?;
        let (ssid, password) = text.trim_end().split_once('\n')?;
        Some(Self { ssid: ssid.to_owned(), password: password.to_owned() })
    }

    /// The text of a QR code with which phones join the Wi-Fi, in the form that ZXing introduced.
    fn to_scan(&self) -> String {
        let escaped = |text: &str| {
            text.chars().fold(String::new(), |mut escaped, letter| {
                if matches!(letter, '\\' | ';' | ',' | ':' | '"') {
                    escaped.push('\\');
                }
                escaped.push(letter);
                escaped
            })
        };
        format!("WIFI:T:WPA;S:{};P:{};;", escaped(&self.ssid), escaped(&self.password))
    }
}

/// Runs until the process is ended.
///
/// # Errors
/// When there is no screen, or it cannot be drawn on.
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
            let own_wifi = console.hotspot_file.as_deref().and_then(OwnWifi::read);
            Shown::Box { info: Box::new(info), claim_code, own_wifi }
        }
        Err(error) => match client::repair(console.port) {
            Ok(repair) if repair.state.stage == RepairStage::Unreadable => {
                Shown::Unreadable { addresses: repair.addresses }
            }
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
    // The next line says what kind of claim it is, for those who tell people more.
    code.lines().next().map(|code| code.trim().to_owned()).filter(|code| !code.is_empty())
}

fn draw(shown: &Shown, font: &Font, width: usize, height: usize) -> Canvas {
    match shown {
        Shown::Starting => layout::starting(font, width, height),
        Shown::Unreadable { addresses } => layout::unreadable(font, width, height, addresses),
        Shown::Repair { addresses, code } => layout::repair(font, width, height, addresses, code.as_deref()),
        Shown::Box { info, claim_code, own_wifi: None } => {
            layout::the_box(font, width, height, info, claim_code.as_deref())
        }
        Shown::Box { info, claim_code, own_wifi: Some(wifi) } => {
            layout::own_wifi(font, width, height, info, wifi, claim_code.as_deref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, the camera would join another network, or none.
    #[test]
    fn a_wifi_is_written_as_phones_read_it() {
        let of = |ssid: &str, password: &str| OwnWifi { ssid: ssid.to_owned(), password: password.to_owned() };
        assert_eq!(of("imbox-12ab", "23456789ab").to_scan(), "WIFI:T:WPA;S:imbox-12ab;P:23456789ab;;");
        assert_eq!(of(r#"a;b,"c"#, r"x\y:z").to_scan(), r#"WIFI:T:WPA;S:a\;b\,\"c;P:x\\y\:z;;"#);
    }

    #[test]
    #[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    fn no_wifi_is_shown_that_is_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hotspot.txt");
        assert_eq!(OwnWifi::read(&file), None);
        std::fs::write(&file, "").unwrap();
        assert_eq!(OwnWifi::read(&file), None);
        std::fs::write(&file, "imbox-12ab\n23456789ab\n").unwrap();
        assert_eq!(OwnWifi::read(&file).map(|own| own.password), Some("23456789ab".to_owned()));
    }
}
