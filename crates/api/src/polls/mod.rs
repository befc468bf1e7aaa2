//! Polls: a kind of message, with votes as rows of the room's stream of their own.
//!
//! What is asked is part of the message from the first and never changes, so a poll is posted like any other message and
//! a repeat is known like any other. [`vote`] takes votes, [`close`] ends them.

pub mod close;
pub mod vote;

use std::collections::{HashMap, HashSet};

use chrono::{Duration, SubsecRound};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use types::validate::{self, Faults};
use types::{Message, MessageId, MessageKind, NewPoll, Poll, RoomId, Time, User, UserId, Vote, limits};
use uuid::Uuid;

use crate::accounts::UserRow;
use crate::app::App;
use crate::db::schema::{messages, poll_closings, users, votes};
use crate::error::Error;
use crate::messages::{Draft, Extra, Posted, check_id, names, writer};

/// A row of `votes`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, QueryableByName, Deserialize)]
#[diesel(table_name = votes)]
#[expect(missing_docs, reason = "the migration describes the columns")]
pub struct VoteRow {
    pub message_id: Uuid,
    pub user_id: Uuid,
    pub room_id: Uuid,
    pub seq: i64,
    pub options: Vec<i64>,
    pub anonymous: bool,
    pub counts: Vec<i64>,
    pub voters: i64,
    pub rev: i64,
}

/// The only way a vote leaves the table: who cast an anonymous one does not.
impl From<VoteRow> for Vote {
    fn from(row: VoteRow) -> Vote {
        let VoteRow { message_id, user_id, room_id: _, seq, options, anonymous, counts, voters, rev } = row;
        let (user_id, options) = if anonymous { (None, Vec::new()) } else { (Some(UserId(user_id)), options) };
        Vote { message_id: MessageId(message_id), seq, user_id, options, counts, voters, rev }
    }
}

/// Posts a poll. The same request again answers with the first, as a message does.
pub async fn create(app: &App, user_id: UserId, room_id: RoomId, new: NewPoll) -> Result<Posted, Error> {
    let (id, poll) = parse(new)?;
    if let Some(closes_at) = poll.closes_at {
        plan(app, user_id, room_id, id, closes_at).await?;
    }
    let extra = Extra { kind: Some(MessageKind::Poll), poll: Some(poll.clone()), ..Extra::default() };
    let draft = Draft::new(user_id, room_id, Some(id), text(&poll), None, true, extra);
    writer::post(app, names::resolved(app, draft).await?).await
}

fn parse(new: NewPoll) -> Result<(MessageId, Poll), Error> {
    let mut faults = Faults::default();
    check_id(&mut faults, new.id);
    let question = faults.check(validate::line("question", &new.question, 1, limits::QUESTION_MAX));
    if !(limits::OPTIONS_MIN..=limits::OPTIONS_MAX).contains(&new.options.len()) {
        faults.add("options", "out_of_range", "A poll has 2 to 12 options.");
    }
    let checked = new.options.iter().take(limits::OPTIONS_MAX).map(|option| {
        // All of them are one field: what is wrong with one is said of it.
        validate::line("options", option, 1, limits::OPTION_MAX)
    });
    let options: Vec<String> = checked.map(|option| faults.check(option)).collect();
    if options.iter().collect::<HashSet<_>>().len() < options.len() {
        faults.add("options", "bad_format", "Two options are the same.");
    }
    faults.finish()?;
    let NewPoll { id, multiple, anonymous, closes_at, .. } = new;
    let id = id.unwrap_or_else(|| MessageId(Uuid::now_v7()));
    let closes_at = closes_at.map(|at| at.trunc_subsecs(3));
    Ok((id, Poll { question, options, multiple, anonymous, closes_at, closed_at: None }))
}

/// What a poll asks, as text.
fn text(poll: &Poll) -> String {
    let mut text = format!("📊 **{}**\n", poll.question);
    for (index, option) in poll.options.iter().enumerate() {
        text.push_str(&format!("\n{}. {option}", index + 1));
    }
    text
}

