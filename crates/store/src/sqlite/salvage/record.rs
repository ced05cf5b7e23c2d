//! Rows as they are stored in a page: cells, overflow pages, and records. Nothing in them is trusted.
//!
//! Formats: <https://sqlite.org/fileformat2.html>, sections 1.6 (b-trees) and 2.1 (records).

use rusqlite::types::Value;

use super::pages::{Pages, u16_at, u32_at};

/// Longer than any row of a box: a message has 8,000 characters and 20 files.
const MAX_ROW: u64 = 16 << 20;
/// More than any table has.
const MAX_COLUMNS: usize = 64;

/// What a page of a b-tree holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    TableInterior,
    TableLeaf,
    /// Of an index, or of a table without row ids: their rows are in both kinds of page.
    IndexInterior,
    IndexLeaf,
}

/// A page of a b-tree.
pub(super) struct Page<'a> {
    bytes: &'a [u8],
    usable: usize,
    header: usize,
    pub(super) kind: Kind,
    cells: usize,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// 0 in a table without row ids.
    pub(super) id: i64,
    pub(super) values: Vec<Value>,
}

impl<'a> Page<'a> {
    /// `None` when it is no page of a b-tree, or a damaged one.
    pub(super) fn parse(number: u32, bytes: &'a [u8], usable: usize) -> Option<Self> {
        let header = if number == 1 { 100 } else { 0 };
        let kind = match bytes[header] {
            2 => Kind::IndexInterior,
            5 => Kind::TableInterior,
            10 => Kind::IndexLeaf,
            13 => Kind::TableLeaf,
            _ => return None,
        };
        let page = Self { bytes, usable, header, kind, cells: usize::from(u16_at(bytes, header + 3)) };
        (page.pointers() + page.cells * 2 <= usable).then_some(page)
    }

    fn is_interior(&self) -> bool {
        matches!(self.kind, Kind::TableInterior | Kind::IndexInterior)
    }

    fn pointers(&self) -> usize {
        self.header + if self.is_interior() { 12 } else { 8 }
    }

    /// The number of cells it claims to have.
    pub(super) fn len(&self) -> usize {
        self.cells
    }

    fn cell(&self, number: usize) -> Option<&'a [u8]> {
        let at = usize::from(u16_at(self.bytes, self.pointers() + number * 2));
        (at >= self.pointers() + self.cells * 2 && at < self.usable).then(|| &self.bytes[at..self.usable])
    }

    /// The pages below it, in order, without those whose cell is broken; and whether all were found.
    pub(super) fn children(&self) -> (Vec<u32>, bool) {
        if !self.is_interior() {
            return (Vec::new(), true);
        }
        let child = |number| self.cell(number).filter(|cell| cell.len() >= 4).map(|cell| u32_at(cell, 0));
        let mut found: Vec<u32> = (0..self.cells).filter_map(child).collect();
        let whole = found.len() == self.cells;
        found.push(u32_at(self.bytes, self.header + 8));
        (found, whole)
    }

    /// The row in a cell. `flows` is called with each overflow page of the row.
    pub(super) fn row(&self, number: usize, pages: &Pages, flows: &mut dyn FnMut(u32)) -> Option<Row> {
        let mut cell = self.cell(number)?;
        if self.kind == Kind::IndexInterior {
            cell = cell.get(4..)?;
        }
        let length = varint(&mut cell)?;
        let id = if self.kind == Kind::TableLeaf { varint(&mut cell)?.cast_signed() } else { 0 };
        if length > MAX_ROW {
            return None;
        }
        let payload = self.payload(cell, usize::try_from(length).ok()?, pages, flows)?;
        Some(Row { id, values: values(&payload)? })
    }

    fn payload(&self, cell: &[u8], length: usize, pages: &Pages, flows: &mut dyn FnMut(u32)) -> Option<Vec<u8>> {
        let used = self.usable;
        let least = (used - 12) * 32 / 255 - 23;
        let most = if self.kind == Kind::TableLeaf { used - 35 } else { (used - 12) * 64 / 255 - 23 };
        if length <= most {
            return Some(cell.get(..length)?.to_vec());
        }
        let wanted = least + (length - least) % (used - 4);
        let local = if wanted <= most { wanted } else { least };
        let mut payload = cell.get(..local)?.to_vec();
        let mut next = u32_at(cell.get(local..local + 4)?, 0);
        let mut page = vec![0; pages.size];
        while payload.len() < length {
            pages.read(next, &mut page)?;
            flows(next);
            let rest = (length - payload.len()).min(used - 4);
            payload.extend_from_slice(&page[4..4 + rest]);
            next = u32_at(&page, 0);
        }
        // The last page of a row names no other page; otherwise a part of another row would be taken for a part of this
        // one.
        (next == 0).then_some(payload)
    }
}

fn values(payload: &[u8]) -> Option<Vec<Value>> {
    let mut head = payload;
    let length = usize::try_from(varint(&mut head)?).ok()?;
    let begins = payload.len() - head.len();
    let mut types = payload.get(begins..length)?;
    let mut body = payload.get(length..)?;
    let mut found = Vec::new();
    while !types.is_empty() {
        if found.len() == MAX_COLUMNS {
            return None;
        }
        found.push(value(varint(&mut types)?, &mut body)?);
    }
    body.is_empty().then_some(found)
}

fn value(kind: u64, body: &mut &[u8]) -> Option<Value> {
    let mut take = |length: usize| {
        let (taken, rest) = body.split_at_checked(length)?;
        *body = rest;
        Some(taken)
    };
    let mut integer = |length: usize| {
        let bytes = take(length)?;
        let start = if bytes.first().is_some_and(|first| *first >= 0x80) { -1 } else { 0 };
        Some(Value::Integer(bytes.iter().fold(start, |number: i64, byte| (number << 8) | i64::from(*byte))))
    };
    match kind {
        0 => Some(Value::Null),
        1..=4 => integer(usize::try_from(kind).ok()?),
        5 => integer(6),
        6 => integer(8),
        7 => take(8).and_then(|bytes| bytes.try_into().ok()).map(|bytes| Value::Real(f64::from_be_bytes(bytes))),
        8 => Some(Value::Integer(0)),
        9 => Some(Value::Integer(1)),
        10 | 11 => None,
        blob if blob % 2 == 0 => take(usize::try_from((blob - 12) / 2).ok()?).map(|bytes| Value::Blob(bytes.to_vec())),
        // What is no valid text was overwritten.
        text => String::from_utf8(take(usize::try_from((text - 13) / 2).ok()?)?.to_vec()).ok().map(Value::Text),
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if place == 8 {
            return Some((number << 8) | u64::from(*byte));
        }
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, numbers and words would come back changed.
    #[test]
    fn what_the_format_says_is_read() {
        assert_eq!(varint(&mut [0x81, 0x00].as_slice()), Some(128));
        assert_eq!(varint(&mut [0xff; 9].as_slice()), Some(u64::MAX));
        assert_eq!(varint(&mut [0xff; 8].as_slice()), None);
        let record = [6, 0, 1, 2, 17, 14, 0xff, 0x80, 0x00, b'h', b'i', 7];
        let read = values(&record).unwrap();
        let text = Value::Text("hi".to_owned());
        assert_eq!(read, [Value::Null, Value::Integer(-1), Value::Integer(-32_768), text, Value::Blob(vec![7])]);
        assert_eq!(values(&record[..11]), None, "cut short");
        assert_eq!(values(&[2, 15, 0xff]), None, "no text");
        assert_eq!(values(&[200, 1]), None, "nonsense");
    }
}
