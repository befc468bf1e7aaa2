//! A room under its lock: each change takes the next revision here, and the span they make is what is published. (Posts
//! take theirs in one statement for many rooms, under the same lock: `messages/store.rs`.)

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{Changes, ErrorCode, EventKind, Member, Message, Reaction, Rev, Room, RoomId, RoomRole, Seq, UserId, Vote};

use super::row::{EventRow, MemberRow, RoomRow, event_text, role_text};
use crate::app::App;
use crate::db::schema::{events, members, room_heads, rooms};
use crate::error::Error;
use crate::realtime::News;

/// A room whose head is locked until the end of the transaction.
pub struct Locked {
    /// The room as it is under the lock.
    pub room: Room,
    last_seq: Seq,
    span: Changes,
}

impl Locked {
    /// Locks the head of a live room. The room is read after the lock, so it is what the last commit left.
    pub async fn lock(conn: &mut AsyncPgConnection, news: &News, room_id: RoomId) -> Result<Locked, Error> {
        let head = room_heads::table.find(room_id.0).select((room_heads::rev, room_heads::last_seq));
        let head: Option<(Rev, Seq)> = match news.drawn {
            false => head.for_update().first(conn).await.optional()?,
            true => head.first(conn).await.optional()?,
        };
        let room: Option<RoomRow> = rooms::table
            .find(room_id.0)
            .filter(rooms::deleted_at.is_null())
            .select(RoomRow::as_select())
            .first(conn)
            .await
            .optional()?;
        let (Some((rev, last_seq)), Some(room)) = (head, room) else { return Err(Error::new(ErrorCode::NotFound)) };
        let rev = if news.drawn { crate::seeded::draw(conn).await? } else { rev };
        Ok(Locked { span: news.span(room_id, rev), room: room.into(), last_seq })
    }

    /// Locks a room on behalf of somebody and gives their role; refuses as [`super::access`] does.
    pub async fn lock_for(
        conn: &mut AsyncPgConnection,
        news: &News,
        user_id: UserId,
        room_id: RoomId,
    ) -> Result<(Locked, RoomRole), Error> {
        let locked = Locked::lock(conn, news, room_id).await?;
        let membership = super::access(conn, user_id, room_id).await?.member()?;
        Ok((locked, membership.role))
    }

    /// A new room, whose head row nobody else can see yet.
    pub(super) fn fresh(news: &News, room: Room) -> Locked {
        let mut span = news.span(room.id, 0);
        span.rev = 1;
        span.room = Some(room.clone());
        Locked { room, last_seq: 0, span }
    }

    /// Takes the next revision.
    pub fn next_rev(&mut self) -> Rev {
        self.span.rev += 1;
        self.span.rev
    }

    /// Place of the newest message.
    pub fn last_seq(&self) -> Seq {
        self.last_seq
    }

    /// Refuses unless the room can be written in.
    pub fn writable(&self) -> Result<(), Error> {
        match self.room.archived_at {
            Some(_) => Err(Error::new(ErrorCode::RoomArchived)),
            None => Ok(()),
        }
    }

    /// Notes a message that was changed (or posted) at the revision it carries.
    pub fn touched(&mut self, message: Message) {
        if message.in_room {
            self.last_seq = self.last_seq.max(message.seq);
        }
        self.span.messages.push(message);
    }

    /// Notes a reaction that was set or taken back at the revision it carries.
    pub fn reacted(&mut self, reaction: Reaction) {
        self.span.reactions.push(reaction);
    }

    /// Notes a vote that was cast, changed or taken back at the revision it carries.
    pub fn voted(&mut self, vote: Vote) {
        self.span.votes.push(vote);
    }

    /// Writes somebody's place in the room: in with a role, or out.
    pub async fn set_member(
        &mut self,
        conn: &mut AsyncPgConnection,
        user_id: UserId,
        role: RoomRole,
        inside: bool,
        entering: bool,
    ) -> Result<Member, Error> {
        let now = crate::now();
        let row = MemberRow {
            room_id: self.room.id.0,
            user_id: user_id.0,
            role: role_text(role).into(),
            joined_at: now,
            left_at: (!inside).then_some(now),
            rev: self.next_rev(),
        };
        let rest = (
            members::role.eq(excluded(members::role)),
            members::left_at.eq(excluded(members::left_at)),
            members::rev.eq(excluded(members::rev)),
        );
        let insert = diesel::insert_into(members::table).values(&row).on_conflict((members::room_id, members::user_id));
        let saved: MemberRow = if entering {
            insert
                .do_update()
                .set((rest, members::joined_at.eq(excluded(members::joined_at))))
                .returning(MemberRow::as_returning())
                .get_result(conn)
                .await?
        } else {
            insert.do_update().set(rest).returning(MemberRow::as_returning()).get_result(conn).await?
        };
        let member: Member = saved.into();
        self.span.members.retain(|m| m.user_id != user_id);
        self.span.members.push(member.clone());
        Ok(member)
    }

    /// Adds a system line.
    pub async fn add_event(
        &mut self,
        conn: &mut AsyncPgConnection,
        kind: EventKind,
        actor_id: UserId,
        user_id: Option<UserId>,
        text: Option<String>,
    ) -> Result<(), Error> {
        let row = EventRow {
            room_id: self.room.id.0,
            seq: self.next_rev(),
            kind: event_text(kind).into(),
            actor_id: actor_id.0,
            user_id: user_id.map(|id| id.0),
            text,
            created_at: crate::now(),
        };
        diesel::insert_into(events::table).values(&row).execute(conn).await?;
        self.span.events.push(row.into());
        Ok(())
    }

    /// Writes the room's own row at the next revision.
    pub async fn save_room(&mut self, conn: &mut AsyncPgConnection) -> Result<(), Error> {
        let rev = self.next_rev();
        self.room.rev = rev;
        let room = &self.room;
        diesel::update(rooms::table.find(room.id.0))
            .set((
                rooms::name.eq(room.name.as_ref()),
                rooms::name_key.eq(room.name.as_deref().map(super::name_key)),
                rooms::topic.eq(&room.topic),
                rooms::kind.eq(super::row::kind_text(room.kind)),
                rooms::archived_at.eq(room.archived_at),
                rooms::deleted_at.eq(room.deleted_at),
                rooms::category_id.eq(room.category_id.map(|id| id.0)),
                rooms::rev.eq(rev),
            ))
            .execute(conn)
            .await
            .map_err(Error::on_unique("rooms_name_key", ErrorCode::RoomNameTaken))?;
        self.span.room = Some(room.clone());
        Ok(())
    }

    /// Raises the head to what was taken and gives the span to the news; the last statement on this room.
    pub async fn save(self, app: &App, conn: &mut AsyncPgConnection, news: &mut News) -> Result<(), Error> {
        let Locked { last_seq, span, .. } = self;
        if span.rev == span.since {
            return Ok(());
        }
        // By the sequence, a fault put in on purpose, another may have raised the head meanwhile.
        let (rev, seq) = match news.drawn {
            false => ("$2", "$3"),
            true => ("greatest(rev, $2)", "greatest(last_seq, $3)"),
        };
        diesel::sql_query(format!(
            "UPDATE room_heads SET rev = {rev}, last_seq = {seq}, touched_at = clock_timestamp() WHERE room_id = $1"
        ))
        .bind::<SqlUuid, _>(span.room_id.0)
        .bind::<BigInt, _>(span.rev)
        .bind::<BigInt, _>(last_seq)
        .execute(conn)
        .await?;
        app.faults.before_commit().await;
        news.rooms.push(span);
        Ok(())
    }
}
