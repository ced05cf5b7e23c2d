//! What comes from elsewhere, changed in ways that nobody wrote down: backups, databases, the answers of another box, a folder on
//! somebody's disk. Were these to fail, a file from a stranger would end the box or take its memory.
//!
//! Each case has a number, and is the same in every run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use imd::actions::backup::restore::unpack_checked;
use imd::fetch::{Ask, Asking, ask};
use imd::wire::{BackupState, ErrorCode, File};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::PATIENCE;
use crate::house::House;

/// More than anything here may take at its peak beyond what is in use.
const MOST_MEMORY: u64 = 96 << 20;

/// Marsaglia's xorshift with a multiplier: what comes is settled by the number it begins with.
struct Chance(u64);

impl Chance {
    fn of(case: u64) -> Self {
        Self(case.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end.max(1)
    }

    /// A place: anywhere, or near the beginning, where most of what is read as a number lies.
    fn place(&mut self, len: usize) -> usize {
        let within = if self.below(2) == 0 { len } else { len.min(2_048) };
        self.below(within)
    }

    /// A few changes of all kinds.
    fn change(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            if bytes.is_empty() {
                return;
            }
            let (at, len) = (self.place(bytes.len()), bytes.len());
            let end = (at + 1 + self.below(600)).min(len);
            match self.below(8) {
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at] = b"\x00\xff\x7f\x8007-/ \n"[self.below(10)],
                2 => bytes.truncate(at),
                3 => drop(bytes.drain(at..end)),
                4 => {
                    let again = bytes[at..end].to_vec();
                    bytes.splice(at..at, again);
                }
                5 => {
                    let from = self.below(len - (end - at) + 1);
                    bytes.copy_within(from..from + (end - at), at);
                }
                // The size in the head of a tar entry, in both its spellings.
                6 => {
                    let at = at / 512 * 512 + 124;
                    let sizes: [&[u8; 12]; 5] = [
                        b"77777777777\0",
                        b"\x80\0\0\0\0\0\0\0\0\0\0\x07",
                        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
                        b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff",
                        b"00000000000\0",
                    ];
                    if let Some(size) = bytes.get_mut(at..at + 12) {
                        size.copy_from_slice(sizes[self.below(sizes.len())]);
                    }
                }
                _ => {
                    let noise: Vec<u8> = (0..1 + self.below(40)).map(|_| self.below(256) as u8).collect();
                    bytes.splice(at..at, noise);
                }
            }
        }
    }
}

/// What this process has in memory at most since [`forget_peak`].
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

fn forget_peak() -> u64 {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    peak()
}

async fn backup(house: &House) -> (PathBuf, Vec<u8>) {
    let owner = house.claim().await;
    let hall = house.hall(&owner).await;
    for name in ["plan.txt", "list.txt"] {
        let file: File = owner.upload(hall, name, format!("what is in {name}")).await.ok();
        owner.message(hall, &json!({"client_id": name, "text": "", "files": [file.id]})).await.done();
    }
    owner.post("/api/v1/invites", &json!({})).await.done();
    owner.post("/api/v1/admin/backups", &json!({})).await.done();
    let made = async {
        loop {
            let now: BackupState = owner.get("/api/v1/admin/backups").await.ok();
            if now.under_way.is_none() {
                return now.backups[0].name.clone();
            }
        }
    };
    let path = house.folder().join("backups").join(tokio::time::timeout(PATIENCE, made).await.expect("a backup"));
    let bytes = std::fs::read(&path).unwrap();
    (path, bytes)
}

#[tokio::test]
async fn a_changed_backup_is_refused_or_whole_and_takes_no_memory() {
    const CASES: u64 = 700;
    let house = House::fresh().await;
    let (path, whole) = backup(&house).await;
    let folder = house.folder().to_owned();
    let tried = tokio::task::spawn_blocking(move || {
        let to = folder.join("unpacked");
        let clean = || drop(std::fs::remove_dir_all(&to));
        unpack_checked(&path, &to, &folder).expect("as it was made, it is taken");
        clean();
        let before = forget_peak();
        let mut refused = 0;
        for case in 0..CASES {
            let mut bytes = whole.clone();
            Chance::of(case).change(&mut bytes);
            let changed = folder.join("changed.tar");
            std::fs::write(&changed, &bytes).unwrap();
            match unpack_checked(&changed, &to, &folder) {
                Ok(()) => assert!(imd::store::inspect(&to.join("imd.db")).is_ok(), "{case}"),
                Err(error) => {
                    assert_ne!(error.code, ErrorCode::Internal, "{case}: {error:?}");
                    refused += 1;
                }
            }
            clean();
            let used = peak().saturating_sub(before);
            assert!(used < MOST_MEMORY, "{case}: {used} bytes of memory");
        }
        refused
    });
    let refused = tried.await.expect("no panic");
    assert!(refused > CASES / 2, "most changes are noticed: {refused} of {CASES}");
    house.stop().await;
}

