//! The whole daemon as people, their browsers and their bad luck meet it: started in-process on a free port of the
//! loopback, spoken to by HTTP and WebSocket alone, one topic a file.
//!
//! A test here never waits for a time, only for what must happen, with an end to its patience ([`PATIENCE`]).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "one binary: what is public is public to its modules")]

use std::time::Duration;

mod api;
mod door;
mod house;
mod line;
mod person;

mod admin;
mod again;
mod audited;
mod backups;
mod captive;
mod claim;
mod clock;
mod console;
mod database;
mod deleting;
mod devices;
mod disk;
mod downloads;
mod edits;
mod files_place;
mod floods;
mod frames;
mod http_rules;
mod join;
mod join_requests;
mod limits;
mod lingering;
mod lost_answers;
mod machine;
mod mentions;
mod mine;
mod moving;
mod mutated;
mod namesakes;
mod network;
mod newcomers;
mod nonsense;
mod origin;
mod outside;
mod passwords;
mod people;
mod pictures;
mod privacy;
mod quiet;
mod quota;
mod reactions;
mod reading;
mod reauth;
mod reclaim;
mod reconnect;
mod removing;
mod repair;
mod reports;
mod resuming;
mod retention;
mod rooms;
mod routes;
mod search;
mod signals;
mod stars;
mod statuses;
mod storage;
mod stored;
mod tables;
mod talk;
mod tickets;
mod updates;
mod uploads;
mod usb;
mod voice;

/// How long anything that must happen may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);
