//! Faults that are put into the server on purpose, to see that the torture tool's checker catches them.
//!
//! Only a build with the feature `seeded-faults` can be given one; to any other `CONFAB_SEEDED_FAULT` is an unknown
//! variable. Each fault stands where a real one of its kind would, behind [`Config::suffers`](crate::Config::suffers).

use std::collections::HashMap;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use parking_lot::Mutex;
use types::Rev;
use uuid::Uuid;

use crate::error::Error;

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SeededFault {
    /// News goes out before its commit, which may then fail.
    PublishBeforeCommit,
    /// Revisions come from a sequence, not from under the head's lock: their order is not that of the commits.
    SequenceAsCursor,
    /// A socket's queue that is full drops frames, and the socket goes on.
    DropOnLag,
    /// A post is acknowledged before its commit.
    AckBeforeCommit,
    /// A repeated id is known for thirty seconds only.
    ForgetfulDedupe,
    /// A replay begins one revision too late.
    ResumeOffByOne,
    /// Nothing looks for a lost tail.
    NoTailSweep,
    /// Who is in a room is believed for a minute.
    CachedMembership,
    /// Rows above a removal stand in the removed person's frame.
    RemovalInsideAFrame,
}

/// How long a forgetful server knows an id.
pub(crate) const FORGOTTEN_AFTER: chrono::TimeDelta = chrono::TimeDelta::seconds(30);
/// Frames that wait for a socket before a lagging one is dropped.
pub(crate) const LAG: usize = 1;
/// How long a membership is believed.
const BELIEVED: Duration = Duration::from_secs(60);

/// What a node believes of who is in which room.
#[derive(Default)]
pub struct Believed(Mutex<HashMap<(Uuid, Uuid), Instant>>);

impl Believed {
    /// Notes who is in, and adds who was a while ago.
    pub(crate) fn extend(&self, present: &mut std::collections::HashSet<(Uuid, Uuid)>) {
        let mut believed = self.0.lock();
        believed.retain(|_, since| since.elapsed() < BELIEVED);
        for pair in present.iter() {
            believed.entry(*pair).or_insert_with(Instant::now);
        }
        present.extend(believed.keys());
    }
}

#[derive(QueryableByName)]
struct Drawn {
    #[diesel(sql_type = BigInt)]
    rev: Rev,
}

/// Makes the sequence that revisions are drawn from.
pub(crate) async fn prepare(conn: &mut AsyncPgConnection) -> Result<(), Error> {
    sql_query("CREATE SEQUENCE IF NOT EXISTS seeded_revisions START 1000000 INCREMENT 1000").execute(conn).await?;
    Ok(())
}

/// Draws room for a thousand revisions, and dawdles, as a slow statement would.
pub(crate) async fn draw(conn: &mut AsyncPgConnection) -> Result<Rev, Error> {
    let drawn: Drawn = sql_query("SELECT nextval('seeded_revisions') AS rev").get_result(conn).await?;
    let (low, _) = Uuid::new_v4().as_u64_pair();
    tokio::time::sleep(Duration::from_millis(low % 20)).await;
    Ok(drawn.rev)
}
