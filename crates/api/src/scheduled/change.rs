//! What its author does with a message that waits: writes it anew, puts it off, takes it back, sends it now.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, MessageId, Scheduled, ScheduledId, ScheduledState, UpdateScheduled, UserId, validate};

use super::{ScheduledRow, check_time, is_message, state, state_text};
use crate::app::App;
use crate::db::schema::scheduled;
use crate::error::Error;
use crate::me::Own;
use crate::messages::{Posted, find, writer};
use crate::realtime::News;

/// Changes the text or the time. What could not be sent waits again once it has a new time.
pub async fn update(app: &App, user_id: UserId, id: ScheduledId, change: UpdateScheduled) -> Result<Scheduled, Error> {
    let body = change.body.as_deref().map(validate::body).transpose()?;
    let send_at = change.send_at.map(check_time).transpose()?;
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (row, news) = conn
        .transaction(async |conn| {
            let mut row = open(conn, user_id, id).await?;
            let before = Scheduled::from(row.clone());
            row.body = body.unwrap_or(row.body);
            if let Some(send_at) = send_at {
                row.send_at = send_at;
                row.state = state_text(ScheduledState::Waiting).into();
            }
            if before == Scheduled::from(row.clone()) {
                return Ok((before, news));
            }
            let mut own = Own::lock(conn, &news, user_id).await?;
            let row = row.save(conn, &mut own).await?;
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((row, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(row)
}

/// Takes it back; again changes nothing.
pub async fn cancel(app: &App, user_id: UserId, id: ScheduledId) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            let row = lock(conn, user_id, id).await?;
            if state(&row.state) == ScheduledState::Cancelled {
                return Ok(news);
            }
            let mut row = still_open(conn, row).await?;
            row.state = state_text(ScheduledState::Cancelled).into();
            let mut own = Own::lock(conn, &news, user_id).await?;
            row.save(conn, &mut own).await?;
            own.save(conn, &mut news).await?;
            Ok::<_, Error>(news)
        })
        .await?;
    app.hub.publish(app, news);
    Ok(())
}

/// Sends it now. A refusal is told and leaves it as it was; once it is sent, the same again answers with the message.
pub async fn send(app: &App, user_id: UserId, id: ScheduledId) -> Result<Posted, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (posted, news) = conn
        .transaction(async |conn| {
            let mut row = lock(conn, user_id, id).await?;
            match state(&row.state) {
                ScheduledState::Cancelled => return Err(Error::new(ErrorCode::NotFound)),
                ScheduledState::Sent => {
                    let message = find::visible(conn, user_id, MessageId(id.0)).await?;
                    return Ok((Posted::Again(message), news));
                }
                _ => {}
            }
            let posted = writer::post(app, row.draft(app).await?).await?;
            row.state = state_text(ScheduledState::Sent).into();
            let mut own = Own::lock(conn, &news, user_id).await?;
            row.save(conn, &mut own).await?;
            own.save(conn, &mut news).await?;
            Ok((posted, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(posted)
}

/// A row of mine, locked; whoever sends it meanwhile is waited for.
async fn lock(conn: &mut AsyncPgConnection, user_id: UserId, id: ScheduledId) -> Result<ScheduledRow, Error> {
    let row = scheduled::table.find(id.0).filter(scheduled::user_id.eq(user_id.0));
    let row: Option<ScheduledRow> = row.select(ScheduledRow::as_select()).for_update().first(conn).await.optional()?;
    row.ok_or_else(|| Error::new(ErrorCode::NotFound))
}

/// The same, if it can still be changed.
async fn open(conn: &mut AsyncPgConnection, user_id: UserId, id: ScheduledId) -> Result<ScheduledRow, Error> {
    let row = lock(conn, user_id, id).await?;
    still_open(conn, row).await
}

async fn still_open(conn: &mut AsyncPgConnection, row: ScheduledRow) -> Result<ScheduledRow, Error> {
    match state(&row.state) {
        ScheduledState::Cancelled => Err(Error::new(ErrorCode::NotFound)),
        // A node may have died between the post and the mark: then the next round marks it.
        open if open == ScheduledState::Sent || is_message(conn, row.id).await? => {
            Err(Error::with(ErrorCode::NotFound, "This message was sent already."))
        }
        _ => Ok(row),
    }
}
