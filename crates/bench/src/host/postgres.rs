//! A private Postgres as a server without DATABASE_URL would run it, durable, with its statements counted on demand.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use api::db::embedded::{Embedded, Options};
use tokio_postgres::{Client, NoTls};

use super::{Usage, descendants};

/// A running Postgres; stops with its owner.
#[derive(Debug)]
pub struct Postgres {
    embedded: Embedded,
    url: String,
    postmaster: u32,
}

impl Postgres {
    /// Makes one in a folder and starts it.
    pub async fn start(folder: &Path) -> Result<Postgres> {
        let options = Options { durable: true };
        let first = Embedded::start_with(folder, options).await?;
        // The library that counts statements is loaded at a start only; how it counts can be said once it is loaded.
        let sql = connect(&first.url()).await?;
        sql.batch_execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'").await?;
        drop(sql);
        first.stop().await?;
        let embedded = Embedded::start_with(folder, options).await?;
        let url = embedded.url();
        let sql = connect(&url).await?;
        sql.batch_execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements").await?;
        sql.batch_execute("ALTER SYSTEM SET pg_stat_statements.track = 'none'").await?;
        sql.batch_execute("SELECT pg_reload_conf()").await?;
        let data: String = sql.query_one("SELECT current_setting('data_directory')", &[]).await?.try_get(0)?;
        let note = std::fs::read_to_string(Path::new(&data).join("postmaster.pid"))?;
        let postmaster = note.lines().next().context("the postmaster's number is missing")?.trim().parse()?;
        Ok(Postgres { embedded, url, postmaster })
    }

    /// Where it is, for servers and for libpq's programs.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection, as the account that may do all.
    pub async fn connect(&self) -> Result<Client> {
        connect(&self.url).await
    }

    /// The number of its first process.
    pub fn pid(&self) -> u32 {
        self.postmaster
    }

    /// What all its processes have used so far.
    pub fn usage(&self) -> Usage {
        Usage::of_all(&descendants(self.postmaster))
    }

    /// A program that comes with it, such as `pgbench`.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        let postgres = std::fs::read_link(format!("/proc/{}/exe", self.postmaster))?;
        let program = postgres.with_file_name(name);
        if !program.is_file() {
            bail!("{} is not there", program.display());
        }
        Ok(program)
    }

    /// Begins to count statements.
    pub async fn count(&self) -> Result<()> {
        let sql = self.connect().await?;
        sql.batch_execute("ALTER SYSTEM SET pg_stat_statements.track = 'top'").await?;
        sql.batch_execute("SELECT pg_reload_conf(); SELECT pg_sleep(0.3); SELECT pg_stat_statements_reset()").await?;
        Ok(())
    }

    /// Ends the count: each statement and how often it was run, the most frequent first.
    pub async fn counted(&self) -> Result<Vec<(String, i64)>> {
        let sql = self.connect().await?;
        let rows = sql
            .query(
                "SELECT query, calls FROM pg_stat_statements WHERE query !~ 'pg_stat_statements|pg_reload_conf|pg_sleep' \
                 ORDER BY calls DESC",
                &[],
            )
            .await?;
        sql.batch_execute("ALTER SYSTEM SET pg_stat_statements.track = 'none'").await?;
        sql.batch_execute("SELECT pg_reload_conf()").await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Stops it.
    pub async fn stop(self) -> Result<()> {
        Ok(self.embedded.stop().await?)
    }
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("Postgres can't be reached")?;
    tokio::spawn(connection);
    Ok(client)
}
