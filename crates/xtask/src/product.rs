//! The product's own binary: building it, with the web app inside, and becoming it.

use crate::command::{cargo, line, program, root, run};
use crate::{machine, web};
use anyhow::{Result, anyhow};
use std::path::PathBuf;

/// Builds all and becomes `confab serve`, so that signals reach the server and its exit code is ours.
pub(crate) fn serve(arguments: &[String]) -> Result<()> {
    web::build(web::Profile::Release)?;
    build_release()?;
    machine::prepare_server();
    let mut server = program(release());
    server.arg("serve").args(arguments);
    eprintln!("running {}", line(&server));
    become_it(&mut server)
}

/// The finished binary of a release build.
pub(crate) fn release() -> PathBuf {
    root().join("target/release/confab")
}

/// The finished binary of a debug build.
pub(crate) fn debug() -> PathBuf {
    root().join("target/debug/confab")
}

/// Builds the server as it is shipped; the web app has to be built before.
pub(crate) fn build_release() -> Result<()> {
    eprintln!("building the server (about 5 minutes the first time)");
    run(cargo().args(["build", "--release", "--locked", "--package", "api"]))
}

/// Builds the server for development.
pub(crate) fn build_debug() -> Result<()> {
    eprintln!("building the server, debug");
    run(cargo().args(["build", "--package", "api"]))
}

#[cfg(unix)]
fn become_it(server: &mut std::process::Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = server.exec();
    Err(anyhow!(error).context("cannot start the server"))
}

#[cfg(not(unix))]
fn become_it(server: &mut std::process::Command) -> Result<()> {
    run(server)
}
