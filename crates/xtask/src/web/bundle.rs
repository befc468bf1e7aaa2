//! From the compiler's WASM to what a browser loads: cut into the part that everyone loads and those fetched when first
//! needed, wasm-bindgen's JavaScript beside it, as a library at the very version the page was compiled with, then
//! wasm-opt where npm can bring one.

use super::{Profile, folder::files_under, trim::trim};
use crate::command::{find, npm, output, program, root, run, run_within};
use crate::progress::{note, size, verbose};
use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeMap;
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

/// wasm-bindgen's JavaScript, which starts the app.
pub(super) const SCRIPT: &str = "frontend.js";
/// The part of the app that everyone loads.
pub(super) const WASM: &str = "frontend_bg.wasm";
/// The JavaScript that fetches the other parts.
pub(super) const LINKS: &str = "parts.js";

/// The files of each part of the app that is fetched later.
pub(super) type Parts = BTreeMap<String, Vec<String>>;

/// The app, ready to be named and written.
pub(super) struct App {
    /// Its files, by their names beside each other.
    pub(super) files: Vec<(String, Vec<u8>)>,
    pub(super) parts: Parts,
}

/// Bundles the compiled file.
pub(super) fn make(wasm: &Path, profile: Profile) -> Result<App> {
    let folder = root().join("target/web/bundle");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let (main, later, parts) = split(wasm, &folder)?;
    let mut bound = Bindgen::new()
        .input_path(main)
        .web(true)?
        .typescript(false)
        .debug(profile == Profile::Debug)
        .remove_name_section(profile == Profile::Release)
        .remove_producers_section(profile == Profile::Release)
        // the table, which the other parts share
        .keep_lld_exports(true)
        .demangle(false)
        .out_name("frontend")
        .generate_output()
        .map_err(|error| explain(&error))?;
    if profile == Profile::Release {
        let links = std::fs::read_to_string(folder.join(LINKS)).context("cannot read the links of the parts")?;
        let script = bound.js().to_owned();
        let script = trim(bound.wasm_mut(), &script, &links);
        bound.emit(&folder)?;
        std::fs::write(folder.join(SCRIPT), script)?;
        optimise(&folder.join(WASM))?;
        later.iter().try_for_each(|part| optimise(part))?;
    } else {
        bound.emit(&folder)?;
    }
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&folder)?.to_string_lossy().into_owned();
        Ok((name, std::fs::read(&path)?))
    };
    let files = files_under(&folder)?.into_iter().map(read).collect::<Result<_>>()?;
    Ok(App { files, parts })
}

/// Cuts the file at the functions marked `wasm_split`: gives the main part, which wasm-bindgen still has to see, and
/// the files fetched later, and which of them make up which part.
fn split(wasm: &Path, folder: &Path) -> Result<(PathBuf, Vec<PathBuf>, Parts)> {
    let input = std::fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let main = root().join("target/web/main.wasm");
    let (script, links) = (format!("./{SCRIPT}"), format!("./{LINKS}"));
    let mut options = wasm_split_cli_support::Options::new(&input);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &script;
    options.link_name = &links;
    let split = wasm_split_cli_support::transform(options).map_err(|error| anyhow!("cutting the WASM: {error:#}"))?;
    let file = |stem: String| format!("{stem}.wasm");
    let parts = split.prefetch_map.into_iter().map(|(part, stems)| (part, stems.into_iter().map(file).collect()));
    Ok((main, split.split_modules, parts.collect()))
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
    let mut command = program(&tool);
    command
        .args(["--strip-debug", "--strip-producers"])
        // twice: the second round finds what the new shape of the loops has laid open
        .args(["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz"])
        .args(FEATURES)
        .arg(wasm)
        .arg("-o")
        .arg(&smaller);
    // It warns of names that nobody reads.
    if verbose() {
        run(&mut command)?
    } else {
        output(&mut command).map(|_| ())?
    }
    let after = std::fs::metadata(&smaller)?.len();
    std::fs::rename(&smaller, wasm).context("cannot put the smaller file in place")?;
    if !verbose() {
        return Ok(());
    }
    let name = wasm.file_name().unwrap_or_default().to_string_lossy();
    note(&format!("wasm-opt: {name} {} → {}", size(before.try_into()?), size(after.try_into()?)));
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
