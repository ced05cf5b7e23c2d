//! Why an action was refused: a stable code and, sometimes, when to try again. Causes go to the log and are never sent.

use crate::chat::{Denied, NotAnEmoji, Stale, Unfit, Weak};
use crate::files::FilesError;
use crate::store::StoreError;
use crate::system::{BundleFault, SystemError};
use crate::wire::{ErrorCode, ErrorDetail};

/// A refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", sentence(*.code))]
pub struct Refused {
    /// The stable code.
    pub code: ErrorCode,
    /// Seconds after which trying again makes sense.
    pub retry_after_s: Option<u32>,
    /// Which value is wrong, and what is wrong with it.
    pub about: Option<(&'static str, &'static str)>,
}

impl Refused {
    /// A refusal that tells after how many seconds it makes sense to try again.
    #[must_use]
    pub fn later(code: ErrorCode, seconds: u32) -> Self {
        Self { code, retry_after_s: Some(seconds), about: None }
    }

    /// A value that is not possible, and why.
    #[must_use]
    pub fn invalid(what: &'static str, why: &'static str) -> Self {
        Self { code: ErrorCode::InvalidSetting, retry_after_s: None, about: Some((what, why)) }
    }

    /// As it is sent.
    #[must_use]
    pub fn detail(&self) -> ErrorDetail {
        let message = match self.about {
            Some((what, why)) => format!("The setting {what} {why}."),
            None => sentence(self.code).to_owned(),
        };
        let field = self.about.map(|(what, _)| what.to_owned());
        ErrorDetail { code: self.code, message, retry_after_s: self.retry_after_s, field }
    }
}

impl From<ErrorCode> for Refused {
    fn from(code: ErrorCode) -> Self {
        Self { code, retry_after_s: None, about: None }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull => Self::later(ErrorCode::DiskFull, 30),
            StoreError::ReadOnly => ErrorCode::DiskReadOnly.into(),
            StoreError::Busy | StoreError::Closed => Self::later(ErrorCode::Busy, 1),
            StoreError::NotFound => ErrorCode::NotFound.into(),
            StoreError::Conflict => ErrorCode::Conflict.into(),
            StoreError::NameOfAdmin => ErrorCode::NameOfAdmin.into(),
            StoreError::ClientIdReused => ErrorCode::ClientIdReused.into(),
            StoreError::LastOwner => ErrorCode::LastOwner.into(),
            StoreError::LimitReached => ErrorCode::LimitReached.into(),
            StoreError::QuotaExceeded => ErrorCode::QuotaExceeded.into(),
            StoreError::Damaged(_) | StoreError::Other(_) => {
                tracing::error!(error = %error, "store");
                ErrorCode::Internal.into()
            }
        }
    }
}

impl From<FilesError> for Refused {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::TooLarge { .. } => ErrorCode::FileTooLarge.into(),
            FilesError::Interrupted { .. } => ErrorCode::UploadInterrupted.into(),
            FilesError::DiskFull => Self::later(ErrorCode::DiskFull, 30),
            FilesError::ReadOnly => ErrorCode::DiskReadOnly.into(),
            FilesError::Away => Self::later(ErrorCode::FilesAway, 30),
            FilesError::Busy => Self::later(ErrorCode::Busy, 2),
            FilesError::ImageUnfit(_) => ErrorCode::ImageUnfit.into(),
            FilesError::NotFound => ErrorCode::NotFound.into(),
            FilesError::Io(cause) => {
                tracing::error!(error = %cause, "files");
                ErrorCode::Internal.into()
            }
        }
    }
}

impl From<SystemError> for Refused {
    fn from(error: SystemError) -> Self {
        use SystemError as E;
        if let Some(detail) = error.detail() {
            tracing::warn!(%error, detail, "system");
        }
        match error {
            E::Invalid { what, why } => Self::invalid(what, why),
            E::NotHere(_) => ErrorCode::NotOnThisMachine.into(),
            E::NotAllowed(_) => ErrorCode::SystemRefused.into(),
            E::NoAnswer(_) => ErrorCode::SystemNoAnswer.into(),
            E::Failed { .. } => ErrorCode::SystemFailed.into(),
            E::ClockSynchronised => ErrorCode::ClockSynchronised.into(),
            E::UnknownTimeZone => ErrorCode::UnknownTimeZone.into(),
            E::NoSuchInterface => ErrorCode::NoSuchInterface.into(),
            E::NoWifi => ErrorCode::NoWifi.into(),
            E::NoSuchWifi => ErrorCode::NoSuchWifi.into(),
            E::WifiSecurity => ErrorCode::WifiSecurity.into(),
            E::ChangePending => ErrorCode::NetworkChangePending.into(),
            E::NoSuchChange => ErrorCode::NoSuchNetworkChange.into(),
            E::ChangeUnfinished => Self::later(ErrorCode::NetworkChangeUnfinished, 1),
            E::BundleMissing => ErrorCode::UpdateMissing.into(),
            E::BundleRefused(fault) => bundle_fault(fault).into(),
            E::UpdateRunning => ErrorCode::UpdateRunning.into(),
            E::NoOtherVersion => ErrorCode::NoOtherVersion.into(),
            E::NoSuchDisk => ErrorCode::UsbAbsent.into(),
        }
    }
}

