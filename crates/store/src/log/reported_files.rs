//! The files of a reported message, as its report keeps them: lines of text, each with a name and, after a tab, what is
//! needed to find the content while the report is open. Names contain no tab. An older program shows the line as it is.

use crate::sql::Conn;
use crate::{StoreError, body};
use chat::FileRef;

/// Bytes that reports keep in all of files whose messages may be gone. Otherwise somebody could fill the disk by
/// sending, having it reported and deleting it again.
pub(crate) const KEPT_BYTES: u64 = 1 << 30;

/// A file of a reported message.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedFile {
    /// Its name.
    pub name: String,
    /// Where its content is; `None` once the report was answered, or if there was no room for more.
    pub kept: Option<FileRef>,
}

/// The column for `files`. As many of them as there is room for keep their content.
pub(crate) fn encode(conn: &Conn<'_>, files: Vec<FileRef>) -> Result<String, StoreError> {
    let mut held = held(conn)?;
    let mut used: u64 = held.iter().map(|(_, size)| size).sum();
    let mut lines = Vec::with_capacity(files.len());
    for file in files {
        let name = plain(&file.name);
        let again = held.iter().any(|(blake3, _)| *blake3 == file.blake3);
        if !again && used.saturating_add(file.size) > KEPT_BYTES {
            lines.push(name);
            continue;
        }
        if !again {
            used += file.size;
            held.push((file.blake3.clone(), file.size));
        }
        lines.push(format!("{name}\t{}", body::encode_file(&file)?));
    }
    Ok(lines.join("\n"))
}

/// The files in a column.
pub(crate) fn decode(column: &str) -> Vec<ReportedFile> {
    let file = |line: &str| {
        let (name, kept) = line.split_once('\t').unwrap_or((line, ""));
        // What cannot be read counts as a file that is no longer kept.
        ReportedFile { name: name.to_owned(), kept: body::decode_file(kept).ok() }
    };
    column.lines().map(file).collect()
}

/// The column with the names only.
pub(crate) fn names(column: &str) -> String {
    let names: Vec<String> = decode(column).into_iter().map(|file| file.name).collect();
    names.join("\n")
}

/// Contents that reports keep, each once, with their size.
fn held(conn: &Conn<'_>) -> Result<Vec<(String, u64)>, StoreError> {
    let mut query = conn.prepare_cached("SELECT files FROM reports WHERE closed_at IS NULL AND files <> ''")?;
    let columns = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let files = columns.iter().flat_map(|column| decode(column)).filter_map(|file| file.kept);
    let mut held: Vec<(String, u64)> = files.map(|file| (file.blake3, file.size)).collect();
    held.sort_unstable();
    held.dedup();
    Ok(held)
}

fn plain(name: &str) -> String {
    name.replace(['\n', '\r', '\t'], " ")
}
