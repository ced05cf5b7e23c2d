//! Power, names, clock, log and health, on the imagined machine. Were these to fail, an admin would need a terminal.

use imd::wire::{
    AuditPage, BoxInfo, BoxSettings, Chart, ClockState, ErrorBody, ErrorCode, FindingId, LogPage, LogSeverity,
    MachineHealth, PatrolReport, Repair,
};
use serde_json::json;

use crate::house::{BEGINNING, House};

const CLOCK: &str = "/api/v1/admin/clock";

#[tokio::test]
async fn power_is_an_admins_and_written_down() {
    let (house, owner) = House::owned().await;
    for order in ["restart_box", "restart_daemon", "shut_down"] {
        owner.post("/api/v1/admin/power", &json!({"order": order})).await.done();
    }
    owner.post("/api/v1/admin/power", &json!({"order": "explode"})).await.refused(ErrorCode::BadRequest);
    assert_eq!(owner.acts().await, ["power.restart_box", "power.restart_daemon", "power.shut_down"]);
    house.stop().await;
}

#[tokio::test]
async fn a_new_name_holds_without_a_restart_and_after_one() {
    let (mut house, owner) = House::owned().await;
    let path = "/api/v1/admin/settings";
    let rename = json!({"name": "Lindenhof 7", "host": "Lindenhof"});
    let settings: BoxSettings = owner.patch(path, &rename).await.ok();
    assert_eq!((settings.name.as_str(), settings.host.as_str()), ("Lindenhof 7", "lindenhof"));
    let by_name = house.door.request(reqwest::Method::GET, "/api/v1/box").header("host", "lindenhof.local");
    let info: BoxInfo = crate::door::Reply::of(by_name).await.ok();
    assert_eq!(info.name, "Lindenhof 7");
    for wrong in ["", "-x", "lobby.local", "大堂"] {
        let reply = owner.patch(path, &json!({"host": wrong})).await;
        reply.refused(ErrorCode::InvalidSetting);
        let body: ErrorBody = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(body.error.field.as_deref(), Some("host_name"), "{wrong}");
    }
    house.restart().await;
    assert_eq!(owner.get(path).await.ok::<BoxSettings>(), settings);
    let page: AuditPage = owner.get("/api/v1/admin/audit").await.ok();
    assert_eq!(page.entries[0].detail, "name Rose Court -> Lindenhof 7; host imbox -> lindenhof");
    house.stop().await;
}

