//! The machine's services as `imd` sees them: mocks of each (python-dbusmock) on a private bus, and, where it is installed,
//! the real NetworkManager and hostnamed in namespaces of their own.
//!
//! If these fail, the admin pages do nothing, or something else than they say; at worst somebody loses the box on their
//! network. They need what `make test-system` installs, and are ignored without it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bus;
mod clock;
mod journal;
mod machine;
mod network;
mod real_network;
mod real_services;
mod update;
