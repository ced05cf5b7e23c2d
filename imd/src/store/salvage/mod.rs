//! Saving what can be read of a damaged database into a fresh one.
//!
//! It reads the file's pages itself and never lets SQLite open it: SQLite gives up on a table when a page above its rows is
//! broken, needs a header and a schema that are whole, and would write its log back into the file that is to be kept. The
//! project's own answer to this, the extension behind `.recover`, is in no crate and not in the SQLite that rusqlite builds
//! (it also wants `SQLITE_ENABLE_DBPAGE_VTAB`); this is the same way, and shorter because the tables are known.
//!
//! First each table is walked from its root. Where that meets damage, pages that nothing points to any more are told apart by
//! what their rows look like (`shape`), free ones left out: they hold what was deleted. Then `mend` makes the fresh
//! database true again: rooms without gaps, nothing that refers to nothing. The damaged file is only read.

mod mend;
mod pages;
mod record;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};

use super::OpenError;
use super::migrate::{LATEST, migrate};
use pages::Pages;
use record::{Kind, Page, Row};
use shape::Table;

/// What is kept free beside the new database, bytes.
const RESERVE: u64 = 16 << 20;
/// Rows that are put in at once.
const BATCH: u32 = 5_000;
/// Pages between two words about how far it is.
const STEP: u32 = 16;
/// Which invite leads to which room: two numbers, as many an index has. Not told apart, only walked to.
const NOT_TOLD_APART: &str = "invite_rooms";

/// What was saved, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalvageReport {
    /// Of each table.
    pub tables: Vec<TableReport>,
    /// Pages the database has.
    pub pages: u32,
    /// Of those, the ones that could not be read or make no sense.
    pub damaged_pages: u32,
    /// Places in rooms where something stood that is lost; each has a tombstone now.
    pub lost_events: u64,
    /// People of whom only a number is left: kept out until an admin lets them in.
    pub lost_people: u64,
    /// Rooms of which only what was said in them is left.
    pub lost_rooms: u64,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableReport {
    /// Its name.
    pub name: String,
    /// Rows that were saved.
    pub found: u64,
    /// Rows that are known to be lost, or were left out because what they belong to is lost.
    pub lost: u64,
}

/// Shall it go on?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// Yes.
    On,
    /// No: what was made so far is worth nothing.
    Stop,
}

/// Why nothing was saved. The damaged database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SalvageError {
    /// The new database would not fit beside the old one.
    #[error("{needed} bytes are needed and {free} are free")]
    NoRoom {
        /// Bytes.
        needed: u64,
        /// Bytes.
        free: u64,
    },
    /// A newer program wrote it, and may have kept more than this one knows.
    #[error("it was written by a newer imd (layout {0})")]
    Newer(i64),
    /// Nothing in it makes sense.
    #[error("nothing in it can be read")]
    Nothing,
    /// It was told to stop.
    #[error("stopped")]
    Stopped,
    /// The disk does not let itself be read or written.
    #[error("{0}")]
    Disk(#[from] io::Error),
    /// The new database does not take what was found.
    #[error("{0}")]
    Store(String),
}

impl From<rusqlite::Error> for SalvageError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<OpenError> for SalvageError {
    fn from(error: OpenError) -> Self {
        Self::Store(error.to_string())
    }
}

/// Saves what can be read of `from` (and its log beside it) into a new database at `to`, which is on the disk when this
/// returns. `tell` hears how many pages of how many are done. Blocks; memory does not grow with the database but for a bit
/// for each page.
///
/// # Errors
/// See [`SalvageError`]; what is at `to` then is worth nothing.
pub fn salvage(
    from: &Path,
    to: &Path,
    now: i64,
    tell: &mut dyn FnMut(u32, u32) -> Go,
) -> Result<SalvageReport, SalvageError> {
    check_room(from, to)?;
    let pages = Pages::open(from)?;
    if let Some(layout) = pages.layout().filter(|layout| *layout > LATEST) {
        return Err(SalvageError::Newer(layout));
    }
    for old in [to.to_owned(), beside(to, "-journal"), beside(to, "-wal"), beside(to, "-shm")] {
        match fs::remove_file(old) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    let mut conn = Connection::open(to)?;
    // Cut off, it is made anew: nothing of it needs to be on the disk before its end.
    conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192;")?;
    migrate(&mut conn, to)?;
    conn.pragma_update(None, "journal_mode", "MEMORY")?;
    let tables = shape::tables(&conn)?;
    let mut work = Work::new(&conn, &pages, &tables, tell);
    work.begin()?;
    work.read()?;
    if work.found.iter().all(|found| *found == 0) {
        return Err(SalvageError::Nothing);
    }
    let mended = mend::mend(&conn, &work.broken_tables(), work.damaged, now)?;
    conn.execute_batch("COMMIT")?;
    let report = work.report(mended);
    let verdict: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(SalvageError::Store(verdict));
    }
    conn.close().map_err(|(_, error)| error)?;
    fs::File::open(to)?.sync_all()?;
    Ok(report)
}

