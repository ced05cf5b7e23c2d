//! Files on a USB disk. Were these to fail, somebody's photos would be lost on their way, written where no disk is, or gone for
//! good because a cable was loose; or the chat would stand still with it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use imd::wire::{
    AuditPage, BackupState, ErrorCode, File, FilesPlace, FilesWay, FindingId, Me, PatrolReport, StorageReport,
};
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::disk::{fill, on_a_small_disk};
use crate::house::{House, OWNERS, until};
use crate::person::Person;

const PLACE: &str = "/api/v1/admin/storage/place";
const PATROL: &str = "/api/v1/admin/patrol";
const DISK: &str = "USB-0001";

fn usb(house: &House) -> PathBuf {
    house.folder().join("imagined-usb")
}

fn note(house: &House, text: &str) {
    std::fs::write(usb(house).join(format!("{DISK}.disk")), text).unwrap();
}

const READY: &str = "sda1\nexfat\nready\nHOLIDAY\n";

/// The cable goes; what is on the disk goes along.
fn pull_out(house: &House) {
    std::fs::remove_file(usb(house).join(format!("{DISK}.disk"))).unwrap();
    std::fs::rename(usb(house).join(DISK), usb(house).join("pulled")).unwrap();
}

fn plug_in(house: &House) {
    std::fs::rename(usb(house).join("pulled"), usb(house).join(DISK)).unwrap();
    note(house, READY);
}

fn at(folder: &Path, file: &File) -> PathBuf {
    folder.join("blobs").join(&file.blake3[..2]).join(&file.blake3[2..])
}

fn on_card(house: &House, file: &File) -> bool {
    at(house.folder(), file).exists()
}

fn on_disk(house: &House, file: &File) -> bool {
    at(&usb(house).join(DISK).join("files"), file).exists()
}

async fn place(owner: &Person) -> FilesPlace {
    owner.get(PLACE).await.ok()
}

