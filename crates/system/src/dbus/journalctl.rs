//! The log through `journalctl --output=json`, whose fields are those of systemd.journal-fields(7).
//!
//! The program reads the log's files itself (group `systemd-journal`). It is ended when nobody reads its output any
//! more, and every line and page is limited. Values are passed to it as separate arguments, never through a shell.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::mpsc;

use super::super::journal::{Cursor, Journal, LogEntry, LogFilter, LogPage, LogPosition, MAX_PAGE, Severity, Since};
use super::super::{Capability, SystemError};
use super::DBus;

/// A longer line is skipped; journalctl itself leaves out longer fields unless it is asked for `--all`.
const MAX_LINE: u64 = 64 << 10;
/// Entries that are queued for a slow follower; then the log has to wait.
const AHEAD: usize = 64;
const FIELDS: &str = "MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_COMM,_SYSTEMD_UNIT";

#[async_trait]
impl Journal for DBus {
    async fn read_log(&self, filter: &LogFilter, from: LogPosition, count: usize) -> Result<LogPage, SystemError> {
        filter.check()?;
        let count = count.clamp(1, MAX_PAGE);
        let mut arguments = chosen(filter);
        let backwards = !matches!(from, LogPosition::After(_));
        match &from {
            LogPosition::Newest => {}
            LogPosition::Before(cursor) | LogPosition::After(cursor) => {
                arguments.push(format!("--after-cursor={}", cursor.as_str()).into());
            }
        }
        // One entry more than wanted shows whether there are more. With a cursor, `--lines` would count from the wrong
        // end.
        if backwards {
            arguments.push("--reverse".into());
        }
        let mut process = start(&self.options.journalctl, &arguments)?;
        let mut lines = Lines::of(&mut process)?;
        let mut entries = Vec::new();
        let reading = async {
            while entries.len() <= count {
                match lines.next().await? {
                    Some(entry) => entries.push(entry),
                    None => break,
                }
            }
            Ok(())
        };
        match tokio::time::timeout(self.options.patience, reading).await {
            Ok(read) => read?,
            Err(_) => return Err(SystemError::NoAnswer(Capability::Journal)),
        }
        if entries.len() <= count {
            ended(process).await?;
        }
        let more = entries.len() > count;
        entries.truncate(count);
        if backwards {
            entries.reverse();
        }
        Ok(LogPage { entries, more })
    }

    async fn follow_log(&self, filter: &LogFilter) -> Result<mpsc::Receiver<LogEntry>, SystemError> {
        filter.check()?;
        let mut arguments = chosen(filter);
        arguments.extend(["--follow".into(), "--lines=0".into()]);
        let mut process = start(&self.options.journalctl, &arguments)?;
        let mut lines = Lines::of(&mut process)?;
        let (send, receive) = mpsc::channel(AHEAD);
        tokio::spawn(async move {
            // Owning the process ends it with this task, however the task ends.
            let _process = process;
            loop {
                tokio::select! {
                    () = send.closed() => return,
                    line = lines.next() => match line {
                        Ok(Some(entry)) => if send.send(entry).await.is_err() { return },
                        Ok(None) | Err(_) => return,
                    },
                }
            }
        });
        Ok(receive)
    }
}

fn chosen(filter: &LogFilter) -> Vec<OsString> {
    let mut arguments: Vec<OsString> =
        ["--output=json", "--no-pager", "--quiet", "--utc"].into_iter().map(OsString::from).collect();
    arguments.push(format!("--output-fields={FIELDS}").into());
    if let Some(severity) = filter.at_least {
        arguments.push(format!("--priority=0..{}", severity.level()).into());
    }
    if let Some(unit) = &filter.unit {
        arguments.push(format!("--unit={unit}").into());
    }
    if let Some(text) = &filter.containing {
        arguments.push(format!("--grep={}", literal(text)).into());
        arguments.push("--case-sensitive=no".into());
    }
    if filter.since == Since::ThisStart {
        arguments.push("--boot".into());
    }
    arguments
}

/// A pattern (PCRE2) that matches exactly this text.
fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        if letter.is_ascii_punctuation() {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

fn start(program: &Path, arguments: &[OsString]) -> Result<Child, SystemError> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => SystemError::NotHere(Capability::Journal),
        std::io::ErrorKind::PermissionDenied => SystemError::NotAllowed(Capability::Journal),
        _ => failed(error),
    })
}