/// The error code for what is wrong with an update.
pub(super) fn bundle_fault(fault: BundleFault) -> ErrorCode {
    match fault {
        BundleFault::Signature => ErrorCode::UpdateSignature,
        BundleFault::Incompatible => ErrorCode::UpdateIncompatible,
        BundleFault::Damaged => ErrorCode::UpdateDamaged,
        BundleFault::Unwritable => ErrorCode::UpdateUnwritable,
        BundleFault::Other => ErrorCode::UpdateFailed,
    }
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotAllowed | Denied::NotInThisKind => ErrorCode::Forbidden.into(),
            Denied::LastOwner => ErrorCode::LastOwner.into(),
            Denied::Archived => ErrorCode::RoomArchived.into(),
        }
    }
}

impl From<NotAnEmoji> for Refused {
    fn from(_: NotAnEmoji) -> Self {
        ErrorCode::EmojiUnfit.into()
    }
}

impl From<Weak> for Refused {
    fn from(weak: Weak) -> Self {
        match weak {
            Weak::TooShort => ErrorCode::PasswordTooShort,
            Weak::TooLong => ErrorCode::PasswordUnfit,
            Weak::TooCommon => ErrorCode::PasswordTooCommon,
        }
        .into()
    }
}

impl From<Stale> for Refused {
    fn from(stale: Stale) -> Self {
        match stale {
            Stale::Expired => ErrorCode::InviteExpired.into(),
            Stale::UsedUp => ErrorCode::InviteUsedUp.into(),
        }
    }
}

/// The error code for a message that is not accepted.
pub(super) fn unfit_message(unfit: Unfit) -> Refused {
    match unfit {
        Unfit::Empty => ErrorCode::MessageEmpty,
        Unfit::TooLong => ErrorCode::TextTooLong,
        Unfit::TooManyFiles => ErrorCode::TooManyFiles,
        Unfit::ClientId | Unfit::Voice => ErrorCode::BadRequest,
    }
    .into()
}

/// The error code for a name that is not accepted.
pub(super) fn unfit_name(_: Unfit) -> Refused {
    ErrorCode::NameUnfit.into()
}

/// The error code for a topic that is not accepted.
pub(super) fn unfit_topic(_: Unfit) -> Refused {
    ErrorCode::TopicTooLong.into()
}

