//! Pages of history by place: before one, after one, or around a message.

use actix_web::web::Bytes;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Event, Message, MessageId, MessagePage, Rev, RoomId, Seq, User, UserId, limits};
use uuid::Uuid;

use super::MessageRow;
use crate::accounts::UserRow;
use crate::app::App;
use crate::db::schema::{events, messages, users};
use crate::error::Error;
use crate::rooms::EventRow;

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The newest.
    Newest,
    /// The one that ends before this place.
    Before(Seq),
    /// The one that begins after this place.
    After(Seq),
    /// The one with this message in its middle.
    Around(MessageId),
}

/// Which messages of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Its history, with its system lines.
    Room,
    /// The answers in the thread of this message.
    Thread(MessageId),
}

/// System lines of a page at most, in either direction; where more happened, the page ends.
const EVENTS: i64 = 200;

/// A page of a room's history, as a [`MessagePage`] in JSON.
pub async fn list(
    app: &App,
    user_id: UserId,
    room_id: RoomId,
    scope: Scope,
    place: Place,
    limit: i64,
) -> Result<Bytes, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let newest = place == Place::Newest && scope == Scope::Room;
    let mut conn = app.db.get().await?;
    if newest {
        let (access, origin) = crate::rooms::access_now(&mut conn, user_id, room_id).await?;
        access.member()?;
        if let Some(page) = app.newest.find(room_id, limit, origin) {
            return Ok(page);
        }
    }
    // Membership and rows in one snapshot: nobody reads past their removal.
    let (page, origin) = conn
        .build_transaction()
        .read_only()
        .repeatable_read()
        .run(async move |conn| {
            let (access, origin) = crate::rooms::access_now(conn, user_id, room_id).await?;
            access.member()?;
            Ok::<_, Error>((read(conn, room_id, scope, place, limit).await?, origin))
        })
        .await?;
    let page = Bytes::from(serde_json::to_vec(&page).map_err(Error::internal)?);
    if newest {
        app.newest.keep(room_id, limit, origin, page.clone());
    }
    Ok(page)
}

/// A page, membership aside. The head is read first: rows may be newer than it says, never older.
pub async fn read(
    conn: &mut AsyncPgConnection,
    room_id: RoomId,
    scope: Scope,
    place: Place,
    limit: i64,
) -> Result<MessagePage, Error> {
    let head = crate::rooms::changes::head(conn, room_id).await?;
    let (rev, _) = head.ok_or_else(|| Error::new(ErrorCode::NotFound))?;
    if let Scope::Thread(root) = scope {
        place_of(conn, room_id, root).await?;
    }
    let (middle, found) = fill(conn, Rows { room_id, scope }, place, limit).await?;
    let Found { mut items, older, newer } = found;
    let (first, last) = (items.as_slice().first().map(|m| m.seq), items.last().map(|m| m.seq));
    let lines = match scope {
        Scope::Room => {
            Lines::read(conn, room_id, place, middle, (first.filter(|_| older), last.filter(|_| newer))).await?
        }
        Scope::Thread(_) => Lines::default(),
    };
    let Lines { events, cut_below, cut_above } = lines;
    // More happened than a page tells: it ends there, and the next page goes on from that line.
    items.retain(|m| cut_below.is_none_or(|low| low <= m.seq) && cut_above.is_none_or(|high| m.seq <= high));
    let previous = cut_below.or_else(|| first.filter(|_| older));
    let next = cut_above.or_else(|| last.filter(|_| newer));
    Ok(MessagePage { next, previous, ..page_of(conn, items, events, rev).await? })
}

/// These messages with their reactions and people, as a page that nothing follows.
pub(super) async fn page_of(
    conn: &mut AsyncPgConnection,
    items: Vec<Message>,
    events: Vec<Event>,
    rev: Rev,
) -> Result<MessagePage, Error> {
    let reactions = crate::reactions::counts(conn, &items).await?;
    let votes = crate::polls::newest_votes(conn, &items).await?;
    let mut users = people(conn, &items, &events).await?;
    crate::polls::add_voters(conn, &votes, &mut users).await?;
    Ok(MessagePage { items, events, reactions, votes, users, next: None, previous: None, rev })
}

