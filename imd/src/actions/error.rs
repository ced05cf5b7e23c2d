//! Why an action was refused: a stable code and, sometimes, when to try again. Causes go to the log, never out.

use crate::chat::{Denied, Stale, Unfit, Weak};
use crate::files::FilesError;
use crate::store::StoreError;
use crate::system::{BundleFault, SystemError};
use crate::wire::{ErrorCode, ErrorDetail};

/// Why not.
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
    /// With a time to wait.
    #[must_use]
    pub fn later(code: ErrorCode, seconds: u32) -> Self {
        Self { code, retry_after_s: Some(seconds), about: None }
    }

    /// A value that can never be right.
    #[must_use]
    pub fn invalid(what: &'static str, why: &'static str) -> Self {
        Self { code: ErrorCode::InvalidSetting, retry_after_s: None, about: Some((what, why)) }
    }

    /// As it goes out.
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

/// What is wrong with an update.
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

/// A message that does not fit.
pub(super) fn unfit_message(unfit: Unfit) -> Refused {
    match unfit {
        Unfit::Empty => ErrorCode::MessageEmpty,
        Unfit::TooLong => ErrorCode::TextTooLong,
        Unfit::TooManyFiles => ErrorCode::TooManyFiles,
        Unfit::ClientId => ErrorCode::BadRequest,
    }
    .into()
}

/// A name, handle or topic that does not fit.
pub(super) fn unfit_name(_: Unfit) -> Refused {
    ErrorCode::NameUnfit.into()
}

