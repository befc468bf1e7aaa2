//! index.html: the template's placeholders filled with the names of this build's files. Nothing is written inline,
//! because the page's policy allows scripts and styles from files only.

use anyhow::{Result, bail};

/// What this build's files are called, as a browser asks for them.
pub(super) struct Names {
    pub(super) style: String,
    pub(super) loader: String,
    /// The modules that are loaded at once.
    pub(super) scripts: [String; 2],
    pub(super) wasm: String,
}

/// The small module that starts the app. A failure is marked on the root element, where the static shell's style
/// can show it, and still reaches the console.
pub(super) fn loader(script: &str, wasm: &str) -> String {
    format!(
        "import init from \"{script}\";\n\
         init({{ module_or_path: \"{wasm}\" }}).catch((error) => {{\n\
         \x20 document.documentElement.dataset.boot = \"failed\";\n\
         \x20 throw error;\n\
         }});\n"
    )
}

/// The page itself.
pub(super) fn fill(template: &str, names: &Names) -> Result<String> {
    for placeholder in ["{{app.css}}", "{{app.js}}"] {
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
        .replace("{{app.js}}", &names.loader)
        .replace("{{preloads}}", &preloads);
    if let Some(at) = page.find("{{") {
        let rest: String = page.chars().skip(page[..at].chars().count()).take(30).collect();
        bail!("frontend/index.html has an unknown placeholder at: {rest}");
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names {
            style: "/assets/app.1.css".into(),
            loader: "/assets/app.2.js".into(),
            scripts: ["/assets/1/frontend.js".into(), "/assets/1/parts.js".into()],
            wasm: "/assets/frontend.4.wasm".into(),
        }
    }

    #[test]
    fn every_placeholder_is_filled() {
        let page = fill("{{preloads}} {{app.css}} {{app.js}}", &names()).unwrap();
        assert!(!page.contains("{{"));
        assert!(page.ends_with("/assets/app.1.css /assets/app.2.js"));
        assert!(page.contains("href=\"/assets/frontend.4.wasm\" as=\"fetch\""));
    }

    #[test]
    fn a_placeholder_that_is_missing_or_unknown_is_an_error() {
        assert!(fill("{{app.css}}", &names()).is_err());
        assert!(fill("{{app.css}} {{app.js}} {{other}}", &names()).is_err());
    }
}
