//! Creating many people from a spreadsheet: each line is checked and reported on its own.

use std::collections::HashSet;

use crate::actions::csv::{Record, parse};
use crate::actions::{Caller, Core, Done, Refused};
use crate::chat::{DisplayName, Handle, Role, folded, may_change_user};
use crate::files::{Likely, decoded};
use crate::store::ImportedUser;
use crate::wire::{ErrorCode, ImportLine, ImportReport};

/// Most lines in one file.
const MAX_LINES: usize = 1_000;

/// Create the people, or only check?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Import {
    /// Create them.
    Make,
    /// Only check.
    Check,
}

/// Creates the people in a CSV file, in whatever encoding its program saves. The first line names the columns in
/// English or Chinese: `name`, and optionally `handle` and `role` (`member`, `guest`, `admin`). Without such a line,
/// the columns are in this order. Whoever already has an account, by handle or by name, is left alone. The new people
/// are in the default room at once and sign in with tickets.
///
/// # Errors
/// `forbidden`, `csv_unreadable`, `csv_too_long`, and as any write.
pub async fn import(core: &Core, caller: &Caller, csv: &[u8], how: Import) -> Done<ImportReport> {
    caller.must_be_admin()?;
    // A picture or a workbook contains bytes that no text has.
    if csv.contains(&0) && !csv.starts_with(b"\xff\xfe") && !csv.starts_with(b"\xfe\xff") {
        return Err(ErrorCode::CsvUnreadable.into());
    }
    let mut records = parse(&decoded(csv, Likely::Chinese)).into_iter().peekable();
    let (_, head) = records.peek().ok_or(ErrorCode::CsvUnreadable)?;
    let columns = match Columns::named(head) {
        Some(columns) => {
            records.next();
            columns
        }
        None => Columns { name: 0, handle: Some(1), role: Some(2) },
    };
    let name = columns.name;
    let records: Vec<Record> = records.collect();
    if records.len() > MAX_LINES {
        return Err(ErrorCode::CsvTooLong.into());
    }
    let read: Vec<Read> = records.iter().map(|r| columns.newcomer(caller, &r.1)).collect();
    let mut lines: Vec<ImportLine> = records
        .iter()
        .zip(&read)
        .map(|((line, fields), read)| ImportLine {
            line: *line,
            name: fields.get(name).map_or_else(String::new, |name| name.trim().to_owned()),
            user: None,
            refused: read.as_ref().map_or_else(|refused| Some(*refused), |read| read.role_refused),
        })
        .collect();
    let known = core.store.names().await?;
    let newcomers = left(read, &mut lines, known);
    let open = lines.iter_mut().filter(|line| line.refused.is_none());
    match how {
        Import::Check => {}
        Import::Make => {
            let act = caller.act(core, "person.import", "people".to_owned(), format!("{} lines", records.len()));
            for (line, made) in open.zip(core.store.import_users(newcomers, act).await?) {
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

/// Whom to create. Lines with people who already exist, or are in the file twice, are reported and left out.
fn left(read: Vec<Read>, lines: &mut [ImportLine], known: Vec<(String, String)>) -> Vec<ImportedUser> {
    let (mut handles, mut names): (HashSet<String>, HashSet<String>) = known.into_iter().unzip();
    let mut left = Vec::new();
    for (newcomer, line) in read.into_iter().zip(lines) {
        let Ok(Newcomer { user: newcomer, role_refused }) = newcomer else { continue };
        let name = folded(newcomer.name.as_str());
        let here = match &newcomer.handle {
            Some(handle) => !handles.insert(handle.as_str().to_owned()),
            // Without a handle, nothing tells two people with the same name apart.
            None => names.contains(&name),
        };
        names.insert(name);
        if here {
            line.refused = Some(ErrorCode::AlreadyHere);
        } else if role_refused.is_none() {
            left.push(newcomer);
        }
    }
    left
}

/// What a line says, or why it cannot be understood.
type Read = Result<Newcomer, ErrorCode>;

struct Newcomer {
    user: ImportedUser,
    /// Why nobody new gets this role. Somebody who is here already has their own.
    role_refused: Option<ErrorCode>,
}

struct Columns {
    name: usize,
    handle: Option<usize>,
    role: Option<usize>,
}

/// The names that a column may have, by its meaning.
const NAMES: &[&str] = &["name", "display name", "full name", "姓名", "名字", "名称", "名稱", "住户", "住戶"];
const HANDLES: &[&str] = &["handle", "username", "user name", "短名", "用户名", "用戶名", "账号", "帳號"];
const ROLES: &[&str] = &["role", "角色", "身份", "身分"];

impl Columns {
    /// From the first line; `None` if no column is called a name.
    fn named(head: &[String]) -> Option<Self> {
        let column = |called: &[&str]| head.iter().position(|title| called.contains(&folded(title).as_str()));
        Some(Self { name: column(NAMES)?, handle: column(HANDLES), role: column(ROLES) })
    }

    fn newcomer(&self, caller: &Caller, fields: &[String]) -> Read {
        let field = |column: Option<usize>| column.and_then(|c| fields.get(c)).map_or("", |field| field.trim());
        let name = DisplayName::new(field(Some(self.name))).map_err(|_| ErrorCode::NameUnfit)?;
        let handle = match field(self.handle) {
            "" => None,
            handle => Some(Handle::new(handle).map_err(|_| ErrorCode::HandleUnfit)?),
        };
        let role = match field(self.role).to_ascii_lowercase().as_str() {
            "" | "member" | "成员" | "成員" | "住户" | "住戶" => Ok(Role::Member),
            "guest" | "访客" | "訪客" | "客人" => Ok(Role::Guest),
            "admin" | "管理员" | "管理員" => Ok(Role::Admin),
            // Owners are only made one by one, as a conscious decision.
            "owner" | "主人" | "拥有者" | "擁有者" => Err(ErrorCode::Forbidden),
            _ => Err(ErrorCode::BadRequest),
        };
        let role = role.and_then(|role| match may_change_user(caller.role, Role::Member, role) {
            true => Ok(role),
            false => Err(ErrorCode::Forbidden),
        });
        let user = ImportedUser { name, handle, role: role.unwrap_or(Role::Member) };
        Ok(Newcomer { user, role_refused: role.err() })
    }
}
