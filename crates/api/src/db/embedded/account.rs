//! As whom Postgres runs: as oneself, or, because it refuses to run as root, as an account that root lends it.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::{getegid, geteuid};

use super::error::EmbeddedError;

/// The accounts root lends to Postgres, the best first.
const LENT: [&str; 2] = ["postgres", "nobody"];

/// The account that Postgres runs as and that owns the cluster's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    /// Its name, for people to read.
    pub(super) name: String,
    uid: u32,
    gid: u32,
    /// Whether it is another than the one this process runs as.
    lent: bool,
}

impl Account {
    /// The account for a cluster kept in `home`, which need not exist yet: an owner stays the owner.
    pub(super) fn of(home: &Path) -> Result<Self, EmbeddedError> {
        let owner = fs::metadata(home).ok().map(|found| (found.uid(), found.gid()));
        let own = geteuid();
        if !own.is_root() {
            return match owner {
                Some((uid, _)) if uid != own.as_raw() => {
                    Err(EmbeddedError::NotOwner { dir: home.to_owned(), owner: uid })
                }
                _ => Ok(Self::own()),
            };
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        match owner {
            Some((uid, gid)) if uid != 0 => {
                Ok(Self { name: name_of(&passwd, uid).unwrap_or_else(|| uid.to_string()), uid, gid, lent: true })
            }
            _ => lent(&passwd).ok_or(EmbeddedError::NoAccount),
        }
    }

    /// The account this process runs as.
    fn own() -> Self {
        let uid = geteuid().as_raw();
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        Self {
            name: name_of(&passwd, uid).unwrap_or_else(|| uid.to_string()),
            uid,
            gid: getegid().as_raw(),
            lent: false,
        }
    }

    /// Makes a command run as this account; std drops the supplementary groups of root along the way.
    pub(super) fn assume(&self, command: &mut Command) {
        if self.lent {
            command.uid(self.uid).gid(self.gid);
        }
    }

    /// Gives a folder of ours to this account.
    pub(super) fn give(&self, folder: &Path) -> Result<(), EmbeddedError> {
        if !self.lent {
            return Ok(());
        }
        chown(folder, Some(self.uid), Some(self.gid))
            .map_err(|error| EmbeddedError::io(format!("giving {} to {}", folder.display(), self.name), error))
    }

    /// Whether this account owns a folder.
    pub(super) fn owns(&self, folder: &fs::Metadata) -> bool {
        folder.uid() == self.uid
    }

    /// The topmost folder on the way to `path`, itself included, that this account may not enter.
    pub(super) fn shut_out_of(&self, path: &Path) -> Option<PathBuf> {
        if !self.lent {
            return None;
        }
        let mut folders: Vec<&Path> = path.ancestors().collect();
        folders.reverse();
        let shut = folders.into_iter().find(|folder| !self.may_enter(folder))?;
        Some(shut.to_owned())
    }

    fn may_enter(&self, folder: &Path) -> bool {
        let Ok(found) = fs::metadata(folder) else {
            return false;
        };
        let bit = if found.uid() == self.uid {
            0o100
        } else if found.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        found.mode() & bit != 0
    }
}

/// The first account of `/etc/passwd` that root may lend.
fn lent(passwd: &str) -> Option<Account> {
    LENT.iter().find_map(|wanted| {
        entries(passwd).find(|(name, uid, _)| name == wanted && *uid != 0).map(|(name, uid, gid)| Account {
            name: name.to_owned(),
            uid,
            gid,
            lent: true,
        })
    })
}

fn name_of(passwd: &str, wanted: u32) -> Option<String> {
    entries(passwd).find(|(_, uid, _)| *uid == wanted).map(|(name, ..)| name.to_owned())
}

/// Name, user id and group id of each line.
fn entries(passwd: &str) -> impl Iterator<Item = (&str, u32, u32)> {
    passwd.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some((name, uid, gid))
    })
}

#[cfg(test)]
mod tests {
    use super::{lent, name_of};

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:nobody:/:/usr/sbin/nologin\n\
                          broken line\npostgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn root_lends_postgres_before_nobody() {
        let account = lent(PASSWD).unwrap();
        assert_eq!((account.name.as_str(), account.uid, account.gid), ("postgres", 101, 104));
    }

    #[test]
    fn root_lends_nobody_where_there_is_no_postgres() {
        let passwd = PASSWD.replace("postgres:", "other:");
        let account = lent(&passwd).unwrap();
        assert_eq!((account.name.as_str(), account.uid, account.gid), ("nobody", 65534, 65533));
    }

    #[test]
    fn an_account_is_named_by_its_user_id() {
        assert_eq!(name_of(PASSWD, 101).as_deref(), Some("postgres"));
        assert_eq!(name_of(PASSWD, 7), None);
    }
}
