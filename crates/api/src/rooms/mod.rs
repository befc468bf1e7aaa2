//! Rooms: who may see them, who is in them, and the lock that orders their changes.
//!
//! Authorization is a value. [`Access`] says what a person may see of a room and only a query builds it; [`Locked`] is
//! the stronger proof, built under the lock of the room's head, and every change of a room is made through it.

pub mod arrival;
pub mod changes;
pub mod create;
pub mod direct;
pub mod directory;
pub mod invites;
mod locked;
pub mod marks;
pub mod membership;
pub mod mine;
pub mod reads;
mod row;
pub mod update;

pub use arrival::Arrivals;
pub use create::create_default;
pub use locked::Locked;
pub use marks::MarkRow;
pub use membership::{default_rooms, join_all};
pub use reads::ReadMarks;
pub use row::{EventRow, MemberRow, RoomRow, role_text};

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Rev, Room, RoomId, RoomKind, RoomRole, RoomView, UserId};
use uuid::Uuid;

use crate::app::App;
use crate::db::schema::{members, room_heads, rooms, site, users};
use crate::error::Error;

/// What a person may see of a room.
#[derive(Debug, Clone)]
pub struct Access {
    /// The room.
    pub room: Room,
    /// The person's role in it, if they are in it now.
    pub role: Option<RoomRole>,
    /// The person.
    pub user_id: UserId,
}

/// The heads at which something was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The room's.
    pub rev: Rev,
    /// The site's.
    pub site: Rev,
}

/// Proof that somebody is in a room.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The room.
    pub room: Room,
    /// The person.
    pub user_id: UserId,
    /// What they may do.
    pub role: RoomRole,
}

impl Access {
    /// The proof of membership, or why there is none.
    pub fn member(self) -> Result<Membership, Error> {
        match self.role {
            Some(role) => Ok(Membership { room: self.room, user_id: self.user_id, role }),
            None => Err(Error::new(ErrorCode::NotAMember)),
        }
    }
}

/// What `user_id` may see of a room: `not_found` unless it is public or theirs.
pub async fn access(conn: &mut AsyncPgConnection, user_id: UserId, room_id: RoomId) -> Result<Access, Error> {
    Ok(access_now(conn, user_id, room_id).await?.0)
}

/// As [`access`], with the revisions at which that was so, in one statement.
pub async fn access_now(
    conn: &mut AsyncPgConnection,
    user_id: UserId,
    room_id: RoomId,
) -> Result<(Access, Origin), Error> {
    type Member = Option<(String, Option<chrono::DateTime<chrono::Utc>>)>;
    type Found = (RoomRow, String, Rev, Option<Rev>, Member);
    let found: Option<Found> = rooms::table
        .inner_join(users::table.on(users::id.eq(user_id.0)))
        .inner_join(room_heads::table.on(room_heads::room_id.eq(rooms::id)))
        .left_join(members::table.on(members::room_id.eq(rooms::id).and(members::user_id.eq(user_id.0))))
        .filter(rooms::id.eq(room_id.0).and(rooms::deleted_at.is_null()))
        .select((
            RoomRow::as_select(),
            users::site_role,
            room_heads::rev,
            site::table.select(site::rev).single_value(),
            (members::role, members::left_at).nullable(),
        ))
        .first(conn)
        .await
        .optional()?;
    let (room, site_role, rev, site, member) = found.ok_or_else(|| Error::new(ErrorCode::NotFound))?;
    let room: Room = room.into();
    let role = member.filter(|(_, left_at)| left_at.is_none()).map(|(role, _)| row::role(&role));
    if role.is_none() && room.kind != RoomKind::Public {
        return Err(Error::new(ErrorCode::NotFound));
    }
    let role = role.map(|role| role.effective(crate::accounts::site_role(&site_role), room.kind));
    Ok((Access { room, role, user_id }, Origin { rev, site: site.unwrap_or_default() }))
}

/// The room as `GET /rooms/{id}` shows it.
pub async fn find(app: &App, user_id: UserId, room_id: RoomId) -> Result<RoomView, Error> {
    let mut conn = app.db.get().await?;
    let access = access(&mut conn, user_id, room_id).await?;
    let member_count = count_members(&mut conn, room_id.0).await?;
    Ok(RoomView { room: access.room, member_count, joined: access.role.is_some() })
}

/// What must be unique of a room's name: without regard to case, in every script.
pub fn name_key(name: &str) -> String {
    unicase::UniCase::unicode(name).to_folded_case()
}

/// People in a room now.
pub async fn count_members(conn: &mut AsyncPgConnection, room_id: Uuid) -> Result<i64, Error> {
    let present = members::table.filter(members::room_id.eq(room_id).and(members::left_at.is_null()));
    Ok(present.count().get_result(conn).await?)
}

/// The rooms `user_id` is in, among `room_ids`.
pub async fn which_are_mine(
    conn: &mut AsyncPgConnection,
    user_id: UserId,
    room_ids: &[Uuid],
) -> Result<Vec<RoomId>, Error> {
    let ids: Vec<Uuid> = members::table
        .inner_join(rooms::table.on(rooms::id.eq(members::room_id)))
        .filter(members::user_id.eq(user_id.0).and(members::left_at.is_null()).and(rooms::deleted_at.is_null()))
        .filter(members::room_id.eq_any(room_ids))
        .select(members::room_id)
        .load(conn)
        .await?;
    Ok(ids.into_iter().map(RoomId).collect())
}
