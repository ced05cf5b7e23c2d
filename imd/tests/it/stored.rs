//! Bringing a backup back from where it lies. Were these to fail, somebody with a new card and a stick in their hand would need
//! a computer to get their house back; or a member, a wrong file or a full card would take it away.

use std::path::{Path, PathBuf};
use std::process::Command;

use imd::wire::{BoxInfo, BoxState, ErrorCode, Me, Restored, StoredBackups};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::disk::{fill, on_a_small_disk};
use crate::door::Reply;
use crate::house::{House, until};
use crate::person::Person;

const BACKUPS: &str = "/api/v1/admin/backups";
const STORED: &str = "/api/v1/restore/stored";
const OVER: &str = "/api/v1/admin/restore";
const DISK: &str = "USB-0001";
const WORD: &str = "八个字就可以的！";

/// The folder of ours on the disk.
fn on_disk(house: &House) -> PathBuf {
    house.folder().join("imagined-usb").join(DISK)
}

/// Makes one; its name.
async fn make(owner: &Person, order: &Value) -> String {
    owner.post(BACKUPS, order).await.done();
    let made = async {
        loop {
            let now: imd::wire::BackupState = owner.get(BACKUPS).await.ok();
            assert_eq!(now.failed, None);
            if now.under_way.is_none() {
                return now.backups[0].name.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(crate::PATIENCE, made).await.expect("it is made")
}

/// The stick goes from one box into another.
fn carry(from: &Path, to: &House) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), on_disk(to).join(entry.file_name())).unwrap();
    }
}