/// The messages of a page, and whether there are others before and after it.
struct Found {
    items: Vec<Message>,
    older: bool,
    newer: bool,
}

/// Fills a page from a place: up to `middle`, which is given with it, downwards, above it upwards.
async fn fill(conn: &mut AsyncPgConnection, rows: Rows, place: Place, limit: i64) -> Result<(Seq, Found), Error> {
    Ok(match place {
        Place::Newest => {
            let (items, older) = rows.before(conn, Seq::MAX, limit).await?;
            (Seq::MAX, Found { items, older, newer: false })
        }
        Place::Before(seq) => {
            let (items, older) = rows.before(conn, seq, limit).await?;
            let newer = rows.any_after(conn, seq.saturating_sub(1)).await?;
            (seq.saturating_sub(1), Found { items, older, newer })
        }
        Place::After(seq) => {
            let (items, newer) = rows.after(conn, seq, limit).await?;
            let older = rows.any_before(conn, seq.saturating_add(1)).await?;
            (seq, Found { items, older, newer })
        }
        Place::Around(id) => {
            let seq = place_of(conn, rows.room_id, id).await?;
            let half = limit / 2;
            let (mut items, older) = match half {
                0 => (Vec::new(), rows.any_before(conn, seq).await?),
                _ => rows.before(conn, seq, half).await?,
            };
            let (rest, newer) = rows.after(conn, seq - 1, limit - half).await?;
            items.extend(rest);
            (seq, Found { items, older, newer })
        }
    })
}

async fn place_of(conn: &mut AsyncPgConnection, room_id: RoomId, id: MessageId) -> Result<Seq, Error> {
    let seq: Option<Seq> = messages::table
        .find(id.0)
        .filter(messages::room_id.eq(room_id.0))
        .select(messages::seq)
        .first(conn)
        .await
        .optional()?;
    seq.ok_or_else(|| Error::new(ErrorCode::NotFound))
}

/// The messages a page is made of; each scope has an index of its own.
#[derive(Clone, Copy)]
struct Rows {
    room_id: RoomId,
    scope: Scope,
}

impl Rows {
    fn all(self) -> messages::BoxedQuery<'static, Pg> {
        let rows = messages::table.filter(messages::room_id.eq(self.room_id.0)).into_boxed();
        match self.scope {
            Scope::Room => rows.filter(messages::in_room),
            Scope::Thread(root) => rows.filter(messages::thread_root_id.eq(root.0)),
        }
    }

    async fn before(self, conn: &mut AsyncPgConnection, seq: Seq, limit: i64) -> Result<(Vec<Message>, bool), Error> {
        let rows = self.all().filter(messages::seq.lt(seq)).order(messages::seq.desc()).limit(limit + 1);
        let (mut items, more) = cut(rows.select(MessageRow::as_select()).load(conn).await?, limit);
        items.reverse();
        Ok((items, more))
    }

    async fn after(self, conn: &mut AsyncPgConnection, seq: Seq, limit: i64) -> Result<(Vec<Message>, bool), Error> {
        let rows = self.all().filter(messages::seq.gt(seq)).order(messages::seq).limit(limit + 1);
        Ok(cut(rows.select(MessageRow::as_select()).load(conn).await?, limit))
    }

    async fn any_after(self, conn: &mut AsyncPgConnection, seq: Seq) -> Result<bool, Error> {
        let found: Vec<Seq> =
            self.all().filter(messages::seq.gt(seq)).select(messages::seq).limit(1).load(conn).await?;
        Ok(!found.is_empty())
    }

    async fn any_before(self, conn: &mut AsyncPgConnection, seq: Seq) -> Result<bool, Error> {
        let found: Vec<Seq> =
            self.all().filter(messages::seq.lt(seq)).select(messages::seq).limit(1).load(conn).await?;
        Ok(!found.is_empty())
    }
}

