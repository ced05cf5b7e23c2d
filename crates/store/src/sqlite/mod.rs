//! SQLite: one file on the card, in WAL mode with `synchronous=FULL`. What only it needs: its connections, the layout and
//! its migrations, the size of the log, copies, checking its pages, and saving what can be read of a damaged file.

mod codes;
mod connection;
mod copy;
mod disk;
mod error;
mod folding;
mod layout;
mod look;
mod migrate;
mod open;
mod salvage;
mod session;
mod wal;

pub use codes::{Becomes, change_codes};
pub use copy::{Layout, inspect};
pub use migrate::LATEST;
pub use open::Options;
pub use salvage::{Go, SalvageError, SalvageReport, TableReport, salvage};
