//! What this machine must have beside Rust: looks for each thing, installs what is absent through apt where it may
//! (as root or through sudo), and otherwise stops with the line to type. What is there already is left alone.

use crate::command::{find, npm, output, own_node, program, root, run};
use crate::progress::note;
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Once;

/// The oldest Postgres the server works with.
const POSTGRES: u32 = 15;
/// The oldest Node that the browser tests' driver runs on. Debian 12 has an older one, which can fetch a newer.
const NODE: u32 = 20;
/// The one to fetch there: npm's package `node`.
const NEWER_NODE: &str = "node@22";

/// A thing that has to be here, what brings it on Debian, and how to see whether it is.
struct Need {
    what: &'static str,
    packages: &'static [&'static str],
    present: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need { what: "PostgreSQL 15 or newer (server)", packages: &["postgresql"], present: has_postgres },
    Need { what: "Redis (server)", packages: &["redis-server"], present: || find("redis-server").is_some() },
    Need { what: "Chromium", packages: &["chromium"], present: || chromium().is_some() },
    Need { what: "Node.js with npm", packages: &["nodejs", "npm"], present: || find("npm").is_some() },
    Need { what: "curl", packages: &["curl", "ca-certificates"], present: || find("curl").is_some() },
    Need { what: "Python 3 with venv", packages: &["python3", "python3-venv"], present: has_venv },
];

/// What pictures need beside that: without it each emoji is an empty box.
const OF_PICTURES: &[Need] =
    &[Need { what: "a font of emoji", packages: &["fontconfig", "fonts-noto-color-emoji"], present: has_emoji }];

/// Brings all that `cargo xtask test` calls for.
pub(crate) fn prepare_tests() -> Result<()> {
    bring(NEEDS)?;
    prepare_node()
}

/// Brings all that `cargo xtask screenshots` calls for.
pub(crate) fn prepare_pictures() -> Result<()> {
    prepare_tests()?;
    bring(OF_PICTURES)
}

fn bring(needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.present)()).collect();
    if missing.is_empty() {
        note("this machine has all that is needed");
        return Ok(());
    }
    for need in &missing {
        note(&format!("missing: {}", need.what));
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages.iter().copied()).collect();
    install(&packages)?;
    for need in missing {
        if !(need.present)() {
            bail!("{} is still missing after installing {}", need.what, need.packages.join(" "));
        }
    }
    Ok(())
}

/// Brings a Node for the browser tests where the machine's is too old.
fn prepare_node() -> Result<()> {
    let here = |node: PathBuf| {
        let said = output(program(node).arg("--version")).ok()?;
        first_number(&said).filter(|version| *version >= NODE)
    };
    if here(PathBuf::from("node")).or_else(|| here(own_node().join("node"))).is_some() {
        return Ok(());
    }
    note(&format!("Node.js is older than {NODE}: npm install {NEWER_NODE} into target/node"));
    run(npm().args(["install", "--no-save", "--prefix", "target/node", NEWER_NODE]).current_dir(root()))?;
    if here(own_node().join("node")).is_none() {
        bail!("npm's package {NEWER_NODE} brought no Node.js; please install Node.js {NODE} or newer");
    }
    Ok(())
}

/// Brings a Postgres for the server to run by itself. Where that can't be done here it is not yet an error: one
/// may be where only the server looks, and the server says what is missing.
pub(crate) fn prepare_server() {
    if std::env::var_os("DATABASE_URL").is_some() || has_postgres() {
        return;
    }
    note("no PostgreSQL on this machine: installing it, to be run privately by the server");
    if let Err(error) = install(&["postgresql"]) {
        note(&format!("could not install it here: {error:#}"));
    }
}

/// Installs Debian packages, after one `apt-get update` in the life of this program.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    static UPDATE: Once = Once::new();
    let names = packages.join(" ");
    let by_hand = format!("apt-get install --no-install-recommends {names}");
    if find("apt-get").is_none() {
        bail!("this is not a Debian machine: please install what Debian calls {names} in its own way");
    }
    let Some(elevation) = elevation() else {
        bail!("root is needed to install it; please run: sudo {by_hand}");
    };
    if packages.contains(&"postgresql") {
        keep_postgres_idle(elevation)?;
    }
    note(&by_hand);
    let mut updated = Ok(());
    UPDATE.call_once(|| updated = run(as_root(elevation, "apt-get").args(["update", "-qq"])));
    if let Err(error) = updated {
        // Old lists often still serve; if not, the install says so.
        note(&format!("{error:#}"));
    }
    run(as_root(elevation, "apt-get").args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages))
}

/// The Chromium, or its kin, that the browser tests drive.
pub(crate) fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find)
}

/// Is there a Postgres server of an age that serves?
fn has_postgres() -> bool {
    let packaged = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let by_debian = packaged
        .filter(|version| version.path().join("bin/postgres").is_file())
        .filter_map(|version| version.file_name().to_str()?.parse::<u32>().ok())
        .any(|version| version >= POSTGRES);
    by_debian
        || postgres_in_path()
            .and_then(|postgres| output(program(postgres).arg("--version")).ok())
            .and_then(|said| first_number(&said))
            .is_some_and(|version| version >= POSTGRES)
}

fn postgres_in_path() -> Option<PathBuf> {
    find("postgres").or_else(|| {
        let folder = output(program("pg_config").arg("--bindir")).ok()?;
        Some(PathBuf::from(folder.trim()).join("postgres")).filter(|postgres| postgres.is_file())
    })
}

fn has_emoji() -> bool {
    output(program("fc-list").arg(":charset=1f600")).is_ok_and(|fonts| fonts.to_lowercase().contains("emoji"))
}

fn has_venv() -> bool {
    output(program("python3").args(["-c", "import venv, ensurepip"])).is_ok()
}

/// The first run of digits: `postgres (PostgreSQL) 17.2` is 17, `v20.20.2` is 20.
fn first_number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty())?.parse().ok()
}

/// How to become root: not at all (we are), through sudo, or no way.
#[derive(Clone, Copy)]
enum Elevation {
    Root,
    Sudo,
}

fn elevation() -> Option<Elevation> {
    if nix::unistd::geteuid().is_root() {
        return Some(Elevation::Root);
    }
    // With a terminal sudo can ask for the password; without one it must not need to.
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stdin());
    let may = find("sudo").is_some() && (terminal || output(program("sudo").args(["-n", "true"])).is_ok());
    may.then_some(Elevation::Sudo)
}

fn as_root(elevation: Elevation, name: &str) -> Command {
    let mut command = match elevation {
        Elevation::Root => program("env"),
        Elevation::Sudo => {
            let mut sudo = program("sudo");
            sudo.arg("env");
            sudo
        }
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", name]);
    command
}

/// Debian makes and starts a cluster on port 5432 as it installs a server. Nobody asked for one, so tell it not to,
/// unless the machine already has a say in this.
fn keep_postgres_idle(elevation: Elevation) -> Result<()> {
    const FOLDER: &str = "/etc/postgresql-common";
    const FILE: &str = "/etc/postgresql-common/createcluster.conf";
    if std::path::Path::new(FILE).exists() {
        return Ok(());
    }
    run(as_root(elevation, "mkdir").args(["-p", FOLDER]))?;
    let script = format!("echo 'create_main_cluster = false' > {FILE}");
    run(as_root(elevation, "sh").args(["-c", &script]).stdout(Stdio::null()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_out_of_what_programs_say() {
        assert_eq!(first_number("postgres (PostgreSQL) 17.2 (Debian)"), Some(17));
        assert_eq!(first_number("v20.20.2"), Some(20));
        assert_eq!(first_number("none"), None);
    }
}
