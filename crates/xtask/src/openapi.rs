//! The checked-in descriptions of the wire: `confab openapi` prints the REST document and `confab openapi --socket`
//! the socket's. They are written anew or compared; a stale one fails the tests.

use crate::command::{cargo, output, program, root, run};
use crate::product;
use anyhow::{Context, Result, bail};

/// Each file and what makes `confab` print it.
const DOCUMENTS: &[(&str, &[&str])] =
    &[("openapi/openapi.json", &["openapi"]), ("openapi/socket.md", &["openapi", "--socket"])];

/// Writes the documents that have changed.
pub(crate) fn write() -> Result<()> {
    for (path, fresh) in fresh(&["build", "--workspace", "--bin", "confab"])? {
        let place = root().join(path);
        if std::fs::read_to_string(&place).is_ok_and(|written| written == fresh) {
            eprintln!("{path} is up to date");
            continue;
        }
        if let Some(folder) = place.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&place, fresh).with_context(|| format!("cannot write {path}"))?;
        eprintln!("{path} written");
    }
    Ok(())
}

/// Fails where a checked-in document differs from what the code says, and shows the first line that does.
pub(crate) fn check() -> Result<()> {
    // The tests run against the same server, built before: alone, its dependencies would be built once more.
    let build = [&["test", "--locked", "--no-run"], product::TESTED].concat();
    for (path, fresh) in fresh(&build)? {
        let written = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        if written != fresh {
            bail!("{path} is stale; run `cargo xtask openapi` and commit it\n{}", first_difference(&written, &fresh));
        }
        eprintln!("{path} is what the code says");
    }
    Ok(())
}

/// What the code says; `build` is how cargo comes by the server.
fn fresh(build: &[&str]) -> Result<Vec<(&'static str, String)>> {
    run(cargo().args(build))?;
    let mut documents = Vec::new();
    for (path, arguments) in DOCUMENTS {
        let mut printed = output(program(product::debug()).args(*arguments))?;
        if !printed.ends_with('\n') {
            printed.push('\n');
        }
        documents.push((*path, printed));
    }
    Ok(documents)
}

fn first_difference(written: &str, fresh: &str) -> String {
    let mut fresh = fresh.lines();
    for (number, line) in written.lines().enumerate() {
        let now = fresh.next().unwrap_or("(the end)");
        if line != now {
            return format!("line {}:\n  - {line}\n  + {now}", number + 1);
        }
    }
    format!("at the end:\n  + {}", fresh.next().unwrap_or("(a line break)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_shown() {
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), "line 2:\n  - b\n  + c");
        assert_eq!(first_difference("a\n", "a\nb\n"), "at the end:\n  + b");
        assert_eq!(first_difference("a\nb\n", "a\n"), "line 2:\n  - b\n  + (the end)");
    }
}