/// The file of that name with something after it.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn check_room(from: &Path, to: &Path) -> Result<(), SalvageError> {
    let size = |path: &Path| fs::metadata(path).map(|meta| meta.len()).unwrap_or_default();
    let needed = size(from) + size(&beside(from, "-wal")) + RESERVE;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let space = nix::sys::statvfs::statvfs(folder).map_err(io::Error::from)?;
    #[allow(clippy::unnecessary_cast, reason = "the two C types are as wide as the platform's `long`")]
    let free = (space.blocks_available() as u64).saturating_mul(space.fragment_size() as u64);
    if free < needed { Err(SalvageError::NoRoom { needed, free }) } else { Ok(()) }
}

/// What is done with each row as it is read.
type Take<'t, S> = dyn FnMut(&mut S, Option<Row>) -> Result<(), SalvageError> + 't;

/// The work under way.
struct Work<'a> {
    conn: &'a Connection,
    pages: &'a Pages,
    tables: &'a [Table],
    tell: &'a mut dyn FnMut(u32, u32) -> Go,
    /// A bit for each page that was looked at.
    seen: Vec<u64>,
    looked_at: u32,
    /// By table: rows saved, rows that were there and make no sense, and whether pages of it are missing.
    found: Vec<u64>,
    lost: Vec<u64>,
    broken: Vec<bool>,
    damaged: u32,
    in_batch: u32,
}

impl<'a> Work<'a> {
    fn new(
        conn: &'a Connection,
        pages: &'a Pages,
        tables: &'a [Table],
        tell: &'a mut dyn FnMut(u32, u32) -> Go,
    ) -> Self {
        Self {
            conn,
            pages,
            tables,
            tell,
            seen: vec![0; pages.count as usize / 64 + 1],
            looked_at: 0,
            found: vec![0; tables.len()],
            lost: vec![0; tables.len()],
            broken: vec![false; tables.len()],
            damaged: 0,
            in_batch: 0,
        }
    }

    fn begin(&self) -> rusqlite::Result<()> {
        self.conn.execute_batch("BEGIN")
    }

    fn read(&mut self) -> Result<(), SalvageError> {
        let roots = self.roots()?;
        for (number, table) in self.tables.iter().enumerate() {
            match roots.get(&table.name) {
                Some(root) => self.walk(*root, number)?,
                None => {
                    // Boxes are set up alike: where a fresh one has it is worth a look.
                    self.broken[number] = true;
                    if self.begins_with(table) {
                        self.walk(table.root, number)?;
                    }
                }
            }
        }
        let own = |name: &str| self.tables.iter().any(|table| table.name == name);
        // Indices, and SQLite's own list of the ids given away, which is a table: so that none of their pages is taken for lost.
        for (name, root) in roots.iter().filter(|(name, _)| !own(name)) {
            self.each_row(*root, !name.starts_with("sqlite_s"), &mut |_, _| Ok(()))?;
        }
        if self.broken.contains(&true) {
            self.look_everywhere()?;
        }
        Ok(())
    }

    /// Where tables and indices begin, as far as the schema can be read.
    fn roots(&mut self) -> Result<HashMap<String, u32>, SalvageError> {
        use rusqlite::types::Value::{Integer, Text};
        let mut roots = HashMap::new();
        self.each_row(1, false, &mut |_, row| {
            if let Some([_, Text(name), _, Integer(root), ..]) = row.as_ref().map(|row| row.values.as_slice())
                && let Ok(root) = u32::try_from(*root)
                && root > 0
            {
                roots.insert(name.clone(), root);
            }
            Ok(())
        })?;
        Ok(roots)
    }

    fn walk(&mut self, root: u32, number: usize) -> Result<(), SalvageError> {
        let whole = self.each_row(root, self.tables[number].without_rowid, &mut |work, row| {
            let Some(row) = row.filter(|row| work.tables[number].fits(row)) else {
                work.lost[number] += 1;
                work.broken[number] = true;
                return Ok(());
            };
            work.put(number, row)
        })?;
        self.broken[number] |= !whole;
        Ok(())
    }

    /// Every row below `root`, `None` for one that cannot be read; whether all pages were as they should be.
    fn each_row(&mut self, root: u32, like_index: bool, take: &mut Take<'_, Self>) -> Result<bool, SalvageError> {
        let (mut waiting, mut whole, mut bytes) = (vec![root], true, vec![0; self.pages.size]);
        while let Some(number) = waiting.pop() {
            if self.was_seen(number) {
                continue;
            }
            self.tell()?;
            let read = self.pages.read(number, &mut bytes);
            let page = read.and_then(|()| Page::parse(number, &bytes, self.pages.usable));
            let Some(page) = page.filter(|page| is_like_index(page.kind) == like_index) else {
                whole = false;
                self.damaged += 1;
                // One that is there may still be another table's.
                if read.is_none() {
                    self.see(number);
                }
                continue;
            };
            self.see(number);
            let (mut children, all) = page.children();
            whole &= all;
            children.reverse();
            waiting.append(&mut children);
            if page.kind != Kind::TableInterior {
                self.rows_of(&page, take)?;
            }
        }
        Ok(whole)
    }

