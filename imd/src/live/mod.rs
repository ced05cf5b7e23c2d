//! Who is connected, and handing them what happened. Nothing here is ever stored, and nothing here knows a socket:
//! a session is an outbox that its connection empties.

mod hub;
mod outbox;
mod presence;
mod received;
mod shared;

pub use hub::{Hub, Moves, Session, SessionId};
pub use outbox::{Item, Outbox};
pub use received::Received;
pub use shared::{Dialect, Shared, Weigh};