fn cut(mut rows: Vec<MessageRow>, limit: i64) -> (Vec<Message>, bool) {
    let more = crate::db::page(&mut rows, limit);
    (rows.into_iter().map(Message::from).collect(), more)
}

/// The system lines of a page.
#[derive(Default)]
struct Lines {
    events: Vec<Event>,
    /// The place of the first of them, if there are more below.
    cut_below: Option<Seq>,
    /// The place of the last of them, if there are more above.
    cut_above: Option<Seq>,
}

impl Lines {
    /// Lines stand between a page's messages, up to the place it was asked for with: nothing between two pages that meet
    /// is left out. At either end of the room they reach to its edge. `ends` are the places of the first and the last
    /// message, where others follow.
    async fn read(
        conn: &mut AsyncPgConnection,
        room_id: RoomId,
        place: Place,
        middle: Seq,
        ends: (Option<Seq>, Option<Seq>),
    ) -> Result<Lines, Error> {
        let from = match place {
            Place::After(seq) => seq.saturating_add(1),
            _ => ends.0.unwrap_or(0),
        };
        let to = match place {
            Place::Before(seq) => seq.saturating_sub(1),
            _ => ends.1.unwrap_or(Seq::MAX),
        };
        let (mut events, cut_below) = lines_down(conn, room_id, from, to.min(middle)).await?;
        let (above, cut_above) = lines_up(conn, room_id, from.max(middle.saturating_add(1)), to).await?;
        events.extend(above);
        Ok(Lines { events, cut_below, cut_above })
    }
}

/// The latest lines of a range, oldest first, and the place of the first of them if there are more below.
async fn lines_down(
    conn: &mut AsyncPgConnection,
    room_id: RoomId,
    from: Seq,
    to: Seq,
) -> Result<(Vec<Event>, Option<Seq>), Error> {
    let mut rows: Vec<EventRow> = events::table
        .filter(events::room_id.eq(room_id.0).and(events::seq.between(from, to)))
        .order(events::seq.desc())
        .limit(EVENTS + 1)
        .select(EventRow::as_select())
        .load(conn)
        .await?;
    let more = crate::db::page(&mut rows, EVENTS);
    let edge = rows.last().filter(|_| more).map(|line| line.seq);
    Ok((rows.into_iter().rev().map(Event::from).collect(), edge))
}

/// The earliest lines of a range, and the place of the last of them if there are more above.
async fn lines_up(
    conn: &mut AsyncPgConnection,
    room_id: RoomId,
    from: Seq,
    to: Seq,
) -> Result<(Vec<Event>, Option<Seq>), Error> {
    if from > to {
        return Ok((Vec::new(), None));
    }
    let mut rows: Vec<EventRow> = events::table
        .filter(events::room_id.eq(room_id.0).and(events::seq.between(from, to)))
        .order(events::seq)
        .limit(EVENTS + 1)
        .select(EventRow::as_select())
        .load(conn)
        .await?;
    let more = crate::db::page(&mut rows, EVENTS);
    let edge = rows.last().filter(|_| more).map(|line| line.seq);
    Ok((rows.into_iter().map(Event::from).collect(), edge))
}

/// The people that these messages and lines speak of.
pub async fn people(conn: &mut AsyncPgConnection, items: &[Message], events: &[Event]) -> Result<Vec<User>, Error> {
    let spoken_of = |m: &Message| {
        let others = [m.pinned_by, m.forwarded.as_ref().map(|f| f.author_id)];
        let named = m.participants.iter().chain(&m.mentions).copied().collect::<Vec<_>>();
        named.into_iter().chain(others.into_iter().flatten()).chain([m.author_id]).map(|id| id.0).collect::<Vec<_>>()
    };
    let mut ids: Vec<Uuid> = items.iter().flat_map(spoken_of).collect();
    ids.extend(events.iter().flat_map(|e| [Some(e.actor_id.0), e.user_id.map(|u| u.0)]).flatten());
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<UserRow> = users::table.filter(users::id.eq_any(ids)).select(UserRow::as_select()).load(conn).await?;
    Ok(rows.into_iter().map(User::from).collect())
}
