//! Why the embedded Postgres did not start or stop; every text says what to do about it.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use super::binaries::OLDEST_MAJOR;

/// Why the embedded Postgres did not start or stop.
#[derive(Debug)]
pub enum EmbeddedError {
    /// Another server runs on the same data directory.
    InUse {
        /// The folder both want.
        dir: PathBuf,
        /// The process that has it, where it wrote itself down.
        pid: Option<u32>,
    },
    /// No Postgres that is new enough was found on this machine.
    NoBinaries {
        /// The majors that were found and are too old.
        too_old: Vec<u32>,
    },
    /// The cluster was made by a major version of Postgres that is not installed.
    OtherMajor {
        /// The folder of the cluster.
        dir: PathBuf,
        /// The major version that made it.
        made_by: u32,
        /// The majors that are installed.
        installed: Vec<u32>,
    },
    /// Root may not run Postgres, and there is no account to run it as.
    NoAccount,
    /// The account that runs Postgres may not enter a folder on the way to the cluster.
    Unreachable {
        /// The folder that shuts it out.
        folder: PathBuf,
        /// The name of the account.
        account: String,
    },
    /// The cluster belongs to another account, and only root could act as that one.
    NotOwner {
        /// The folder of the cluster.
        dir: PathBuf,
        /// The user id that owns it.
        owner: u32,
    },
    /// A program of Postgres failed.
    Program {
        /// Its name.
        name: &'static str,
        /// The last of what it had to say.
        output: String,
    },
    /// The postmaster did not end, though it was told to.
    StillRunning {
        /// Its process id.
        pid: u32,
    },
    /// The system refused something.
    Io {
        /// What was being done.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
}

impl EmbeddedError {
    /// An error of the system, with what was being done.
    pub(super) fn io(doing: impl Into<String>, source: io::Error) -> Self {
        let doing = doing.into();
        Self::Io { doing, source }
    }
}

impl fmt::Display for EmbeddedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse { dir, pid } => {
                let dir = dir.display();
                match pid {
                    Some(pid) => write!(f, "another Confab server (process {pid}) is using the data directory {dir}")?,
                    None => write!(f, "another Confab server is using the data directory {dir}")?,
                }
                write!(f, "; stop it first, or give this one its own with CONFAB_DATA_DIR")
            }
            Self::NoBinaries { too_old } => {
                if too_old.is_empty() {
                    write!(f, "no Postgres was found in PATH, by pg_config or under /usr/lib/postgresql")?;
                } else {
                    write!(f, "only Postgres {} was found, which is too old", listed(too_old))?;
                }
                write!(
                    f,
                    "; install {OLDEST_MAJOR} or newer (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install \
                     postgresql-server; macOS: brew install postgresql), or set DATABASE_URL to a server of your own"
                )
            }
            Self::OtherMajor { dir, made_by, installed } => {
                let found = match installed.as_slice() {
                    [] => "no Postgres".to_owned(),
                    majors => format!("only Postgres {}", listed(majors)),
                };
                write!(
                    f,
                    "the cluster in {} was made by Postgres {made_by}, and {found} is installed here; install Postgres \
                     {made_by} (Debian, Ubuntu: apt-get install postgresql-{made_by}), or move the data over with \
                     pg_upgrade or pg_dump",
                    dir.display()
                )
            }
            Self::NoAccount => write!(
                f,
                "Postgres refuses to run as root, and there is neither a user postgres nor a user nobody to run it as; \
                 start Confab as an ordinary user, or set DATABASE_URL"
            ),
            Self::Unreachable { folder, account } => write!(
                f,
                "Postgres runs as the user {account}, who may not enter {}; choose another CONFAB_DATA_DIR, or let \
                 others enter that folder (chmod o+x)",
                folder.display()
            ),
            Self::NotOwner { dir, owner } => write!(
                f,
                "the cluster in {} belongs to the user with id {owner}; start Confab as that user or as root, or choose \
                 another CONFAB_DATA_DIR",
                dir.display()
            ),
            Self::Program { name, output } => write!(f, "{name} failed: {}", output.trim()),
            Self::StillRunning { pid } => {
                write!(f, "Postgres (process {pid}) did not end when told to")
            }
            Self::Io { doing, source } => write!(f, "{doing}: {source}"),
        }
    }
}

impl Error for EmbeddedError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

fn listed(majors: &[u32]) -> String {
    let names: Vec<String> = majors.iter().map(u32::to_string).collect();
    names.join(" and ")
}
