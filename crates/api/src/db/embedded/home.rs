//! Where a cluster is kept, and the locks that keep a second server away from it.
//!
//! Usually that is the folder `postgres` of the data directory. Where root lends the cluster to an account that may
//! not enter the data directory (it lies in a 0700 home, say), the cluster is kept under `/var/lib/confab`, and the
//! file `postgres.path` in the data directory says where.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use tracing::warn;

use super::account::Account;
use super::error::EmbeddedError;

/// Where clusters are kept that can't be kept in their data directory.
const ELSEWHERE: &str = "/var/lib/confab";

/// The longest socket folder: the address has room for 103 bytes on every system (107 on Linux), and the socket
/// itself is called `/.s.PGSQL.5432`.
const LONGEST_SOCKET_FOLDER: usize = 103 - "/.s.PGSQL.5432".len();

/// Where a cluster is kept, and whose it is.
#[derive(Debug)]
pub(super) struct Home {
    /// Owns everything in the folder and runs Postgres.
    pub(super) account: Account,
    /// Holds the cluster; only the account enters.
    pub(super) folder: PathBuf,
    /// Holds the Unix socket; only the account enters.
    pub(super) socket: PathBuf,
    /// What Postgres has to say. It lies in the data directory and is opened by this process, so that root never
    /// follows a link laid by the account.
    pub(super) log: PathBuf,
}

/// Keeps other servers away from the cluster until dropped.
#[derive(Debug)]
pub(super) struct Locks {
    data_dir: File,
    /// A copied data directory points to the same cluster, which therefore has a lock of its own.
    elsewhere: Option<File>,
}

/// Closing the files is not enough: a process that another thread is just starting shares them for a moment.
impl Drop for Locks {
    fn drop(&mut self) {
        for file in std::iter::once(&self.data_dir).chain(&self.elsewhere) {
            let _ = file.unlock();
        }
    }
}

impl Home {
    /// Makes or finds the home of the cluster of a data directory, and locks both.
    pub(super) fn open(data_dir: &Path) -> Result<(Self, Locks), EmbeddedError> {
        fs::create_dir_all(data_dir)
            .and_then(|()| data_dir.canonicalize())
            .map_err(|error| EmbeddedError::io(format!("making the data directory {}", data_dir.display()), error))
            .and_then(|data_dir| Self::open_in(&data_dir))
    }

    fn open_in(data_dir: &Path) -> Result<(Self, Locks), EmbeddedError> {
        let lock = lock(data_dir)?;
        let usual = data_dir.join("postgres");
        let pointed = pointed_to(data_dir)?;
        let account = Account::of(pointed.as_ref().unwrap_or(&usual))?;
        let folder = match pointed {
            Some(folder) => folder,
            None if account.shut_out_of(data_dir).is_none() => usual,
            None => elsewhere(data_dir, &account)?,
        };
        make_private(&folder, &account)?;
        if let Some(shut) = account.shut_out_of(&folder) {
            let account = account.name;
            return Err(EmbeddedError::Unreachable { folder: shut, account });
        }
        let locks = Locks { data_dir: lock, elsewhere: lock_elsewhere(data_dir, &folder)? };
        let socket = socket_folder(&folder);
        make_private(&socket, &account)?;
        let log = data_dir.join("postgres.log");
        Ok((Self { account, folder, socket, log }, locks))
    }

    /// The folder of the cluster itself, which exists once it is wholly made.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }
}

/// Takes the lock of the data directory and writes this process down in it.
fn lock(data_dir: &Path) -> Result<File, EmbeddedError> {
    let path = data_dir.join("confab.lock");
    let failed = |error| EmbeddedError::io(format!("locking {}", path.display()), error);
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // A holder that can't be read is merely not named.
            let _ = file.read_to_string(&mut holder);
            return Err(EmbeddedError::InUse { dir: data_dir.to_owned(), pid: holder.trim().parse().ok() });
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(failed)?;
    Ok(file)
}

