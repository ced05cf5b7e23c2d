//! What strangers make the real daemon hold.
//!
//! If this fails, a box with 512 MB runs out of memory because somebody at its door types passwords.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(unreachable_pub, dead_code, reason = "one harness for several tests")]

#[path = "kill/daemon.rs"]
mod daemon;

use std::time::Duration;

use daemon::Daemon;
use futures_util::future::join_all;
use serde_json::json;

/// What one check takes, and how many there are at a time, as configured by default.
const CHECK_KIB: u64 = 19 << 10;
const AT_ONCE: u64 = 2;
/// What everything else may take meanwhile.
const BESIDE_KIB: u64 = 16 << 10;
const LIMIT: Duration = Duration::from_secs(60);

/// A line of `/proc/PID/status`, in KiB.
fn status(daemon: &Daemon, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
    line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test]
async fn what_passwords_take_while_they_are_checked_is_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(folder.path());
    let (http, base) = (reqwest::Client::new(), format!("http://{}", daemon.address));
    let claim = json!({"code": daemon.claim_code, "name": "Olga", "box_name": "Rose Court", "password": "olga's own"});
    assert_eq!(http.post(format!("{base}/api/v1/claim")).json(&claim).send().await.unwrap().status(), 200);
    let (held, peak) = (status(&daemon, "RssAnon"), status(&daemon, "VmHWM"));
    for round in 0..6 {
        let guesses = (0..8).map(|n| {
            let guess = json!({"name": format!("Nobody {round} {n}"), "password": "a guess of somebody"});
            http.post(format!("{base}/api/v1/sign-in")).json(&guess).send()
        });
        for answer in join_all(guesses).await {
            assert_eq!(answer.unwrap().status(), 401, "each was looked at");
        }
    }
    let taken = status(&daemon, "VmHWM") - peak;
    assert!(taken <= AT_ONCE * CHECK_KIB + BESIDE_KIB, "{taken} KiB at most");
    let given_back = async {
        while status(&daemon, "RssAnon") > held + BESIDE_KIB {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let late = tokio::time::timeout(LIMIT, given_back).await;
    late.unwrap_or_else(|_| panic!("{} KiB are held, {held} before", status(&daemon, "RssAnon")));
}
