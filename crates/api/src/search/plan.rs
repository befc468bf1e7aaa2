//! What a query means for who asks: names become ids, days become moments, and the rooms are those they are in now.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use diesel::dsl::not;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Uuid as SqlUuid;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::search::query::{Day, Has, Is, Place, Query, What, Who};
use types::{RoomId, UserId};
use uuid::Uuid;

use super::words::{Sought, Stems};
use crate::db::schema::{blocks, rooms, users};
use crate::error::Error;
use crate::rooms::{direct, name_key};

/// What is looked for, and by whom.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) user_id: UserId,
    /// Only in these, which are theirs.
    pub(super) rooms: Vec<Uuid>,
    /// Only by these.
    pub(super) authors: Option<Vec<Uuid>>,
    /// By none of these.
    pub(super) not_authors: Vec<Uuid>,
    /// Words and phrases.
    pub(super) sought: Vec<Not<Sought>>,
    /// What a message carries: a lexeme of its own.
    pub(super) carried: Vec<Not<&'static str>>,
    /// Whom it names.
    pub(super) named: Vec<Not<UserId>>,
    /// What else it is.
    pub(super) is: Vec<Not<Is>>,
    /// From this moment on.
    pub(super) since: Option<DateTime<Utc>>,
    /// Before this moment.
    pub(super) until: Option<DateTime<Utc>>,
}

/// A condition, or its contrary.
#[derive(Debug, Clone)]
pub(super) struct Not<T> {
    pub(super) negated: bool,
    pub(super) what: T,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Rooms that somebody is in and that still exist; a conversation of two in which one has blocked the other is none.
pub(super) async fn rooms_of(conn: &mut AsyncPgConnection, user_id: UserId) -> Result<Vec<Uuid>, Error> {
    let rows: Vec<Id> = sql_query(
        "SELECT r.id FROM members m JOIN rooms r ON r.id = m.room_id AND r.deleted_at IS NULL \
         WHERE m.user_id = $1 AND m.left_at IS NULL \
         AND CASE WHEN r.kind = 'direct' THEN NOT EXISTS (SELECT FROM blocks b \
             WHERE NOT b.removed AND cardinality(r.user_ids) = 2 \
             AND b.user_id = ANY (r.user_ids) AND b.blocked_id = ANY (r.user_ids)) ELSE true END",
    )
    .bind::<SqlUuid, _>(user_id.0)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// People somebody has blocked.
pub(super) async fn blocked_by(conn: &mut AsyncPgConnection, user_id: UserId) -> Result<Vec<Uuid>, Error> {
    let rows = blocks::table.filter(blocks::user_id.eq(user_id.0).and(not(blocks::removed)));
    Ok(rows.select(blocks::blocked_id).load(conn).await?)
}

/// Makes the plan. `mine` are the rooms of who asks, `east` the minutes that their clock is ahead of UTC.
pub(super) async fn make(
    conn: &mut AsyncPgConnection,
    user_id: UserId,
    mine: &[Uuid],
    query: &Query,
    stems: &Stems,
    east: i32,
) -> Result<Plan, Error> {
    let mut plan = Plan {
        user_id,
        rooms: mine.to_vec(),
        authors: None,
        not_authors: Vec::new(),
        sought: Vec::new(),
        carried: Vec::new(),
        named: Vec::new(),
        is: Vec::new(),
        since: None,
        until: None,
    };
    let clock = Clock { east, now: crate::now() };
    let mut only: Option<Vec<Uuid>> = None;
    for term in &query.terms {
        let negated = term.negated;
        match &term.what {
            What::Word(text) => plan.sought.push(Not { negated, what: Sought::word(text, stems) }),
            What::Phrase(text) => plan.sought.push(Not { negated, what: Sought::phrase(text) }),
            What::From(who) => {
                let id = person(conn, user_id, who).await?.0;
                match negated {
                    true => plan.not_authors.push(id),
                    false => plan.authors.get_or_insert_default().push(id),
                }
            }
            What::In(place) => {
                let id = room(conn, user_id, mine, place).await?.0;
                match negated {
                    true => plan.rooms.retain(|room| *room != id),
                    false => only.get_or_insert_default().push(id),
                }
            }
            What::Has(has) => {
                let what = match has {
                    Has::Link => ":link",
                    Has::File => ":file",
                    Has::Image => ":image",
                };
                plan.carried.push(Not { negated, what });
            }
            What::Mentions(who) => plan.named.push(Not { negated, what: person(conn, user_id, who).await? }),
            What::Is(Is::Thread) => plan.carried.push(Not { negated, what: ":thread" }),
            What::Is(is) => plan.is.push(Not { negated, what: *is }),
            What::Before(day) => plan.end(clock.start(*day)?),
            What::After(day) => plan.begin(clock.end(*day)?),
            What::On(day) => {
                plan.begin(clock.start(*day)?);
                plan.end(clock.end(*day)?);
            }
        }
    }
    if let Some(only) = only {
        plan.rooms.retain(|room| only.contains(room));
    }
    // Whom one does not want to hear from is not found, unless asked for by name.
    let asked = plan.authors.clone().unwrap_or_default();
    plan.not_authors.extend(blocked_by(conn, user_id).await?.into_iter().filter(|id| !asked.contains(id)));
    Ok(plan)
}

impl Plan {
    pub(super) fn begin(&mut self, at: DateTime<Utc>) {
        self.since = Some(self.since.map_or(at, |since| since.max(at)));
    }

    fn end(&mut self, at: DateTime<Utc>) {
        self.until = Some(self.until.map_or(at, |until| until.min(at)));
    }
}

fn unknown(message: String) -> Error {
    Error::field("query", "unknown", message)
}

async fn person(conn: &mut AsyncPgConnection, me: UserId, who: &Who) -> Result<UserId, Error> {
    let Who::Name(name) = who else { return Ok(me) };
    let id: Option<Uuid> =
        users::table.filter(users::username.eq(name)).select(users::id).first(conn).await.optional()?;
    id.map(UserId).ok_or_else(|| unknown(format!("Nobody is called @{name}.")))
}

/// A room that is not theirs is as unknown as one that does not exist.
async fn room(conn: &mut AsyncPgConnection, me: UserId, mine: &[Uuid], place: &Place) -> Result<RoomId, Error> {
    let id: Option<Uuid> = match place {
        Place::Room(name) => {
            let named = rooms::table.filter(rooms::name_key.eq(name_key(name)).and(rooms::id.eq_any(mine)));
            named.select(rooms::id).first(conn).await.optional()?
        }
        Place::Direct(who) => {
            let other = person(conn, me, who).await?;
            let room = direct::find(conn, &direct::key([me, other])).await?;
            room.map(|room| room.id.0).filter(|id| mine.contains(id))
        }
    };
    id.map(RoomId).ok_or_else(|| unknown("You are in no such room.".into()))
}

/// What time it is where somebody is.
struct Clock {
    east: i32,
    now: DateTime<Utc>,
}

impl Clock {
    fn ahead(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.east))
    }