async fn ask(fresh: &House, method: Method, code: &str, body: Option<Value>) -> Reply {
    let request = fresh.door.request(method, STORED).header("claim-code", code);
    Reply::of(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

async fn restore(fresh: &House, which: Value) -> Reply {
    ask(fresh, Method::POST, fresh.claim_code(), Some(which)).await
}

#[tokio::test]
async fn a_fresh_box_comes_back_from_the_stick_that_is_in_it() {
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    alice.say(hall, "1", "hello").await;
    let locked = make(&owner, &json!({"disk": DISK, "passphrase": WORD})).await;
    house.pass(1_000);
    let open = make(&owner, &json!({"disk": DISK})).await;
    let mut fresh = House::fresh().await;
    carry(&on_disk(&house), &fresh);
    house.stop().await;

    let code = fresh.claim_code().to_owned();
    for wrong in ["", "AAAA-AAAA"] {
        ask(&fresh, Method::GET, wrong, None).await.refused(ErrorCode::WrongClaimCode);
        let which = json!({"name": open, "disk": DISK});
        ask(&fresh, Method::POST, wrong, Some(which)).await.refused(ErrorCode::WrongClaimCode);
    }
    let listed: StoredBackups = ask(&fresh, Method::GET, &code, None).await.ok();
    let names: Vec<_> = listed.backups.iter().map(|b| (b.name.as_str(), b.locked, b.disk.as_deref())).collect();
    assert_eq!(names, [(open.as_str(), false, Some(DISK)), (locked.as_str(), true, Some(DISK))]);
    assert_eq!(listed.disks[0].label, "HOLIDAY");

    let mut bytes = std::fs::read(on_disk(&fresh).join(&open)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let damaged = "imbox-000000000000007.tar";
    std::fs::write(on_disk(&fresh).join(damaged), &bytes).unwrap();
    for (which, code) in [
        (json!({"name": open}), ErrorCode::BackupMissing),
        (json!({"name": open, "disk": "ABCD"}), ErrorCode::UsbAbsent),
        (json!({"name": "../../imd.db", "disk": DISK}), ErrorCode::BackupMissing),
        (json!({"name": damaged, "disk": DISK}), ErrorCode::BackupDamaged),
        (json!({"name": locked, "disk": DISK}), ErrorCode::BackupLocked),
        (json!({"name": locked, "disk": DISK, "passphrase": "八个字就可以的？"}), ErrorCode::BackupWrongPassphrase),
    ] {
        restore(&fresh, which).await.refused(code);
        assert!(!fresh.folder().join("restored").exists());
    }
    let done: Restored = restore(&fresh, json!({"name": locked, "disk": DISK, "passphrase": WORD})).await.ok();
    assert_eq!(done.name, "Rose Court");
    fresh.restart().await;
    let alice = Person { door: fresh.door.clone(), ..alice };
    assert_eq!(alice.get("/api/v1/me").await.ok::<Me>().device, alice.device, "still signed in");
    alice.say(hall, "2", "and it goes on").await;
    ask(&fresh, Method::GET, &code, None).await.refused(ErrorCode::AlreadyClaimed);
    assert!(on_disk(&fresh).join(&locked).exists(), "the stick is as it was");
    fresh.stop().await;
}

#[tokio::test]
async fn an_owner_goes_back_to_how_it_was_and_nobody_else() {
    let (mut house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    alice.say(hall, "1", "before").await;
    let name = make(&owner, &json!({})).await;
    alice.say(hall, "2", "after").await;
    let cara = house.member(&owner, "Cara").await;
    let begun = cara.request(Method::POST, &format!("/api/v1/uploads?room={hall}&name=film.mp4"));
    Reply::of(begun.header("upload-length", "100").header("tus-resumable", "1.0.0")).await.done();
    let partial = || std::fs::read_dir(house.folder().join("partial")).unwrap().count();
    assert_eq!(partial(), 1);
    owner.patch(&format!("/api/v1/users/{}", bob.id), &json!({"role": "admin"})).await.done();
    bob.with_password("bob's own password").await;
    bob.post(OVER, &json!({"name": name})).await.refused(ErrorCode::Forbidden);
    alice.post(OVER, &json!({"name": name})).await.refused(ErrorCode::Forbidden);
    owner.post(OVER, &json!({"name": "imbox-1.tar"})).await.refused(ErrorCode::BackupMissing);
    assert_eq!(owner.post(OVER, &json!({"name": name})).await.ok::<Restored>().name, "Rose Court");
    assert_eq!(owner.acts().await.pop().as_deref(), Some("backup.restore"));
    house.restart().await;
    let events = serde_json::to_string(&alice.events(hall, "limit=50").await.events).unwrap();
    assert!(events.contains("before") && !events.contains("after"));
    cara.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    let partial = std::fs::read_dir(house.folder().join("partial")).unwrap().count();
    assert_eq!(partial, 0, "half of a film would be taken for the next upload's beginning");
    assert!(house.folder().join("backups").join(&name).exists());
    house.stop().await;
}

#[tokio::test]
async fn a_stick_that_is_pulled_out_meanwhile_is_missed_and_not_called_damaged() {
    let (house, owner) = House::owned().await;
    let name = make(&owner, &json!({"disk": DISK})).await;
    let fresh = House::fresh().await;
    carry(&on_disk(&house), &fresh);
    house.stop().await;
    // What can be read of it ends early.
    let whole = std::fs::read(on_disk(&fresh).join(&name)).unwrap();
    std::fs::write(on_disk(&fresh).join(&name), &whole[..whole.len() / 2]).unwrap();
    let core = std::sync::Arc::clone(fresh.app().core());
    let pulled = async {
        until("it begins", || imd::actions::backup::restore::is_running(&core)).await;
        std::fs::remove_file(fresh.folder().join("imagined-usb").join(format!("{DISK}.disk"))).unwrap();
    };
    let (reply, ()) = tokio::join!(restore(&fresh, json!({"name": name, "disk": DISK})), pulled);
    reply.refused(ErrorCode::UsbAbsent);
    drop(core);
    assert_eq!(fresh.door.get("/api/v1/box").await.ok::<BoxInfo>().state, BoxState::Fresh);
    fresh.stop().await;
}

#[test]
fn a_card_without_room_refuses_before_it_is_full() {
    on_a_small_disk("stored::without_room");
}

#[tokio::test]
#[ignore = "mounts; run by the test above"]
async fn without_room() {
    let (house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    owner.upload(hall, "film.bin", vec![7; 3 << 20]).await.done();
    let name = make(&owner, &json!({"disk": DISK})).await;
    let root = std::env::current_dir().unwrap();
    let fresh = House::fresh_in(TempDir::new_in(&root).unwrap(), |_| {}).await;
    let stick = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "stick"]).arg(on_disk(&fresh)).status();
    assert!(stick.unwrap().success());
    carry(&on_disk(&house), &fresh);
    house.stop().await;
    let (ballast, which) = (root.join("ballast"), json!({"name": name, "disk": DISK}));
    fill(&ballast);
    restore(&fresh, which.clone()).await.refused(ErrorCode::DiskFull);
    // Room for some of it, and for what is to stay free.
    let taken = ballast.metadata().unwrap().len();
    std::fs::File::options().write(true).open(&ballast).unwrap().set_len(taken - (3 << 20)).unwrap();
    restore(&fresh, which.clone()).await.refused(ErrorCode::DiskFull);
    std::fs::remove_file(&ballast).unwrap();
    restore(&fresh, which).await.done();
    assert!(Command::new("umount").arg(on_disk(&fresh)).status().unwrap().success());
    fresh.stop().await;
}
