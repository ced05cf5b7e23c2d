//! A box whose database is damaged, as its holder meets it: the real program, spoken to by HTTP. Were these to fail, it would
//! be a brick, or anyone on the Wi-Fi could choose to forget everything.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use imd::wire::{ErrorCode, RepairStage, RepairState};
use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::PATIENCE;
use crate::database::lived_in;
use crate::door::{Door, Reply};
use crate::house::until;

/// The program on a folder, killed when dropped.
struct Daemon {
    child: Child,
    door: Door,
    code: Option<String>,
}

impl Daemon {
    fn on(folder: &Path) -> Self {
        Self::on_with(folder, "")
    }

    fn on_with(folder: &Path, settings: &str) -> Self {
        let config = folder.join("imd.toml");
        let text =
            format!("[claim]\nfile = \"{}\"\n[mdns]\nenabled = false\n{settings}", folder.join("claim.txt").display());
        std::fs::write(&config, text).unwrap();
        Self::start(&config, folder, &[])
    }

    fn start(config: &Path, folder: &Path, more: &[&str]) -> Self {
        let mut imd = Command::new(env!("CARGO_BIN_EXE_imd"));
        imd.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(config).arg("--data").arg(folder).args(more);
        let mut child = imd.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (mut door, mut code, mut is_sick) = (None, None, false);
        // What it tells its console; of a box that works no code comes.
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(address) = line.strip_prefix("listening on http://") {
                door = Some(Door::new(address.parse().unwrap()));
            }
            if let Some(shown) = line.strip_prefix("repair code: ") {
                code = Some(shown.to_owned());
            }
            is_sick |= line.ends_with("the database is damaged");
            if code.is_some() || (line.starts_with("open ") && !is_sick) {
                break;
            }
        }
        Self { child, door: door.expect("it listens"), code }
    }

    fn code(&self) -> &str {
        self.code.as_deref().expect("it shows a repair code")
    }

    async fn state(&self) -> RepairState {
        self.door.get("/api/v1/repair").await.ok()
    }

    async fn choose(&self, choice: &Value) -> Reply {
        self.door.post("/api/v1/repair/choose", choice).await
    }

    /// The box works again, without anyone having started it.
    async fn works(&self) {
        let back = async {
            while !Reply::try_of(self.door.request(Method::GET, "/healthz"))
                .await
                .is_ok_and(|reply| reply.status == 200)
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, back).await.is_ok(), "it does not work again");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes over a part of the database.
fn hurt(folder: &Path, at: u64, with: &[u8]) -> Vec<u8> {
    let path = folder.join("imd.db");
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.write_all_at(with, at).unwrap();
    std::fs::read(path).unwrap()
}

/// What the screen finds to show.
fn shown(folder: &TempDir) -> String {
    std::fs::read_to_string(folder.path().join("claim.txt")).unwrap_or_default().trim().to_owned()
}

fn messages(folder: &Path) -> (i64, i64) {
    let conn = Connection::open(folder.join("imd.db")).unwrap();
    let kept = "SELECT count(*) FROM events WHERE kind = 'message' AND body LIKE '%worth keeping%'";
    let holes = "SELECT count(*) FROM rooms WHERE last_seq - first_seq + 1 <> (SELECT count(*) FROM events WHERE room_id = rooms.id)";
    (conn.query_row(kept, [], |row| row.get(0)).unwrap(), conn.query_row(holes, [], |row| row.get(0)).unwrap())
}

/// A card that died: whoever looks is told what to do, and nobody is offered a fresh box that forgets everything at its next start.
#[tokio::test]
async fn a_card_that_cannot_be_read_is_told_and_nothing_can_be_chosen() {
    let (folder, empty) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let config = folder.path().join("imd.toml");
    let claim = folder.path().join("claim.txt");
    let text = format!("[claim]\nfile = \"{}\"\n[mdns]\nenabled = false\n", claim.display());
    std::fs::write(&config, text).unwrap();
    let lost = Daemon::start(&config, empty.path(), &["--unreadable"]);
    assert_eq!(lost.state().await.stage, RepairStage::Unreadable);
    for (language, word) in [("en", "use a new card"), ("zh-CN", "换一张新卡")] {
        let page = Reply::of(lost.door.request(Method::GET, "/").header("accept-language", language)).await;
        let html = String::from_utf8(page.body.clone()).unwrap();
        assert!(page.status == 503 && html.contains(word) && !html.contains("<form"), "{html}");
    }
    lost.door.get("/api/v1/me").await.refused(ErrorCode::DatabaseDamaged);
    let anew = json!({ "code": "ABCD-EFGH", "choice": "anew", "confirm": "anew" });
    assert!(lost.choose(&anew).await.status >= 400);
    until("a code that is good for nothing is on no card", || {
        std::fs::read_to_string(&claim).is_ok_and(|code| code.is_empty())
    })
    .await;
    assert!(!empty.path().join("imd.db").exists(), "nothing begins anew");
}

