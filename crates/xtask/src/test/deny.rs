//! Licences, duplicates and sources of the dependencies, through cargo-deny, which is built once into a folder that
//! outlives `target` where the machine has none.

use super::shown;
use crate::command::{cargo, find, program, run};
use crate::progress::note;
use anyhow::{Context, Result};
use std::path::PathBuf;

/// The version that deny.toml is written for.
const VERSION: &str = "0.20.2";

/// What must hold of the dependencies; none of it needs the network.
pub(crate) fn check() -> Result<()> {
    let tool = tool()?;
    shown(program(tool).args(["--locked", "check", "licenses", "bans", "sources"]))
}

/// Known weaknesses of the dependencies. The database is fetched, so this stands apart from what gates.
pub(crate) fn advisories() -> Result<()> {
    let tool = tool()?;
    shown(program(tool).args(["--locked", "check", "advisories"]))
}

fn tool() -> Result<PathBuf> {
    if let Some(tool) = find("cargo-deny") {
        return Ok(tool);
    }
    let folder = tools_folder()?;
    let tool = folder.join("bin/cargo-deny");
    if tool.is_file() {
        return Ok(tool);
    }
    note(&format!("building cargo-deny {VERSION} into {} (about 3 minutes, once)", folder.display()));
    // It runs for a second at a time: its speed matters less than the minutes it would take to optimise it.
    run(cargo()
        .args(["install", "--locked", "--quiet", "--root"])
        .arg(&folder)
        .arg(format!("cargo-deny@{VERSION}"))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0"))?;
    Ok(tool)
}

fn tools_folder() -> Result<PathBuf> {
    let cache = match std::env::var_os("XDG_CACHE_HOME") {
        Some(cache) => PathBuf::from(cache),
        None => PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    Ok(cache.join("confab-tools"))
}
