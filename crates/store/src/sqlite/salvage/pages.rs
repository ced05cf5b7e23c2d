//! The current pages of a database file: those in its write-ahead log replace its own. Never writes.
//!
//! Formats: <https://sqlite.org/fileformat2.html>, sections 1.2 (pages), 1.5 (freelist) and 4 (write-ahead log).

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The page size of every box's database; assumed when the file itself no longer says.
const USUAL_PAGE: usize = 4_096;
const MAGIC: &[u8] = b"SQLite format 3\0";
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The file and its log.
pub(super) struct Pages {
    file: File,
    log: Option<Log>,
    /// Bytes of a page, and how many of them are used.
    pub(super) size: usize,
    pub(super) usable: usize,
    /// Number of pages; they are numbered from 1.
    pub(super) count: u32,
}

struct Log {
    file: File,
    /// Where the newest committed version of each page begins.
    at: HashMap<u32, u64>,
}

impl Pages {
    /// Opens `path` and, if it exists, `path-wal`.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut head = [0; 100];
        let has_header = file.read_exact_at(&mut head, 0).is_ok() && head.starts_with(MAGIC);
        let log = File::open(super::beside(path, "-wal")).ok();
        let log_size = log.as_ref().and_then(log_page_size);
        let told = has_header.then(|| page_size(u32::from(u16_at(&head, 16)))).flatten();
        let size = told.or(log_size).unwrap_or(USUAL_PAGE);
        let reserved = if has_header { usize::from(head[20]) } else { 0 };
        let (log, logged) = match log {
            Some(file) => read_log(file, size),
            None => (None, 0),
        };
        // A last page that is cut off counts as unreadable.
        let own = u32::try_from(length.div_ceil(size as u64)).unwrap_or(u32::MAX);
        let usable = size.saturating_sub(reserved).max(480);
        Ok(Self { file, log, size, usable, count: own.max(logged) })
    }

    /// Reads a page into `into`, which has the length of a page; `None` when it cannot be read.
    pub(super) fn read(&self, number: u32, into: &mut [u8]) -> Option<()> {
        if number == 0 || number > self.count {
            return None;
        }
        if let Some(log) = &self.log
            && let Some(at) = log.at.get(&number)
            && log.file.read_exact_at(into, *at).is_ok()
        {
            return Some(());
        }
        self.file.read_exact_at(into, u64::from(number - 1) * self.size as u64).ok()
    }

    /// The version of the layout (`user_version`), if the header still says.
    pub(super) fn layout(&self) -> Option<i64> {
        Some(i64::from(u32_at(&self.header()?, 60)))
    }

    /// Pages that are free, but may hold what was deleted. `None`: the list cannot be read to its end.
    pub(super) fn free(&self) -> Option<Vec<u32>> {
        let header = self.header()?;
        let (mut trunk, expected) = (u32_at(&header, 32), u32_at(&header, 36));
        let (mut found, mut page) = (Vec::new(), vec![0; self.size]);
        while trunk != 0 && found.len() <= self.count as usize {
            self.read(trunk, &mut page)?;
            found.push(trunk);
            let leaves = u32_at(&page, 4) as usize;
            if leaves > self.usable / 4 - 2 {
                return None;
            }
            found.extend((0..leaves).map(|leaf| u32_at(&page, 8 + leaf * 4)));
            trunk = u32_at(&page, 0);
        }
        (found.len() == expected as usize).then_some(found)
    }

    fn header(&self) -> Option<Vec<u8>> {
        let mut page = vec![0; self.size];
        self.read(1, &mut page)?;
        page.starts_with(MAGIC).then_some(page)
    }
}

fn page_size(told: u32) -> Option<usize> {
    let size = if told == 1 { 65_536 } else { told };
    (size.is_power_of_two() && (512..=65_536).contains(&size)).then_some(size as usize)
}

fn log_page_size(log: &File) -> Option<usize> {
    let mut head = [0; LOG_HEADER];
    log.read_exact_at(&mut head, 0).ok()?;
    page_size(u32_at(&head, 8))
}

/// All frames up to the last intact commit, and how many pages the database had then.
fn read_log(file: File, size: usize) -> (Option<Log>, u32) {
    let mut head = [0; LOG_HEADER];
    if file.read_exact_at(&mut head, 0).is_err() {
        return (None, 0);
    }
    let big_endian = match u32_at(&head, 0) {
        0x377f_0682 => false,
        0x377f_0683 => true,
        _ => return (None, 0),
    };
    let mut sum = checksum((0, 0), &head[..24], big_endian);
    if sum != (u32_at(&head, 24), u32_at(&head, 28)) || page_size(u32_at(&head, 8)) != Some(size) {
        return (None, 0);
    }
    let (mut at, mut begun, mut count) = (HashMap::new(), Vec::new(), 0);
    let mut frame = vec![0; FRAME_HEADER + size];
    let mut place = LOG_HEADER as u64;
    while file.read_exact_at(&mut frame, place).is_ok() {
        sum = checksum(checksum(sum, &frame[..8], big_endian), &frame[FRAME_HEADER..], big_endian);
        if frame[8..16] != head[16..24] || sum != (u32_at(&frame, 16), u32_at(&frame, 20)) {
            break;
        }
        begun.push((u32_at(&frame, 0), place + FRAME_HEADER as u64));
        let after = u32_at(&frame, 4);
        if after != 0 {
            at.extend(begun.drain(..));
            count = after;
        }
        place += frame.len() as u64;
    }
    (Some(Log { file, at }), count)
}

/// Section 4.2 of the format.
fn checksum(start: (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    let word = |at: usize| {
        let four = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        if big_endian { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
    };
    (0..bytes.len() / 8).fold(start, |(one, two), pair| {
        let one = one.wrapping_add(word(pair * 8)).wrapping_add(two);
        (one, two.wrapping_add(word(pair * 8 + 4)).wrapping_add(one))
    })
}

/// The caller knows that these bytes exist.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

/// The caller knows that these bytes exist.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
