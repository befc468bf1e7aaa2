//! The loop of a developer: a debug build that runs with an owner account, and whatever changes is built again. A
//! build that fails leaves the running server as it is.

use crate::command::{program, root, run};
use crate::progress::spoken;
use crate::{machine, product, web};
use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use notify::{RecursiveMode, Watcher};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// An editor saves several files in a moment; they are one change.
const GATHER: Duration = Duration::from_millis(300);
/// How long a server may take to close its sockets before it is killed.
const STOP: Duration = Duration::from_secs(20);

/// The owner account to start with, and what to hand to the server.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The owner's name
    #[arg(long, default_value = "admin")]
    admin_username: String,
    /// The owner's e-mail address
    #[arg(long, default_value = "admin@example.com")]
    admin_email: String,
    /// The owner's password
    #[arg(long, default_value = "Admin123")]
    admin_password: String,
    /// Given to `confab serve` as they are, and to the command that makes the account
    #[arg(last = true)]
    arguments: Vec<String>,
}

enum Event {
    Changed(PathBuf),
    Stop,
}

/// What has to be built again.
#[derive(Default, PartialEq, Eq, Debug)]
struct Stale {
    web: bool,
    server: bool,
}

/// Builds, runs and watches until told to stop.
pub(crate) fn watch(options: &Options) -> Result<()> {
    let (send, events) = channel();
    let on_stop = send.clone();
    ctrlc::set_handler(move || drop(on_stop.send(Event::Stop)))?;
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        for path in event.into_iter().filter(is_write).flat_map(|event| event.paths) {
            drop(send.send(Event::Changed(path)));
        }
    })?;

    machine::prepare_server();
    web::build_alone(web::Profile::Debug)?;
    product::build_debug()?;
    make_owner(options)?;
    for folder in ["crates", "frontend", "migrations"] {
        watcher
            .watch(&root().join(folder), RecursiveMode::Recursive)
            .with_context(|| format!("cannot watch {folder}/"))?;
    }
    let mut server = Server::start(options)?;
    while let Some(stale) = next_change(&events) {
        let started = Instant::now();
        match rebuild(&stale) {
            Ok(()) if stale.server => {
                server.stop()?;
                server = Server::start(options)?;
            }
            Ok(()) => {}
            Err(error) => {
                eprintln!("{error:#}\nthe server goes on as it was");
                continue;
            }
        }
        eprintln!("rebuilt in {}; reload the page", spoken(started.elapsed()));
    }
    server.stop()
}

fn is_write(event: &notify::Event) -> bool {
    !matches!(event.kind, notify::EventKind::Access(_))
}

fn make_owner(options: &Options) -> Result<()> {
    run(program(product::debug())
        .args(["admin", "create", "--role", "owner"])
        .args(["--if-missing", "--allow-common-password"])
        .args(["--username", &options.admin_username])
        .args(["--email", &options.admin_email])
        .args(["--password", &options.admin_password])
        .args(&options.arguments))
    .context("cannot make the owner account")
}

/// Waits for a change that matters and for those that come along with it; nothing when it is time to stop.
fn next_change(events: &Receiver<Event>) -> Option<Stale> {
    let mut stale = Stale::default();
    loop {
        match events.recv().ok()? {
            Event::Stop => return None,
            Event::Changed(path) => stale.add(&path),
        }
        while let Ok(event) = events.recv_timeout(GATHER) {
            match event {
                Event::Stop => return None,
                Event::Changed(path) => stale.add(&path),
            }
        }
        if stale != Stale::default() {
            return Some(stale);
        }
    }
}

impl Stale {
    fn add(&mut self, path: &Path) {
        let Ok(path) = path.strip_prefix(root()) else {
            return;
        };
        let name = path.file_name().and_then(std::ffi::OsStr::to_str);
        // What editors keep beside a file is no source.
        if name.is_none_or(|name| name.starts_with(['.', '#']) || name.ends_with('~')) {
            return;
        }
        self.web |= ["frontend", "crates/types", "crates/sync", "crates/markup/src"]
            .iter()
            .any(|folder| path.starts_with(folder));
        self.server |= ["crates/api", "crates/types", "migrations"].iter().any(|folder| path.starts_with(folder));
    }
}

/// A debug server reads the page from the folder, so a new page needs no new server.
fn rebuild(stale: &Stale) -> Result<()> {
    if stale.web {
        web::build_alone(web::Profile::Debug)?;
    }
    if stale.server {
        product::build_debug()?;
    }
    Ok(())
}

/// The running server.
struct Server {
    child: Child,
}

impl Server {
    fn start(options: &Options) -> Result<Self> {
        let child = program(product::debug())
            .arg("serve")
            .args(&options.arguments)
            // In a group of its own, so that Ctrl+C reaches it once, through us.
            .process_group(0)
            .spawn()
            .context("cannot start the server")?;
        Ok(Server { child })
    }

    fn stop(&mut self) -> Result<()> {
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        kill(Pid::from_raw(self.child.id().try_into()?), Signal::SIGTERM)?;
        let asked = Instant::now();
        while self.child.try_wait()?.is_none() {
            if asked.elapsed() > STOP {
                self.child.kill()?;
                self.child.wait()?;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stale(path: &str) -> (bool, bool) {
        let mut stale = Stale::default();
        stale.add(&root().join(path));
        (stale.web, stale.server)
    }

    #[test]
    fn a_change_makes_stale_what_is_built_from_it() {
        assert_eq!(stale("frontend/src/app.rs"), (true, false));
        assert_eq!(stale("crates/api/src/main.rs"), (false, true));
        assert_eq!(stale("crates/types/src/lib.rs"), (true, true));
        assert_eq!(stale("migrations/0001/up.sql"), (false, true));
        assert_eq!(stale("frontend/src/.app.rs.swp"), (false, false));
        assert_eq!(stale("README.md"), (false, false));
    }
}
