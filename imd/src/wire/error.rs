//! The one error shape: a stable code for programs, a sentence for people, never a cause from inside.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body of every REST answer with a status of 400 or above.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong. A WebSocket `error` frame carries the same fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorDetail {
    /// Stable, for programs and translations.
    pub code: ErrorCode,
    /// One English sentence for people; may be reworded at any time.
    pub message: String,
    /// Seconds after which trying again makes sense; only with `rate_limited`, `busy`, `too_many_uploads`, `disk_full` and `files_away`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after_s: Option<u32>,
    /// Which value is wrong, as a stable word (`address`, `gateway`, `ssid`, …); only with `invalid_setting`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
}

/// Every error code there is. Codes are never reused for another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The body is not the JSON that this route or frame takes.
    BadRequest,
    /// A WebSocket frame whose `t` is not known.
    UnknownFrame,
    /// A WebSocket frame over 128 KiB, or a binary one.
    FrameTooLarge,
    /// The request body is over the route's limit.
    PayloadTooLarge,
    /// The URL is over 8,000 bytes.
    UrlTooLong,
    /// `Range` begins beyond the file's end.
    RangeNotSatisfiable,
    /// The body's type is not one this route takes.
    UnsupportedMediaType,
    /// No token, or one that is not (or no longer) valid.
    NotSignedIn,
    /// Signed in, but this is not allowed to you.
    Forbidden,
    /// The account waits for an admin's approval.
    PendingApproval,
    /// The account was suspended by an admin.
    Suspended,
    /// There is no such thing, or you may not know of it.
    NotFound,
    /// The route exists, but not with this method.
    MethodNotAllowed,
    /// The state has changed meanwhile; look again.
    Conflict,
    /// This person is not in the room.
    NotAMember,
    /// The box already has an owner.
    AlreadyClaimed,
    /// The box has no owner yet.
    NotClaimed,
    /// The claim code is wrong.
    WrongClaimCode,
    /// No invite has this code, or it was revoked.
    InviteInvalid,
    /// The invite was good until a while ago.
    InviteExpired,
    /// The invite was used as often as it may be.
    InviteUsedUp,
    /// No sign-in ticket has this code, or it was used already.
    TicketInvalid,
    /// The sign-in ticket was good until a while ago.
    TicketExpired,
    /// The sign-in was refused on the other device.
    TicketRefused,
    /// Name or password do not fit.
    WrongPassword,
    /// Several people have this name: sign in with the handle.
    NameNotUnique,
    /// The new password is over 256 characters.
    PasswordUnfit,
    /// The new password has fewer characters than `password_min_length` of the box.
    PasswordTooShort,
    /// The new password is one of those that anybody would try first.
    PasswordTooCommon,
    /// An owner needs a password.
    PasswordRequired,
    /// Empty, over 64 characters, or made of nothing that can be seen.
    NameUnfit,
    /// It looks like the name of somebody who runs the box.
    NameOfAdmin,
    /// You send as many files at once as one person may.
    TooManyUploads,
    /// The message has neither text nor files.
    MessageEmpty,
    /// The text is over 8,000 characters.
    TextTooLong,
    /// A message carries over 20 files.
    TooManyFiles,
    /// The same `client_id` was used for a message to another room.
    ClientIdReused,
    /// The file is over the box's limit.
    FileTooLarge,
    /// The upload broke off before its announced end. In one piece, nothing was kept; in parts, what came.
    UploadInterrupted,
    /// The request asks for another version of the upload protocol than this one.
    UnsupportedVersion,
    /// The picture cannot be read, or unpacks to too many pixels.
    ImageUnfit,
    /// The disk is full; reading goes on.
    DiskFull,
    /// The disk refuses writing; reading goes on.
    DiskReadOnly,
    /// The box has too much to do; nothing was changed.
    Busy,
    /// Too often; see `retry_after_s`.
    RateLimited,
    /// The request took too long to arrive.
    Timeout,
    /// The page was opened by a name that is not this box's.
    HostNotAllowed,
    /// The request comes from another site.
    OriginNotAllowed,
    /// This in-app browser loses its cookies; open the link in a real browser.
    UseRealBrowser,
    /// The last owner can neither leave nor be made less.
    LastOwner,
    /// A limit of the box is reached (devices, rooms, members, connections).
    LimitReached,
    /// An admin's act needs their password, entered on this device within the last ten minutes.
    FreshPasswordRequired,
    /// A setting that can never be right; `field` says which.
    InvalidSetting,
    /// This machine has no such service or device.
    NotOnThisMachine,
    /// The machine's own rules do not let the box do that.
    SystemRefused,
    /// A service of the machine is silent.
    SystemNoAnswer,
    /// A service of the machine tried and failed.
    SystemFailed,
    /// A time server sets the clock, and would set it back at once.
    ClockSynchronised,
    /// The clock cannot be set to before this version was made.
    ClockTooEarly,
    /// Not one of the list of time zones.
    UnknownTimeZone,
    /// No network interface of that name, or not one that can be set up.
    NoSuchInterface,
    /// No radio, or it is switched off.
    NoWifi,
    /// A Wi-Fi network that is neither in range nor remembered.
    NoSuchWifi,
    /// A Wi-Fi network that only certificates or accounts open, or the broken WEP.
    WifiSecurity,
    /// An earlier network change still waits to be confirmed.
    NetworkChangePending,
    /// It was confirmed, undone or never made.
    NoSuchNetworkChange,
    /// It has not taken effect yet; ask again in a second.
    NetworkChangeUnfinished,
    /// No update was uploaded.
    UpdateMissing,
    /// The update's signature is missing, broken or a stranger's.
    UpdateSignature,
    /// The update is made for another kind of box.
    UpdateIncompatible,
    /// Cut short, altered, or no update at all.
    UpdateDamaged,
    /// The disk or slot could not be written.
    UpdateUnwritable,
    /// The update could not be installed; the log says more.
    UpdateFailed,
    /// An update is being received or installed.
    UpdateRunning,
    /// There is no second slot to start, or nothing that works is in it.
    NoOtherVersion,
    /// The room was put away by an admin and is only read any more.
    RoomArchived,
    /// Not a CSV file (in any encoding) with a name in each line.
    CsvUnreadable,
    /// The table has over 1,000 lines.
    CsvTooLong,
    /// This person is here already, or stands in an earlier line.
    AlreadyHere,
    /// A backup is being made or brought back.
    BackupRunning,
    /// There is no such backup on the box.
    BackupMissing,
    /// The file is no backup of a box.
    NotABackup,
    /// The backup is cut short, or a byte of it is not as it was written.
    BackupDamaged,
    /// The backup was made by a newer version, which this one cannot read.
    BackupNewer,
    /// The backup is locked with a passphrase, and none was given.
    BackupLocked,
    /// The backup is locked with another passphrase.
    BackupWrongPassphrase,
    /// No move to another box is offered at that address, or it cannot be reached.
    MoveUnreachable,
    /// The old box knows no move with this code: it is another one, or was taken back.
    MoveWrongCode,
    /// Nobody asked with the move's code for an hour.
    MoveExpired,
    /// Not the address of a box in the same network, in numbers.
    MoveAddress,
    /// With this file its sender would have stored more than one person may; deleting some of theirs makes room.
    QuotaExceeded,
    /// The USB disk was pulled out, or is not plugged in.
    UsbAbsent,
    /// The USB disk has no room for the backup or the files.
    UsbFull,
    /// The USB disk is locked, or cannot be written for another reason.
    UsbUnwritable,
    /// The USB disk's format is not taken (exFAT, FAT32 and ext4 are), or holds no file that is so large (FAT32: 4 GiB).
    UsbFormat,
    /// The USB disk holds the files of another box.
    UsbOtherBox,
    /// Files are kept on a USB disk that is not plugged in; messages go on.
    FilesAway,
    /// Nobody but its writer runs the box, who shall not decide about their own message.
    NobodyElse,
    /// The database is damaged: the box serves its repair page until its holder has chosen what to do.
    DatabaseDamaged,
    /// Something is wrong inside; it was logged.
    Internal,
}
