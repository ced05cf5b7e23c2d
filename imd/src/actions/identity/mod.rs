//! Which box this is: its name, its settings, the addresses it has.

pub mod addresses;
pub mod facts;
pub mod probe;
pub mod settings;
