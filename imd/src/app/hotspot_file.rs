//! The Wi-Fi that the box has opened by itself, in a file for what shows it to whoever has the box in their hands: its
//! name in the first line, its password in the second, nothing while there is none.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use super::shown_file::show;
use crate::actions::Core;
use crate::actions::machine::own_wifi::{OwnWifi, Patience, open_when_alone};

/// Opens the Wi-Fi when it is needed, and writes the file. Never returns.
pub(super) async fn follow(core: Arc<Core>, file: PathBuf) {
    let (shown, mut now) = watch::channel(None);
    let write = async {
        loop {
            let content = now.borrow_and_update().as_ref().map_or_else(String::new, lines);
            if let Err(error) = show(&file, &content) {
                tracing::error!(%error, "the file for the box's own Wi-Fi cannot be written");
            }
            if now.changed().await.is_err() {
                break;
            }
        }
    };
    tokio::join!(open_when_alone(&core, Patience::default(), &shown), write);
}

fn lines(own: &OwnWifi) -> String {
    format!("{}\n{}\n", own.ssid, own.password)
}