async fn come(owner: &Person, what: &str, holds: impl Fn(&FilesPlace) -> bool) -> FilesPlace {
    let wait = async {
        loop {
            let now = place(owner).await;
            if holds(&now) {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(crate::PATIENCE, wait).await.unwrap_or_else(|_| panic!("never: {what}"))
}

fn away(now: &FilesPlace) -> bool {
    now.disk.as_ref().is_some_and(|disk| disk.away)
}

async fn keep_on(owner: &Person, disk: Option<&str>) -> FilesPlace {
    owner.put(PLACE, &json!({"disk": disk})).await.ok()
}

async fn found(owner: &Person) -> Vec<FindingId> {
    let report: PatrolReport = owner.get(PATROL).await.ok();
    report.findings.iter().map(|finding| finding.id).collect()
}

async fn send(person: &Person, room: i64, content: &str) -> File {
    let file: File = person.upload(room, "notes.txt", content.to_owned()).await.ok();
    person.message(room, &json!({"client_id": format!("f{}", file.id), "text": "", "files": [file.id]})).await.done();
    file
}

async fn reads(person: &Person, file: &File) -> String {
    let reply = person.get(&format!("/api/v1/files/{}", file.id)).await;
    assert_eq!(reply.status, 200);
    String::from_utf8(reply.body).unwrap()
}

fn png() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(800, 600).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

#[tokio::test]
async fn files_go_to_the_disk_and_back_while_people_go_on() {
    let (mut house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let mut files = Vec::new();
    for n in 0..40 {
        files.push(send(&alice, hall, &format!("file {n}")).await);
    }
    let me: Me = alice.send(Method::PUT, "/api/v1/me/avatar", png()).await.ok();
    for person in [&alice, &bob] {
        person.get(PLACE).await.refused(ErrorCode::Forbidden);
        person.put(PLACE, &json!({"disk": DISK})).await.refused(ErrorCode::Forbidden);
    }
    let now = place(&owner).await;
    assert!(now.disk.is_none() && now.disks[0].refused.is_none());
    let now = keep_on(&owner, Some(DISK)).await;
    let disk = now.disk.unwrap();
    assert_eq!(
        (disk.id.as_str(), disk.label.as_str(), disk.way, disk.away),
        (DISK, "HOLIDAY", FilesWay::ToDisk, false)
    );
    // At any moment, wherever each of them is just now.
    let new = send(&bob, hall, "new").await;
    for (n, file) in files.iter().enumerate() {
        assert_eq!(reads(&bob, file).await, format!("file {n}"));
    }
    assert!(on_disk(&house, &new) && !on_card(&house, &new), "what is new goes there at once");
    // In the middle, or at its end: a start goes on with it.
    house.restart().await;
    until("all are there", || files.iter().all(|file| on_disk(&house, file) && !on_card(&house, file))).await;
    let disk = come(&owner, "it is done", |now| now.disk.as_ref().unwrap().all_bytes.is_none()).await.disk.unwrap();
    assert_eq!((disk.failed, disk.unreadable), (None, 0));
    let report: StorageReport = owner.get("/api/v1/admin/storage").await.ok();
    assert_eq!(report.usb_files_bytes, disk.files_bytes);
    assert!(report.files_bytes > 0, "faces stay on the card");
    assert_eq!(bob.get(&format!("/api/v1/users/{}/avatar", me.user.id)).await.status, 200);
    // What nobody needs any more goes from there, too.
    let last = bob.room(hall).await.last_seq;
    bob.delete(&format!("/api/v1/rooms/{hall}/events/{last}")).await.done();
    house.restart().await;
    until("it is swept away", || !on_disk(&house, &new)).await;

    owner.post("/api/v1/me/password/enter", &json!({"password": OWNERS})).await.done();
    let back = keep_on(&owner, None).await;
    // All small files may have gone already.
    assert!(back.disk.is_none_or(|disk| disk.way == FilesWay::ToBox));
    come(&owner, "the disk is free", |now| now.disk.is_none()).await;
    for (n, file) in files.iter().enumerate() {
        assert!(on_card(&house, file), "{n}");
        assert_eq!(reads(&bob, file).await, format!("file {n}"));
    }
    until("nothing of ours is on it", || std::fs::read_dir(usb(&house).join(DISK)).unwrap().count() == 0).await;
    let audit: AuditPage = owner.get("/api/v1/admin/audit").await.ok();
    for action in ["storage.to_disk", "storage.to_box"] {
        assert!(audit.entries.iter().any(|entry| entry.action == action && entry.target == DISK), "{action}");
    }
    house.stop().await;
}

#[tokio::test]
async fn ordered_the_other_way_meanwhile_they_turn_around() {
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let mut files = Vec::new();
    for n in 0..60 {
        files.push(send(&alice, hall, &format!("file {n}")).await);
    }
    for _ in 0..5 {
        keep_on(&owner, Some(DISK)).await;
        keep_on(&owner, None).await;
    }
    come(&owner, "the disk is free", |now| now.disk.is_none()).await;
    assert!(files.iter().all(|file| on_card(&house, file)));
    keep_on(&owner, Some(DISK)).await;
    until("all are there", || files.iter().all(|file| on_disk(&house, file) && !on_card(&house, file))).await;
    house.stop().await;
}

#[tokio::test]
async fn pulled_out_the_files_are_away_the_chat_goes_on_and_all_is_back_by_itself() {
    let (mut house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    keep_on(&owner, Some(DISK)).await;
    let file = send(&alice, hall, "on the disk").await;
    let photo: File = alice.upload(hall, "photo.png", png()).await.ok();
    alice.message(hall, &json!({"client_id": "p", "text": "", "files": [photo.id]})).await.done();
    let mut line = bob.live().await;
    pull_out(&house);
    // Before the machine has said so, and after.
    for _ in 0..2 {
        bob.get(&format!("/api/v1/files/{}", file.id)).await.refused(ErrorCode::FilesAway);
        alice.upload(hall, "b.txt", "b").await.refused(ErrorCode::FilesAway);
        let begun = alice.request(Method::POST, &format!("/api/v1/uploads?room={hall}&name=c.txt"));
        let begun = begun.header("tus-resumable", "1.0.0").header("upload-length", "3");
        crate::door::Reply::of(begun).await.refused(ErrorCode::FilesAway);
        come(&owner, "that is seen", away).await;
    }
    assert!(!usb(&house).join(DISK).exists(), "nothing was written where the disk was");
    // What is seen of it is still seen, and the chat goes on.
    assert_eq!(bob.get(&format!("/api/v1/files/{}/thumbnail", photo.id)).await.status, 200);
    alice.say(hall, "1", "the chat goes on").await;
    assert_eq!(line.hear(hall).await, "the chat goes on");
    assert_eq!(alice.send(Method::PUT, "/api/v1/me/avatar", png()).await.status, 200);
    come_found(&owner, FindingId::FilesAway, true).await;
    // A backup would not have them.
    owner.post("/api/v1/admin/backups", &json!({})).await.refused(ErrorCode::FilesAway);
    let _: BackupState = owner.get("/api/v1/admin/backups").await.ok();
    owner.put(PLACE, &json!({"disk": null})).await.refused(ErrorCode::FilesAway);
    house.restart().await;
    owner.post("/api/v1/me/password/enter", &json!({"password": OWNERS})).await.done();
    bob.get(&format!("/api/v1/files/{}", file.id)).await.refused(ErrorCode::FilesAway);
    // Only its folder, as it would be shown without the disk: still not the disk.
    std::fs::create_dir(usb(&house).join(DISK)).unwrap();
    note(&house, READY);
    alice.upload(hall, "b.txt", "b").await.refused(ErrorCode::FilesAway);
    let why = |code| move |now: &FilesPlace| now.disk.as_ref().unwrap().failed == Some(code);
    come(&owner, "why it is not taken", why(ErrorCode::FilesAway)).await;
    assert_eq!(std::fs::read_dir(usb(&house).join(DISK)).unwrap().count(), 0);
    std::fs::remove_dir(usb(&house).join(DISK)).unwrap();
    note(&house, "sda1\nexfat\nunwritable\nHOLIDAY\n");
    come(&owner, "its little switch", why(ErrorCode::UsbUnwritable)).await;
    plug_in(&house);
    come(&owner, "it is back", |now| !away(now)).await;
    assert_eq!(reads(&bob, &file).await, "on the disk");
    assert!(on_disk(&house, &send(&alice, hall, "after").await));
    come_found(&owner, FindingId::FilesAway, false).await;
    house.stop_before(line).await;
}

async fn come_found(owner: &Person, finding: FindingId, is: bool) {
    let wait = async {
        while found(owner).await.contains(&finding) != is {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(crate::PATIENCE, wait).await.is_ok(), "never: {finding:?} {is}");
}

#[tokio::test]
async fn taken_out_safely_nothing_is_begun_there_and_a_lost_one_is_given_up() {
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    keep_on(&owner, Some(DISK)).await;
    let file = send(&alice, hall, "on the disk").await;
    owner.delete(PLACE).await.refused(ErrorCode::Conflict);
    owner.post(&format!("/api/v1/admin/disks/{DISK}/eject"), &json!({})).await.done();
    assert!(away(&place(&owner).await));
    alice.upload(hall, "b.txt", "b").await.refused(ErrorCode::FilesAway);
    // Plugged in once more.
    pull_out(&house);
    come(&owner, "it is out", |now| now.disks.is_empty()).await;
    plug_in(&house);
    come(&owner, "it is back", |now| !away(now)).await;
    assert_eq!(reads(&alice, &file).await, "on the disk");
    // Another one is not taken meanwhile.
    std::fs::create_dir(usb(&house).join("OTHER")).unwrap();
    std::fs::write(usb(&house).join("OTHER.disk"), "sdb1\next4\nready\n\n").unwrap();
    owner.put(PLACE, &json!({"disk": "OTHER"})).await.refused(ErrorCode::Conflict);
    // In the sea.
    pull_out(&house);
    come(&owner, "it is away", away).await;
    alice.delete(PLACE).await.refused(ErrorCode::Forbidden);
    let now: FilesPlace = owner.delete(PLACE).await.ok();
    assert!(now.disk.is_none());
    assert_eq!(owner.acts().await.pop().as_deref(), Some("storage.give_up_disk"));
    alice.get(&format!("/api/v1/files/{}", file.id)).await.refused(ErrorCode::NotFound);
    let new = send(&alice, hall, "on the card").await;
    assert!(on_card(&house, &new));
    // Found again by a fisherman.
    plug_in(&house);
    keep_on(&owner, Some(DISK)).await;
    assert_eq!(reads(&alice, &file).await, "on the disk");
    until("the new one follows", || on_disk(&house, &new) && !on_card(&house, &new)).await;
    house.stop().await;
}

#[tokio::test]
async fn what_is_no_place_for_files_says_why() {
    let (house, owner) = House::owned_with(|config| config.limits.max_file_bytes = u64::from(u32::MAX)).await;
    let refused = |code: ErrorCode| {
        let owner = &owner;
        async move {
            assert_eq!(place(owner).await.disks[0].refused, Some(code));
            owner.put(PLACE, &json!({"disk": DISK})).await.refused(code);
        }
    };
    note(&house, "sda1\nntfs\nformat\nHOLIDAY\n");
    refused(ErrorCode::UsbFormat).await;
    note(&house, "sda1\nexfat\nunwritable\nHOLIDAY\n");
    refused(ErrorCode::UsbUnwritable).await;
    owner.put(PLACE, &json!({"disk": "ABCD"})).await.refused(ErrorCode::UsbAbsent);
    note(&house, READY);
    let files = usb(&house).join(DISK).join("files");
    std::fs::create_dir(&files).unwrap();
    std::fs::write(files.join("box"), r#"{"box":"another","name":"Lily Court"}"#).unwrap();
    refused(ErrorCode::UsbOtherBox).await;
    assert_eq!(place(&owner).await.disks[0].holds.as_deref(), Some("Lily Court"));
    // Whatever somebody put there in its place: nobody waits for a pipe, and nothing large is read.
    std::fs::remove_file(files.join("box")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(files.join("box")).status().unwrap().success());
    refused(ErrorCode::UsbOtherBox).await;
    std::fs::remove_dir_all(&files).unwrap();
    // A link leads to somebody else's.
    std::os::unix::fs::symlink(house.folder(), &files).unwrap();
    owner.put(PLACE, &json!({"disk": DISK})).await.refused(ErrorCode::UsbUnwritable);
    std::fs::remove_file(&files).unwrap();
    // The largest file that FAT32 holds, and one byte more. (A hole takes no room.)
    note(&house, "sda1\nvfat\nready\nHOLIDAY\n");
    let blob = house.folder().join("blobs/ab").join("0".repeat(62));
    let hole = std::fs::File::create(&blob).unwrap();
    hole.set_len(1 << 32).unwrap();
    refused(ErrorCode::UsbFormat).await;
    hole.set_len((1 << 32) - 1).unwrap();
    assert_ne!(place(&owner).await.disks[0].refused, Some(ErrorCode::UsbFormat));
    std::fs::remove_file(&blob).unwrap();
    assert_eq!(place(&owner).await.disks[0].refused, None);
    keep_on(&owner, Some(DISK)).await;
    house.stop().await;

    let (house, owner) = House::owned_with(|config| config.limits.max_file_bytes = 1 << 32).await;
    note(&house, "sda1\nvfat\nready\nHOLIDAY\n");
    owner.put(PLACE, &json!({"disk": DISK})).await.refused(ErrorCode::UsbFormat);
    house.stop().await;
}

#[tokio::test]
async fn a_backup_has_them_wherever_they_lie_and_a_restored_box_has_them_on_its_card() {
    let (mut house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let before = send(&alice, hall, "before").await;
    keep_on(&owner, Some(DISK)).await;
    let file = send(&alice, hall, "on the disk").await;
    until("it follows", || on_disk(&house, &before) && !on_card(&house, &before)).await;
    owner.post("/api/v1/admin/backups", &json!({})).await.done();
    let made = async {
        loop {
            let now: BackupState = owner.get("/api/v1/admin/backups").await.ok();
            if let (None, [made]) = (now.under_way, &now.backups[..]) {
                return made.name.clone();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let name = tokio::time::timeout(crate::PATIENCE, made).await.expect("it is made");
    let later = send(&alice, hall, "later").await;
    owner.post("/api/v1/admin/restore", &json!({"name": name})).await.done();
    house.restart().await;
    assert!(place(&owner).await.disk.is_none());
    for (file, content) in [(&before, "before"), (&file, "on the disk")] {
        assert!(on_card(&house, file));
        assert_eq!(reads(&alice, file).await, content);
    }
    // The same disk again: what is there already is not sent once more, and what came after the backup is swept away.
    owner.post("/api/v1/me/password/enter", &json!({"password": OWNERS})).await.done();
    keep_on(&owner, Some(DISK)).await;
    until("they are there", || !on_card(&house, &before) && on_disk(&house, &before)).await;
    house.restart().await;
    until("it is swept away", || !on_disk(&house, &later)).await;
    assert_eq!(reads(&alice, &file).await, "on the disk");
    house.stop().await;
}

#[tokio::test]
async fn a_factory_reset_deletes_them_from_the_disk() {
    let (house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    keep_on(&owner, Some(DISK)).await;
    send(&owner, hall, "a secret").await;
    std::fs::write(usb(&house).join(DISK).join("photo.jpg"), "not ours").unwrap();
    owner.post("/api/v1/admin/factory-reset", &json!({"name": "Rose Court"})).await.done();
    let left = || -> Vec<String> {
        let names = std::fs::read_dir(usb(&house).join(DISK)).unwrap();
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    until("they are gone", || left() == ["photo.jpg"]).await;
    house.stop().await;
}

#[test]
fn a_disk_that_is_too_small_or_becomes_full_or_fails_says_so_and_loses_nothing() {
    on_a_small_disk("files_place::small_full_and_failing");
}

#[tokio::test]
#[ignore = "mounts; run by the test above"]
async fn small_full_and_failing() {
    let root = std::env::current_dir().unwrap();
    let house = House::fresh_in(TempDir::new_in(&root).unwrap(), |_| {}).await;
    let owner = house.claim().await;
    let hall = house.hall(&owner).await;
    let disk = usb(&house).join(DISK);
    let run = |program: &str, arguments: &[&str]| {
        let done = std::process::Command::new(program).args(arguments).arg(&disk).status().unwrap();
        assert!(done.success(), "{program} {arguments:?}");
    };
    let mut files = Vec::new();
    for n in 0..3 {
        files.push(send(&owner, hall, &format!("{n}").repeat(1 << 20)).await);
    }
    // 64 MiB have to stay free: a page less, and as much as is needed.
    run("mount", &["-t", "tmpfs", "-o", "size=66m", "stick"]);
    owner.put(PLACE, &json!({"disk": DISK})).await.refused(ErrorCode::UsbFull);
    run("mount", &["-o", "remount,size=68m"]);
    assert_eq!(place(&owner).await.disks[0].refused, None);
    // Somebody fills it before the files come: they stay where they are.
    let ballast = disk.join("films");
    run("mount", &["-o", "remount,size=68m"]);
    std::fs::write(&ballast, []).unwrap();
    let begun = keep_on(&owner, Some(DISK)).await.disk.unwrap();
    assert!(begun.all_bytes.is_some() || files.iter().all(|file| on_disk(&house, file)), "{begun:?}");
    come(&owner, "they are there", |now| now.disk.as_ref().unwrap().all_bytes.is_none()).await;
    fill(&ballast);
    owner.upload(hall, "more.txt", "more").await.refused(ErrorCode::DiskFull);
    owner.post("/api/v1/admin/patrol", &json!({})).await.done();
    assert!(found(&owner).await.contains(&FindingId::FilesDiskFull));
    assert_eq!(reads(&owner, &files[0]).await.len(), 1 << 20);
    // Back to the card, which has no room for them now; then it has.
    let on_card = house.folder().join("films");
    fill(&on_card);
    owner.put(PLACE, &json!({"disk": null})).await.refused(ErrorCode::DiskFull);
    std::fs::remove_file(&on_card).unwrap();
    // As the kernel does with a disk that has errors: they can be read, and are not lost.
    run("mount", &["-o", "remount,ro"]);
    keep_on(&owner, None).await;
    let disk_ = come(&owner, "that is seen", |now| now.disk.as_ref().unwrap().unreadable == 3).await.disk.unwrap();
    assert_eq!(disk_.failed, None);
    assert_eq!(reads(&owner, &files[2]).await.len(), 1 << 20);
    run("mount", &["-o", "remount,rw"]);
    keep_on(&owner, None).await;
    come(&owner, "the disk is free", |now| now.disk.is_none()).await;
    assert_eq!(reads(&owner, &files[2]).await.len(), 1 << 20);
    assert!(ballast.exists(), "nobody's own files went");
    run("umount", &[]);
    house.stop().await;
}