/// Notes when a poll is to be closed, before it is posted: one that was posted and not noted would stay open. Should it
/// not be posted after all, the note is found to be about nothing.
async fn plan(app: &App, user_id: UserId, room_id: RoomId, id: MessageId, closes_at: Time) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    let posted: Option<Uuid> = messages::table.find(id.0).select(messages::id).first(&mut conn).await.optional()?;
    if posted.is_some() {
        // Sent again, perhaps after it closed.
        return Ok(());
    }
    let now = crate::now();
    if closes_at <= now || closes_at > now + Duration::seconds(limits::AHEAD_MAX) {
        return Err(Error::field("closes_at", "out_of_range", "A poll closes within a year from now."));
    }
    crate::rooms::access(&mut conn, user_id, room_id).await?.member()?;
    diesel::insert_into(poll_closings::table)
        .values((
            poll_closings::message_id.eq(id.0),
            poll_closings::room_id.eq(room_id.0),
            poll_closings::closes_at.eq(closes_at),
        ))
        .on_conflict_do_nothing()
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Of each poll among these messages the newest votes, in the order of the messages and of the votes.
pub async fn newest_votes(conn: &mut AsyncPgConnection, messages: &[Message]) -> Result<Vec<Vote>, Error> {
    let polls: Vec<&Message> = messages.iter().filter(|message| message.poll.is_some()).collect();
    if polls.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = polls.iter().map(|message| message.id.0).collect();
    let rows: Vec<VoteRow> = sql_query(
        "SELECT v.* FROM unnest($1::uuid[]) AS p (id) CROSS JOIN LATERAL \
             (SELECT * FROM votes WHERE message_id = p.id ORDER BY rev DESC LIMIT $2) v",
    )
    .bind::<Array<SqlUuid>, _>(&ids)
    .bind::<BigInt, _>(limits::VOTES_SHOWN)
    .load(conn)
    .await?;
    let places: HashMap<Uuid, usize> = ids.into_iter().enumerate().map(|(place, id)| (id, place)).collect();
    let mut told: Vec<Vote> = rows.into_iter().map(Vote::from).collect();
    told.sort_by_key(|vote| (places.get(&vote.message_id.0).copied(), vote.rev));
    // Of an anonymous poll only the newest says anything.
    let newest: HashMap<MessageId, i64> = told.iter().map(|vote| (vote.message_id, vote.rev)).collect();
    told.retain(|vote| vote.user_id.is_some() || newest.get(&vote.message_id) == Some(&vote.rev));
    Ok(told)
}

/// Adds who cast these votes to the people of a page, in order of their ids.
pub async fn add_voters(conn: &mut AsyncPgConnection, votes: &[Vote], people: &mut Vec<User>) -> Result<(), Error> {
    let missing: HashSet<Uuid> = votes
        .iter()
        .filter_map(|vote| vote.user_id)
        .filter(|id| !people.iter().any(|user| user.id == *id))
        .map(|id| id.0)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let found: Vec<UserRow> =
        users::table.filter(users::id.eq_any(missing)).select(UserRow::as_select()).load(conn).await?;
    people.extend(found.into_iter().map(User::from));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_is_readable_as_text_and_plain_for_notifications() {
        let new =
            NewPoll { question: " Tea? ".into(), options: vec!["green".into(), "black".into()], ..NewPoll::default() };
        let (_, poll) = parse(new).unwrap();
        assert_eq!(text(&poll), "📊 **Tea?**\n\n1. green\n2. black");
    }

    #[test]
    fn one_option_the_same_twice_and_thirteen_are_refused() {
        let refused = |options: Vec<String>| {
            let new = NewPoll { question: "Tea?".into(), options, ..NewPoll::default() };
            parse(new).unwrap_err().fields.iter().any(|fault| fault.field == "options")
        };
        assert!(refused(vec!["green".into()]));
        assert!(refused(vec!["green".into(), " green ".into()]));
        assert!(refused(vec!["green".into(), String::new()]));
        assert!(refused((0..13).map(|number| number.to_string()).collect()));
    }
}
