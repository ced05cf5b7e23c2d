//! Sending, editing, deleting and reading messages.

use std::future::Future;

use crate::actions::error::unfit_message;
use crate::actions::rooms::access::access;
use crate::actions::{Caller, Core, Done, Refused, identity::facts};
use crate::chat::{Access, Authorship, Event, EventBody, FileId, MAX_HERE, NewMessage, Reach, RoomId, Seq, Voice};
use crate::store::StoreError;
use crate::wire::{self, ErrorCode, SendReceipt};

const MINUTE_MS: i64 = 60_000;

/// Sends a message. When this returns, the message has its place in the queue; the future it returns completes when the
/// message is stored durably. So the messages of one connection stay in order and still share commits with others.
///
/// # Errors
/// `rate_limited`, `not_found` for a room the caller is not in, a file that does not exist or a reply to nothing,
/// `forbidden`, `bad_request` for a voice note that is not as it should be, `message_empty`, `text_too_long`, `too_many_files`, `client_id_reused`, `busy`, and as any write.
pub async fn send(
    core: &Core,
    caller: &Caller,
    room: RoomId,
    message: wire::NewMessage,
) -> Done<impl Future<Output = Done<SendReceipt>> + Send + use<>> {
    core.rates.message(caller.user, message.text.len())?;
    let access = access(core, caller, room).await?;
    access.may_write()?;
    let files = message.files.into_iter().map(FileId).collect();
    let voice = message.voice.map(|voice| Voice::new(voice.duration_ms, voice.levels)).transpose();
    let message = NewMessage::check(message.client_id, message.text, files, message.reply_to.map(Seq))
        .and_then(|checked| match voice? {
            Some(voice) => checked.spoken(voice),
            None => Ok(checked),
        })
        .map_err(unfit_message)?;
    let message = reaching(core, &access, room, message);
    core.pace.keep().await;
    let answer = core.store.append_message(room, caller.user, caller.device, message, core.now()).await?;
    Ok(async move {
        let appended = answer.await.unwrap_or(Err(StoreError::Closed))?;
        Ok::<_, Refused>(SendReceipt { seq: appended.seq.0, at: appended.at })
    })
}

/// Changes what a message of the caller's says.
///
/// # Errors
/// `not_found`, `forbidden` for somebody else's, `too_late_to_edit`, `message_empty`, `text_too_long`, `room_archived`,
/// `limit_reached` for one edit too many, `rate_limited`, and as any write.
pub async fn edit(core: &Core, caller: &Caller, room: RoomId, target: Seq, new: wire::EditMessage) -> Done<()> {
    let access = access(core, caller, room).await?;
    core.rates.message(caller.user, new.text.len())?;
    let message = visible(core, &access, room, target).await?;
    access.may_edit(authorship(&message, caller))?;
    let minutes = facts::edit_minutes(core).await?;
    if core.now().saturating_sub(message.at) > i64::from(minutes) * MINUTE_MS || minutes == 0 {
        return Err(ErrorCode::TooLateToEdit.into());
    }
    let EventBody::Message { files, .. } = &message.body else { return Err(ErrorCode::NotFound.into()) };
    let files = files.iter().map(|file| file.id).collect();
    let new = NewMessage::check("edit".to_owned(), new.text, files, None).map_err(unfit_message)?;
    let new = reaching(core, &access, room, new);
    Ok(core.store.edit_message(room, target, caller.user, new, core.now()).await?)
}

/// What an edited message said before, oldest first.
///
/// # Errors
/// `not_found`, `forbidden`, and as any read.
pub async fn earlier(core: &Core, caller: &Caller, room: RoomId, target: Seq) -> Done<Vec<wire::EarlierText>> {
    let access = access(core, caller, room).await?;
    let message = visible(core, &access, room, target).await?;
    access.may_see_earlier(authorship(&message, caller))?;
    let texts = core.store.earlier_texts(room, target).await?;
    Ok(texts.into_iter().map(|one| wire::EarlierText { text: one.text, at: one.at }).collect())
}

/// The message, if whoever has this access sees it.
async fn visible(core: &Core, access: &Access, room: RoomId, target: Seq) -> Done<Event> {
    if target < access.first_visible(Seq(1)) {
        return Err(ErrorCode::NotFound.into());
    }
    Ok(core.store.message(room, target).await?)
}

fn authorship(message: &Event, caller: &Caller) -> Authorship {
    if message.sender == caller.user { Authorship::Own } else { Authorship::Other }
}

/// With whom it reaches when it calls everybody.
fn reaching(core: &Core, access: &Access, room: RoomId, mut message: NewMessage) -> NewMessage {
    if message.calls_everybody() && access.may_mention_all().is_ok() {
        let (some, online) = core.hub.online_in(room, MAX_HERE);
        message.reach = Reach::of(some, online);
    }
    message
}

/// Deletes a message; a tombstone stays in its place.
///
/// # Errors
/// `not_found`, `forbidden`, and as any write.
pub async fn delete(core: &Core, caller: &Caller, room: RoomId, target: Seq) -> Done<()> {
    let access = access(core, caller, room).await?;
    // A message that cannot be seen cannot be deleted.
    if target < access.first_visible(Seq(1)) {
        return Err(ErrorCode::NotFound.into());
    }
    let author = core.store.sender_of(room, target).await?;
    access.may_delete(if author == caller.user { Authorship::Own } else { Authorship::Other })?;
    Ok(core.store.delete_message(room, target, caller.user, core.now()).await?)
}

/// Moves the caller's read cursor forward.
///
/// # Errors
/// `not_found`, and as any write.
pub async fn read(core: &Core, caller: &Caller, room: RoomId, up_to: Seq) -> Done<()> {
    access(core, caller, room).await?;
    if up_to.0 > i64::MAX.cast_unsigned() {
        return Err(ErrorCode::BadRequest.into());
    }
    Ok(core.store.set_read(room, caller.user, up_to).await?)
}
