//! The wire: every type that leaves or enters the daemon as JSON, for REST and WebSocket alike.
//!
//! One schema: `utoipa` derives OpenAPI from these types and the TypeScript types are generated from that document,
//! so that the two sides cannot drift. Nothing here decides anything and nothing here touches the store or a socket.

mod admin;
mod box_info;
mod error;
mod event;
mod frame;
mod invite;
mod people;
mod room;
mod schema;
mod sign_in;

pub use admin::{AuditEntry, AuditPage, BoxSettings, ChangeBoxSettings};
pub use box_info::{BoxInfo, BoxState, DatabaseState, Health, ServerAddress};
pub use error::{ErrorBody, ErrorCode, ErrorDetail};
pub use event::{Event, EventBody, EventPage, File, Upload};
pub use frame::{ClientFrame, Seen, ServerFrame};
pub use invite::{Invite, InviteCheck, InviteCreated, NewInvite};
pub use people::{
    ChangeMe, ChangeUser, Device, JoinRequest, Me, ResolveJoinRequest, Role, SetPassword, User, UserPage,
};
pub use room::{
    AddMember, ChangeRoom, HistoryRule, Member, MemberRule, NewMessage, NewRoom, OpenDirect, ReadCursor, Room,
    RoomKind, RoomRole, SendReceipt,
};
pub use schema::FrameSchemas;
pub use sign_in::{
    Claim, HandOver, HandOverLink, Join, JoinMode, PasswordSignIn, RedeemTicket, SignInState, SignInTicket, SignedIn,
};
