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

pub(super) const STEPS: &[Step] = &[
    step("fmt", "cargo fmt --all --check", fmt),
    step("migrations", "the form of migrations/*.sql", migrations::check),
    step("deny", "cargo deny check licenses bans sources", deny::check),
    step("web", "the web app for release", || web::build_alone(web::Profile::Release)),
    step("clippy", "cargo clippy, warnings as errors", clippy),
    step("doc", "cargo doc, warnings as errors", doc),
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

fn clippy() -> Result<()> {
    shown(cargo().args(["clippy", "--workspace", "--all-targets", "--locked"]).args(["--", "-D", "warnings"]))
}

fn doc() -> Result<()> {
    shown(
        cargo()
            .args(["doc", "--workspace", "--no-deps", "--locked"])
            .arg("--document-private-items")
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn tests() -> Result<()> {
    if find("cargo-nextest").is_some() {
        shown(cargo().args(["nextest", "run", "--workspace", "--locked"]).args(product::EMBEDDED))
    } else {
        shown(cargo().args(["test", "--workspace", "--locked", "--all-targets"]).args(product::EMBEDDED))
    }
}

fn doctests() -> Result<()> {
    shown(cargo().args(["test", "--workspace", "--locked", "--doc"]).args(product::EMBEDDED))
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
