//! The steps themselves, in the order CI runs them.

use super::{deny, shown};
use crate::command::{cargo, find, npm, program, root};
use crate::{machine, migrations, openapi, product, web};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// One thing that must hold.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    /// Some steps come with a folder of their own.
    pub(super) exists: fn() -> bool,
    pub(super) run: fn() -> Result<()>,
}

/// A step that is always there.
const fn step(name: &'static str, what: &'static str, run: fn() -> Result<()>) -> Step {
    Step { name, what, exists: || true, run }
}

/// The step that begins with the first.
pub(super) const BESIDE: &str = "web";

pub(super) const STEPS: &[Step] = &[
    step("fmt", "cargo fmt --all --check", fmt),
    step("migrations", "the form of migrations/*.sql", migrations::check),
    step("deny", "cargo deny check licenses bans sources", deny::check),
    step("clippy", "cargo clippy, warnings as errors", clippy),
    step("doc", "cargo doc, warnings as errors", doc),
    step(BESIDE, "the web app for release, built beside the steps before", || web::build_alone(web::Profile::Release)),
    step("test", "unit and integration tests", tests),
    step("doctest", "examples in the documentation", doctests),
    step("openapi", "openapi/ is what the code says", openapi::check),
    Step {
        name: "browser",
        what: "people in browsers (e2e/)",
        exists: || root().join("e2e/package.json").is_file(),
        run: browser,
    },
    Step {
        name: "schemathesis",
        what: "the API against its own document (e2e/schemathesis.sh)",
        exists: || root().join("e2e/schemathesis.sh").is_file(),
        run: schemathesis,
    },
];

fn fmt() -> Result<()> {
    shown(cargo().args(["fmt", "--all", "--check"]))
}

/// What is only checked has no web app inside: that is still being built, and its folder changes hands at some moment.
const CHECKED: [&[&str]; 2] = [&["--workspace", "--exclude", "xtask"], product::XTASK];
const TESTED: [&[&str]; 2] = [product::TESTED, product::XTASK];

fn clippy() -> Result<()> {
    let check =
        |part| shown(cargo().args(["clippy", "--all-targets", "--locked"]).args(part).args(["--", "-D", "warnings"]));
    CHECKED.into_iter().try_for_each(check)
}

fn doc() -> Result<()> {
    let document = |part| {
        let mut command = cargo();
        command.args(["doc", "--no-deps", "--locked", "--document-private-items"]).args(part);
        shown(command.env("RUSTDOCFLAGS", "-D warnings"))
    };
    CHECKED.into_iter().try_for_each(document)
}

fn tests() -> Result<()> {
    let test = |part| match find("cargo-nextest") {
        Some(_) => shown(cargo().args(["nextest", "run", "--locked"]).args(part)),
        None => shown(cargo().args(["test", "--locked", "--all-targets"]).args(part)),
    };
    TESTED.into_iter().try_for_each(test)
}

fn doctests() -> Result<()> {
    let test = |part| shown(cargo().args(["test", "--locked", "--doc"]).args(part));
    TESTED.into_iter().try_for_each(test)
}

fn browser() -> Result<()> {
    shown(npm().args(["ci", "--prefix", "e2e"]))?;
    shown(with_product(product::debug(), npm().args(["test", "--prefix", "e2e"])))
}

fn schemathesis() -> Result<()> {
    shown(with_product(product::debug(), program("bash").arg("e2e/schemathesis.sh")))
}

/// Pictures of every screen, from the release build.
pub(crate) fn screenshots() -> Result<()> {
    machine::prepare_pictures()?;
    web::build_alone(web::Profile::Release)?;
    product::build_release()?;
    shown(npm().args(["ci", "--prefix", "e2e"]))?;
    shown(with_product(product::release(), npm().args(["run", "screenshots", "--prefix", "e2e"])))
}

/// Tells a test from outside which server and which browser to use.
fn with_product(server: PathBuf, command: &mut Command) -> &mut Command {
    command.env("CONFAB_BIN", server);
    if let Some(chromium) = machine::chromium() {
        command.env("CHROMIUM", chromium);
    }
    command
}