/// Locks a folder outside of the data directory by itself: a file in it could be a link laid by the account.
fn lock_elsewhere(data_dir: &Path, folder: &Path) -> Result<Option<File>, EmbeddedError> {
    if folder.starts_with(data_dir) {
        return Ok(None);
    }
    let failed = |error| EmbeddedError::io(format!("locking {}", folder.display()), error);
    let file = File::open(folder).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(EmbeddedError::InUse { dir: folder.to_owned(), pid: None }),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Where the data directory says that its cluster is kept, if it isn't within.
fn pointed_to(data_dir: &Path) -> Result<Option<PathBuf>, EmbeddedError> {
    let pointer = pointer(data_dir);
    match fs::read_to_string(&pointer) {
        Ok(path) => Ok(Some(PathBuf::from(path.trim_end_matches('\n')))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(EmbeddedError::io(format!("reading {}", pointer.display()), error)),
    }
}

fn pointer(data_dir: &Path) -> PathBuf {
    data_dir.join("postgres.path")
}

/// Finds a new place for the cluster of a data directory that the account can't enter, and notes it there.
fn elsewhere(data_dir: &Path, account: &Account) -> Result<PathBuf, EmbeddedError> {
    let usual = data_dir.join("postgres");
    if let (true, Some(shut)) = (usual.join("data").exists(), account.shut_out_of(data_dir)) {
        // A cluster that was once within reach is neither moved nor forgotten behind anyone's back.
        return Err(EmbeddedError::Unreachable { folder: shut, account: account.name.clone() });
    }
    let parent = Path::new(ELSEWHERE);
    fs::create_dir_all(parent).map_err(|error| EmbeddedError::io(format!("making {ELSEWHERE}"), error))?;
    let key = key(data_dir);
    // A folder that is already there belongs to an earlier data directory of the same name: data that somebody
    // deleted must not come back.
    let folder = std::iter::once(parent.join(&key))
        .chain((2..).map(|number| parent.join(format!("{key}-{number}"))))
        .find(|folder| !folder.exists())
        .unwrap_or_else(|| parent.join(&key));
    make_private(&folder, account)?;
    let pointer = pointer(data_dir);
    fs::write(&pointer, format!("{}\n", folder.display()))
        .map_err(|error| EmbeddedError::io(format!("writing {}", pointer.display()), error))?;
    warn!(
        folder = %folder.display(),
        "Postgres runs as {}, who may not enter {}; its files are kept elsewhere",
        account.name,
        data_dir.display()
    );
    Ok(folder)
}

/// The folder of the socket: in the home where the address has room for it, else a short one.
fn socket_folder(home: &Path) -> PathBuf {
    let within = home.join("socket");
    if within.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
        return within;
    }
    let root = rustix::process::geteuid().is_root();
    let parent = if root && Path::new("/run").is_dir() { "/run" } else { "/tmp" };
    Path::new(parent).join(format!("confab-{}", key(home)))
}

/// Makes a folder that only the account enters, or checks that what is there is one.
fn make_private(folder: &Path, account: &Account) -> Result<(), EmbeddedError> {
    let failed = |error| EmbeddedError::io(format!("making {}", folder.display()), error);
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => return account.give(folder),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    // Not followed if it is a link: in /tmp anyone may have laid one.
    let found = fs::symlink_metadata(folder).map_err(failed)?;
    if found.is_dir() && found.mode() & 0o077 == 0 {
        if account.owns(&found) {
            return Ok(());
        }
        if found.uid() == rustix::process::geteuid().as_raw() {
            return account.give(folder);
        }
    }
    let foreign = std::io::Error::new(
        ErrorKind::AlreadyExists,
        format!("it is there already and is not a folder that only {} can enter", account.name),
    );
    Err(failed(foreign))
}

/// A short name for a path.
fn key(path: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
