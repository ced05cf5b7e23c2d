//! Reading a damaged database: each table from its root, then the pages that nothing points to; each row is inserted
//! into the new database as it is found.

use std::collections::HashMap;

use rusqlite::{Connection, params_from_iter};

use super::mend::Mended;
use super::pages::Pages;
use super::record::{Kind, Page, Row};
use super::shape::Table;
use super::{Go, SalvageError, SalvageReport, TableReport};

/// Rows that are inserted in one transaction.
const BATCH: u32 = 5_000;
/// Pages between two reports of progress.
const STEP: u32 = 16;
/// Which invite leads to which room, who was mentioned where, what somebody starred: a few numbers, as in many indices. Their rows cannot
/// be recognised, so they are only read from the root.
const NOT_TOLD_APART: &[&str] = &["invite_rooms", "mentions", "stars"];

/// What is done with each row as it is read.
type Take<'t, S> = dyn FnMut(&mut S, Option<Row>) -> Result<(), SalvageError> + 't;

/// The work in progress.
pub(super) struct Work<'a> {
    conn: &'a Connection,
    pages: &'a Pages,
    tables: &'a [Table],
    tell: &'a mut dyn FnMut(u32, u32) -> Go,
    /// One bit for each page that was read.
    seen: Vec<u64>,
    looked_at: u32,
    /// By table: rows that were saved, rows that make no sense, and whether pages are missing.
    pub(super) found: Vec<u64>,
    lost: Vec<u64>,
    broken: Vec<bool>,
    pub(super) damaged: u32,
    in_batch: u32,
}

impl<'a> Work<'a> {
    pub(super) fn new(
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

    pub(super) fn begin(&self) -> rusqlite::Result<()> {
        self.conn.execute_batch("BEGIN")
    }

    pub(super) fn read(&mut self) -> Result<(), SalvageError> {
        let roots = self.roots()?;
        for (number, table) in self.tables.iter().enumerate() {
            match roots.get(&table.name) {
                Some(root) => self.walk(*root, number)?,
                None => {
                    // All boxes are set up alike, so the root page of a new database is worth trying.
                    self.broken[number] = true;
                    if self.begins_with(table) {
                        self.walk(table.root, number)?;
                    }
                }
            }
        }
        let own = |name: &str| self.tables.iter().any(|table| table.name == name);
        // Indices, and SQLite's own table of the ids given out, so that their pages are not taken for lost ones.
        for (name, root) in roots.iter().filter(|(name, _)| !own(name)) {
            self.each_row(*root, !name.starts_with("sqlite_s"), &mut |_, _| Ok(()))?;
        }
        if self.broken.contains(&true) {
            self.look_everywhere()?;
        }
        Ok(())
    }

    /// The root pages of tables and indices, as far as the schema can be read.
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

    /// Calls `take` with every row below `root`, `None` for one that cannot be read; returns whether all pages were
    /// intact.
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
                // A page that can be read may still belong to another table.
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

    /// Pages that nothing led to: their rows are taken if they look like those of a table with missing rows.
    fn look_everywhere(&mut self) -> Result<(), SalvageError> {
        // Free pages hold what was deleted. If that list is lost too, `mend` decides about what comes back.
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
                        && !NOT_TOLD_APART.contains(&table.name.as_str())
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
            // The row exists already, or one in its place does; of a setting, the new database's value counts.
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

    pub(super) fn broken_tables(&self) -> Vec<&str> {
        let broken = self.tables.iter().zip(&self.broken).filter(|(_, broken)| **broken);
        broken.map(|(table, _)| table.name.as_str()).collect()
    }

    pub(super) fn report(&self, mended: Mended) -> SalvageReport {
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
