//! What a socket needs to begin: the person's rooms, and where their streams stand. Read for all who come at once.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use types::{MyRoom, Rev, RoomId, UserId};
use uuid::Uuid;

use super::mine;
use crate::app::App;
use crate::db::Batch;
use crate::db::schema::user_heads;
use crate::error::Error;

/// Rooms told to a socket; who is in more asks `GET /rooms`.
const ROOMS: i64 = 5_000;

/// Where a person stands.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    /// The head of their own stream.
    pub me: Rev,
    /// The head of the site's.
    pub site: Rev,
    /// Their rooms.
    pub rooms: Vec<MyRoom>,
}

/// Answers what sockets ask as they begin.
pub struct Arrivals {
    ids: Batch<UserId, Vec<RoomId>>,
    whole: Batch<UserId, Arrival>,
}

impl Arrivals {
    /// Nobody comes yet.
    #[expect(clippy::new_without_default, reason = "made once, by the app")]
    pub fn new() -> Arrivals {
        Arrivals { ids: Batch::new(), whole: Batch::new() }
    }

    /// The rooms of a person.
    pub async fn room_ids(&self, user_id: UserId) -> Result<Vec<RoomId>, Error> {
        self.ids.ask(user_id).await
    }

    /// The rooms of a person as they are now, and the heads of the streams.
    pub async fn read(&self, user_id: UserId) -> Result<Arrival, Error> {
        self.whole.ask(user_id).await
    }
}

/// Answers until the node stops.
pub async fn run(app: App) {
    let arrivals = &app.arrivals;
    tokio::join!(
        arrivals.ids.run(|people| read_ids(&app, people)),
        arrivals.whole.run(|people| read_whole(&app, people)),
    );
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    room_id: Uuid,
}

async fn read_ids(app: &App, people: Vec<UserId>) -> Result<HashMap<UserId, Vec<RoomId>>, Error> {
    let mut conn = app.db.get().await?;
    let places: Vec<Place> = sql_query(
        "SELECT p.id AS user_id, x.room_id FROM unnest($1) AS p (id) CROSS JOIN LATERAL \
         (SELECT m.room_id FROM members m JOIN rooms r ON r.id = m.room_id AND r.deleted_at IS NULL \
          WHERE m.user_id = p.id AND m.left_at IS NULL ORDER BY m.room_id LIMIT $2) x",
    )
    .bind::<Array<SqlUuid>, _>(people.into_iter().map(|id| id.0).collect::<Vec<_>>())
    .bind::<BigInt, _>(ROOMS)
    .load(&mut conn)
    .await?;
    let mut rooms: HashMap<UserId, Vec<RoomId>> = HashMap::new();
    for Place { user_id, room_id } in places {
        rooms.entry(UserId(user_id)).or_default().push(RoomId(room_id));
    }
    Ok(rooms)
}

async fn read_whole(app: &App, people: Vec<UserId>) -> Result<HashMap<UserId, Arrival>, Error> {
    let ids: Vec<Uuid> = people.into_iter().map(|id| id.0).collect();
    let mut conn = app.db.get().await?;
    let heads: Vec<(Uuid, Rev)> = user_heads::table
        .filter(user_heads::user_id.eq_any(&ids))
        .select((user_heads::user_id, user_heads::rev))
        .load(&mut conn)
        .await?;
    let site = crate::site::changes::head(&mut conn).await?;
    let mut rooms = mine::read(&mut conn, &ids, None, None, ROOMS).await?;
    let arrival = |(id, me)| (UserId(id), Arrival { me, site, rooms: rooms.remove(&UserId(id)).unwrap_or_default() });
    Ok(heads.into_iter().map(arrival).collect())
}
