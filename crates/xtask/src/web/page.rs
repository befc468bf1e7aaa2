//! index.html and the service worker: the templates' placeholders filled with the names of this build's files. Nothing
//! is written inline, because the page's policy allows scripts and styles from files only.

use super::folder::hash;
use anyhow::{Result, bail};

/// So long after the app has started its service worker is registered, in milliseconds.
const WORKER_AFTER_MS: u32 = 3_000;

/// What this build's files are called, as a browser asks for them.
pub(super) struct Names {
    pub(super) style: String,
    /// The style of what is fetched later.
    pub(super) later: String,
    pub(super) theme: String,
    pub(super) loader: String,
    /// The modules that are loaded at once.
    pub(super) scripts: [String; 2],
    pub(super) wasm: String,
}

/// The service worker, beside index.html: what it rules over lies below its own place.
pub(super) const WORKER: &str = "sw.js";

/// The small module that starts the app. A failure is marked on the root element, where the static shell's style
/// can show it, and still reaches the console. The service worker fetches the whole page, so it comes when all that the
/// first screen needs is there; over plain http and in some browsers there is none, and the page works without.
pub(super) fn loader(script: &str, wasm: &str) -> String {
    format!(
        "import init from \"{script}\";\n\
         init({{ module_or_path: \"{wasm}\" }}).then(\n\
         \x20 () => setTimeout(() => navigator.serviceWorker?.register(\"/sw.js\").catch(() => {{}}), {WORKER_AFTER_MS}),\n\
         \x20 (error) => {{\n\
         \x20   document.documentElement.dataset.boot = \"failed\";\n\
         \x20   throw error;\n\
         \x20 }},\n\
         );\n"
    )
}

/// The page itself.
pub(super) fn fill(template: &str, names: &Names) -> Result<String> {
    for placeholder in ["{{app.css}}", "{{later.css}}", "{{app.js}}", "{{theme.js}}"] {
        if !template.contains(placeholder) {
            bail!("frontend/index.html has no {placeholder}");
        }
    }
    let modules: String =
        names.scripts.iter().map(|script| format!("<link rel=\"modulepreload\" href=\"{script}\">\n    ")).collect();
    let preloads = format!(
        "{modules}<link rel=\"preload\" href=\"{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>",
        wasm = names.wasm,
    );
    let page = template
        .replace("{{app.css}}", &names.style)
        .replace("{{later.css}}", &names.later)
        .replace("{{theme.js}}", &names.theme)
        .replace("{{app.js}}", &names.loader)
        .replace("{{preloads}}", &preloads);
    whole(page, "index.html")
}

/// The service worker for a build of these files, of which the first is the one that every index.html names.
pub(super) fn worker(template: &str, files: &[String]) -> Result<String> {
    let names: Vec<String> = files.iter().map(|file| format!("\"{file}\"")).collect();
    let list = format!("[{}]", names.join(","));
    let worker = template.replace("{{build}}", &hash(list.as_bytes())).replace("{{files}}", &list);
    whole(worker, WORKER)
}

/// A placeholder that nobody filled is a mistake in the template.
fn whole(text: String, name: &str) -> Result<String> {
    if let Some(at) = text.find("{{") {
        let rest: String = text.chars().skip(text[..at].chars().count()).take(30).collect();
        bail!("frontend/{name} has an unknown placeholder at: {rest}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            style: "/assets/app.1.css".into(),
            later: "/assets/later.5.css".into(),
            theme: "/assets/theme.3.js".into(),
            loader: "/assets/app.2.js".into(),
            scripts: ["/assets/1/frontend.js".into(), "/assets/1/parts.js".into()],
            wasm: "/assets/frontend.4.wasm".into(),
        }
    }

    #[test]
    fn every_placeholder_is_filled() {
        let page = fill("{{preloads}} {{theme.js}} {{later.css}} {{app.css}} {{app.js}}", &names()).unwrap();
        assert!(!page.contains("{{"));
        assert!(page.ends_with("/assets/app.1.css /assets/app.2.js"));
        assert!(page.contains("href=\"/assets/frontend.4.wasm\" as=\"fetch\""));
    }

    #[test]
    fn a_placeholder_that_is_missing_or_unknown_is_an_error() {
        assert!(fill("{{app.css}}", &names()).is_err());
        assert!(fill("{{theme.js}} {{app.css}} {{later.css}} {{app.js}} {{other}}", &names()).is_err());
        assert!(worker("{{files}} {{other}}", &[]).is_err());
    }

    #[test]
    fn another_file_makes_another_worker() {
        let make = |file: &str| worker("{{build}} {{files}}", &[file.to_owned()]).unwrap();
        assert!(make("/assets/a.js").ends_with(" [\"/assets/a.js\"]"));
        let build = |worker: String| worker.split(' ').next().map(str::to_owned);
        assert_ne!(build(make("/assets/a.js")), build(make("/assets/b.js")));
    }
}
