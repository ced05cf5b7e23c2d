//! Whoever follows the log gets every event, in order, however often the box loses its power: the store and a follower run in
//! a process of their own, which is killed with SIGKILL while it writes and follows. Were this to fail, a message would never be
//! found by search, or a bot would never hear of it.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use imd::chat::{DeviceId, EventId, NewMessage, RoomId, UserId};
use imd::feed::{Follower, follow};
use imd::store::{LogEntry, Options, Store, StoreError};

const LIVES: u64 = 8;
/// A life lasts until so many more events were taken; each life's is another number.
const TAKEN: usize = 150;
const LIMIT: Duration = Duration::from_secs(60);
/// Where the child works, and what makes it one.
const FOLDER: &str = "IMD_FEED_FOLDER";
/// It appends nothing, and ends when all has been taken.
const LAST: &str = "IMD_FEED_LAST";

fn open(folder: &Path) -> Store {
    Store::open(&Options { path: folder.join("imd.db"), readers: 2, queue: 64 }, drop).unwrap()
}

/// A database with one room in it.
async fn set_up(folder: &Path) {
    open(folder).close().await;
    let database = rusqlite::Connection::open(folder.join("imd.db")).unwrap();
    let sql = "INSERT INTO rooms (id, kind, name, write_rule, invite_rule, history_rule, created_at)
               VALUES (1, 'group', 'House', 'everyone', 'everyone', 'all', 0)";
    database.execute(sql, []).unwrap();
}

/// Writes down what it was given: a line a life, and one an event.
struct Notes(PathBuf);

impl Notes {
    fn write(&self, text: &str) {
        OpenOptions::new().create(true).append(true).open(&self.0).unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// The events of each life.
    fn read(&self) -> Vec<Vec<i64>> {
        let text = fs::read_to_string(&self.0).unwrap_or_default();
        // What was being written when the power went has no end.
        let ids = |life: &str| life.lines().filter_map(|line| line.strip_suffix('.')?.parse().ok()).collect();
        text.split("life\n").skip(1).map(ids).collect()
    }
}

impl Follower for Notes {
    const NAME: &'static str = "notes";

    async fn take(&mut self, entries: &[LogEntry]) -> Result<(), StoreError> {
        let lines: String = entries.iter().map(|entry| format!("{}.\n", entry.id)).collect();
        self.write(&lines);
        Ok(())
    }
}

#[test]
#[ignore = "the process that is killed; `followers_miss_nothing_by_kills` starts it"]
fn the_process_that_is_killed() {
    #[allow(clippy::disallowed_methods, reason = "how the test tells its process what to do")]
    let (folder, last) = (std::env::var_os(FOLDER).map(PathBuf::from).unwrap(), std::env::var_os(LAST).is_some());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let store = open(&folder);
        let notes = Notes(folder.join("notes"));
        notes.write("\nlife\n");
        let follower = tokio::spawn(follow(store.clone(), notes));
        if last {
            let newest = *store.newest().borrow();
            while store.position("notes").await.unwrap() < newest {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            follower.abort();
            return;
        }
        for n in 0.. {
            let client_id = format!("{}-{n}", std::process::id());
            let message = NewMessage::check(client_id, "said".to_owned(), Vec::new(), None).unwrap();
            let sent = store.append_message(RoomId(1), UserId(1), DeviceId(1), message, 0).await.unwrap();
            sent.await.unwrap().unwrap();
        }
    });
}

/// A process that does not outlive the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(folder: &Path, last: bool) -> Killed {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "feed::the_process_that_is_killed"]).env(FOLDER, folder);
    if last {
        command.env(LAST, "1");
    }
    Killed(command.stdout(Stdio::null()).spawn().unwrap())
}

async fn stored(folder: &Path) -> (EventId, Vec<LogEntry>) {
    let store = open(folder);
    let position = store.position("notes").await.unwrap();
    let (mut all, mut after) = (Vec::new(), EventId(0));
    loop {
        let entries = store.entries_after(after, 1_000).await.unwrap();
        let Some(last) = entries.last() else { break };
        after = last.id;
        all.extend(entries);
    }
    store.close().await;
    (position, all)
}

#[tokio::test]
async fn followers_miss_nothing_by_kills() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let notes = Notes(folder.join("notes"));
    set_up(folder).await;
    let run = async {
        // Where each life has to begin.
        let mut begins = Vec::new();
        for life in 1..=LIVES {
            begins.push(stored(folder).await.0);
            let mut child = start(folder, false);
            let enough = TAKEN * usize::try_from(life).unwrap();
            while notes.read().get(begins.len() - 1).is_none_or(|taken| taken.len() < enough) {
                assert!(child.0.try_wait().unwrap().is_none(), "it ended by itself");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        begins.push(stored(folder).await.0);
        assert!(start(folder, true).0.wait().unwrap().success());
        begins
    };
    let begins = tokio::time::timeout(LIMIT, run).await.expect("it ends in time");

    let (position, all) = stored(folder).await;
    let all: Vec<i64> = all.iter().map(|entry| entry.id.0).collect();
    let lives = notes.read();
    assert_eq!(lives.len(), begins.len());
    for (taken, begin) in lives.iter().zip(&begins) {
        // Each goes on right after what is stored, and leaves nothing out.
        let expected = all.iter().copied().filter(|id| *id > begin.0).take(taken.len());
        assert!(expected.eq(taken.iter().copied()), "after {begin}: {taken:?}");
    }
    assert!(begins.windows(2).all(|two| two[0] < two[1]), "each life came further: {begins:?}");
    let taken: BTreeSet<i64> = lives.into_iter().flatten().collect();
    assert_eq!(taken, all.iter().copied().collect(), "all of it was taken");
    assert_eq!(Some(&position.0), all.last());
}

/// After everything was deleted because it was kept long enough, new messages would have the numbers of old ones, and
/// followers would take them for known.
#[tokio::test]
async fn numbers_are_never_given_twice() {
    let folder = tempfile::tempdir().unwrap();
    let say = async |store: &Store, n: &str| {
        let message = NewMessage::check(n.to_owned(), "said".to_owned(), Vec::new(), None).unwrap();
        store.append_message(RoomId(1), UserId(1), DeviceId(1), message, 0).await.unwrap().await.unwrap().unwrap();
    };
    set_up(folder.path()).await;
    let store = open(folder.path());
    for n in ["1", "2", "3"] {
        say(&store, n).await;
    }
    let newest = *store.newest().borrow();
    store.keep_position("notes", newest).await.unwrap();
    store.close().await;
    // As retention does.
    let database = rusqlite::Connection::open(folder.path().join("imd.db")).unwrap();
    database.execute("DELETE FROM events", []).unwrap();
    drop(database);
    let store = open(folder.path());
    say(&store, "4").await;
    let entries = store.entries_after(newest, 10).await.unwrap();
    assert_eq!(entries.len(), 1);
    store.close().await;
}
