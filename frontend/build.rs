//! Writes the emoji and their names as one text for the picker: a fraction of the tables they come from.

use std::fmt::Write;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut text = String::new();
    for group in emojis::Group::iter() {
        text.push_str("#\n");
        for emoji in group.emojis() {
            let name = emoji.name().to_lowercase();
            let others: Vec<String> =
                emoji.shortcodes().map(str::to_lowercase).filter(|other| *other != name).collect();
            write!(text, "{emoji}\t{name}")?;
            if !others.is_empty() {
                write!(text, "\t{}", others.join(" "))?;
            }
            text.push('\n');
        }
    }
    let folder = std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or("no OUT_DIR")?;
    std::fs::write(folder.join("emoji.txt"), text)?;
    Ok(())
}
