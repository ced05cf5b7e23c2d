//! Backups. Were these to fail, a dead card would take everything that was ever said with it, or half of it would come
//! back and nobody would know.

use imd::wire::{BackupState, BoxInfo, BoxState, ErrorCode, Every, File, InviteCreated, Me, Restored, RoomSummaryPage};
use reqwest::Method;
use serde_json::json;

use crate::door::Reply;
use crate::house::{BEGINNING, House};
use crate::person::Person;

const BACKUPS: &str = "/api/v1/admin/backups";

async fn state(owner: &Person) -> BackupState {
    owner.get(BACKUPS).await.ok()
}

/// Makes a backup; its name and its bytes.
async fn make(owner: &Person) -> (String, Vec<u8>) {
    make_with(owner, &json!({})).await
}

async fn make_with(owner: &Person, order: &serde_json::Value) -> (String, Vec<u8>) {
    owner.post(BACKUPS, order).await.done();
    let ended = async {
        while state(owner).await.under_way.is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(crate::PATIENCE, ended).await.expect("the backup ends");
    let now = state(owner).await;
    assert_eq!(now.failed, None);
    let name = now.backups[0].name.clone();
    let file = owner.get(&format!("{BACKUPS}/{name}")).await;
    file.done();
    assert_eq!(file.body.len() as u64, now.backups[0].size);
    (name, file.body)
}

async fn restore(house: &House, code: &str, backup: Vec<u8>) -> Reply {
    let request = house.door.request(Method::POST, "/api/v1/restore").header("claim-code", code).body(backup);
    Reply::of(request).await
}

/// As [`restore`], with a passphrase.
async fn open(house: &House, path: &str, code: &str, passphrase: &str, body: &[u8]) -> Reply {
    let encoded: String = passphrase.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let request = house.door.request(Method::POST, path).header("claim-code", code);
    Reply::of(request.header("backup-passphrase", encoded).body(body.to_vec())).await
}

/// A fresh box with the backup taken over.
async fn restored(backup: Vec<u8>) -> House {
    let mut fresh = House::fresh().await;
    let code = fresh.claim_code().to_owned();
    let done: Restored = restore(&fresh, &code, backup).await.ok();
    assert_eq!(done.name, "Rose Court");
    fresh.restart().await;
    fresh
}

#[tokio::test]
async fn a_restored_box_is_the_same_box_to_its_members() {
    let (house, owner, alice, bob) = House::with_two().await;
    let club = alice.make_room("group", "Book Club", &[&bob]).await.id;
    let hall = house.hall(&alice).await;
    for number in 0..50 {
        alice.say(hall, &format!("a{number}"), &format!("message {number}")).await;
    }
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let file: File = bob.upload(club, "holiday.bin", bytes.clone()).await.ok();
    bob.message(club, &json!({"client_id": "f", "text": "look", "files": [file.id]})).await.done();
    // While it is made the chat goes on, and what was acknowledged before is in it.
    let (made, _) = tokio::join!(make(&owner), async {
        for number in 0..50 {
            bob.say(hall, &format!("b{number}"), "meanwhile").await;
        }
    });
    let before = alice.events(hall, "limit=200&before=55").await.events;
    let id = house.door.get("/api/v1/box").await.ok::<BoxInfo>().id;
    house.stop().await;

    let there = restored(made.1).await;
    for person in [&owner, &alice, &bob] {
        let same = Person { door: there.door.clone(), ..person.clone() };
        let me: Me = same.get("/api/v1/me").await.ok();
        assert_eq!((me.user.id, me.device), (person.id, person.device), "still signed in");
    }
    let bob = Person { door: there.door.clone(), ..bob };
    assert_eq!(bob.events(hall, "limit=200&before=55").await.events, before);
    assert_eq!(bob.get(&format!("/api/v1/files/{}", file.id)).await.body, bytes);
    let info: BoxInfo = there.door.get("/api/v1/box").await.ok();
    assert_eq!((info.state, info.name.as_str()), (BoxState::Claimed, "Rose Court"));
    assert_eq!(info.id, id, "what their phones kept for it is still theirs");
    bob.say(hall, "after", "and it goes on").await;
    restore(&there, "AAAA-AAAA", vec![1]).await.refused(ErrorCode::AlreadyClaimed);
    there.stop().await;
}

#[tokio::test]
async fn what_is_no_whole_backup_is_refused_with_the_reason_and_changes_nothing() {
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let file: File = alice.upload(hall, "a.bin", vec![7_u8; 100_000]).await.ok();
    alice.message(hall, &json!({"client_id": "f", "text": "", "files": [file.id]})).await.done();
    let (_, backup) = make(&owner).await;
    house.stop().await;

    let mut fresh = House::fresh().await;
    let code = fresh.claim_code().to_owned();
    restore(&fresh, "AAAA-AAAA", backup.clone()).await.refused(ErrorCode::WrongClaimCode);
    restore(&fresh, &code, b"a diary".to_vec()).await.refused(ErrorCode::NotABackup);
    restore(&fresh, &code, Vec::new()).await.refused(ErrorCode::NotABackup);
    let cut = backup[..backup.len() - 60_000].to_vec();
    restore(&fresh, &code, cut).await.refused(ErrorCode::BackupDamaged);
    let place = backup.windows(64).position(|part| part == [7_u8; 64]).expect("the file is in it");
    for (offset, what) in [(place + 1_000, "a file"), (4_096, "the database")] {
        let mut flipped = backup.clone();
        flipped[offset] ^= 1;
        let reply = restore(&fresh, &code, flipped).await;
        assert_eq!(reply.code(), ErrorCode::BackupDamaged, "{what}: {reply}");
    }
    restore(&fresh, &code, with_manifest(&json!({"format": "imbox-backup-1", "layout": 999, "min_program": 999})))
        .await
        .refused(ErrorCode::BackupNewer);
    restore(&fresh, &code, with_manifest(&json!({"format": "imbox-backup-2"}))).await.refused(ErrorCode::BackupNewer);
    let left: Vec<_> =
        ["restored", "incoming-backup"].iter().filter(|name| fresh.folder().join(name).exists()).collect();
    assert!(left.is_empty(), "{left:?}");
    // It is as fresh as before, and a good one is still taken.
    fresh.restart().await;
    let code = fresh.claim_code().to_owned();
    restore(&fresh, &code, backup).await.done();
    fresh.restart().await;
    let alice = Person { door: fresh.door.clone(), ..alice };
    assert_eq!(alice.get(&format!("/api/v1/files/{}", file.id)).await.body.len(), 100_000);
    fresh.stop().await;
}

#[tokio::test]
async fn a_locked_backup_opens_with_its_passphrase_alone() {
    const WORD: &str = "八个字就可以的！";
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    alice.say(hall, "1", "a secret of the house").await;
    owner.post(BACKUPS, &json!({"passphrase": "7 chars"})).await.refused(ErrorCode::PasswordTooShort);
    owner.post(BACKUPS, &json!({"passphrase": "x".repeat(257)})).await.refused(ErrorCode::PasswordUnfit);
    let (name, backup) = make_with(&owner, &json!({"passphrase": WORD})).await;
    assert!(name.ends_with(".tar.age") && state(&owner).await.backups[0].locked);
    assert!(backup.starts_with(b"age-encryption.org/v1\n"));
    for secret in ["a secret of the house", "imbox-backup-1", "Rose Court"] {
        assert!(!backup.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} can be read");
    }
    let kept = std::fs::read(house.database()).unwrap();
    assert!(!kept.windows(WORD.len()).any(|part| part == WORD.as_bytes()), "the passphrase is kept nowhere");
    house.stop().await;

    let mut fresh = House::fresh().await;
    let code = fresh.claim_code().to_owned();
    let (whole, check) = ("/api/v1/restore", "/api/v1/restore/check");
    for (path, body) in [(check, &backup[..4_096]), (whole, &backup[..])] {
        open(&fresh, path, "AAAA-AAAA", WORD, body).await.refused(ErrorCode::WrongClaimCode);
        open(&fresh, path, &code, "", body).await.refused(ErrorCode::BackupLocked);
        open(&fresh, path, &code, "八个字就可以的？", body).await.refused(ErrorCode::BackupWrongPassphrase);
    }
    // A passphrase that fits, and bytes that are not as they were written.
    for place in [backup.len() / 2, backup.len() - 1] {
        let mut changed = backup.clone();
        changed[place] ^= 1;
        open(&fresh, whole, &code, WORD, &changed).await.refused(ErrorCode::BackupDamaged);
    }
    open(&fresh, whole, &code, WORD, &backup[..backup.len() - 100]).await.refused(ErrorCode::BackupDamaged);
    open(&fresh, check, &code, WORD, &backup[..4_096]).await.done();
    open(&fresh, whole, &code, WORD, &backup).await.done();
    fresh.restart().await;
    let alice = Person { door: fresh.door.clone(), ..alice };
    let texts = alice.events(hall, "limit=20").await;
    assert!(serde_json::to_string(&texts.events).unwrap().contains("a secret of the house"));
    fresh.stop().await;
}

/// Whoever found a USB disk with a backup would let themselves in by an invite, years later. Posters go on working where they can.
#[tokio::test]
async fn a_backup_opens_nobodys_door_but_the_box_that_made_it_knows_its_invites_again() {
    const WORD: &str = "a long enough word";
    let (mut house, owner) = House::owned().await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        let made: InviteCreated = owner.post("/api/v1/invites", &json!({})).await.ok();
        codes.push(made.invite.code);
    }
    let taken_back: InviteCreated = owner.post("/api/v1/invites", &json!({})).await.ok();
    owner.delete(&format!("/api/v1/invites/{}", taken_back.invite.id)).await.done();
    let (name, open_one) = make(&owner).await;
    let (_, locked) = make_with(&owner, &json!({"passphrase": WORD})).await;
    let holds = |what: &[u8]| open_one.windows(what.len()).any(|part| part == what);
    assert!(holds(b"sealed:"), "the database lies in the archive as it is");
    for code in codes.iter().chain([&taken_back.invite.code]) {
        assert!(!holds(code.as_bytes()), "{code} can be read");
    }
    let key = std::fs::read(house.folder().join("invites.key")).unwrap();
    assert!(!holds(&key), "and what it is sealed with cannot");
    let good = async |house: &House, code: &str| house.door.get(&format!("/api/v1/invites/check/{code}")).await;

    // The same box goes back to it.
    let order = json!({"name": name});
    let back: Restored = owner.post("/api/v1/admin/restore", &order).await.ok();
    assert_eq!(back.invites_void, 0);
    house.restart().await;
    good(&house, &codes[0]).await.done();
    good(&house, &taken_back.invite.code).await.refused(ErrorCode::InviteInvalid);
    let listed: Vec<imd::wire::Invite> = owner.get("/api/v1/invites").await.ok();
    let mut shown: Vec<_> = listed.into_iter().map(|invite| invite.code).collect();
    shown.reverse();
    assert_eq!(shown, codes, "each with its link, as before");
    house.stop().await;

    // Another box cannot open them, and says how many are lost; those taken back before do not count.
    let mut other = House::fresh().await;
    let code = other.claim_code().to_owned();
    let there: Restored = restore(&other, &code, open_one).await.ok();
    assert_eq!(there.invites_void, 3);
    other.restart().await;
    good(&other, &codes[0]).await.refused(ErrorCode::InviteInvalid);
    let owner = Person { door: other.door.clone(), ..owner };
    assert_eq!(owner.get("/api/v1/invites").await.ok::<Vec<imd::wire::Invite>>(), []);
    assert_eq!(owner.acts().await, ["invite.revoke", "backup.make", "invite.void"]);
    owner.post("/api/v1/invites", &json!({})).await.done();
    other.stop().await;

    // A passphrase keeps them safe: posters outlive a dead card.
    let mut other = House::fresh().await;
    let code = other.claim_code().to_owned();
    let there: Restored = open(&other, "/api/v1/restore", &code, WORD, &locked).await.ok();
    assert_eq!(there.invites_void, 0);
    other.restart().await;
    good(&other, &codes[0]).await.done();
    other.stop().await;
}