/// In a backup that is whole as its note says, the database may be anything.
#[tokio::test]
async fn a_changed_database_is_refused_or_usable_and_takes_no_memory() {
    const CASES: u64 = 300;
    let house = House::fresh().await;
    house.claim().await;
    let copy = house.folder().join("copy.db");
    house.app().store().copy_to(copy.clone()).await.unwrap();
    let whole = std::fs::read(&copy).unwrap();
    let tried = tokio::task::spawn_blocking(move || {
        imd::store::inspect(&copy).expect("as it is, it is taken");
        let before = forget_peak();
        let mut refused = 0;
        for case in 0..CASES {
            let (mut bytes, mut chance) = (whole.clone(), Chance::of(case));
            for _ in 0..8 {
                chance.change(&mut bytes);
            }
            std::fs::write(&copy, &bytes).unwrap();
            refused += usize::from(imd::store::inspect(&copy).is_err());
            let used = peak().saturating_sub(before);
            assert!(used < MOST_MEMORY, "{case}: {used} bytes of memory");
        }
        refused
    });
    assert!(tried.await.expect("no panic") > CASES as usize / 2);
    house.stop().await;
}

/// Whatever answers where the old box was said to be.
#[tokio::test]
async fn a_changed_answer_of_another_box_ends_in_time_and_in_bounds() {
    const CASES: u64 = 400;
    const MOST: usize = 64 << 10;
    let offer = json!({"name": "Rose Court", "size": 700_000_000, "made_at": 1_795_000_000_000_i64}).to_string();
    let answers = [
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{offer}", offer.len()),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{offer}\r\n0\r\n\r\n", offer.len()),
        format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 8-99/700000000\r\nContent-Length: 92\r\n\r\n{offer:92}"
        ),
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n".to_owned(),
    ];
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let before = forget_peak();
    for case in 0..CASES {
        let mut bytes = answers[case as usize % answers.len()].clone().into_bytes();
        Chance::of(case).change(&mut bytes);
        let other = async {
            let (mut line, _) = listener.accept().await.unwrap();
            let _ = line.read(&mut [0; 4_096]).await;
            let _ = line.write_all(&bytes).await;
            let _ = line.shutdown().await;
            // Until the box has had enough.
            let _ = line.read(&mut [0; 1]).await;
        };
        let asked = async {
            let what = Ask { method: Asking::Get, path: "/api/v1/move/offer", headers: &[] };
            let Ok(answer) = ask(at, what).await else { return };
            let _ = (answer.status(), answer.part(), answer.retry_after());
            if let Ok(body) = answer.whole(MOST).await {
                assert!(body.len() <= MOST, "{case}");
            }
        };
        let both = async { tokio::join!(other, asked) };
        assert!(tokio::time::timeout(Duration::from_secs(10), both).await.is_ok(), "{case}: no end");
    }
    let used = peak().saturating_sub(before);
    assert!(used < MOST_MEMORY, "{used} bytes of memory");
}

/// On a USB disk anything may lie where backups do.
#[tokio::test]
async fn whatever_lies_among_the_backups_is_no_backup_and_hides_none() {
    use std::os::unix::ffi::OsStrExt as _;
    let house = House::fresh().await;
    let (real, _) = backup(&house).await;
    let folder = house.folder().join("backups");
    let name = real.file_name().unwrap().to_str().unwrap().to_owned();
    let other = |time: u64| name.replace(|c: char| c.is_ascii_digit(), "0").replacen("000", &format!("{time:03}"), 1);
    std::fs::create_dir(folder.join(other(1))).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join(other(2))).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.join(other(3))).unwrap();
    nix::unistd::mkfifo(&folder.join(other(4)), nix::sys::stat::Mode::S_IRWXU).unwrap();
    for odd in [&b"imbox-\xff\xfe.tar"[..], b"imbox-.tar", b"imbox-99999999999999999999.tar", b"-rf", &[b'x'; 255]] {
        write(&folder.join(std::ffi::OsStr::from_bytes(odd)));
    }
    let owner = house.door.post("/api/v1/sign-in", &json!({"name": "Olga", "password": crate::house::OWNERS})).await;
    let owner = crate::person::Person::new(&house.door, owner.ok());
    let now: BackupState = owner.get("/api/v1/admin/backups").await.ok();
    assert_eq!(now.backups.iter().map(|backup| backup.name.as_str()).collect::<Vec<_>>(), [name.as_str()]);
    owner.get(&format!("/api/v1/admin/backups/{}", other(2))).await.refused(ErrorCode::BackupMissing);
    house.stop().await;
}

fn write(path: &Path) {
    std::fs::write(path, "odd").unwrap();
}
