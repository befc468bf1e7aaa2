//! Running other programs: from the workspace's root, free of what the `cargo run` that started this program left
//! in the environment, and with an error that repeats the line that failed.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The folder that holds the workspace's Cargo.toml.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// A program to run in the workspace's root.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    // What cargo set for us describes xtask; a cargo called from here would take it for its own.
    for (name, _) in std::env::vars_os() {
        let known = name.to_string_lossy();
        let of_xtask = known.starts_with("CARGO_PKG_")
            || known.starts_with("CARGO_MANIFEST_")
            || known.starts_with("CARGO_BIN_")
            || matches!(&*known, "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE");
        if of_xtask {
            command.env_remove(&name);
        }
    }
    command
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Where a Node of our own stands if the machine's was too old.
pub(crate) fn own_node() -> PathBuf {
    root().join("target/node/node_modules/.bin")
}

/// A script of a package in npm's care; npm's own chatter is kept down.
pub(crate) fn npm() -> Command {
    let mut command = program("npm");
    if own_node().is_dir() {
        let places = std::env::var_os("PATH").unwrap_or_default();
        let places = [own_node()].into_iter().chain(std::env::split_paths(&places));
        // A folder whose name can't stand in PATH leaves the machine's Node, which then says that it is too old.
        if let Ok(path) = std::env::join_paths(places) {
            command.env("PATH", path);
        }
    }
    command.env("npm_config_update_notifier", "false").env("npm_config_fund", "false").env("npm_config_audit", "false");
    command
}

/// Runs to the end with our own terminal; a failure names the whole line.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs to the end and gives what it printed; a failure carries what it said on standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{line}` failed ({}): {}", output.status, said.trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` printed no UTF-8"))
}

/// Runs quietly, and gives up after a while: for what needs a network that may not be there.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let line = line(command);
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start `{line}`"))?;
    loop {
        if let Some(status) = child.try_wait()? {
            if status.success() {
                return Ok(());
            }
            bail!("`{line}` failed ({status})");
        }
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("`{line}` took longer than {} s", limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The command as one would type it, without its environment.
pub(crate) fn line(command: &Command) -> String {
    let name = Path::new(command.get_program());
    let name = name.file_name().unwrap_or(name.as_os_str());
    let mut line = name.to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

/// The first file of that name in PATH that is there.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_line_that_failed() {
        let error = run(program("false").arg("--really")).unwrap_err();
        assert!(error.to_string().starts_with("`false --really` failed"));
    }

    #[test]
    fn what_takes_too_long_is_stopped() {
        let error = run_within(program("sleep").arg("60"), Duration::from_millis(100)).unwrap_err();
        assert!(error.to_string().contains("took longer"));
    }

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Cargo.lock").is_file());
    }
}
