//! How refusals look in HTTP: the only mapping from error codes to status codes.

use axum::extract::MatchedPath;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::openapi;
use crate::actions::Refused;
use crate::wire::{ErrorBody, ErrorCode};

/// A refusal that becomes a response.
#[derive(Debug, Clone, Copy)]
pub struct Problem(pub Refused);

impl<E: Into<Refused>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = axum::Json(ErrorBody { error: self.0.detail() });
        let mut response = (status(self.0.code), body).into_response();
        if response.status() == StatusCode::UNAUTHORIZED {
            // RFC 9110, section 11.6.1.
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"imbox\""));
        }
        if let Some(seconds) = self.0.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The status code (RFC 9110, section 15) of an error code.
#[must_use]
pub fn status(code: ErrorCode) -> StatusCode {
    use ErrorCode as C;
    match code {
        C::BadRequest
        | C::UnknownFrame
        | C::NameUnfit
        | C::HandleUnfit
        | C::TopicTooLong
        | C::EmojiUnfit
        | C::MessageEmpty
        | C::TextTooLong
        | C::TooManyFiles
        | C::PasswordUnfit
        | C::PasswordTooShort
        | C::PasswordTooCommon
        | C::PasswordRequired
        | C::ImageUnfit
        | C::UploadInterrupted
        | C::InvalidSetting
        | C::ClockTooEarly
        | C::CsvUnreadable
        | C::CsvTooLong
        | C::NotABackup
        | C::BackupDamaged
        | C::BackupLocked
        | C::BackupWrongPassphrase
        | C::MoveAddress
        | C::UnknownTimeZone
        | C::UpdateSignature
        | C::UpdateIncompatible
        | C::UpdateDamaged => StatusCode::BAD_REQUEST,
        C::NotSignedIn | C::WrongPassword | C::NameNotUnique | C::WrongClaimCode | C::MoveWrongCode => {
            StatusCode::UNAUTHORIZED
        }
        C::Forbidden
        | C::PendingApproval
        | C::Suspended
        | C::UseRealBrowser
        | C::OriginNotAllowed
        | C::FreshPasswordRequired => StatusCode::FORBIDDEN,
        C::NotFound | C::BackupMissing | C::UsbAbsent | C::NoSuchInterface | C::NoSuchWifi | C::UpdateMissing => {
            StatusCode::NOT_FOUND
        }
        C::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        C::Timeout => StatusCode::REQUEST_TIMEOUT,
        C::Conflict
        | C::NotAMember
        | C::AlreadyHere
        | C::NameOfAdmin
        | C::AlreadyClaimed
        | C::NotClaimed
        | C::ClientIdReused
        | C::LastOwner
        | C::LimitReached
        | C::NobodyElse
        | C::ClockSynchronised
        | C::NoWifi
        | C::WifiSecurity
        | C::NetworkChangePending
        | C::RoomArchived
        | C::TooLateToEdit
        | C::BackupRunning
        | C::BackupNewer
        | C::NetworkChangeUnfinished
        | C::UpdateRunning
        | C::NoOtherVersion
        | C::UsbFormat
        | C::UsbOtherBox => StatusCode::CONFLICT,
        C::InviteInvalid
        | C::InviteExpired
        | C::InviteUsedUp
        | C::TicketInvalid
        | C::TicketExpired
        | C::TicketRefused
        | C::MoveExpired
        | C::NoSuchNetworkChange => StatusCode::GONE,
        C::UnsupportedVersion => StatusCode::PRECONDITION_FAILED,
        C::FrameTooLarge | C::PayloadTooLarge | C::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        C::UrlTooLong => StatusCode::URI_TOO_LONG,
        C::RangeNotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        C::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        C::HostNotAllowed => StatusCode::MISDIRECTED_REQUEST,
        C::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        C::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        C::Busy
        | C::TooManyUploads
        | C::FilesAway
        | C::DatabaseDamaged
        | C::DiskReadOnly
        | C::SystemRefused
        | C::SystemNoAnswer
        | C::SystemFailed
        | C::UpdateUnwritable
        | C::UsbUnwritable
        | C::UpdateFailed => StatusCode::SERVICE_UNAVAILABLE,
        C::MoveUnreachable => StatusCode::BAD_GATEWAY,
        C::NotOnThisMachine => StatusCode::NOT_IMPLEMENTED,
        C::DiskFull | C::QuotaExceeded | C::UsbFull => StatusCode::INSUFFICIENT_STORAGE,
    }
}

/// The response when an existing route is asked with another method; `Allow` lists those it has (RFC 9110, section
/// 15.5.6).
pub(super) async fn method_not_allowed(path: Option<MatchedPath>) -> Response {
    // For a route that is not in the schema, the router adds `Allow` itself.
    only(path.and_then(|path| openapi::methods(path.as_str())))
}

/// The same for the app's page and files, which can only be read.
pub(super) fn only_read() -> Response {
    only(Some("GET, HEAD"))
}

fn only(methods: Option<&'static str>) -> Response {
    let allow = methods.map(|methods| [(header::ALLOW, HeaderValue::from_static(methods))]);
    (allow, Problem::from(ErrorCode::MethodNotAllowed)).into_response()
}
