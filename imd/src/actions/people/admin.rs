//! Managing people: who was last seen when, removing passwords and devices, removing somebody.

use std::sync::Arc;

use crate::actions::csv::{MARK, push_field};
use crate::actions::{Caller, Core, Done, people::quota, view};
use crate::calendar::to_seconds;
use crate::chat::{DeviceId, UserId, UserStatus, may_change_user};
use crate::store::{DeviceRow, Setting, UserRow, UserSummary};
use crate::wire::{
    ErrorCode, MessagesOfRemoved, Person, PersonDetails, PersonPage, SignedInDevice, SignedInDevicePage,
};

/// People on a page.
const PAGE: u32 = 100;
/// Devices on a page.
const DEVICES: u32 = 50;
/// Messages that are deleted in one commit, which limits how long others' messages wait.
const PART: u32 = 200;

/// People with an id over `after` whose name or handle contains `query`: of one status, or all that are active or
/// suspended.
///
/// # Errors
/// `forbidden`, `bad_request` for an unknown status, and as any read.
pub async fn list(core: &Core, caller: &Caller, after: UserId, query: &str, status: Option<&str>) -> Done<PersonPage> {
    caller.must_be_admin()?;
    let status = match status {
        None | Some("") => None,
        Some("active") => Some(UserStatus::Active),
        Some("suspended") => Some(UserStatus::Suspended),
        Some("removed") => Some(UserStatus::Removed),
        Some(_) => return Err(ErrorCode::BadRequest.into()),
    };
    let query: String = query.trim().chars().take(64).collect();
    let rows = core.store.user_summaries(after, query, status, PAGE).await?;
    let next = rows.last().filter(|_| rows.len() == PAGE as usize).map(|last| last.user.id.0);
    Ok(PersonPage { people: rows.iter().map(|row| person(core, row)).collect(), next })
}

/// A person with their devices.
///
/// # Errors
/// `forbidden`, `not_found`, and as any read.
pub async fn get(core: &Core, caller: &Caller, user: UserId) -> Done<PersonDetails> {
    caller.must_be_admin()?;
    let row = core.store.user_summary(user).await?;
    if row.user.status == UserStatus::Pending {
        return Err(ErrorCode::NotFound.into());
    }
    let devices = core.store.devices(user).await?.into_iter();
    let devices = devices.map(|device| view::device(device, user, caller, &core.hub));
    let storage = quota::stored_by(core, user).await?;
    let own_quota_bytes = core.store.quota(user).await?.own;
    Ok(PersonDetails { devices: devices.collect(), person: person(core, &row), storage, own_quota_bytes })
}

/// Signed-in devices with an id under `before` of all people whose name or handle contains `query`, newest first.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn devices(core: &Core, caller: &Caller, before: Option<i64>, query: &str) -> Done<SignedInDevicePage> {
    caller.must_be_admin()?;
    let query: String = query.trim().chars().take(64).collect();
    let rows = core.store.all_devices(DeviceId(before.unwrap_or(i64::MAX)), query, DEVICES).await?;
    let next = rows.last().filter(|_| rows.len() == DEVICES as usize).map(|(device, _)| device.id.0);
    let shown = |(device, user): (DeviceRow, UserRow)| SignedInDevice {
        device: view::device(device, user.id, caller, &core.hub),
        user: view::user(&user, &core.hub),
    };
    Ok(SignedInDevicePage { devices: rows.into_iter().map(shown).collect(), next })
}

/// Everybody who is active or suspended, as CSV (RFC 4180) in UTF-8 with a byte order mark; times in UTC (ISO 8601).
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn csv(core: &Core, caller: &Caller) -> Done<String> {
    caller.must_be_admin()?;
    let mut csv = format!("{MARK}id,handle,name,role,status,devices,seen_at,created_at\r\n");
    let mut after = UserId(0);
    loop {
        let rows = core.store.user_summaries(after, String::new(), None, 500).await?;
        let Some(last) = rows.last() else { return Ok(csv) };
        after = last.user.id;
        for row in &rows {
            let shown = view::user(&row.user, &core.hub);
            let role = format!("{:?}", row.user.role).to_lowercase();
            csv.push_str(&shown.id.to_string());
            for text in [shown.handle.as_str(), &shown.name, &role, &shown.status] {
                csv.push(',');
                push_field(&mut csv, text);
            }
            let seen = row.seen_at.map_or_else(String::new, to_seconds);
            csv.push_str(&format!(",{},{seen},{}\r\n", row.devices, to_seconds(row.user.created_at)));
        }
    }
}

