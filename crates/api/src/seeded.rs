//! Faults that are put into the server on purpose, to see that the torture tool's checker catches them.
//!
//! Only a build with the feature `seeded-faults` can be given one; to any other `CONFAB_SEEDED_FAULT` is an unknown
//! variable. Each fault stands where a real one of its kind would, behind [`Config::suffers`](crate::Config::suffers).

use std::time::Duration;

use clap::ValueEnum;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio_postgres::Client;
use types::{Changes, Rev};
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

/// The heads that a batch of posts takes its places from where they are drawn: a draw for each room.
pub(crate) const DRAWN_HEADS: &str = "(WITH drawn AS MATERIALIZED ( \
    SELECT room_id, nextval('seeded_revisions') AS rev FROM (SELECT DISTINCT unnest($2::uuid[]) AS room_id) r \
) SELECT * FROM drawn)";
/// Who may post where a membership is believed for a minute.
pub(crate) const MEMBER_FOR_A_MINUTE: &str =
    "(m.left_at IS NULL OR m.left_at > clock_timestamp() - interval '1 minute')";

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
    dawdle().await;
    Ok(drawn.rev)
}

/// Raises the heads of posts whose places were drawn. As late as may be, and in order of id: nodes that held the heads
/// while they dawdle would wait for one another, and hide that their commits are out of order.
pub(crate) async fn raise(client: &Client, spans: &[Changes]) -> Result<(), Error> {
    let raise = "UPDATE room_heads SET rev = greatest(rev, $2), last_seq = greatest(last_seq, $2), \
                 touched_at = clock_timestamp() WHERE room_id = $1";
    for span in spans {
        client.execute(raise, &[&span.room_id.0, &span.rev]).await?;
    }
    Ok(())
}

/// Waits as a slow statement would.
pub(crate) async fn dawdle() {
    let (low, _) = Uuid::new_v4().as_u64_pair();
    tokio::time::sleep(Duration::from_millis(low % 20)).await;
}
