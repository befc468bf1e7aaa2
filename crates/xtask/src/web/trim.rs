//! wasm-bindgen's two files without what the page never calls, and without long names: a dependency exports classes for
//! streams to whoever would use them from JavaScript, which keeps their code; and each import is named with a hash, which
//! no compression makes smaller.

use std::collections::{BTreeMap, BTreeSet};
use walrus::Module;

/// What an export of a mangled name begins with.
const MANGLED: &str = "_R";

/// Trims the module, and gives the script that goes with it. `links` is the other script that speaks to the module.
pub(super) fn trim(module: &mut Module, script: &str, links: &str) -> String {
    let script = compact(&without_classes(script));
    let said: BTreeSet<&str> = words(&script).chain(words(links)).collect();
    let unsaid: Vec<_> =
        module.exports.iter().filter(|export| !said.contains(export.name.as_str())).map(|export| export.id()).collect();
    unsaid.into_iter().for_each(|export| module.exports.delete(export));
    walrus::passes::gc::run(module);

    let mut short = BTreeMap::new();
    for import in module.imports.iter_mut().filter(|import| is_glue(&import.module)) {
        let name = format!("i{}", short.len());
        short.insert(std::mem::replace(&mut import.name, name.clone()), name);
    }
    for export in module.exports.iter_mut().filter(|export| export.name.starts_with(MANGLED)) {
        let name = format!("e{}", short.len());
        short.insert(std::mem::replace(&mut export.name, name.clone()), name);
    }
    renamed(&script, &short)
}

/// Whether it is wasm-bindgen's own script that a module imports from.
fn is_glue(module: &str) -> bool {
    module.ends_with("_bg.js")
}

/// Everything that could be a name.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$')).filter(|word| !word.is_empty())
}

/// The script without its exported classes.
fn without_classes(script: &str) -> String {
    let names: Vec<&str> =
        script.lines().filter_map(|line| words(line.strip_prefix("export class ")?).next()).collect();
    let mut kept = String::with_capacity(script.len());
    let mut end = None;
    for line in script.lines() {
        let begins = |name: &&str| {
            line == format!("export class {name} {{") || line.starts_with(&format!("const {name}Finalization"))
        };
        if let Some(last) = end {
            end = if line.ends_with(last) { None } else { end };
        } else if line.starts_with("export class ") && names.iter().any(&begins) {
            end = Some(".prototype.free;");
        } else if names.iter().any(begins) {
            end = Some(";");
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The script without comments and indentation; as it is, if a text goes over several lines.
fn compact(script: &str) -> String {
    if script.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return script.to_owned();
    }
    let line_counts = |line: &&str| !line.is_empty() && !["//", "/*", "*"].iter().any(|mark| line.starts_with(mark));
    let lines: Vec<&str> = script.lines().map(str::trim).filter(line_counts).collect();
    lines.join("\n")
}

/// The script with other names, and without the imports that have none.
fn renamed(script: &str, short: &BTreeMap<String, String>) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut gone = false;
    for line in script.lines() {
        let import = line.split_once(": function(").map(|(name, _)| name);
        gone |= import.is_some_and(|name| name.starts_with("__wb") && !short.contains_key(name));
        if !gone {
            rename(line, short, &mut kept);
        }
        gone &= !matches!(line, "}," | "}, arguments); },");
    }
    kept
}

fn rename(line: &str, short: &BTreeMap<String, String>, to: &mut String) {
    let mut rest = line;
    for word in words(line) {
        if let Some((before, after)) = rest.split_once(word) {
            to.push_str(before);
            to.push_str(short.get(word).map_or(word, String::as_str));
            rest = after;
        }
    }
    to.push_str(rest);
    to.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "\
export class Sink {
    free() {
        wasm.__wbg_sink_free(1);
    }
}
if (Symbol.dispose) Sink.prototype[Symbol.dispose] = Sink.prototype.free;
function imports() {
    return {
        __wbg_add_cf82c8d153d93ae1: function(a) { return handleError(function (a) {
            // why
            a.add();
        }, arguments); },
        __wbg_body_5f971cbc6950ca4f: function(a) {
            return `a  b`;
        },
    };
}
const SinkFinalization = (typeof FinalizationRegistry === 'undefined')
    ? {}
    : new FinalizationRegistry(ptr => wasm.__wbg_sink_free(ptr));
wasm._RNvC1a(1);
";

    #[test]
    fn classes_comments_and_imports_that_are_not_there_go_and_names_become_short() {
        let short = [("__wbg_body_5f971cbc6950ca4f", "i0"), ("_RNvC1a", "e1")];
        let short = short.map(|(long, short)| (long.to_owned(), short.to_owned())).into();
        let script = renamed(&compact(&without_classes(SCRIPT)), &short);
        assert_eq!(
            script,
            "function imports() {\nreturn {\ni0: function(a) {\nreturn `a  b`;\n},\n};\n}\nwasm.e1(1);\n"
        );
    }

    #[test]
    fn a_text_over_several_lines_is_left_alone() {
        let script = "const a = `\n  b\n`;\n";
        assert_eq!(compact(script), script);
    }
}