/// Removes a person's password. They can sign in with a ticket and set a new one.
///
/// # Errors
/// `forbidden`, `not_found`, and as any write.
pub async fn drop_password(core: &Core, caller: &Caller, user: UserId) -> Done<()> {
    let row = manageable(core, caller, user).await?;
    let act = caller.act(core, "person.password", row.user.handle, String::new());
    core.store.drop_password(user, act).await?;
    core.reauth.forget(user);
    Ok(())
}

/// Signs one device of a person out, or all of them.
///
/// # Errors
/// `forbidden`, `not_found`, and as any write.
pub async fn sign_out(core: &Core, caller: &Caller, user: UserId, only: Option<DeviceId>) -> Done<()> {
    let row = manageable(core, caller, user).await?;
    let which = only.map_or_else(|| "all".to_owned(), |device| device.0.to_string());
    let act = caller.act(core, "person.sign_out", row.user.handle, format!("devices {which}"));
    Ok(core.store.sign_out(user, only, act).await?)
}

/// Removes a person permanently.
///
/// # Errors
/// `forbidden` (also for oneself), `not_found`, `last_owner`, and as any write.
pub async fn remove(core: &Arc<Core>, caller: &Caller, user: UserId, messages: MessagesOfRemoved) -> Done<()> {
    let row = manageable(core, caller, user).await?;
    if user == caller.user {
        return Err(ErrorCode::Forbidden.into());
    }
    let (word, erase) = match messages {
        MessagesOfRemoved::Keep => ("messages kept", false),
        MessagesOfRemoved::Delete => ("messages deleted", true),
    };
    let act = caller.act(core, "person.remove", format!("{} ({})", row.user.handle, row.user.name), word.to_owned());
    core.store.remove_user(user, act).await?;
    tracing::info!(by = caller.user.0, user = user.0, erase, "person removed");
    if erase {
        note_erasing(core, user, caller.user).await?;
        tokio::spawn(erase_all(Arc::clone(core)));
    }
    Ok(())
}

/// Deletes the messages of removed people where that was ordered; continues after a restart.
pub async fn erase_all(core: Arc<Core>) {
    if let Err(refused) = erase(&core).await {
        tracing::warn!(code = ?refused.code, "messages of a removed person are not all deleted; a start goes on with it");
    }
}

async fn erase(core: &Core) -> Done<()> {
    while let Some((user, by)) = erasing(core).await?.first().copied() {
        let mut after = 0;
        loop {
            let found = core.store.messages_of(user, after, PART).await?;
            let Some((last, ..)) = found.last() else { break };
            after = *last;
            let places = found.into_iter().map(|(_, room, seq)| (room, seq)).collect();
            core.store.delete_messages(places, by, core.now()).await?;
        }
        let left: Vec<String> =
            erasing(core).await?.iter().filter(|(u, _)| *u != user).map(|(u, b)| format!("{}:{}", u.0, b.0)).collect();
        let left = Some(left.join(" ")).filter(|left| !left.is_empty());
        core.store.set(Setting::Erasing, left).await?;
        tracing::info!(user = user.0, "messages of a removed person deleted");
    }
    Ok(())
}

async fn note_erasing(core: &Core, user: UserId, by: UserId) -> Done<()> {
    let before = core.store.setting(Setting::Erasing).await?.unwrap_or_default();
    let after = format!("{before} {}:{}", user.0, by.0);
    Ok(core.store.set(Setting::Erasing, Some(after.trim().to_owned())).await?)
}

/// Whose messages are to be deleted, and on whose order.
async fn erasing(core: &Core) -> Done<Vec<(UserId, UserId)>> {
    let text = core.store.setting(Setting::Erasing).await?.unwrap_or_default();
    let pair = |word: &str| {
        let (user, by) = word.split_once(':')?;
        Some((UserId(user.parse().ok()?), UserId(by.parse().ok()?)))
    };
    Ok(text.split_whitespace().filter_map(pair).collect())
}

/// A person whom the caller may change.
pub(in crate::actions) async fn manageable(core: &Core, caller: &Caller, user: UserId) -> Done<UserSummary> {
    caller.must_be_admin()?;
    let row = core.store.user_summary(user).await?;
    if matches!(row.user.status, UserStatus::Pending | UserStatus::Removed) {
        return Err(ErrorCode::NotFound.into());
    }
    if !may_change_user(caller.role, row.user.role, row.user.role) {
        return Err(ErrorCode::Forbidden.into());
    }
    Ok(row)
}

fn person(core: &Core, row: &UserSummary) -> Person {
    Person {
        user: view::user(&row.user, &core.hub),
        has_password: row.user.has_password,
        devices: row.devices,
        rooms: row.rooms,
        seen_at: row.seen_at,
        created_at: row.user.created_at,
    }
}
