//! The output folder: each file written with a brotli and a gzip copy beside it, named by its content where asked,
//! and a table of what a browser will have to load.

use super::Profile;
use super::bundle::Parts;
use crate::progress::{note, size, verbose};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a browser fetches once the page stands: the service worker, and an icon for those who put the page among their
/// apps.
const NOT_AT_FIRST: [&str; 2] = ["sw.js", "favicon.png"];

/// How the name of the style begins that comes with what is fetched later.
pub(super) const LATER_STYLE: &str = "assets/later.";

/// A folder that is being filled.
pub(super) struct Folder {
    at: PathBuf,
    profile: Profile,
    rows: Vec<Row>,
}

/// One file's sizes.
struct Row {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Folder {
    /// Starts with an empty folder at that place.
    pub(super) fn create(at: &Path, profile: Profile) -> Result<Self> {
        if at.exists() {
            std::fs::remove_dir_all(at)?;
        }
        std::fs::create_dir_all(at).with_context(|| format!("cannot create {}", at.display()))?;
        Ok(Folder { at: at.to_path_buf(), profile, rows: Vec::new() })
    }

    /// Writes a file whose name carries a hash of its content, and gives the path a browser asks for.
    pub(super) fn write_hashed(&mut self, name: &str, content: Vec<u8>) -> Result<String> {
        let hash = hash(&content);
        let named = match name.rsplit_once('.') {
            Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
            None => format!("{name}.{hash}"),
        };
        self.write(&named, content)?;
        Ok(format!("/{named}"))
    }

    /// Writes a file and its compressed copies.
    pub(super) fn write(&mut self, name: &str, content: Vec<u8>) -> Result<()> {
        let path = self.at.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let brotli = self.brotli(&content)?;
        let gzip = self.gzip(&content)?;
        write(&path, &content)?;
        write(&beside(&path, "br"), &brotli)?;
        write(&beside(&path, "gz"), &gzip)?;
        self.rows.push(Row { name: name.to_owned(), raw: content.len(), gzip: gzip.len(), brotli: brotli.len() });
        Ok(())
    }

    /// What a browser loads, in a line; one line per file, the largest first, where all is to be shown.
    pub(super) fn say_sizes(&mut self, parts: &Parts) {
        self.rows.sort_by_key(|row| std::cmp::Reverse(row.raw));
        let is = |row: &Row, files: &[String]| files.iter().any(|file| row.name.ends_with(&format!("/{file}")));
        let later = |row: &&Row| {
            NOT_AT_FIRST.contains(&row.name.as_str())
                || row.name.starts_with(LATER_STYLE)
                || parts.values().any(|files| is(row, files))
        };
        let first = sum("at first", self.rows.iter().filter(|row| !later(row)));
        let part = |(part, files): (&String, &Vec<String>)| {
            sum(&format!("at first, with {part}"), self.rows.iter().filter(|row| !later(row) || is(row, files)))
        };
        let parts: Vec<Row> = parts.iter().map(part).collect();
        let sums = [first].into_iter().chain(parts).chain([sum("in all", self.rows.iter())]).collect::<Vec<_>>();
        if !verbose() {
            let opened = sums.iter().find(|row| row.name.ends_with("rooms")).or(sums.first());
            let opened = opened.map(|row| size(row.brotli)).unwrap_or_default();
            let files = self.rows.len();
            return note(&format!("{files} files; opening a room loads {opened} (--verbose shows each)"));
        }
        let width = self.rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
        eprintln!("      {:width$}  {:>10}  {:>10}  {:>10}", "file", "raw", "gzip", "brotli");
        for row in self.rows.iter().chain(&sums) {
            eprintln!(
                "      {:width$}  {:>10}  {:>10}  {:>10}",
                row.name,
                size(row.raw),
                size(row.gzip),
                size(row.brotli)
            );
        }
    }

    fn brotli(&self, content: &[u8]) -> Result<Vec<u8>> {
        let quality = match self.profile {
            Profile::Release => 11,
            Profile::Debug => 1,
        };
        let mut compressed = Vec::new();
        let mut writer = brotli::CompressorWriter::new(&mut compressed, 4096, quality, 22);
        writer.write_all(content)?;
        writer.flush()?;
        drop(writer);
        Ok(compressed)
    }

    fn gzip(&self, content: &[u8]) -> Result<Vec<u8>> {
        let level = match self.profile {
            Profile::Release => flate2::Compression::best(),
            Profile::Debug => flate2::Compression::fast(),
        };
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), level);
        writer.write_all(content)?;
        Ok(writer.finish()?)
    }
}

/// The sizes of several files together.
fn sum<'a>(name: &str, rows: impl Iterator<Item = &'a Row>) -> Row {
    let none = Row { name: name.to_owned(), raw: 0, gzip: 0, brotli: 0 };
    rows.fold(none, |sum, row| Row {
        raw: sum.raw + row.raw,
        gzip: sum.gzip + row.gzip,
        brotli: sum.brotli + row.brotli,
        ..sum
    })
}

/// Every file under a folder, in a settled order; none where the folder is absent.
pub(super) fn files_under(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_under(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A short name for a content: long enough that two versions never share one.
pub(super) fn hash(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

/// The same for several named contents together.
pub(super) fn hash_all(contents: &[(String, Vec<u8>)]) -> String {
    let mut hasher = Sha256::new();
    for (name, content) in contents {
        hasher.update((name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update((content.len() as u64).to_le_bytes());
        hasher.update(content);
    }
    hex(&hasher.finalize())
}

fn hex(digest: &[u8]) -> String {
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    std::fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}
