//! The wire: every type that leaves or enters the daemon as JSON, for REST and WebSocket alike.
//!
//! There is one schema: `utoipa` derives the OpenAPI document from these types, and the TypeScript types are generated
//! from that document, so that the two sides cannot drift apart. Nothing here decides anything, and nothing here
//! touches the store or a socket.

mod admin;
mod backup;
mod box_info;
mod error;
mod event;
mod frame;
mod invite;
mod keep;
mod machine;
mod mention;
mod moving;
mod network;
mod object;
mod patrol;
mod people;
mod people_admin;
mod quiet;
mod repair;
mod report;
mod room;
mod schema;
mod search;
mod sign_in;
mod star;
mod storage;
mod update;

pub use admin::{AuditEntry, AuditPage, BoxSettings, ChangeBoxSettings, ScrapeToken};
pub use backup::{
    Backup, BackupProgress, BackupSchedule, BackupState, Every, MakeBackup, RestoreStored, Restored, StoredBackups,
    UsbDisk, UsbDiskState,
};
pub use box_info::{BoxInfo, BoxLanguage, BoxState, DatabaseState, Health, HealthAnswer, ServerAddress, WellOrNot};
pub use error::{ErrorBody, ErrorCode, ErrorDetail};
pub use event::{
    EarlierText, EditMessage, Event, EventBody, EventPage, File, Reaction, ReactionPage, Upload, Voice, WhoReacted,
};
pub use frame::{ClientFrame, Seen, ServerFrame};
pub use invite::{Invite, InviteCheck, InviteCreated, NewInvite};
pub use keep::{Expiring, KeepRound, KeepState, SetKeep};
pub use machine::{
    ChangeClock, ClockState, CpuSpeed, DiskHealth, DiskKind, FileSystemHealth, LogEntry, LogPage, LogSeverity,
    MachineHealth, MemoryUse, PowerAct, PowerOrder, SetTime, ThrottleCauses, Throttling,
};
pub use mention::{Mention, MentionPage};
pub use moving::{MoveBegun, MoveHere, MoveIn, MoveInStage, MoveOffer, MoveOut, MoveOutStage};
pub use network::{
    ChangeOutcome, ChangeStage, ChangeUndone, ConfirmNetworkChange, ConfirmedBy, InterfaceKind, IpSettings, LinkState,
    NetworkChange, NetworkChangeConfirmed, NetworkChangeMade, NetworkInterface, NetworkState, PendingChange, WifiBand,
    WifiCountry, WifiLink, WifiNetwork, WifiSecurity,
};
pub use object::Object;
pub use patrol::{Chart, ChartPoint, DismissFinding, Finding, FindingId, FindingSeverity, PatrolReport, Repair};
pub use people::{
    ChangeMe, ChangeUser, Device, EnterPassword, JoinRequest, Me, ResolveJoinRequest, Role, SetPassword, User, UserPage,
};
pub use people_admin::{
    ChangeRoomFromOutside, ImportLine, ImportReport, MessagesOfRemoved, Person, PersonDetails, PersonPage,
    RemovePerson, RoomOwner, RoomSummary, RoomSummaryPage, SetQuota, SignedInDevice, SignedInDevicePage,
};
pub use quiet::{Quiet, QuietHours};
pub use repair::{ChooseRepair, DownloadDamaged, OldCopy, RepairAddresses, RepairChoice, RepairStage, RepairState};
pub use report::{
    AnswerReport, KeptFile, Report, ReportClosed, ReportDeed, ReportMessage, ReportPage, ReportPerson, ReportedFile,
};
pub use room::{
    AddMember, ChangeMine, ChangeRoom, HistoryRule, Member, MemberRule, Mine, NewMessage, NewRoom, Notify, OpenDirect,
    ReadCursor, Room, RoomKind, RoomRole, SendReceipt,
};
pub use schema::{Bytes, FrameSchemas};
pub use search::{Carries, ExcerptPart, SearchHit, SearchPage, SearchState};
pub use sign_in::{
    Claim, ClaimAgain, ClaimCheck, ClaimReopened, HandOver, HandOverLink, Join, JoinMode, LookAgain, OwnersToBe,
    PasswordSignIn, PossibleOwner, RedeemTicket, SignInState, SignInTicket, SignedIn, WhoAgain,
};
pub use star::{StarPage, StarsInRoom};
pub use storage::{
    CleanUp, CleanedUp, FactoryReset, FilesDisk, FilesPlace, FilesWay, KeepFiles, OwnStorage, PlaceChoice, SetAside,
    SetAsideFile, StorageLimits, StorageReport, StorageShare,
};
pub use update::{
    InstallState, LastUpdate, NextStart, SlotHealth, SystemSlot, UpdateBundle, UpdateFailure, UpdateOutcome,
    UpdateState,
};
