//! Which database a command works on: the operator's own, or the private one, which it then starts and stops.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use api::Config;
use api::db::embedded::{Embedded, EmbeddedError};

use super::Failed;

/// A database that is there, and the private cluster if we run it.
pub(crate) struct Database {
    /// Where it is.
    pub(crate) url: String,
    embedded: Option<(Embedded, PathBuf)>,
}

impl Database {
    /// The operator's database, or the private one, started.
    pub(crate) async fn open(config: &Config) -> Result<Database, Failed> {
        match &config.database_url {
            Some(url) => Ok(Database { url: url.clone(), embedded: None }),
            None => Database::embedded(config).await.map_err(|error| Failed(error.to_string())),
        }
    }

    /// As [`Database::open`], but a private database that a running server holds is used as it is.
    pub(crate) async fn join(config: &Config) -> Result<Database, Failed> {
        if config.database_url.is_some() {
            return Database::open(config).await;
        }
        match Database::embedded(config).await {
            Err(EmbeddedError::InUse { dir, pid }) => match fs::read_to_string(address(config)) {
                Ok(url) => Ok(Database { url: url.trim().to_owned(), embedded: None }),
                Err(_) => Err(Failed(EmbeddedError::InUse { dir, pid }.to_string())),
            },
            other => other.map_err(|error| Failed(error.to_string())),
        }
    }

    async fn embedded(config: &Config) -> Result<Database, EmbeddedError> {
        let embedded = Embedded::start(&config.data_dir).await?;
        let (url, address) = (embedded.url(), address(config));
        if let Err(error) = write_private(&address, &url) {
            tracing::warn!(%error, "commands will not find the running database");
        }
        Ok(Database { url, embedded: Some((embedded, address)) })
    }

    /// Stops the private database, if we run it.
    pub(crate) async fn close(self) -> Result<(), Failed> {
        let Some((embedded, address)) = self.embedded else { return Ok(()) };
        if let Err(error) = fs::remove_file(address)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, "the database's address is left behind");
        }
        embedded.stop().await.map_err(|error| Failed(error.to_string()))
    }
}

/// Where a server says how its private database is reached. The socket it names lets only its own account in.
fn address(config: &Config) -> PathBuf {
    config.data_dir.join("database.url")
}

fn write_private(path: &PathBuf, text: &str) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.write_all(text.as_bytes())
}

/// Brings the database up to date.
pub(crate) async fn migrate(config: &Config) -> Result<(), Failed> {
    super::log::start(config);
    let database = Database::join(config).await?;
    let migrated = api::db::migrate(&database.url).await;
    database.close().await?;
    migrated?;
    super::print("The database is up to date.")
}