/// The sentence of a code, in English; the web app has its own in each language.
fn sentence(code: ErrorCode) -> &'static str {
    use ErrorCode as C;
    match code {
        C::BadRequest => "The request is not in the form that is expected here.",
        C::UnknownFrame => "There is no frame of this kind.",
        C::FrameTooLarge => "The frame is over 128 KiB or not text.",
        C::UrlTooLong => "The address that was asked for is too long.",
        C::RangeNotSatisfiable => "The file ends before the part that was asked for.",
        C::PayloadTooLarge => "The request is too large.",
        C::UnsupportedMediaType => "This type of content is not taken here.",
        C::NotSignedIn => "Please sign in.",
        C::Forbidden => "You may not do this.",
        C::PendingApproval => "An admin has to let you in first.",
        C::Suspended => "This account was suspended by an admin.",
        C::NotFound => "There is no such thing here.",
        C::MethodNotAllowed => "This cannot be done with this method.",
        C::Conflict => "Someone was faster, or the name is taken.",
        C::NotAMember => "This person is not in the room.",
        C::AlreadyClaimed => "This box already has an owner.",
        C::NotClaimed => "This box has no owner yet.",
        C::WrongClaimCode => "The claim code is not right.",
        C::InviteInvalid => "This invite does not exist or was taken back.",
        C::InviteExpired => "This invite has expired.",
        C::InviteUsedUp => "This invite was used as often as it may be.",
        C::TicketInvalid => "This sign-in link does not exist or was used.",
        C::TicketExpired => "This sign-in link has expired.",
        C::TicketRefused => "The sign-in was refused on the other device.",
        C::WrongPassword => "Name or password is not right.",
        C::NameNotUnique => "Several people have this name; please sign in with your handle.",
        C::PasswordUnfit => "A password has at most 256 characters.",
        C::PasswordTooShort => "This password is too short.",
        C::PasswordTooCommon => "This password is one of those that anybody would try first.",
        C::PasswordRequired => "An owner needs a password.",
        C::NameUnfit => "A name has 1 to 64 characters that can be seen.",
        C::NameOfAdmin => "Somebody who runs this box is called that; please add a surname or a number.",
        C::MessageEmpty => "There is nothing to send.",
        C::TextTooLong => "The text is over 8,000 characters.",
        C::TooManyFiles => "A message carries at most 20 files.",
        C::ClientIdReused => "This client_id was used for another message.",
        C::FileTooLarge => "The file is larger than this box takes.",
        C::UploadInterrupted => "The upload broke off before its end.",
        C::UnsupportedVersion => "Uploads in parts follow tus 1.0.0 here.",
        C::TooManyUploads => "You send as many files at once as one person may; this one waits its turn.",
        C::ImageUnfit => "The picture cannot be read or is too large.",
        C::DiskFull => "The box's disk is full; nothing was saved.",
        C::DiskReadOnly => "The box's disk refuses to be written; nothing was saved.",
        C::Busy => "The box has too much to do; nothing was changed.",
        C::RateLimited => "That was too often; please wait a moment.",
        C::Timeout => "The request took too long to arrive.",
        C::HostNotAllowed => "This box is not known by this name.",
        C::OriginNotAllowed => "This comes from another site.",
        C::UseRealBrowser => "Please open the link in your browser; this app forgets you.",
        C::LastOwner => "The last owner cannot go.",
        C::LimitReached => "The box takes no more of these.",
        C::FreshPasswordRequired => "Please enter your password first.",
        C::InvalidSetting => "This setting cannot be right.",
        C::NotOnThisMachine => "This machine cannot do that.",
        C::SystemRefused => "The rules of this machine do not let imbox do that.",
        C::SystemNoAnswer => "The system did not answer in time.",
        C::SystemFailed => "The system could not do that; the log says more.",
        C::ClockSynchronised => "The clock is already set by a time server.",
        C::ClockTooEarly => "The clock cannot be set to a time before this version was made.",
        C::UnknownTimeZone => "There is no time zone of that name.",
        C::NoSuchInterface => "There is no such network interface.",
        C::NoWifi => "This machine has no Wi-Fi.",
        C::NoSuchWifi => "There is no Wi-Fi network of that name.",
        C::WifiSecurity => "This kind of Wi-Fi security is not supported.",
        C::NetworkChangePending => "Another network change is waiting to be confirmed.",
        C::NoSuchNetworkChange => "There is no such network change waiting.",
        C::NetworkChangeUnfinished => "The network change has not taken effect yet.",
        C::UpdateMissing => "There is no update file on the box.",
        C::UpdateSignature => "The signature of this update is not trusted.",
        C::UpdateIncompatible => "This update is made for another kind of box.",
        C::UpdateDamaged => "This is no update file, or it is damaged.",
        C::UpdateUnwritable => "The update could not be written.",
        C::UpdateFailed => "The update could not be installed.",
        C::UpdateRunning => "An update is already under way.",
        C::RoomArchived => "This room was put away and is only read any more.",
        C::CsvUnreadable => "This is no CSV file with a name in each line.",
        C::CsvTooLong => "A table of people has at most 1,000 lines.",
        C::AlreadyHere => "This person is here already.",
        C::BackupRunning => "A backup is already under way.",
        C::BackupMissing => "There is no such backup on this box.",
        C::NotABackup => "This file is no backup of a box.",
        C::BackupDamaged => "This backup is damaged.",
        C::BackupNewer => "This backup was made by a newer version.",
        C::BackupLocked => "This backup is locked with a passphrase.",
        C::BackupWrongPassphrase => "This is not the passphrase of this backup.",
        C::MoveUnreachable => "No box answers there that could be moved from.",
        C::MoveWrongCode => "The other box does not know this code.",
        C::MoveExpired => "The code of this move is no longer good.",
        C::MoveAddress => "This is no address of a box in the same network.",
        C::QuotaExceeded => "You have stored as much as one person may; delete some of your files first.",
        C::UsbAbsent => "This USB disk is not plugged in.",
        C::UsbFull => "There is no room on the USB disk.",
        C::UsbUnwritable => "The USB disk cannot be written.",
        C::UsbFormat => "The format of the USB disk is not taken, or holds no such large file.",
        C::UsbOtherBox => "This USB disk holds the files of another box.",
        C::FilesAway => "The disk with the files is not plugged in; the chat goes on.",
        C::NoOtherVersion => "There is no other version to go back to.",
        C::NobodyElse => "Nobody but its writer runs this box, so nobody else could look at it.",
        C::DatabaseDamaged => "The box's database is damaged; open its page to repair it.",
        C::Internal => "Something went wrong inside; it was logged.",
    }
}
