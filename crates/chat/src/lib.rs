//! The domain: what people, rooms, events and rules are.
//!
//! Pure: nothing here touches a socket, a disk, a clock or a random number, and nothing here knows how things are
//! stored or sent. Rules are plain functions, so that they can be tested exhaustively.

mod access;
mod emoji;
mod event;
mod id;
mod join;
mod keep;
mod mention;
mod message;
mod name;
mod password;
mod person;
mod quiet;
mod report;
mod room;
mod spelling;
mod star;
mod voice;

pub use access::{Access, Authorship, Denied};
pub use emoji::{Emoji, NotAnEmoji};
pub use event::{
    Changed, Edited, Event, EventBody, FileRef, MAX_OWN_REACTIONS, MAX_REACTIONS, NewText, React, Reaction,
};
pub use id::{DeviceId, EventId, FileId, InviteId, RoomId, Seq, TicketId, UploadId, UserId};
pub use join::{Admission, Invited, JoinMode, Returning, Stale, admission, invite_usable};
pub use keep::{Believed, Keep, MAX_KEEP_DAYS};
pub use mention::{MAX_HERE, MAX_MENTIONS, Mention, Mentioned, Reach, Token, tokens};
pub use message::{MAX_CLIENT_ID_CHARS, MAX_FILES, MAX_TEXT_CHARS, NewMessage, Unfit};
pub use name::{DisplayName, HANDLE_MAX, Handle, handle_base, is_reserved, spelled, topic};
pub use password::{NewPassword, PASSWORD_MIN, PASSWORD_MIN_RANGE, Weak};
pub use person::{Role, UserStatus, may_administer, may_change_user};
pub use quiet::{Quiet, QuietHours};
pub use report::ReportedMessage;
pub use room::{HistoryRule, MemberRule, Notify, RoomKind, RoomRole};
pub use spelling::{composed, fold, folded, is_hidden, is_seen, opaque, skeleton};
pub use star::{MAX_STARS, Star};
pub use voice::{MAX_VOICE_LEVELS, MAX_VOICE_MS, Voice};
