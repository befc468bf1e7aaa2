//! The form of the migrations: each folder has its up and its down, keywords are in capitals, and white space is
//! kept tidy. There is no formatter for SQL that everyone has, so this checks and points at the line.

use crate::command::root;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Words that begin or join a statement's parts; written in capitals they stand out from names.
const KEYWORDS: &[&str] = &[
    "create",
    "alter",
    "drop",
    "table",
    "index",
    "unique",
    "primary",
    "foreign",
    "references",
    "constraint",
    "default",
    "null",
    "not",
    "check",
    "select",
    "insert",
    "update",
    "delete",
    "from",
    "where",
    "into",
    "values",
    "cascade",
    "exists",
];

/// Checks every migration; the error lists all that is wrong.
pub(crate) fn check() -> Result<()> {
    let folder = root().join("migrations");
    let mut wrong = Vec::new();
    let mut count = 0;
    let entries = std::fs::read_dir(&folder).context("cannot read migrations/")?;
    for entry in entries {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        count += 1;
        for name in ["up.sql", "down.sql"] {
            check_file(&path.join(name), &mut wrong);
        }
    }
    if !wrong.is_empty() {
        wrong.sort();
        bail!("{}", wrong.join("\n"));
    }
    eprintln!("{count} migrations are in good form");
    Ok(())
}

fn check_file(path: &Path, wrong: &mut Vec<String>) {
    let name = path.strip_prefix(root()).unwrap_or(path).display();
    match std::fs::read_to_string(path) {
        Ok(sql) => {
            for (line, what) in faults(&sql) {
                wrong.push(format!("{name}:{line}: {what}"));
            }
        }
        Err(error) => wrong.push(format!("{name}: {error}")),
    }
}

/// What is wrong in a file, each with its line.
fn faults(sql: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    if sql.trim().is_empty() {
        found.push((1, "is empty".to_owned()));
    }
    if !sql.ends_with('\n') || sql.ends_with("\n\n") {
        found.push((sql.lines().count(), "should end with one line break".to_owned()));
    }
    for (index, line) in sql.lines().enumerate() {
        if line.contains('\t') {
            found.push((index + 1, "a tab".to_owned()));
        }
        if line.ends_with(char::is_whitespace) {
            found.push((index + 1, "white space at the end".to_owned()));
        }
        if let Some(word) = small_keyword(line) {
            found.push((index + 1, format!("keyword `{word}` should be in capitals")));
        }
    }
    found
}

/// The first keyword in small letters, outside comments and quotes.
fn small_keyword(line: &str) -> Option<&str> {
    let code = line.split("--").next().unwrap_or_default();
    code.split(['\'', '"'])
        .step_by(2)
        .flat_map(|part| part.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.'))
        .find(|word| KEYWORDS.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tidy_migration_has_no_faults() {
        let sql = "-- why we create this table\nCREATE TABLE rooms (\n    name TEXT NOT NULL DEFAULT 'not null'\n);\n";
        assert_eq!(faults(sql), []);
    }

    #[test]
    fn each_fault_is_named_with_its_line() {
        let found = faults("CREATE TABLE a (\n\tb TEXT not null,\n    c TEXT \n);");
        let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [4, 2, 2, 3], "{found:?}");
    }
}
