//! Which Postgres of the machine runs the cluster: the newest for a new one, the major that made it for an old one.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::account::Account;
use super::error::EmbeddedError;

/// The oldest major version of Postgres that Confab works with.
pub(super) const OLDEST_MAJOR: u32 = 15;

/// Folders that hold one folder per version of Postgres, and what follows the version.
const VERSIONED: [(&str, &str); 4] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr", "bin"), // Fedora's own: /usr/pgsql-17/bin
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
];

/// One installed Postgres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    /// The folder of `postgres` and `initdb`.
    dir: PathBuf,
    /// Its major version.
    pub(super) major: u32,
}

impl Binaries {
    /// Finds the Postgres for a cluster in `data` made by the major `made_by`, or for a new cluster.
    pub(super) fn find(data: &Path, made_by: Option<u32>, account: &Account) -> Result<Self, EmbeddedError> {
        choose(installed(account), data, made_by)
    }

    /// The path of one of its programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

fn choose(mut found: Vec<Binaries>, data: &Path, made_by: Option<u32>) -> Result<Binaries, EmbeddedError> {
    // A stable sort: of one major, the one that PATH names first stays first.
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
    let majors: Vec<u32> = found.iter().map(|binaries| binaries.major).collect();
    let chosen = match made_by {
        Some(major) => found.into_iter().find(|binaries| binaries.major == major),
        None => found.into_iter().find(|binaries| binaries.major >= OLDEST_MAJOR),
    };
    chosen.ok_or_else(|| match made_by {
        Some(made_by) => EmbeddedError::OtherMajor { dir: data.to_owned(), made_by, installed: majors },
        None => EmbeddedError::NoBinaries { too_old: majors },
    })
}

/// Every Postgres on this machine that `account` can run.
fn installed(account: &Account) -> Vec<Binaries> {
    let mut dirs: Vec<PathBuf> = Vec::new();
    for dir in candidates() {
        // PATH often holds links to the programs; Postgres finds its other files beside the real one.
        let Ok(postgres) = dir.join("postgres").canonicalize() else {
            continue;
        };
        let Some(dir) = postgres.parent() else {
            continue;
        };
        if !dirs.iter().any(|known| known == dir) && dir.join("initdb").is_file() && account.shut_out_of(dir).is_none()
        {
            dirs.push(dir.to_owned());
        }
    }
    dirs.into_iter()
        .filter_map(|dir| {
            let major = major(&answer(&dir.join("postgres"), "--version")?)?;
            Some(Binaries { dir, major })
        })
        .collect()
}

fn candidates() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut dirs: Vec<PathBuf> = env::split_paths(&path).filter(|dir| dir.is_absolute()).collect();
    if let Some(dir) = answer(Path::new("pg_config"), "--bindir") {
        dirs.push(PathBuf::from(dir.trim()));
    }
    for (parent, bin) in VERSIONED {
        let children = fs::read_dir(parent).into_iter().flatten().flatten();
        dirs.extend(children.map(|child| child.path().join(bin)));
    }
    dirs
}

/// What a program prints when asked for one thing.
fn answer(program: &Path, question: &str) -> Option<String> {
    let output = Command::new(program).arg(question).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The major version in, for example, `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn major(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL)")?.1.trim_start();
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Binaries, choose, major};
    use crate::db::embedded::EmbeddedError;

    fn of(majors: &[u32]) -> Vec<Binaries> {
        majors.iter().map(|&major| Binaries { dir: PathBuf::from(format!("/pg/{major}")), major }).collect()
    }

    #[test]
    fn the_major_is_read_from_every_shape_of_version() {
        assert_eq!(major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta2\n"), Some(18));
        assert_eq!(major("something else\n"), None);
    }

    #[test]
    fn a_new_cluster_is_made_by_the_newest() {
        assert_eq!(choose(of(&[15, 17, 16]), Path::new("/d"), None).unwrap().major, 17);
    }

    #[test]
    fn an_old_cluster_is_run_by_the_major_that_made_it() {
        assert_eq!(choose(of(&[15, 17]), Path::new("/d"), Some(15)).unwrap().major, 15);
    }

    #[test]
    fn a_missing_major_is_named_with_what_there_is() {
        let error = choose(of(&[17]), Path::new("/d"), Some(16)).unwrap_err();
        assert!(matches!(error, EmbeddedError::OtherMajor { made_by: 16, .. }));
        let text = error.to_string();
        assert!(text.contains("made by Postgres 16, and only Postgres 17 is installed"), "{text}");
        assert!(text.contains("apt-get install postgresql-16"), "{text}");
    }

    #[test]
    fn a_machine_with_only_an_old_postgres_is_told_how_to_get_a_newer_one() {
        let text = choose(of(&[13]), Path::new("/d"), None).unwrap_err().to_string();
        assert!(text.contains("only Postgres 13 was found, which is too old"), "{text}");
        assert!(text.contains("apt-get install postgresql"), "{text}");
    }

    #[test]
    fn a_machine_without_postgres_is_told_the_ways() {
        let text = choose(Vec::new(), Path::new("/d"), None).unwrap_err().to_string();
        assert!(text.contains("no Postgres was found"), "{text}");
        assert!(text.contains("DATABASE_URL"), "{text}");
    }
}