#[tokio::test]
async fn each_damage_is_met_with_the_repair_page_and_nothing_is_touched() {
    let damages: [(u64, &[u8]); 3] = [(0, &[0; 100]), (0, &[0x5a; 4_096]), (100, &[0xff; 200])];
    for (at, with) in damages {
        let folder = lived_in().await;
        let before = hurt(folder.path(), at, with);
        let sick = Daemon::on(folder.path());
        for (path, language, word) in [
            ("/", "en", "This box needs your help"),
            ("/some/where", "zh-CN,en", "这台盒子需要您的帮助"),
            ("/?lang=zh", "en", "修复码"),
        ] {
            let page = Reply::of(sick.door.request(Method::GET, path).header("accept-language", language)).await;
            assert_eq!(page.status, 503, "{page}");
            let html = String::from_utf8(page.body.clone()).unwrap();
            assert!(html.contains(word) && !html.contains(sick.code()), "{html}");
            assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
            assert_eq!((page.header("x-frame-options"), page.header("x-content-type-options")), ("DENY", "nosniff"));
        }
        let health = sick.door.get("/healthz").await;
        assert_eq!(
            (health.status, serde_json::from_slice::<Value>(&health.body).unwrap()["status"].as_str()),
            (503, Some("damaged"))
        );
        sick.door.get("/api/v1/me").await.refused(ErrorCode::DatabaseDamaged);
        until("the code is where the screen finds it", || shown(&folder) == sick.code()).await;
        assert!(std::fs::read(folder.path().join("imd.db")).unwrap() == before, "a rescuer finds it as it was");
    }
}

#[tokio::test]
async fn only_whoever_has_the_code_chooses_and_nobody_guesses_it() {
    let folder = lived_in().await;
    hurt(folder.path(), 0, &[0; 100]);
    let sick = Daemon::on_with(folder.path(), "[limits]\nsign_ins_per_minute_per_address = 5\n");
    let rebound = sick.door.request(Method::GET, "/").header("host", "evil.example");
    Reply::of(rebound).await.refused(ErrorCode::HostNotAllowed);
    let foreign = sick.door.request(Method::POST, "/api/v1/repair/choose").header("origin", "http://evil.example");
    Reply::of(foreign.json(&json!({"code": sick.code(), "choice": "salvage"})))
        .await
        .refused(ErrorCode::OriginNotAllowed);
    for _ in 0..5 {
        sick.choose(&json!({"code": "AAAA-AAAA", "choice": "salvage"})).await.refused(ErrorCode::WrongClaimCode);
    }
    sick.choose(&json!({"code": sick.code(), "choice": "salvage"})).await.refused(ErrorCode::RateLimited);
    // Somebody else is not kept out by that.
    let neighbour = sick.door.of(2);
    let anew = json!({"code": sick.code(), "choice": "anew", "confirm": "yes"});
    neighbour.post("/api/v1/repair/choose", &anew).await.refused(ErrorCode::InvalidSetting);
    let leave = json!({"code": sick.code(), "choice": "leave"});
    neighbour.post("/api/v1/repair/choose", &leave).await.refused(ErrorCode::Forbidden);
    let none = json!({"code": sick.code(), "choice": "copy", "copy": "../imd.db"});
    neighbour.post("/api/v1/repair/choose", &none).await.refused(ErrorCode::BackupMissing);
    assert_eq!(sick.state().await.stage, RepairStage::Choosing);
    let form = sick
        .door
        .of(3)
        .request(Method::POST, "/api/v1/repair/download")
        .header("content-type", "application/x-www-form-urlencoded");
    let file = Reply::of(form.body(format!("code={}&file=database", sick.code()))).await;
    assert!(file.body == std::fs::read(folder.path().join("imd.db")).unwrap(), "{}", file.status);
}

