//! Two stylesheets from many: the tokens first, the base next, then the rest by name, then each component's own; and
//! those called `….later.css`, for what is not on screen when a room opens, which come with the part that shows it.
//! Comments and needless white space are dropped, and nothing else is touched.

use super::folder::files_under;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The end of the name of a stylesheet that is not needed at first.
const LATER: &str = ".later.css";

/// The stylesheets of the page.
pub(super) struct Styles {
    /// What everyone waits for.
    pub(super) first: String,
    /// What comes with the parts of the page that are fetched later.
    pub(super) later: String,
}

/// Joins the stylesheets of the frontend's folder.
pub(super) fn join(frontend: &Path) -> Result<Styles> {
    let (mut first, mut later) = (String::new(), String::new());
    for path in in_order(frontend)? {
        let style = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let joined = if path.to_string_lossy().ends_with(LATER) { &mut later } else { &mut first };
        joined.push_str(&style);
        joined.push('\n');
    }
    Ok(Styles { first: shorten(&first), later: shorten(&later) })
}

/// Later rules win over earlier ones, so the order is part of the style.
fn in_order(frontend: &Path) -> Result<Vec<PathBuf>> {
    let is_style = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "css");
    let mut shared: Vec<PathBuf> = files_under(&frontend.join("style"))?.into_iter().filter(is_style).collect();
    shared.sort_by_key(|path| {
        let name = path.file_name().map(std::ffi::OsStr::to_os_string);
        let rank = match name.as_deref().and_then(std::ffi::OsStr::to_str) {
            Some("tokens.css") => 0,
            Some("base.css") => 1,
            _ => 2,
        };
        (rank, path.clone())
    });
    let own = files_under(&frontend.join("src"))?;
    Ok(shared.into_iter().chain(own.into_iter().filter(is_style)).collect())
}

/// Drops comments and needless white space; strings stay as they are.
fn shorten(style: &str) -> String {
    let mut short = String::with_capacity(style.len());
    let mut characters = style.chars().peekable();
    let mut space = false;
    while let Some(character) = characters.next() {
        if character == '/' && characters.peek() == Some(&'*') {
            skip_comment(&mut characters);
            space = true;
        } else if character.is_whitespace() {
            space = true;
        } else {
            let tight = matches!(character, '{' | '}' | ';') || short.ends_with(['{', '}', ';']);
            if space && !tight && !short.is_empty() {
                short.push(' ');
            }
            space = false;
            if character == '}' && short.ends_with(';') {
                short.pop();
            }
            short.push(character);
            if matches!(character, '"' | '\'') {
                copy_string(character, &mut characters, &mut short);
            }
        }
    }
    short
}

fn skip_comment(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    characters.next();
    let mut star = false;
    for character in characters.by_ref() {
        if star && character == '/' {
            return;
        }
        star = character == '*';
    }
}

fn copy_string(quote: char, characters: &mut std::iter::Peekable<std::str::Chars<'_>>, to: &mut String) {
    let mut escaped = false;
    for character in characters.by_ref() {
        to.push(character);
        if !escaped && character == quote {
            return;
        }
        escaped = !escaped && character == '\\';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("confab-style-{name}-{}", std::process::id()))
    }

    #[test]
    fn comments_and_space_go_and_strings_stay() {
        let style = "/* why */\na  :hover ,\nb {\n  color : red;\n  content: \"/* a */  \\\" b\";\n}\n\n@media (x) { c > d { } }\n";
        assert_eq!(shorten(style), "a :hover , b{color : red;content: \"/* a */  \\\" b\"}@media (x){c > d{}}");
    }

    #[test]
    fn a_comment_between_words_keeps_them_apart() {
        assert_eq!(shorten("a/**/b{x:calc(1px + 2px)}"), "a b{x:calc(1px + 2px)}");
    }

    #[test]
    fn tokens_come_first_and_components_last() {
        let folder = own_folder("order");
        for name in ["style/a.css", "style/base.css", "style/tokens.css", "src/b/c.css"] {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let order: Vec<String> = in_order(&folder)
            .unwrap()
            .iter()
            .map(|path| path.strip_prefix(&folder).unwrap().display().to_string())
            .collect();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(order, ["style/tokens.css", "style/base.css", "style/a.css", "src/b/c.css"]);
    }

    #[test]
    fn what_comes_later_stands_apart() {
        let folder = own_folder("later");
        for (name, style) in [("style/tokens.css", "a { b: c }"), ("src/d.later.css", "e { f: g }")] {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, style).unwrap();
        }
        let Styles { first, later } = join(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!((first.as_str(), later.as_str()), ("a{b: c}", "e{f: g}"));
    }

    /// What two files say of one class stands against each other without either showing it: the later file wins everywhere.
    #[test]
    fn a_class_is_declared_in_one_file() {
        let frontend = crate::command::root().join("frontend");
        let mut homes = std::collections::BTreeMap::new();
        for path in in_order(&frontend).unwrap() {
            for class in declared(&shorten(&std::fs::read_to_string(&path).unwrap())) {
                let home = homes.entry(class.clone()).or_insert_with(|| path.clone());
                assert_eq!(*home, path, "{class} is declared twice");
            }
        }
        assert!(homes.len() > 100, "only {} classes found", homes.len());
    }

    /// The classes that have a rule to themselves, outside any `@` block.
    fn declared(short: &str) -> Vec<String> {
        let (mut depth, mut start, mut classes) = (0, 0, Vec::new());
        for (place, character) in short.char_indices() {
            match character {
                '{' => {
                    let selector = short[start..place].trim();
                    let name = selector.strip_prefix('.').unwrap_or_default();
                    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
                    if depth == 0 && plain && !name.is_empty() {
                        classes.push(selector.to_owned());
                    }
                    depth += 1;
                }
                '}' => depth -= 1,
                _ => continue,
            }
            start = place + 1;
        }
        classes
    }
}
