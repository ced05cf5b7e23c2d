//! Which box this is: its name, its settings, its addresses.

pub mod addresses;
pub mod facts;
pub mod probe;
pub mod settings;
