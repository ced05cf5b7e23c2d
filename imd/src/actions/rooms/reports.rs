//! Reporting a message to the admins, and what they do about it. Admins cannot read rooms they are not in: the report
//! contains the message with its files, and nothing around it. Its author neither sees the report nor decides about it,
//! whatever their role. No log, audit entry or count that they can read reveals who reported them.

use crate::actions::rooms::access::access;
use crate::actions::{
    Caller, Core, Done, Refused,
    people::directory,
    rooms::{manage, messages},
};
use crate::chat::{FileRef, RoomId, Seq, UserId, UserStatus, may_change_user};
pub use crate::store::Answered;
use crate::store::{ReportRow, Reported, ReportedFile, StoreError};
use crate::wire::{
    self, AnswerReport, ChangeUser, ErrorCode, KeptFile, NewMessage, OpenDirect, Report, ReportClosed, ReportDeed,
    ReportMessage, ReportPage, ReportPerson,
};

/// Longest reason, in characters.
const REASON_MAX: usize = 500;
/// Somebody with too many open reports may try again after this time.
const HOUR_S: u32 = 3_600;
/// Reports on a page.
const PAGE: u32 = 50;

/// Reports somebody else's message to the admins.
///
/// # Errors
/// `rate_limited`, also when too many reports are open, `not_found` for what the caller cannot see or what is no
/// message, `forbidden` for their own, `nobody_else` when its author is the only admin, `bad_request` for a reason that
/// is too long, and as any write.
pub async fn report(core: &Core, caller: &Caller, room: RoomId, target: Seq, body: ReportMessage) -> Done<()> {
    let access = access(core, caller, room).await?;
    if target < access.first_visible(Seq(1)) {
        return Err(ErrorCode::NotFound.into());
    }
    let reason: String = body.reason.trim().chars().filter(|c| !c.is_control() || *c == '\n').collect();
    if reason.chars().count() > REASON_MAX {
        return Err(ErrorCode::BadRequest.into());
    }
    let author = core.store.sender_of(room, target).await?;
    if author == caller.user {
        return Err(ErrorCode::Forbidden.into());
    }
    if core.store.admins().await?.iter().all(|admin| admin.id == author) {
        return Err(ErrorCode::NobodyElse.into());
    }
    core.rates.report(caller.user)?;
    // Not logged, because an admin whom it is about can read the log.
    match core.store.report(room, target, caller.user, reason, core.now()).await {
        // Waiting helps once some of them were answered.
        Err(StoreError::LimitReached) => Err(Refused::later(ErrorCode::RateLimited, HOUR_S)),
        written => Ok(written?),
    }
}

/// Reports of others' messages, newest first: open ones, or answered ones.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn list(core: &Core, caller: &Caller, which: Answered, before: Option<i64>) -> Done<ReportPage> {
    caller.must_be_admin()?;
    let rows = core.store.reports(caller.user, which, before.unwrap_or(i64::MAX), PAGE).await?;
    let next = rows.last().filter(|_| rows.len() == PAGE as usize).map(|last| last.id);
    let open = core.store.open_reports(caller.user).await?;
    let admins = admins(core).await?;
    let reports = rows.into_iter().map(|row| view(row, caller.user, &admins)).collect();
    Ok(ReportPage { reports, open, next })
}

