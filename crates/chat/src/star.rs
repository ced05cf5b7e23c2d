//! Stars: messages that somebody marks for themselves.

/// Most messages that one person has starred.
pub const MAX_STARS: u32 = 1_000;

/// What becomes of a star.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Star {
    /// It is put on the message.
    On,
    /// It is taken away.
    Off,
}