/// A backup whose note says something else, and which has nothing behind it.
fn with_manifest(change: &serde_json::Value) -> Vec<u8> {
    let mut note = json!({"format": "", "program": "9", "layout": 1, "min_program": 1, "made_at": 0, "name": "x",
        "database_blake3": "", "files": 0, "bytes": 0});
    for (key, value) in change.as_object().unwrap() {
        note[key] = value.clone();
    }
    let text = note.to_string();
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(text.len() as u64);
    tar.append_data(&mut header, "manifest.json", text.as_bytes()).unwrap();
    tar.into_inner().unwrap()
}

#[tokio::test]
async fn backups_are_made_by_themselves_and_only_the_newest_are_kept() {
    let (mut house, owner) = House::owned().await;
    assert_eq!(state(&owner).await.schedule.every, Every::Never);
    for wrong in [0, 31] {
        let schedule = json!({"every": "day", "keep": wrong});
        owner.put(&format!("{BACKUPS}/schedule"), &schedule).await.refused(ErrorCode::InvalidSetting);
    }
    owner.put(&format!("{BACKUPS}/schedule"), &json!({"every": "day", "keep": 2})).await.done();
    let day = 24 * 3_600_000;
    for (at, kept) in [(0, 1), (day - 1, 1), (day, 2), (2 * day, 2)] {
        house.at(at);
        house.restart().await;
        let newest = BEGINNING + if at == day - 1 { 0 } else { at };
        let made = async {
            loop {
                let now = state(&owner).await;
                if now.under_way.is_none() && now.backups.first().is_some_and(|b| b.made_at == newest) {
                    return now.backups.len();
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let made = tokio::time::timeout(crate::PATIENCE, made).await.expect("the backup is made");
        assert_eq!(made, kept, "at {at}");
    }
    house.stop().await;
}

#[tokio::test]
async fn a_backup_is_given_away_and_deleted_only_by_who_may_and_written_down() {
    let (house, owner, alice, _) = House::with_two().await;
    let (name, _) = make(&owner).await;
    alice.get(&format!("{BACKUPS}/{name}")).await.refused(ErrorCode::Forbidden);
    // A folder of downloads would be full of numbers.
    let looked = Reply::of(owner.request(Method::HEAD, &format!("{BACKUPS}/{name}"))).await;
    let saved = looked.header("content-disposition");
    assert!(saved.starts_with("attachment; filename=\"Rose Court 20"), "{saved}");
    for wrong in ["imbox-1.tar", "..%2fimd.db", "database.unfinished"] {
        owner.get(&format!("{BACKUPS}/{wrong}")).await.refused(ErrorCode::BackupMissing);
    }
    owner.delete(&format!("{BACKUPS}/{name}")).await.done();
    owner.delete(&format!("{BACKUPS}/{name}")).await.refused(ErrorCode::BackupMissing);
    owner.get("/api/v1/admin/rooms").await.ok::<RoomSummaryPage>();
    assert_eq!(owner.acts().await, ["backup.make", "backup.download", "backup.delete"]);
    house.stop().await;
}

/// A family whose card is damaged would have nothing to go back to; or copies would fill the card, and one of a damaged
/// database would push out the good ones.
#[tokio::test]
async fn a_copy_of_the_database_is_kept_each_day_two_deep_unless_it_is_switched_off() {
    use imd::actions::backup::nightly::copy_if_due;
    const DAY_MS: i64 = 24 * 3_600_000;
    let (house, owner) = House::owned().await;
    let core = std::sync::Arc::clone(house.app().core());
    let copies = || {
        let mut names: Vec<_> =
            std::fs::read_dir(house.folder().join("copies")).unwrap().map(|copy| copy.unwrap().path()).collect();
        names.sort();
        names
    };
    // By this or by the box itself, which looks when it starts.
    let made_now = async || {
        copy_if_due(&core).await.unwrap();
        copies().contains(&house.folder().join(format!("copies/imd-{:015}.db", core.now())))
    };
    assert!(made_now().await);
    house.pass(DAY_MS - 1);
    assert!(!made_now().await, "not a day yet");
    house.pass(1);
    assert!(made_now().await);
    let oldest = copies()[0].clone();
    house.pass(DAY_MS);
    assert!(made_now().await);
    assert!(copies().len() == 2 && !copies().contains(&oldest), "two deep: {:?}", copies());
    assert!(copies().iter().all(|copy| imd::store::inspect(copy).is_ok()));
    house.pass(DAY_MS);
    let off = json!({"every": "never", "keep": 3, "daily_copy": false});
    owner.put("/api/v1/admin/backups/schedule", &off).await.done();
    assert!(!made_now().await, "switched off");
    drop(core);
    house.stop().await;
}