/// Does something about a report, or nothing, and closes it.
///
/// # Errors
/// `forbidden` (also for suspending somebody whom the caller may not change, and for the caller's own report while
/// another admin could decide), `not_found`, also for the caller's own message, `conflict` when it was already
/// answered, as sending a message and suspending somebody, and as any write.
pub async fn answer(core: &Core, caller: &Caller, id: i64, answer: AnswerReport) -> Done<()> {
    caller.must_be_admin()?;
    let row = core.store.report_of(caller.user, id).await?;
    if row.closed.is_some() {
        return Err(ErrorCode::Conflict.into());
    }
    if !row.message().may_decide(caller.user, &admins(core).await?) {
        return Err(ErrorCode::Forbidden.into());
    }
    let author = core.store.user(row.author.0).await?;
    if answer.suspend && !may_change_user(caller.role, author.role, author.role) {
        return Err(ErrorCode::Forbidden.into());
    }
    let mut did = Vec::new();
    let message = if answer.delete { Reported::Deleted } else { Reported::Stays };
    if message == Reported::Deleted {
        did.push("deleted");
    }
    if let Some(text) = answer.warning {
        let (direct, _) = manage::open_direct(core, caller, OpenDirect { user: author.id.0 }).await?;
        // Answering twice at once sends the warning only once.
        let warning =
            NewMessage { client_id: format!("report {id}"), text, files: Vec::new(), reply_to: None, voice: None };
        messages::send(core, caller, RoomId(direct.id), warning).await?.await?;
        did.push("warned");
    }
    if answer.suspend {
        if author.status != UserStatus::Suspended {
            let suspend = ChangeUser { role: None, status: Some("suspended".to_owned()) };
            directory::change(core, caller, author.id, suspend).await?;
        }
        did.push("suspended");
    }
    let outcome = did.join(" ");
    // Without the names of author and reporter, because an admin whom it is about can read the audit log.
    let detail = if did.is_empty() { "nothing".to_owned() } else { outcome.clone() };
    let act = caller.act(core, "report.answer", id.to_string(), detail);
    core.store.close_report(id, message, outcome, act).await?;
    tracing::info!(by = caller.user.0, report = id, "report answered");
    Ok(())
}

/// A file of a reported message by its position, counted from 0.
///
/// # Errors
/// `forbidden`, `not_found`, also for the caller's own message and once the report was answered, and as any read.
pub async fn file(core: &Core, caller: &Caller, id: i64, place: usize) -> Done<FileRef> {
    caller.must_be_admin()?;
    let row = core.store.report_of(caller.user, id).await?;
    let file = row.files.into_iter().nth(place).and_then(|file| file.kept);
    file.ok_or_else(|| ErrorCode::NotFound.into())
}

/// Deletes reports that were answered long ago.
///
/// # Errors
/// As any write.
pub async fn forget_old(core: &Core) -> Done<()> {
    Ok(core.store.forget_reports(core.now()).await?)
}

/// The present admins and owners.
async fn admins(core: &Core) -> Done<Vec<UserId>> {
    Ok(core.store.admins().await?.into_iter().map(|admin| admin.id).collect())
}

fn view(row: ReportRow, reader: UserId, admins: &[UserId]) -> Report {
    let yours_to_answer = row.closed.is_none() && row.message().may_decide(reader, admins);
    let person = |(id, name): (UserId, String)| ReportPerson { id: id.0, name };
    Report {
        id: row.id,
        room_name: Some(row.room_name).filter(|name| !name.is_empty()),
        author: person(row.author),
        reporter: person(row.reporter),
        reason: row.reason,
        text: row.text,
        files: row.files.into_iter().map(reported_file).collect(),
        sent_at: row.sent_at,
        at: row.at,
        stands: row.stands,
        yours_to_answer,
        closed: row.closed.map(|(at, outcome)| ReportClosed { at, did: outcome.split(' ').filter_map(deed).collect() }),
    }
}

fn reported_file(ReportedFile { name, kept }: ReportedFile) -> wire::ReportedFile {
    let kept = kept.map(|FileRef { media_type, size, pixels, thumbnail, .. }| KeptFile {
        media_type,
        size,
        width: pixels.map(|p| p.0),
        height: pixels.map(|p| p.1),
        thumbnail,
    });
    wire::ReportedFile { name, kept }
}

fn deed(word: &str) -> Option<ReportDeed> {
    match word {
        "deleted" => Some(ReportDeed::Deleted),
        "warned" => Some(ReportDeed::Warned),
        "suspended" => Some(ReportDeed::Suspended),
        _ => None,
    }
}