/// Waits for the end of its output, and returns whether it succeeded.
async fn ended(mut process: Child) -> Result<(), SystemError> {
    let mut words = String::new();
    if let Some(errors) = process.stderr.take() {
        let _unreadable = errors.take(4096).read_to_string(&mut words).await;
    }
    let status = tokio::time::timeout(Duration::from_secs(5), process.wait()).await;
    let status = status.map_err(|_| SystemError::NoAnswer(Capability::Journal))?.map_err(failed)?;
    match () {
        () if words.contains("No journal files were found") => Err(SystemError::NotHere(Capability::Journal)),
        () if words.contains("insufficient permissions") => Err(SystemError::NotAllowed(Capability::Journal)),
        // With --grep, finding nothing is status 1 without a message.
        () if status.success() || words.is_empty() => Ok(()),
        () => Err(failed(words.trim())),
    }
}

fn failed(detail: impl ToString) -> SystemError {
    SystemError::Failed { capability: Capability::Journal, detail: detail.to_string() }
}

struct Lines(BufReader<ChildStdout>);

impl Lines {
    fn of(process: &mut Child) -> Result<Self, SystemError> {
        Ok(Self(BufReader::new(process.stdout.take().ok_or_else(|| failed("no output"))?)))
    }

    /// The next readable entry; `None` at the end.
    async fn next(&mut self) -> Result<Option<LogEntry>, SystemError> {
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = (&mut self.0).take(MAX_LINE).read_until(b'\n', &mut line).await.map_err(failed)?;
            if read == 0 {
                return Ok(None);
            }
            if line.last() == Some(&b'\n') {
                if let Some(entry) = entry(&line) {
                    return Ok(Some(entry));
                }
            } else {
                self.skip_line().await?;
            }
        }
    }

    async fn skip_line(&mut self) -> Result<(), SystemError> {
        loop {
            let buffer = self.0.fill_buf().await.map_err(failed)?;
            let (used, last) = match buffer.iter().position(|&byte| byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.0.consume(used);
            if last {
                return Ok(());
            }
        }
    }
}

fn entry(line: &[u8]) -> Option<LogEntry> {
    let fields: serde_json::Map<String, Value> = serde_json::from_slice(line).ok()?;
    let text = |name: &str| fields.get(name).and_then(text);
    Some(LogEntry {
        cursor: Cursor::parse(&text("__CURSOR")?).ok()?,
        at: text("__REALTIME_TIMESTAMP")?.parse::<i64>().ok()? / 1000,
        severity: text("PRIORITY")
            .and_then(|level| Severity::from_level(level.parse().ok()?))
            .unwrap_or(Severity::Info),
        program: text("SYSLOG_IDENTIFIER").or_else(|| text("_COMM")).unwrap_or_default(),
        unit: text("_SYSTEMD_UNIT"),
        message: text("MESSAGE").unwrap_or_default(),
    })
}

/// A field is a text, an array of bytes when it is no valid text, an array of those when it was given several times
/// (then the first one counts), or null when it is too long.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(several) if several.first().is_some_and(|first| !first.is_number()) => text_of_first(several),
        Value::Array(bytes) => {
            let bytes: Option<Vec<u8>> = bytes.iter().map(|byte| u8::try_from(byte.as_u64()?).ok()).collect();
            Some(String::from_utf8_lossy(&bytes?).into_owned())
        }
        _ => None,
    }
}

fn text_of_first(several: &[Value]) -> Option<String> {
    several.first().and_then(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, an admin who looks for a cause would find entries missing, or one strange entry would break
    /// the page.
    #[test]
    fn every_kind_of_line_is_read() {
        let read = |message: &str| {
            let line = format!(
                r#"{{"__CURSOR":"s=1;i=2","__REALTIME_TIMESTAMP":"1700000000123456","PRIORITY":"3","_COMM":"x","MESSAGE":{message}}}"#
            );
            entry(line.as_bytes()).unwrap()
        };
        let plain = read(r#""disk full""#);
        assert_eq!((plain.at, plain.severity, plain.program.as_str()), (1_700_000_000_123, Severity::Error, "x"));
        assert_eq!(plain.message, "disk full");
        assert_eq!(read("[104,105,255]").message, "hi\u{fffd}");
        assert_eq!(read(r#"["one","two"]"#).message, "one");
        assert_eq!(read("null").message, "");
        assert_eq!(entry(b"not json\n"), None);
    }

    /// Were this to fail, searching for "a.b" or "[" would find other entries, or fail.
    #[test]
    fn a_text_is_looked_for_as_it_is() {
        assert_eq!(literal("a.b [*] 满"), r"a\.b \[\*\] 满");
    }
}
