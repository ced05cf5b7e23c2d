//! The one shape of errors: a stable code for programs, a sentence for people, and never an internal cause.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body of every REST response with a status of 400 or above.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// An error. The WebSocket frame `error` has the same fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorDetail {
    /// A stable code, for programs and translations.
    pub code: ErrorCode,
    /// An English sentence for people. Its wording may change at any time.
    pub message: String,
    /// Seconds after which it makes sense to try again; only with `rate_limited`, `busy`, `too_many_uploads`,
    /// `disk_full` and `files_away`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_after_s: Option<u32>,
    /// The value that is wrong, as a stable word (`address`, `gateway`, `ssid`, …); only with `invalid_setting`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
}

/// Every error code. A code is never reused for another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The body is not the JSON that this route or frame expects.
    BadRequest,
    /// The `t` of a WebSocket frame is unknown.
    UnknownFrame,
    /// A WebSocket frame is larger than 128 KiB, or binary.
    FrameTooLarge,
    /// The request body is larger than the route's limit.
    PayloadTooLarge,
    /// The URL is longer than 8,000 bytes.
    UrlTooLong,
    /// `Range` begins beyond the end of the file.
    RangeNotSatisfiable,
    /// The route does not accept a body of this type.
    UnsupportedMediaType,
    /// There is no token, or it is not (or no longer) valid.
    NotSignedIn,
    /// The signed-in person is not allowed to do this.
    Forbidden,
    /// The account waits for an admin's approval.
    PendingApproval,
    /// The account was suspended by an admin.
    Suspended,
    /// It does not exist, or the signed-in person may not know of it.
    NotFound,
    /// The route does not support this method.
    MethodNotAllowed,
    /// The state has changed in the meantime; look again.
    Conflict,
    /// This person is not a member of the room.
    NotAMember,
    /// The box already has an owner.
    AlreadyClaimed,
    /// The box has no owner yet.
    NotClaimed,
    /// The claim code is wrong.
    WrongClaimCode,
    /// There is no invite with this code, or it was revoked.
    InviteInvalid,
    /// The invite has expired.
    InviteExpired,
    /// The invite was used as many times as it allows.
    InviteUsedUp,
    /// There is no sign-in ticket with this code, or it was used already.
    TicketInvalid,
    /// The sign-in ticket has expired.
    TicketExpired,
    /// The sign-in was refused on the other device.
    TicketRefused,
    /// The name or the password is wrong.
    WrongPassword,
    /// Several people have this name: sign in with the handle.
    NameNotUnique,
    /// The new password is longer than 256 characters.
    PasswordUnfit,
    /// The new password is shorter than the box's `password_min_length`.
    PasswordTooShort,
    /// The new password is one of those that everybody would try first.
    PasswordTooCommon,
    /// An owner needs a password.
    PasswordRequired,
    /// The name is empty, longer than 64 characters, or has no visible characters.
    NameUnfit,
    /// The handle is not 2 to 32 of `a-z 0-9 - _ .`, does not begin with a letter or digit, or nobody may have it.
    HandleUnfit,
    /// The topic is longer than 256 characters.
    TopicTooLong,
    /// The message was sent too long ago to be edited.
    TooLateToEdit,
    /// Not exactly one emoji.
    EmojiUnfit,
    /// The name looks like that of an owner or admin.
    NameOfAdmin,
    /// This person already uploads as many files at once as they may.
    TooManyUploads,
    /// The message has neither text nor files.
    MessageEmpty,
    /// The text is longer than 8,000 characters.
    TextTooLong,
    /// A message cannot have more than 20 files.
    TooManyFiles,
    /// This `client_id` was already used for a message in another room.
    ClientIdReused,
    /// The file is larger than the box's limit.
    FileTooLarge,
    /// The upload ended before its announced length. A file sent in one request was discarded; of one sent in parts,
    /// what arrived is kept.
    UploadInterrupted,
    /// The request uses a version of the upload protocol that is not supported.
    UnsupportedVersion,
    /// The picture cannot be read, or has too many pixels.
    ImageUnfit,
    /// The disk is full; reading still works.
    DiskFull,
    /// The disk refuses writing; reading still works.
    DiskReadOnly,
    /// The box is overloaded; nothing was changed.
    Busy,
    /// Too many requests; see `retry_after_s`.
    RateLimited,
    /// The request took too long to arrive.
    Timeout,
    /// The page was opened by a name that is not one of this box.
    HostNotAllowed,
    /// The request comes from another site.
    OriginNotAllowed,
    /// This in-app browser loses its cookies; open the link in an ordinary browser.
    UseRealBrowser,
    /// The last owner can neither leave nor get another role.
    LastOwner,
    /// A limit of the box is reached: of devices, rooms, members or connections.
    LimitReached,
    /// The admin has to enter their password on this device; it counts for ten minutes.
    FreshPasswordRequired,
    /// A setting has an impossible value; `field` says which.
    InvalidSetting,
    /// This machine does not have such a service or device.
    NotOnThisMachine,
    /// The machine's rules do not allow the box to do this.
    SystemRefused,
    /// A system service did not answer.
    SystemNoAnswer,
    /// A system service tried and failed.
    SystemFailed,
    /// A time server sets the clock, and would undo the change at once.
    ClockSynchronised,
    /// The clock cannot be set to a time before this version was built.
    ClockTooEarly,
    /// There is no such time zone.
    UnknownTimeZone,
    /// There is no network interface with this name, or it cannot be configured.
    NoSuchInterface,
    /// There is no Wi-Fi adapter, or it is switched off.
    NoWifi,
    /// The Wi-Fi network is neither in range nor known.
    NoSuchWifi,
    /// The Wi-Fi network needs certificates or accounts, or uses the broken WEP.
    WifiSecurity,
    /// An earlier network change still waits to be confirmed.
    NetworkChangePending,
    /// The network change was confirmed or undone, or never existed.
    NoSuchNetworkChange,
    /// The network change has not taken effect yet; ask again in a second.
    NetworkChangeUnfinished,
    /// No update was uploaded.
    UpdateMissing,
    /// The update's signature is missing, invalid, or from a key that is not trusted.
    UpdateSignature,
    /// The update is made for another kind of box.
    UpdateIncompatible,
    /// The update is incomplete or altered, or is no update.
    UpdateDamaged,
    /// The disk or slot could not be written.
    UpdateUnwritable,
    /// The update could not be installed; the log has the details.
    UpdateFailed,
    /// An update is being received or installed.
    UpdateRunning,
    /// There is no second slot to start from, or it holds no working system.
    NoOtherVersion,
    /// The room is archived: it can be read, but nobody can write in it.
    RoomArchived,
    /// The file is no CSV file, or not every line has a name.
    CsvUnreadable,
    /// The table has over 1,000 lines.
    CsvTooLong,
    /// This person already exists, or is in an earlier line.
    AlreadyHere,
    /// A backup is being made or restored.
    BackupRunning,
    /// There is no such backup.
    BackupMissing,
    /// The file is not a backup of a box.
    NotABackup,
    /// The backup is incomplete or altered.
    BackupDamaged,
    /// The backup was made by a newer version, which this one cannot read.
    BackupNewer,
    /// The backup is locked with a passphrase, and none was given.
    BackupLocked,
    /// The passphrase of the backup is wrong.
    BackupWrongPassphrase,
    /// The address cannot be reached, or no box offers a move there.
    MoveUnreachable,
    /// The old box has no move with this code: the code is wrong, or the move was cancelled.
    MoveWrongCode,
    /// The move's code was not used for an hour.
    MoveExpired,
    /// This is not the IP address of a box in the same network.
    MoveAddress,
    /// With this file its sender would exceed their limit; they can delete some of their files.
    QuotaExceeded,
    /// The USB disk was pulled out, or is not plugged in.
    UsbAbsent,
    /// The USB disk has not enough space for the backup or the files.
    UsbFull,
    /// The USB disk is write-protected, or cannot be written for another reason.
    UsbUnwritable,
    /// The file system of the USB disk is not supported (exFAT, FAT32 and ext4 are), or cannot hold files this large
    /// (FAT32: 4 GiB).
    UsbFormat,
    /// The USB disk holds the files of another box.
    UsbOtherBox,
    /// The files are on a USB disk that is not plugged in; messages still work.
    FilesAway,
    /// The author of the message is the only admin of the box, and must not decide about a report of their own message.
    NobodyElse,
    /// The database is damaged: the box serves its repair page until somebody has chosen what to do.
    DatabaseDamaged,
    /// An internal error; it was logged.
    Internal,
}
