//! Voting, and who voted.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Message, MessageId, Poll, Rev, User, UserId, Vote, VotePage, limits};

use super::VoteRow;
use crate::accounts::UserRow;
use crate::app::App;
use crate::db::schema::{users, votes};
use crate::error::Error;
use crate::messages::change::lock;
use crate::messages::find::visible;
use crate::realtime::News;

/// Sets what somebody chooses, in place of what they chose before; nothing takes it back. The same again changes nothing.
pub async fn cast(app: &App, user_id: UserId, id: MessageId, options: &[i64]) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    let seen = visible(&mut conn, user_id, id).await?;
    let options = chosen(asked(&seen)?, options)?;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            let (mut room, message, _) = lock(conn, &news, user_id, seen.room_id, id).await?;
            let poll = asked(&message)?;
            if poll.is_closed(crate::now()) {
                return Err(Error::new(ErrorCode::PollClosed));
            }
            room.writable()?;
            let before = own(conn, user_id, id).await?;
            if before.as_deref().unwrap_or_default() == options {
                return Ok(news);
            }
            let (mut counts, mut voters) = numbers(conn, id, poll).await?;
            let before = before.unwrap_or_default();
            for (index, count) in counts.iter_mut().enumerate() {
                let index = index as i64;
                *count += i64::from(options.contains(&index)) - i64::from(before.contains(&index));
            }
            voters += i64::from(!options.is_empty()) - i64::from(!before.is_empty());
            let row = VoteRow {
                message_id: id.0,
                user_id: user_id.0,
                room_id: message.room_id.0,
                seq: message.seq,
                options,
                anonymous: poll.anonymous,
                counts,
                voters,
                rev: room.next_rev(),
            };
            diesel::insert_into(votes::table)
                .values(&row)
                .on_conflict((votes::message_id, votes::user_id))
                .do_update()
                .set((
                    votes::options.eq(&row.options),
                    votes::counts.eq(&row.counts),
                    votes::voters.eq(row.voters),
                    votes::rev.eq(row.rev),
                ))
                .execute(conn)
                .await?;
            room.voted(row.into());
            room.save(app, conn, &mut news).await?;
            Ok(news)
        })
        .await?;
    app.hub.publish(app, news);
    Ok(())
}

/// What a message asks; refuses one that was deleted or asks nothing.
fn asked(message: &Message) -> Result<&Poll, Error> {
    match &message.poll {
        Some(poll) => Ok(poll),
        None if message.deleted_at.is_some() => Err(Error::new(ErrorCode::MessageDeleted)),
        None => Err(Error::with(ErrorCode::NotFound, "This message is no poll.")),
    }
}

/// The choice as it is kept: in order, each option once.
fn chosen(poll: &Poll, options: &[i64]) -> Result<Vec<i64>, Error> {
    let known = 0..poll.options.len() as i64;
    let mut chosen: Vec<i64> = options.iter().take(limits::OPTIONS_MAX + 1).copied().collect();
    chosen.sort_unstable();
    chosen.dedup();
    if options.len() > limits::OPTIONS_MAX || !chosen.iter().all(|option| known.contains(option)) {
        return Err(Error::field("options", "out_of_range", "The poll has no such option."));
    }
    if chosen.len() > 1 && !poll.multiple {
        return Err(Error::field("options", "not_supported", "One option can be chosen."));
    }
    Ok(chosen)
}

async fn own(conn: &mut AsyncPgConnection, user_id: UserId, id: MessageId) -> Result<Option<Vec<i64>>, Error> {
    Ok(votes::table.find((id.0, user_id.0)).select(votes::options).first(conn).await.optional()?)
}

/// How many chose each option, and how many voted: as the newest vote says.
async fn numbers(conn: &mut AsyncPgConnection, id: MessageId, poll: &Poll) -> Result<(Vec<i64>, i64), Error> {
    let newest = votes::table.filter(votes::message_id.eq(id.0)).order(votes::rev.desc());
    let newest: Option<(Vec<i64>, i64)> = newest.select((votes::counts, votes::voters)).first(conn).await.optional()?;
    Ok(newest.unwrap_or_else(|| (vec![0; poll.options.len()], 0)))
}

/// `GET /messages/{id}/votes`: my own, and who voted for one option or any; the cursor is a revision.
pub async fn list(
    app: &App,
    user_id: UserId,
    id: MessageId,
    option: Option<i64>,
    after: Rev,
    limit: i64,
) -> Result<VotePage, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    asked(&visible(&mut conn, user_id, id).await?)?;
    let mine = own(&mut conn, user_id, id).await?.unwrap_or_default();
    let mut rows = votes::table
        .inner_join(users::table.on(users::id.eq(votes::user_id)))
        .filter(votes::message_id.eq(id.0).and(votes::anonymous.eq(false)).and(votes::rev.gt(after)))
        .filter(votes::options.ne(Vec::<i64>::new()))
        .order(votes::rev)
        .limit(limit + 1)
        .select((VoteRow::as_select(), UserRow::as_select()))
        .into_boxed();
    if let Some(option) = option {
        rows = rows.filter(votes::options.contains(vec![option]));
    }
    let mut rows: Vec<(VoteRow, UserRow)> = rows.load(&mut conn).await?;
    let more = crate::db::page(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|(row, _)| row.rev.to_string());
    let (items, users): (Vec<Vote>, Vec<User>) = rows.into_iter().map(|(v, u)| (v.into(), u.into())).unzip();
    Ok(VotePage { mine, items, users, next })
}
