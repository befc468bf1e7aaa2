//! From the compiler's WASM to what a browser loads: wasm-bindgen's JavaScript beside it, as a library at the very
//! version the page was compiled with, then wasm-opt where npm can bring one.

use super::{Profile, folder::files_under};
use crate::command::{find, npm, program, root, run, run_within};
use crate::progress::{note, size};
use anyhow::{Context, Result, anyhow, bail};
use std::path::{Path, PathBuf};
use std::time::Duration;
use wasm_bindgen_cli_support::Bindgen;

/// The version of npm's `binaryen` whose flags are known to give what browsers load.
const BINARYEN: &str = "132.0.0";
/// It is a hundred megabytes, and the app works without.
const BINARYEN_LIMIT: Duration = Duration::from_secs(180);

/// Not `--all-features`: that writes what current browsers refuse.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-call-indirect-overlong",
];

/// The app, ready to be named and written.
pub(super) struct Bundle {
    pub(super) wasm: Vec<u8>,
    pub(super) script: String,
    /// Small pieces of JavaScript that crates bring along, by their path under `snippets/`.
    pub(super) snippets: Vec<(String, Vec<u8>)>,
}

/// Bundles the compiled file.
pub(super) fn make(wasm: &Path, profile: Profile) -> Result<Bundle> {
    let folder = root().join("target/web/bundle");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .typescript(false)
        .debug(profile == Profile::Debug)
        .remove_name_section(profile == Profile::Release)
        .remove_producers_section(profile == Profile::Release)
        .out_name("frontend")
        .generate(&folder)
        .map_err(|error| explain(&error))?;
    let bundled = folder.join("frontend_bg.wasm");
    if profile == Profile::Release {
        optimise(&bundled)?;
    }
    Ok(Bundle {
        wasm: std::fs::read(&bundled)?,
        script: std::fs::read_to_string(folder.join("frontend.js"))?,
        snippets: snippets(&folder.join("snippets"))?,
    })
}

/// A version that does not fit is the one failure a developer meets here, after an update.
fn explain(error: &anyhow::Error) -> anyhow::Error {
    let hint = if format!("{error:#}").contains("schema version") {
        "\nwasm-bindgen-cli-support in crates/xtask/Cargo.toml must equal wasm-bindgen in Cargo.lock"
    } else {
        ""
    };
    anyhow!("wasm-bindgen: {error:#}{hint}")
}

fn snippets(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut found = Vec::new();
    for path in files_under(folder)? {
        let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
        found.push((name, std::fs::read(&path)?));
    }
    Ok(found)
}

/// Makes the file smaller in place, or says that it could not.
fn optimise(wasm: &Path) -> Result<()> {
    let tool = match wasm_opt() {
        Ok(tool) => tool,
        Err(error) => {
            note(&format!("without wasm-opt ({error:#}): the app works, a few per cent larger"));
            return Ok(());
        }
    };
    let before = std::fs::metadata(wasm)?.len();
    let smaller = wasm.with_extension("opt.wasm");
    run(program(&tool)
        .args(["--strip-debug", "--strip-producers"])
        // twice: the second round finds what the new shape of the loops has laid open
        .args(["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz"])
        .args(FEATURES)
        .arg(wasm)
        .arg("-o")
        .arg(&smaller))?;
    let after = std::fs::metadata(&smaller)?.len();
    std::fs::rename(&smaller, wasm).context("cannot put the smaller file in place")?;
    note(&format!("wasm-opt: {} → {}", size(before.try_into()?), size(after.try_into()?)));
    Ok(())
}

/// The tool, brought by npm where npm is.
fn wasm_opt() -> Result<PathBuf> {
    let tools = root().join("target/tools");
    let tool = tools.join("node_modules/.bin/wasm-opt");
    if tool.exists() {
        return Ok(tool);
    }
    if find("npm").is_none() {
        bail!("no npm here to bring it");
    }
    std::fs::create_dir_all(&tools)?;
    note(&format!("npm install binaryen@{BINARYEN} into target/tools"));
    run_within(
        npm().args(["install", "--no-save", "--prefix"]).arg(&tools).arg(format!("binaryen@{BINARYEN}")),
        BINARYEN_LIMIT,
    )?;
    if tool.exists() { Ok(tool) } else { bail!("npm's binaryen brought no wasm-opt") }
}