    fn rows_of(&mut self, page: &Page<'_>, take: &mut Take<'_, Self>) -> Result<(), SalvageError> {
        for cell in 0..page.len() {
            let mut flows = Vec::new();
            let row = page.row(cell, self.pages, &mut |number| flows.push(number));
            flows.into_iter().for_each(|number| self.see(number));
            take(self, row)?;
        }
        Ok(())
    }

    fn begins_with(&self, table: &Table) -> bool {
        let mut bytes = vec![0; self.pages.size];
        let read = self.pages.read(table.root, &mut bytes);
        let Some(page) = read.and_then(|()| Page::parse(table.root, &bytes, self.pages.usable)) else { return false };
        match page.kind {
            Kind::TableInterior => !table.without_rowid,
            kind if is_like_index(kind) == table.without_rowid && page.len() > 0 => {
                page.row(0, self.pages, &mut |_| ()).is_some_and(|row| table.fits(&row))
            }
            _ => false,
        }
    }

    /// Pages that nothing led to: rows that look like those of a table that lacks some.
    fn look_everywhere(&mut self) -> Result<(), SalvageError> {
        // Free pages hold what was deleted. Where that list is lost too, what comes back is judged by `mend`.
        for free in self.pages.free().unwrap_or_default() {
            self.see(free);
        }
        let mut bytes = vec![0; self.pages.size];
        for number in 1..=self.pages.count {
            if self.was_seen(number) {
                continue;
            }
            self.tell()?;
            self.see(number);
            if self.pages.read(number, &mut bytes).is_none() {
                self.damaged += 1;
                continue;
            }
            let Some(page) = Page::parse(number, &bytes, self.pages.usable) else { continue };
            if page.kind == Kind::TableInterior {
                continue;
            }
            let like_index = is_like_index(page.kind);
            self.rows_of(&page, &mut |work, row| {
                let Some(row) = row else { return Ok(()) };
                let of = |(number, table): &(usize, &Table)| {
                    work.broken[*number]
                        && table.without_rowid == like_index
                        && table.name != NOT_TOLD_APART
                        && table.fits(&row)
                };
                let table = work.tables.iter().enumerate().find(of).map(|(number, _)| number);
                table.map_or(Ok(()), |table| work.put(table, row))
            })?;
        }
        Ok(())
    }

    fn put(&mut self, number: usize, row: Row) -> Result<(), SalvageError> {
        let table = &self.tables[number];
        let values = table.values(row);
        let mut insert = self.conn.prepare_cached(&table.insert(values.len()))?;
        match insert.execute(params_from_iter(values)) {
            Ok(1) => self.found[number] += 1,
            // It is there already, or its place is: of a setting the new one counts.
            Ok(_) => {}
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
                self.lost[number] += 1;
            }
            Err(error) => return Err(error.into()),
        }
        self.in_batch += 1;
        if self.in_batch == BATCH {
            self.in_batch = 0;
            self.conn.execute_batch("COMMIT; BEGIN")?;
        }
        Ok(())
    }

    fn tell(&mut self) -> Result<(), SalvageError> {
        self.looked_at += 1;
        if !self.looked_at.is_multiple_of(STEP) {
            return Ok(());
        }
        match (self.tell)(self.looked_at.min(self.pages.count), self.pages.count) {
            Go::On => Ok(()),
            Go::Stop => Err(SalvageError::Stopped),
        }
    }

    fn was_seen(&self, number: u32) -> bool {
        self.seen.get(number as usize / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    fn see(&mut self, number: u32) {
        if let Some(word) = self.seen.get_mut(number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }

    fn broken_tables(&self) -> Vec<&str> {
        let broken = self.tables.iter().zip(&self.broken).filter(|(_, broken)| **broken);
        broken.map(|(table, _)| table.name.as_str()).collect()
    }

    fn report(&self, mended: mend::Mended) -> SalvageReport {
        let row = |(number, table): (usize, &Table)| TableReport {
            name: table.name.clone(),
            found: self.found[number],
            lost: match table.name.as_str() {
                "events" => mended.lost_events,
                name => self.lost[number] + mended.left_out.get(name).copied().unwrap_or_default(),
            },
        };
        SalvageReport {
            tables: self.tables.iter().enumerate().map(row).collect(),
            pages: self.pages.count,
            damaged_pages: self.damaged,
            lost_events: mended.lost_events,
            lost_people: mended.lost_people,
            lost_rooms: mended.lost_rooms,
        }
    }
}

fn is_like_index(kind: Kind) -> bool {
    matches!(kind, Kind::IndexInterior | Kind::IndexLeaf)
}
