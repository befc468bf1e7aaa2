//! The product's own binary: building it, with the web app inside, and becoming it.

use crate::command::{cargo, line, program, root, run};
use crate::progress::Progress;
use crate::{machine, web};
use anyhow::{Result, anyhow};
use std::path::PathBuf;

/// What is built for the tests: all packages but this one, with the web app inside the server as in a release. Browsers get
/// that server, and nothing is built for them alone.
pub(crate) const TESTED: &[&str] = &["--workspace", "--exclude", "xtask", "--features", "api/embed"];
/// This package is built by itself, as it is when it runs: among the others the libraries that both use would be compiled
/// once more, with the features of either.
pub(crate) const XTASK: &[&str] = &["--package", "xtask"];

/// Builds all and becomes `confab serve`, so that signals reach the server and its exit code is ours. What has to be
/// installed comes first: nobody waits through the builds to learn that it is missing.
pub(crate) fn serve(arguments: &[String]) -> Result<()> {
    let steps = web::STEPS + 3;
    if release().exists() {
        eprintln!("Bringing Confab up to date and running it, in {steps} steps.");
    } else {
        eprintln!(
            "Building Confab and running it, in {steps} steps: about 10 minutes the first time, seconds later. Fetched are \
             the libraries it is made of, a compiler to WASM, wasm-opt through npm where npm is, and PostgreSQL where none \
             is here. The build takes about 2.6 GB of disk, in target/."
        );
    }
    let mut progress = Progress::new(steps);
    progress.step("looking for PostgreSQL");
    machine::prepare_server();
    web::build(web::Profile::Release, &mut progress)?;
    progress.step("building the server (about 5 minutes the first time)");
    build_release()?;
    progress.step("running");
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
