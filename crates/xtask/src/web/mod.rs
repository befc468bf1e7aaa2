//! The web app, from Rust sources to files a browser can cache for ever: compile to WASM, bundle, shrink, name by
//! content, compress. `compiler` finds a way to compile, `bundle` makes the JavaScript and WASM, `style` joins the
//! stylesheets, `page` writes index.html and the service worker, `folder` writes the files out. The server embeds `target/web/dist`.

mod bundle;
mod compiler;
mod folder;
mod page;
mod stamp;
mod style;
mod trim;

use crate::command::root;
use crate::progress::{Progress, note, spoken};
use anyhow::{Context, Result};
use folder::Folder;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// How much time to spend for how small a result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Small and fast, minutes to build.
    Release,
    /// Large and slow, seconds to build.
    Debug,
}

/// Where the finished files are.
fn dist() -> PathBuf {
    root().join("target/web/dist")
}

/// How many steps a build takes.
pub(crate) const STEPS: usize = 4;

/// Builds the web app and nothing else.
pub(crate) fn build_alone(profile: Profile) -> Result<()> {
    build(profile, &mut Progress::new(STEPS))
}

/// Builds the web app, unless nothing it is made of has changed.
pub(crate) fn build(profile: Profile, progress: &mut Progress) -> Result<()> {
    let stamp = stamp::of(profile)?;
    if stamp::is_current(&stamp) {
        progress.skip(STEPS);
        note("the web app is up to date (target/web/dist)");
        return Ok(());
    }
    let started = Instant::now();

    progress.step("looking for a compiler to WASM");
    let compiler = compiler::find()?;
    note(&compiler.name());

    let first = if compiler::target_folder().exists() { "" } else { " (about 4 minutes the first time)" };
    progress.step(&format!("compiling the web app{first}"));
    let wasm = compiler.compile(profile)?;

    progress.step("bundling");
    let app = bundle::make(&wasm, profile)?;

    progress.step("joining styles, naming by content, compressing");
    let fresh = root().join("target/web/dist.new");
    let mut folder = Folder::create(&fresh, profile)?;
    let page = assemble(&mut folder, &app.files)?;
    folder.write("index.html", page.into_bytes())?;

    swap(&fresh, &dist())?;
    stamp::write(&stamp)?;
    folder.say_sizes(&app.parts);
    note(&format!("web app built in {}", spoken(started.elapsed())));
    Ok(())
}

/// Writes every asset and gives the page that names them.
fn assemble(folder: &mut Folder, files: &[(String, Vec<u8>)]) -> Result<String> {
    let frontend = root().join("frontend");
    // The app's files name each other, both ways round, so their folder tells their content.
    let place = format!("assets/{}", folder::hash_all(files));
    for (name, content) in files {
        folder.write(&format!("{place}/{name}"), content.clone())?;
    }
    let app = |name: &str| format!("/{place}/{name}");
    let (script, wasm) = (app(bundle::SCRIPT), app(bundle::WASM));
    let loader = folder.write_hashed("assets/app.js", page::loader(&script, &wasm).into_bytes())?;
    let styles = style::join(&frontend)?;
    let style = folder.write_hashed("assets/app.css", styles.first.into_bytes())?;
    let later = folder.write_hashed(&format!("{}css", folder::LATER_STYLE), styles.later.into_bytes())?;
    let theme = folder.write_hashed("assets/theme.js", read(&frontend, "theme.js")?.into_bytes())?;
    let kept = copy_static(folder, &frontend.join("static"))?;
    let named = [loader.clone(), style.clone(), later.clone(), theme.clone()].into_iter();
    let all: Vec<String> = named.chain(files.iter().map(|(name, _)| app(name))).chain(kept).collect();
    folder.write(page::WORKER, page::worker(&read(&frontend, page::WORKER)?, &all)?.into_bytes())?;
    let template = read(&frontend, "index.html")?;
    page::fill(&template, &page::Names { style, later, theme, loader, scripts: [script, app(bundle::LINKS)], wasm })
}

fn read(frontend: &Path, name: &str) -> Result<String> {
    std::fs::read_to_string(frontend.join(name)).with_context(|| format!("cannot read frontend/{name}"))
}

/// Icons, the manifest and the like keep their names and places, from the root of the site. Gives those places.
fn copy_static(folder: &mut Folder, from: &Path) -> Result<Vec<String>> {
    let mut places = Vec::new();
    for path in folder::files_under(from)? {
        let name = path.strip_prefix(from)?.to_string_lossy().into_owned();
        let content = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        folder.write(&name, content)?;
        places.push(format!("/{name}"));
    }
    Ok(places)
}

/// Puts the new folder in the old one's place, so that a reader never meets half of each.
fn swap(fresh: &Path, place: &Path) -> Result<()> {
    if place.exists() {
        std::fs::remove_dir_all(place)?;
    }
    std::fs::rename(fresh, place).with_context(|| format!("cannot write {}", place.display()))
}
