//! Many people at once, from a spreadsheet: each line is looked at on its own and answered on its own.

use super::csv::{Record, parse};
use super::{Caller, Core, Done, Refused, admin};
use crate::chat::{DisplayName, Handle, Role, may_change_user};
use crate::store::Newcomer;
use crate::wire::{ErrorCode, ImportLine, ImportReport};

/// Most lines in one file.
const MAX_LINES: usize = 1_000;

/// Make them, or only say what would be made?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Import {
    /// Make them.
    Make,
    /// Only look.
    Check,
}

/// Makes the people of a CSV file in UTF-8. Its first line names the columns: `name`, and if wanted `handle` and `role`
/// (`member`, `guest`, `admin`). They are in the default room at once and sign in with tickets.
///
/// # Errors
/// `forbidden`, `csv_unreadable`, and as any write.
pub async fn import(core: &Core, caller: &Caller, csv: &[u8], how: Import) -> Done<ImportReport> {
    admin(caller)?;
    let text = std::str::from_utf8(csv).map_err(|_| ErrorCode::CsvUnreadable)?;
    let mut records = parse(text).into_iter();
    let (_, head) = records.next().ok_or(ErrorCode::CsvUnreadable)?;
    let column = |name: &str| head.iter().position(|title| title.trim().eq_ignore_ascii_case(name));
    let name = column("name").ok_or(ErrorCode::CsvUnreadable)?;
    let columns = Columns { name, handle: column("handle"), role: column("role") };
    let records: Vec<Record> = records.collect();
    if records.len() > MAX_LINES {
        return Err(ErrorCode::CsvUnreadable.into());
    }
    let read: Vec<Result<Newcomer, ErrorCode>> = records.iter().map(|r| columns.newcomer(caller, &r.1)).collect();
    let mut lines: Vec<ImportLine> = records
        .iter()
        .zip(&read)
        .map(|((line, fields), read)| ImportLine {
            line: *line,
            name: fields.get(name).map_or_else(String::new, |name| name.trim().to_owned()),
            user: None,
            refused: read.as_ref().err().copied(),
        })
        .collect();
    let newcomers: Vec<Newcomer> = read.into_iter().filter_map(Result::ok).collect();
    let open = lines.iter_mut().filter(|line| line.refused.is_none());
    match how {
        Import::Check => check(core, newcomers, open).await?,
        Import::Make => {
            let act = caller.act(core, "person.import", "people".to_owned(), format!("{} lines", records.len()));
            for (line, made) in open.zip(core.store.import(newcomers, act).await?) {
                match made {
                    Ok(user) => line.user = Some(user.0),
                    Err(error) => line.refused = Some(Refused::from(error).code),
                }
            }
        }
    }
    let made = lines.iter().filter(|line| line.refused.is_none()).count();
    Ok(ImportReport { made: u32::try_from(made).unwrap_or(u32::MAX), lines })
}

/// Handles that are taken, on the box or by an earlier line.
async fn check<'a>(core: &Core, newcomers: Vec<Newcomer>, open: impl Iterator<Item = &'a mut ImportLine>) -> Done<()> {
    let handles: Vec<Option<String>> =
        newcomers.iter().map(|n| n.handle.as_ref().map(|h| h.as_str().to_owned())).collect();
    let mut taken = core.store.taken_handles(handles.iter().flatten().cloned().collect()).await?;
    for (line, handle) in open.zip(handles) {
        let Some(handle) = handle else { continue };
        if taken.contains(&handle) {
            line.refused = Some(ErrorCode::Conflict);
        }
        taken.push(handle);
    }
    Ok(())
}

struct Columns {
    name: usize,
    handle: Option<usize>,
    role: Option<usize>,
}

impl Columns {
    fn newcomer(&self, caller: &Caller, fields: &[String]) -> Result<Newcomer, ErrorCode> {
        let field = |column: Option<usize>| column.and_then(|c| fields.get(c)).map_or("", |field| field.trim());
        let name = DisplayName::new(field(Some(self.name))).map_err(|_| ErrorCode::NameUnfit)?;
        let handle = match field(self.handle) {
            "" => None,
            handle => Some(Handle::new(handle).map_err(|_| ErrorCode::NameUnfit)?),
        };
        let role = match field(self.role).to_ascii_lowercase().as_str() {
            "" | "member" => Role::Member,
            "guest" => Role::Guest,
            "admin" => Role::Admin,
            "owner" => Role::Owner,
            _ => return Err(ErrorCode::BadRequest),
        };
        // Owners are made one by one, with open eyes.
        if role == Role::Owner || !may_change_user(caller.role, Role::Member, role) {
            return Err(ErrorCode::Forbidden);
        }
        Ok(Newcomer { name, handle, role })
    }
}
