//! What a tool runs on: a private Postgres, servers as processes of their own, and what the system tells of them.

mod node;
mod postgres;
mod process;
pub mod proxy;
pub mod redis;
mod resp;
mod usage;
mod wire;

pub use node::{Launch, Node, confab};
pub use postgres::Postgres;
pub use process::Process;
pub use usage::{Usage, descendants};

use std::os::unix::fs::PermissionsExt;

/// A folder that goes with its value and that the account of a lent Postgres can enter.
pub fn folder(name: &str) -> anyhow::Result<tempfile::TempDir> {
    let open = std::fs::Permissions::from_mode(0o755);
    Ok(tempfile::Builder::new().prefix(&format!("confab-{name}-")).permissions(open).tempdir()?)
}

/// Raises the number of open files to what the system allows, for this process and those it starts.
pub fn raise_open_files() -> anyhow::Result<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    Ok(limit.maximum.unwrap_or(u64::MAX))
}