#[tokio::test]
async fn zone_and_time_servers_are_set_and_the_servers_again_after_a_restart() {
    let (mut house, owner) = House::owned().await;
    let before: ClockState = owner.get(CLOCK).await.ok();
    assert_eq!((before.ntp, before.synchronised, before.now), (Some(true), true, BEGINNING));
    let zones: Vec<String> = owner.get("/api/v1/admin/clock/zones").await.ok();
    assert!(zones.contains(&"Asia/Shanghai".to_owned()) && zones.is_sorted());
    let change = json!({"zone": "Europe/Berlin", "servers": ["ntp.lan", "192.168.1.1"]});
    let after: ClockState = owner.patch(CLOCK, &change).await.ok();
    assert_eq!((after.zone.as_str(), after.server.as_deref()), ("Europe/Berlin", Some("ntp.lan")));
    owner.patch(CLOCK, &json!({"zone": "Moon/Tranquility"})).await.refused(ErrorCode::UnknownTimeZone);
    owner.patch(CLOCK, &json!({"servers": ["not a host"]})).await.refused(ErrorCode::InvalidSetting);
    house.restart().await;
    let servers = async || owner.get(CLOCK).await.ok::<ClockState>().servers;
    let told = async {
        while servers().await != ["ntp.lan", "192.168.1.1"] {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::PATIENCE, told).await.expect("the machine is told of its time servers again");
    house.stop().await;
}

#[tokio::test]
async fn the_clock_is_set_from_a_phone_but_not_under_a_time_server_or_before_this_version() {
    let (house, owner) = House::owned().await;
    let set = async |at: i64| owner.post(&format!("{CLOCK}/set"), &json!({"at": at})).await;
    set(BEGINNING).await.refused(ErrorCode::ClockSynchronised);
    let alone: ClockState = owner.patch(CLOCK, &json!({"ntp": false})).await.ok();
    assert_eq!((alone.ntp, alone.synchronised), (Some(false), false));
    set(alone.not_before - 1).await.refused(ErrorCode::ClockTooEarly);
    set(alone.not_before).await.done();
    assert_eq!(owner.acts().await, ["clock.change", "clock.set"]);
    house.stop().await;
}

#[tokio::test]
async fn the_log_is_read_page_by_page_filtered_and_as_a_file() {
    let (house, owner) = House::owned().await;
    let page = async |query: &str| owner.get(&format!("/api/v1/admin/log?{query}")).await.ok::<LogPage>();
    let newest = page("limit=10").await;
    assert!(newest.more && newest.entries.len() == 10);
    let older = page(&format!("limit=5&before={}", newest.entries[0].cursor)).await;
    assert!(older.entries.last().unwrap().at < newest.entries[0].at);
    let newer = page(&format!("limit=500&after={}", older.entries[4].cursor)).await;
    assert_eq!((newer.entries, newer.more), (newest.entries, false));
    let bad = page("severity=warning&q=UNDERVOLTAGE&this_start").await;
    assert!(!bad.entries.is_empty() && bad.entries.iter().all(|entry| entry.severity == LogSeverity::Warning));
    for wrong in ["limit=0", "limit=501", "before=x%20&after=x", "severity=dreadful"] {
        owner.get(&format!("/api/v1/admin/log?{wrong}")).await.refused(ErrorCode::BadRequest);
    }
    owner.get("/api/v1/admin/log?before=%20").await.refused(ErrorCode::InvalidSetting);
    let file = owner.get("/api/v1/admin/log.txt?severity=error").await;
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    let text = String::from_utf8(file.body).unwrap();
    assert!(text.lines().count() > 5 && text.lines().all(|line| line.contains(" error kernel: ")), "{text}");
    house.stop().await;
}

#[tokio::test]
async fn health_is_shown_with_what_the_machine_shows() {
    let (house, owner) = House::owned().await;
    let health: MachineHealth = owner.get("/api/v1/admin/health").await.ok();
    assert_eq!((health.temperature_mc, health.under_voltage), (Some(48_300), Some(false)));
    assert!(health.memory.is_some_and(|memory| memory.total >= memory.available));
    assert!(health.total_bytes >= health.free_bytes && health.free_bytes > 0);
    house.stop().await;
}

#[tokio::test]
async fn patrol_says_what_is_not_well_and_what_mends_it() {
    let (house, owner) = House::owned().await;
    house.join("Carol", None).await;
    let report: PatrolReport = owner.post("/api/v1/admin/patrol", &json!({})).await.ok();
    assert_eq!(report.at, BEGINNING);
    let found = |id: FindingId| report.findings.iter().find(|finding| finding.id == id);
    assert_eq!(found(FindingId::PeopleWaiting).unwrap().value, Some(1));
    assert_eq!(found(FindingId::NoBackup).unwrap().repair, Some(Repair::Backup));
    assert!(found(FindingId::DiskFull).is_none() && found(FindingId::ClockUnset).is_none());
    assert_eq!(owner.get("/api/v1/admin/patrol").await.ok::<PatrolReport>(), report);
    house.stop().await;
}

#[tokio::test]
async fn what_is_plotted_is_only_what_is_kept() {
    let (house, owner) = House::owned().await;
    for step in [300, 3_600, 86_400] {
        let chart: Chart = owner.get(&format!("/api/v1/admin/chart?step={step}")).await.ok();
        assert_eq!(chart.step_s, step);
    }
    owner.get("/api/v1/admin/chart?step=7").await.refused(ErrorCode::BadRequest);
    house.stop().await;
}