    /// When a day begins.
    fn start(&self, day: Day) -> Result<DateTime<Utc>, Error> {
        self.midnight(self.date(day))
    }

    /// When it ends.
    fn end(&self, day: Day) -> Result<DateTime<Utc>, Error> {
        self.midnight(self.date(day).and_then(|date| date.checked_add_days(Days::new(1))))
    }

    fn date(&self, day: Day) -> Option<NaiveDate> {
        let today = self.now.naive_utc().checked_add_signed(self.ahead())?.date();
        match day {
            Day::Date(date) => Some(date),
            Day::Today => Some(today),
            Day::Yesterday => today.pred_opt(),
        }
    }

    fn midnight(&self, date: Option<NaiveDate>) -> Result<DateTime<Utc>, Error> {
        let midnight = date.and_then(|date| date.and_time(NaiveTime::MIN).checked_sub_signed(self.ahead()));
        midnight.map(|at| at.and_utc()).ok_or_else(|| Error::field("query", "out_of_range", "There is no such day."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_when_it_begins_where_somebody_is() {
        let clock = Clock { east: 120, now: "2026-11-25T22:30:00Z".parse().unwrap() };
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(clock.start(Day::Today).unwrap(), at("2026-11-25T22:00:00Z"));
        assert_eq!(clock.end(Day::Yesterday).unwrap(), at("2026-11-25T22:00:00Z"));
        let west = Clock { east: -300, ..clock };
        assert_eq!(west.start(Day::Today).unwrap(), at("2026-11-25T05:00:00Z"));
        let date = Day::Date(NaiveDate::from_ymd_opt(2026, 12, 31).unwrap());
        assert_eq!(west.end(date).unwrap(), at("2027-01-01T05:00:00Z"));
        assert!(Clock { east: 0, now: at("2026-11-25T22:30:00Z") }.end(Day::Date(NaiveDate::MAX)).is_err());
    }
}
