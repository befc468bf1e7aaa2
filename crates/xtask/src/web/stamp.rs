//! Whether the finished files are still those of the sources: a hash over everything they are made of, kept beside
//! them. Contents count, not times, so a checkout or a saved file without a change costs nothing.

use super::folder::{files_under, hash_all};
use super::{Profile, dist};
use crate::command::root;
use anyhow::{Context, Result};
use std::path::PathBuf;

const SOURCES: &[&str] = &["frontend", "crates/types", "crates/sync", "crates/markup/src", "crates/xtask/src/web"];
const FILES: &[&str] = &["Cargo.toml", "Cargo.lock"];

/// The hash of what the web app would now be built from.
pub(super) fn of(profile: Profile) -> Result<String> {
    let mut contents = Vec::new();
    let mut paths: Vec<PathBuf> = FILES.iter().map(|name| root().join(name)).collect();
    for folder in SOURCES {
        paths.extend(files_under(&root().join(folder))?);
    }
    for path in paths {
        let content = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        contents.push((path.strip_prefix(root())?.display().to_string(), content));
    }
    let name = match profile {
        Profile::Release => "release",
        Profile::Debug => "debug",
    };
    Ok(format!("{name} {}", hash_all(&contents)))
}

/// Are the finished files those of this stamp?
pub(super) fn is_current(stamp: &str) -> bool {
    dist().join("index.html").is_file() && std::fs::read_to_string(place()).is_ok_and(|written| written == stamp)
}

/// Remembers what the files were made from.
pub(super) fn write(stamp: &str) -> Result<()> {
    std::fs::write(place(), stamp).context("cannot write target/web/stamp")
}

fn place() -> PathBuf {
    root().join("target/web/stamp")
}
