//! A person's devices: the sessions they have, and ending one.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use types::{ErrorCode, Session, SessionId};
use uuid::Uuid;

use super::{Caller, sessions as standing};
use crate::app::App;
use crate::db::schema::sessions;
use crate::error::Error;

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct SessionRow {
    id: Uuid,
    device: String,
    address: String,
    created_at: DateTime<Utc>,
    last_used_at: DateTime<Utc>,
}

/// The caller's devices, the one last used first.
pub async fn list_sessions(app: &App, caller: &Caller) -> Result<Vec<Session>, Error> {
    let mut conn = app.db.get().await?;
    let rows: Vec<SessionRow> = sessions::table
        .filter(sessions::user_id.eq(caller.user_id.0).and(sessions::ended_at.is_null()))
        .filter(sessions::expires_at.gt(diesel::dsl::now))
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .limit(types::limits::PAGE_MAX)
        .select(SessionRow::as_select())
        .load(&mut conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Session {
            id: SessionId(row.id),
            device: row.device,
            address: row.address,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            current: row.id == caller.session_id.0,
        })
        .collect())
}

/// Ends one of the caller's sessions; another's, or one that has ended, is not found.
pub async fn end_session(app: &App, caller: &Caller, id: SessionId) -> Result<(), Error> {
    let (app, user_id) = (app.clone(), caller.user_id.0);
    app.clone()
        .finish(async move {
            let mut conn = app.db.get().await?;
            let mine = sessions::id.eq(id.0).and(sessions::user_id.eq(user_id));
            let ended = diesel::update(sessions::table.filter(mine.and(sessions::ended_at.is_null())))
                .set(sessions::ended_at.eq(Utc::now()))
                .execute(&mut conn)
                .await?;
            if ended == 0 {
                return Err(Error::new(ErrorCode::NotFound));
            }
            standing::cut(&app, &[id]);
            Ok(())
        })
        .await
}