/// The English sentence for a code; the web app has its own sentences in each language.
fn sentence(code: ErrorCode) -> &'static str {
    use ErrorCode as C;
    match code {
        C::BadRequest => "The request does not have the expected form.",
        C::UnknownFrame => "There is no frame of this kind.",
        C::FrameTooLarge => "The frame is larger than 128 KiB, or is not text.",
        C::UrlTooLong => "The URL is too long.",
        C::RangeNotSatisfiable => "The requested range is beyond the end of the file.",
        C::PayloadTooLarge => "The request is too large.",
        C::UnsupportedMediaType => "This type of content is not accepted here.",
        C::NotSignedIn => "Please sign in.",
        C::Forbidden => "You are not allowed to do this.",
        C::PendingApproval => "An admin has to let you in first.",
        C::Suspended => "This account was suspended by an admin.",
        C::NotFound => "This does not exist, or you may not see it.",
        C::MethodNotAllowed => "This method is not supported here.",
        C::Conflict => "Somebody else was faster, or the name is taken.",
        C::NotAMember => "This person is not a member of the room.",
        C::AlreadyClaimed => "This box already has an owner.",
        C::NotClaimed => "This box has no owner yet.",
        C::WrongClaimCode => "The claim code is wrong.",
        C::InviteInvalid => "This invite does not exist or was revoked.",
        C::InviteExpired => "This invite has expired.",
        C::InviteUsedUp => "This invite has already been used as many times as it allows.",
        C::TicketInvalid => "This sign-in link does not exist or was already used.",
        C::TicketExpired => "This sign-in link has expired.",
        C::TicketRefused => "The sign-in was refused on the other device.",
        C::WrongPassword => "The name or the password is wrong.",
        C::NameNotUnique => "Several people have this name; please sign in with your handle.",
        C::PasswordUnfit => "A password has at most 256 characters.",
        C::PasswordTooShort => "This password is too short.",
        C::PasswordTooCommon => "This password is one of those that everybody would try first.",
        C::PasswordRequired => "An owner needs a password.",
        C::NameUnfit => "A name has 1 to 64 visible characters.",
        C::HandleUnfit => "A handle has 2 to 32 lower-case letters, digits, - _ and dots, and is not reserved.",
        C::TooLateToEdit => "This message was sent too long ago to be edited.",
        C::EmojiUnfit => "A reaction is exactly one emoji.",
        C::TopicTooLong => "The topic is longer than 256 characters.",
        C::NameOfAdmin => "An admin of this box has this name; please add a surname or a number.",
        C::MessageEmpty => "There is nothing to send.",
        C::TextTooLong => "The text is longer than 8,000 characters.",
        C::TooManyFiles => "A message can have at most 20 files.",
        C::ClientIdReused => "This client_id was used for another message.",
        C::FileTooLarge => "The file is larger than this box accepts.",
        C::UploadInterrupted => "The upload ended before it was complete.",
        C::UnsupportedVersion => "Uploads in parts use tus 1.0.0 here.",
        C::TooManyUploads => {
            "You are already uploading as many files at once as one person may; please try again when one is done."
        }
        C::ImageUnfit => "The picture cannot be read or is too large.",
        C::DiskFull => "The box's disk is full; nothing was saved.",
        C::DiskReadOnly => "The box's disk cannot be written; nothing was saved.",
        C::Busy => "The box is overloaded; nothing was changed.",
        C::RateLimited => "Too many requests; please wait a moment.",
        C::Timeout => "The request took too long to arrive.",
        C::HostNotAllowed => "This box is not known by this name.",
        C::OriginNotAllowed => "The request comes from another site.",
        C::UseRealBrowser => "Please open the link in your browser; this app would forget that you are signed in.",
        C::LastOwner => "The last owner can neither leave nor get another role.",
        C::LimitReached => "A limit of this box is reached.",
        C::FreshPasswordRequired => "Please enter your password first.",
        C::InvalidSetting => "This value is not possible.",
        C::NotOnThisMachine => "This machine cannot do that.",
        C::SystemRefused => "This machine's rules do not allow imbox to do that.",
        C::SystemNoAnswer => "The system did not answer in time.",
        C::SystemFailed => "The system could not do that; the log has the details.",
        C::ClockSynchronised => "A time server already sets the clock.",
        C::ClockTooEarly => "The clock cannot be set to a time before this version was built.",
        C::UnknownTimeZone => "There is no time zone with this name.",
        C::NoSuchInterface => "There is no such network interface.",
        C::NoWifi => "This machine has no Wi-Fi.",
        C::NoSuchWifi => "There is no Wi-Fi network with this name.",
        C::WifiSecurity => "This kind of Wi-Fi security is not supported.",
        C::NetworkChangePending => "Another network change is waiting to be confirmed.",
        C::NoSuchNetworkChange => "No such network change is waiting to be confirmed.",
        C::NetworkChangeUnfinished => "The network change has not taken effect yet.",
        C::UpdateMissing => "There is no update on the box.",
        C::UpdateSignature => "The signature of this update is not trusted.",
        C::UpdateIncompatible => "This update is made for another kind of box.",
        C::UpdateDamaged => "This is not an update, or it is damaged.",
        C::UpdateUnwritable => "The update could not be written.",
        C::UpdateFailed => "The update could not be installed.",
        C::UpdateRunning => "An update is already under way.",
        C::RoomArchived => "This room is archived: it can be read, but nobody can write in it.",
        C::CsvUnreadable => "This is not a CSV file with a name in each line.",
        C::CsvTooLong => "The table can have at most 1,000 lines.",
        C::AlreadyHere => "This person already has an account.",
        C::BackupRunning => "A backup is already under way.",
        C::BackupMissing => "There is no such backup.",
        C::NotABackup => "This file is not a backup of a box.",
        C::BackupDamaged => "This backup is damaged.",
        C::BackupNewer => "This backup was made by a newer version.",
        C::BackupLocked => "This backup is locked with a passphrase.",
        C::BackupWrongPassphrase => "The passphrase of this backup is wrong.",
        C::MoveUnreachable => "No box that could be moved answers at this address.",
        C::MoveWrongCode => "The other box does not know this code.",
        C::MoveExpired => "The code of this move has expired.",
        C::MoveAddress => "This is not the IP address of a box in the same network.",
        C::QuotaExceeded => "With this file you would exceed your limit; please delete some of your files first.",
        C::UsbAbsent => "This USB disk is not plugged in.",
        C::UsbFull => "There is not enough space on the USB disk.",
        C::UsbUnwritable => "The USB disk cannot be written to.",
        C::UsbFormat => "The USB disk's file system is not supported, or cannot hold a file this large.",
        C::UsbOtherBox => "This USB disk holds the files of another box.",
        C::FilesAway => "The disk with the files is not plugged in; messages still work.",
        C::NoOtherVersion => "There is no other version to go back to.",
        C::NobodyElse => {
            "The author of this message is the only admin of this box, so nobody else could decide about it."
        }
        C::DatabaseDamaged => "The box's database is damaged; open the box's page to repair it.",
        C::Internal => "Something went wrong on the box; it was logged.",
    }
}