/// By the page's form, as somebody on a phone does it, and with a cut in the midst.
#[tokio::test]
async fn what_can_be_read_is_saved_and_the_box_works_again_also_after_a_cut() {
    for cut in [false, true] {
        let folder = lived_in().await;
        let damaged = hurt(folder.path(), 0, &[0; 100]);
        let mut sick = Daemon::on(folder.path());
        let form = sick
            .door
            .request(Method::POST, "/api/v1/repair/choose?lang=zh")
            .header("content-type", "application/x-www-form-urlencoded");
        let body = format!("choice=salvage&code={}", sick.code().to_lowercase().replace('-', "+"));
        if cut {
            // Chosen, and then the power is gone: the next start goes on by itself.
            std::fs::write(folder.path().join("repair-ordered"), "salvage").unwrap();
            std::fs::create_dir_all(folder.path().join("repair")).unwrap();
            std::fs::write(folder.path().join("repair/imd.db"), "half").unwrap();
            sick.child.kill().unwrap();
            sick.child.wait().unwrap();
            sick = Daemon::on(folder.path());
        } else {
            let page = Reply::of(form.body(body)).await;
            assert!(String::from_utf8_lossy(&page.body).contains("zh-CN"), "{page}");
        }
        sick.works().await;
        assert_eq!(messages(folder.path()), (50, 0), "all messages, no hole");
        let aside = std::fs::read_dir(folder.path().join("damaged")).unwrap().next().unwrap().unwrap().path();
        assert!(std::fs::read(aside.join("imd.db")).unwrap() == damaged, "the damaged one is kept");
        until("the code is gone", || shown(&folder).is_empty()).await;
        assert!(!folder.path().join("repair").exists() && !folder.path().join("repair-ordered").exists());
    }
}

#[tokio::test]
async fn the_box_goes_back_to_a_copy_or_starts_anew_when_that_is_chosen() {
    let folder = lived_in().await;
    let copies = folder.path().join("copies");
    std::fs::create_dir_all(&copies).unwrap();
    let name = "imd-001795000000000.db";
    std::fs::copy(folder.path().join("imd.db"), copies.join(name)).unwrap();
    hurt(folder.path(), 0, &[0; 4_096]);
    let sick = Daemon::on(folder.path());
    assert_eq!(sick.state().await.copies.iter().map(|copy| copy.made_at).collect::<Vec<_>>(), [1_795_000_000_000]);
    sick.choose(&json!({"code": sick.code(), "choice": "copy", "copy": name})).await.done();
    sick.works().await;
    assert_eq!(messages(folder.path()), (50, 0));
    drop(sick);
    hurt(folder.path(), 0, &[0; 4_096]);
    let _ = std::fs::remove_file(folder.path().join("imd.db-wal"));
    let sick = Daemon::on(folder.path());
    sick.choose(&json!({"code": sick.code(), "choice": "anew", "confirm": "anew"})).await.done();
    sick.works().await;
    assert_eq!(messages(folder.path()), (0, 0));
    assert_eq!(std::fs::read_dir(folder.path().join("damaged")).unwrap().count(), 2);
}

/// A salvage that finds nothing must say so and leave everything as it is, and the command line must reach the box too.
#[tokio::test]
async fn what_does_not_work_is_told_and_another_way_stays_open() {
    let folder = TempDir::new().unwrap();
    let mut noise = std::fs::File::create(folder.path().join("imd.db")).unwrap();
    noise.write_all(&[0x5a; 100_000]).unwrap();
    let sick = Daemon::on(folder.path());
    let admin = |words: &[&str]| {
        let mut imd = Command::new(env!("CARGO_BIN_EXE_imd"));
        let output =
            imd.args(["admin", "--json", "--data"]).arg(folder.path()).arg("repair").args(words).output().unwrap();
        (output.status.success(), serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default())
    };
    let (went, told) = admin(&["salvage"]);
    assert!(went && told["stage"] == "working", "{told}");
    let ended = async {
        while sick.state().await.stage == RepairStage::Working {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ended).await.unwrap();
    let (went, told) = admin(&[]);
    assert!(went && told["stage"] == "choosing" && told["failed"] == "backup_damaged", "{told}");
    assert_eq!(std::fs::read(folder.path().join("imd.db")).unwrap(), [0x5a; 100_000]);
}
