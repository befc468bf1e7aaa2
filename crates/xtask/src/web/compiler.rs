//! Finding a compiler to WASM, in this order: the toolchain in use has the target; rustup can add it; Debian's
//! packaged compiler builds the standard library from its sources; else an error that names these three ways.
//! `XTASK_WASM_COMPILER=rustup` or `=debian` leaves out the other.

use super::Profile;
use crate::command::{cargo, find as find_program, output, program, root, run, run_within};
use crate::machine::install;
use crate::progress::note;
use anyhow::{Context, Result, anyhow, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const TARGET: &str = "wasm32-unknown-unknown";
/// The oldest compiler the workspace builds with; its Cargo.toml says the same.
const OLDEST: (u32, u32) = (1, 95);
/// An offline machine may let rustup wait for ever.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);
const DEBIAN: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];
/// What a user of the page never reads is left out: panic messages, their places, derived `Debug` texts. The first
/// flag makes every Leptos component one type, so that their combinations aren't compiled each for itself.
const LEAN: &str = "--cfg erase_components -Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none \
                    -Zfmt-debug=none";

/// A way to compile to WASM that is there.
pub(super) enum Compiler {
    /// The toolchain that runs us, with the target installed.
    Ours {
        /// Whether the sources of its standard library are there too: then the app is built with a leaner one.
        sources: bool,
    },
    /// Debian's, which has no WASM library ready, so it is built along; and a linker for it.
    Debian { linker: PathBuf },
}

/// Cargo's own folder for this build, apart from the server's: two compilers would throw each other's work away.
pub(super) fn target_folder() -> PathBuf {
    root().join("target/web-build")
}

/// Looks for a compiler, installing one where none is.
pub(super) fn find() -> Result<Compiler> {
    let asked = std::env::var("XTASK_WASM_COMPILER").unwrap_or_default();
    let mut failures = Vec::new();
    if asked != "debian" {
        match ours() {
            Ok(()) => return Ok(Compiler::Ours { sources: has_sources()? }),
            Err(error) => failures.push(format!("  rustup target add {TARGET}: {error:#}")),
        }
    }
    if asked != "rustup" {
        match debian() {
            Ok(linker) => return Ok(Compiler::Debian { linker }),
            Err(error) => {
                failures.push(format!("  apt-get install --no-install-recommends {}: {error:#}", DEBIAN.join(" ")))
            }
        }
    }
    bail!(
        "no compiler to WASM. Any one of these three helps:\n  \
         a Rust toolchain that has the target {TARGET}\n{}",
        failures.join("\n")
    )
}

impl Compiler {
    /// What to tell the person at the terminal.
    pub(super) fn name(&self) -> String {
        match self {
            Compiler::Ours { sources: true } => format!("this Rust toolchain, target {TARGET}"),
            Compiler::Ours { sources: false } => {
                format!("this Rust toolchain, target {TARGET}; without rust-src the app comes out a fifth larger")
            }
            Compiler::Debian { linker } => {
                format!("Debian's rustc-web, linking with {}", linker.display())
            }
        }
    }

    /// Compiles the page and gives the file that came of it.
    pub(super) fn compile(&self, profile: Profile) -> Result<PathBuf> {
        let mut command = match self {
            Compiler::Ours { .. } => cargo(),
            Compiler::Debian { linker } => debian_cargo(linker),
        };
        command.args(["rustc", "--package", "frontend", "--bin", "frontend"]);
        command.args(["--target", TARGET, "--locked"]);
        let folder = match (profile, self) {
            (Profile::Release, Compiler::Ours { sources: false }) => {
                command.args(["--profile", "web"]);
                "web"
            }
            (Profile::Release, _) => {
                lean(&mut command);
                "web"
            }
            (Profile::Debug, Compiler::Debian { .. }) => {
                command.args(["-Z", "build-std=std,panic_abort"]);
                "debug"
            }
            (Profile::Debug, Compiler::Ours { .. }) => "debug",
        };
        // What is cut from the main part afterwards is found by the linker's relocations.
        command.args(["--", "-Clink-arg=--emit-relocs"]);
        run(command.env("CARGO_TARGET_DIR", target_folder()))?;
        Ok(target_folder().join(TARGET).join(folder).join("frontend.wasm"))
    }
}

/// Whether the toolchain in use can build its standard library along, after an attempt to give it the sources, and
/// takes our flags: they are unstable, and a later release may rename one.
fn has_sources() -> Result<bool> {
    let sources = standard_library(program("rustc"))?;
    if !sources.exists() && find_program("rustup").is_some() {
        note("rustup component add rust-src");
        if let Err(error) = run_within(program("rustup").args(["component", "add", "rust-src"]), RUSTUP_LIMIT) {
            note(&format!("{error:#}"));
        }
    }
    let mut probe = program("rustc");
    probe.env("RUSTC_BOOTSTRAP", "1").args(LEAN.split_whitespace()).args(["--target", TARGET, "--print", "cfg"]);
    Ok(sources.exists() && output(&mut probe).is_ok())
}

