//! Reading Rust well enough to see which paths a file names: comments and literals are blanked, paths are followed.

/// The names after `crate::`, after `crate::{` and after as many `super::` as lead out of the layer.
pub(crate) fn internal_names<'a>(code: &'a str, depth: usize, submodules: &[String]) -> Vec<(usize, &'a str)> {
    let mut names = names_after(code, "crate::");
    let above = after_supers(code).filter(|(supers, _)| *supers >= depth).flat_map(|(_, heads)| heads);
    names.extend(above.filter(|(_, name)| !submodules.iter().any(|own| own == name)));
    names
}

/// The folders of `actions` that are named, from a file that lies `depth` modules below it: after `crate::actions::`, after
/// exactly as many `super::`, and as a part of the core.
pub(crate) fn group_names(code: &str, depth: usize) -> Vec<(usize, &str)> {
    let mut names = names_after(code, "crate::actions::");
    names.extend(after_supers(code).filter(|(supers, _)| *supers == depth).flat_map(|(_, heads)| heads));
    names.extend(core_parts(code));
    names
}

/// What is named of a core: `store` in `core.store`, `self.core.store` and `app.core().store`, and the same over lines.
pub(crate) fn core_parts(code: &str) -> Vec<(usize, &str)> {
    let cores = code.match_indices("core").filter(|&(at, _)| !code[..at].ends_with(is_word));
    let parts = cores.filter_map(|(at, core)| {
        let after = &code[at + core.len()..];
        let after = after.strip_prefix("()").unwrap_or(after);
        let part = after.trim_start().strip_prefix('.')?;
        Some(path_heads(code, code.len() - part.len()))
    });
    parts.flatten().collect()
}

/// The names after each run of `super::`, with how many these are.
fn after_supers(code: &str) -> impl Iterator<Item = (usize, Vec<(usize, &str)>)> {
    code.match_indices("super::").filter(|&(at, _)| starts_word(code, at)).map(|(start, _)| {
        let supers = code[start..].split("super::").take_while(|between| between.is_empty()).count();
        (supers, path_heads(code, start + supers * "super::".len()))
    })
}

fn names_after<'a>(code: &'a str, path: &str) -> Vec<(usize, &'a str)> {
    let starts = code.match_indices(path).filter(|&(at, _)| starts_word(code, at));
    starts.flat_map(|(start, _)| path_heads(code, start + path.len())).collect()
}

/// What hides where a name comes from: everything of the crate at once, and crates under another name.
pub(crate) fn hidden_names(code: &str) -> Vec<usize> {
    let all = ["crate::*", "crate::actions::*", "extern crate"];
    all.iter().flat_map(|what| code.match_indices(what)).map(|(at, _)| at).filter(|&at| starts_word(code, at)).collect()
}

/// The first name of a path, or of each path in a group.
fn path_heads(code: &str, at: usize) -> Vec<(usize, &str)> {
    let word = |at: usize| {
        let rest = &code[at..];
        (at, &rest[..rest.find(|letter: char| !is_word(letter)).unwrap_or(rest.len())])
    };
    if !code[at..].starts_with('{') {
        return vec![word(at)];
    }
    let (mut heads, mut depth, mut awaited) = (Vec::new(), 0, false);
    for (offset, letter) in code[at..].char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && awaited && is_word(letter) {
            heads.push(word(at + offset));
            awaited = false;
        }
        awaited |= depth == 1 && matches!(letter, '{' | ',');
    }
    heads
}

/// Where the code names an external crate.
pub(crate) fn external_names(code: &str, name: &str) -> Vec<usize> {
    let from_root = |at: usize| {
        code[..at].strip_suffix("::").is_some_and(|before| !before.ends_with([':', '>']) && !before.ends_with(is_word))
    };
    let names = code.match_indices(name).map(|(at, _)| at).filter(|&at| starts_word(code, at) || from_root(at));
    let followed = |at: &usize| code[at + name.len()..].starts_with("::");
    let imported = |at: &usize| {
        code[..*at].trim_end_matches("::").ends_with("use ") && code[at + name.len()..].starts_with([';', ' '])
    };
    names.filter(|at| followed(at) || imported(at)).collect()
}

/// The source with comments and the contents of literals blanked; every line stays where it is.
pub(crate) fn code_only(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let hidden = hidden_length(rest, code.chars().next_back());
        let length = hidden.unwrap_or(first.len_utf8());
        let (taken, left) = rest.split_at(length);
        match hidden {
            Some(_) => code.extend(taken.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' })),
            None => code.push(first),
        }
        rest = left;
    }
    code
}

/// How many bytes of comment or literal begin here, if any do.
fn hidden_length(rest: &str, before: Option<char>) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    if rest.starts_with('"') {
        return Some(quoted_length(rest, '"'));
    }
    if rest.starts_with('r') && !before.is_some_and(|before| is_word(before) && before != 'b') {
        let hashes = rest[1..].len() - rest[1..].trim_start_matches('#').len();
        if rest[1 + hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let open = hashes + 2;
            return Some(rest[open..].find(&end).map_or(rest.len(), |at| open + at + end.len()));
        }
    }
    // 'x' and '\n' are characters, 'x without a closing quote is a lifetime.
    let mut letters = rest.strip_prefix('\'')?.chars();
    let character = letters.next()? == '\\' || letters.next()? == '\'';
    character.then(|| quoted_length(rest, '\''))
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether a path begins here: not inside a word and not further down a path.
fn starts_word(code: &str, at: usize) -> bool {
    !code[..at].ends_with(|before: char| is_word(before) || before == ':')
}

pub(crate) fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}