/// Compiles the standard library along, made for size, with what stable toolchains keep behind a variable.
fn lean(command: &mut Command) {
    command.args(["--profile", "web", "-Z", "build-std=std,panic_abort"]);
    command.args(["-Z", "build-std-features=optimize_for_size", "-Z", "panic-immediate-abort"]);
    command.args(["--config", "profile.web.panic=\"immediate-abort\""]);
    command.env("RUSTC_BOOTSTRAP", "1").env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", LEAN);
}

/// The toolchain in use, after an attempt to give it the target.
fn ours() -> Result<()> {
    if has_target()? {
        return Ok(());
    }
    if find_program("rustup").is_none() {
        bail!("no rustup here, and this toolchain has no such target");
    }
    note(&format!("rustup target add {TARGET}"));
    run_within(program("rustup").args(["target", "add", TARGET]), RUSTUP_LIMIT)?;
    if has_target()? { Ok(()) } else { bail!("rustup added it to another toolchain than the one in use") }
}

fn has_target() -> Result<bool> {
    let folder = output(program("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    Ok(std::fs::read_dir(folder.trim())
        .into_iter()
        .flatten()
        .flatten()
        .any(|file| file.file_name().to_string_lossy().starts_with("libcore-")))
}

/// Debian's packages, installed if need be, and a linker for them.
fn debian() -> Result<PathBuf> {
    if let Err(lack) = debian_is_ready() {
        note(&format!("Debian's WASM compiler: {lack:#}; installing it"));
        install(DEBIAN)?;
        debian_is_ready().context("after installing it")?;
    }
    if let Some(linker) = linker()? {
        return Ok(linker);
    }
    // `lld` is whichever version the release has as its own; a newer one is taken where there is one.
    install(&["lld-22"]).or_else(|_| install(&["lld"]))?;
    linker()?.ok_or_else(|| anyhow!("no rust-lld and no wasm-ld"))
}

fn debian_is_ready() -> Result<()> {
    let version = output(debian_program("/usr/bin/rustc").arg("--version"))
        .map_err(|_| anyhow!("/usr/bin/rustc is not there"))?;
    let found = version_of(&version).with_context(|| format!("unknown version {version}"))?;
    if found < OLDEST {
        bail!(
            "/usr/bin/rustc is {}.{}, {}.{} is needed (Debian brings it with its security updates)",
            found.0,
            found.1,
            OLDEST.0,
            OLDEST.1
        );
    }
    if !standard_library(debian_program("/usr/bin/rustc"))?.exists() {
        bail!("rust-web-src is not there");
    }
    if !Path::new("/usr/bin/cargo").exists() {
        bail!("cargo-web is not there");
    }
    Ok(())
}

/// Where a toolchain keeps the sources of its standard library, if it has them.
fn standard_library(mut rustc: Command) -> Result<PathBuf> {
    let sysroot = output(rustc.args(["--print", "sysroot"]))?;
    Ok(Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/std"))
}

/// `rustc 1.96.0 (…)` is (1, 96).
fn version_of(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.split_whitespace().nth(1)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// rust-lld of the toolchain in use, else the newest wasm-ld of LLVM's packages.
fn linker() -> Result<Option<PathBuf>> {
    let sysroot = output(program("rustc").args(["--print", "sysroot"]))?;
    let ours = std::fs::read_dir(Path::new(sysroot.trim()).join("lib/rustlib"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|target| target.path().join("bin/rust-lld"))
        .find(|linker| linker.is_file());
    if ours.is_some() {
        return Ok(ours);
    }
    let packaged = (19..=30).rev().map(|version| format!("wasm-ld-{version}"));
    Ok(packaged.chain(["wasm-ld".to_owned()]).find_map(|name| find_program(&name)))
}

/// A program of Debian's toolchain, out of reach of the other one's wrappers and libraries.
fn debian_program(path: &str) -> Command {
    let mut command = program(path);
    command.env("PATH", "/usr/bin:/bin");
    for name in ["LD_LIBRARY_PATH", "RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC", "RUSTC_WRAPPER", "CARGO"] {
        command.env_remove(name);
    }
    command
}

fn debian_cargo(linker: &Path) -> Command {
    let mut command = debian_program("/usr/bin/cargo");
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert_eq!(version_of("rustc 1.96.0 (ac68faa20)"), Some((1, 96)));
        assert!(version_of("rustc 1.100.2").unwrap() > OLDEST);
        assert!(version_of("rustc 1.63.0").unwrap() < OLDEST);
        assert_eq!(version_of("nothing"), None);
    }
}
