//! One's own account: what it shows, and its password.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::{ChangePassword, ErrorCode, Me, SessionId, UpdateMe, User, limits, validate};
use uuid::Uuid;

use super::Caller;
use super::limits::{Limit, limit};
use super::passwords::{self, Verdict};
use super::row::UserRow;
use crate::app::App;
use crate::db::schema::{sessions, users};
use crate::error::Error;
use crate::realtime::News;
use crate::site;

/// The caller's account with the fields only they see.
pub async fn me(app: &App, caller: &Caller) -> Result<Me, Error> {
    let mut conn = app.db.get().await?;
    let (row, email): (UserRow, String) =
        users::table.find(caller.user_id.0).select((UserRow::as_select(), users::email)).first(&mut conn).await?;
    Ok(Me { user: row.into(), email, session_id: caller.session_id })
}

/// Changes the public fields; absent ones stay. All who see the person are told.
pub async fn update_me(app: &App, caller: &Caller, update: UpdateMe) -> Result<Me, Error> {
    let mut faults = validate::Faults::default();
    let line = |field, text: Option<String>, min, max| text.map(|text| validate::line(field, &text, min, max));
    let display_name =
        line("display_name", update.display_name, 1, limits::DISPLAY_NAME_MAX).map(|checked| faults.check(checked));
    let bio = update.bio.map(|text| faults.check(validate::paragraph("bio", &text, limits::BIO_MAX)));
    let status_text =
        line("status_text", update.status_text, 0, limits::STATUS_TEXT_MAX).map(|checked| faults.check(checked));
    faults.finish()?;
    if display_name.is_some() || bio.is_some() || status_text.is_some() {
        let fields = Fields { display_name, bio, status_text };
        let (app, user_id) = (app.clone(), caller.user_id.0);
        app.clone().finish(async move { save(&app, user_id, fields).await }).await?;
    }
    me(app, caller).await
}

#[derive(AsChangeset)]
#[diesel(table_name = users)]
struct Fields {
    display_name: Option<String>,
    bio: Option<String>,
    status_text: Option<String>,
}

async fn save(app: &App, user_id: Uuid, fields: Fields) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            diesel::update(users::table.find(user_id)).set(&fields).execute(conn).await?;
            let rev = site::next_rev(conn).await?;
            let row: UserRow = diesel::update(users::table.find(user_id))
                .set(users::rev.eq(rev))
                .returning(UserRow::as_returning())
                .get_result(conn)
                .await?;
            news.site = Some(site::one_change(app, rev, vec![User::from(row)], Vec::new()));
            app.faults.before_commit().await;
            Ok::<_, Error>(news)
        })
        .await?;
    app.hub.publish(app, news);
    Ok(())
}

/// Changes the password and ends the person's other sessions.
pub async fn change_password(app: &App, caller: &Caller, request: ChangePassword) -> Result<(), Error> {
    // Guessing here is guessing at the sign-in.
    limit(app, Limit::SignInAccount, &caller.user_id.to_string()).await?;
    let mut conn = app.db.get().await?;
    let (username, email, hash): (String, String, String) = users::table
        .find(caller.user_id.0)
        .select((users::username, users::email, users::password_hash))
        .first(&mut conn)
        .await?;
    drop(conn);
    passwords::faults("new", &request.new, &[&username, &email])?;
    if app.passwords.verify(&request.current, Some(hash)).await? == Verdict::Wrong {
        return Err(Error::new(ErrorCode::WrongPassword));
    }
    let hash = app.passwords.hash(&request.new).await?;
    replace_password(app, caller.user_id.0, hash, Some(caller.session_id)).await
}

/// Writes a new password's hash and ends all sessions but `keep`, in one commit; then their sockets are cut.
pub(super) async fn replace_password(
    app: &App,
    user_id: Uuid,
    hash: String,
    keep: Option<SessionId>,
) -> Result<(), Error> {
    let app = app.clone();
    app.clone()
        .finish(async move {
            let mut conn = app.db.get().await?;
            let keep = keep.map_or(Uuid::nil(), |id| id.0);
            let ended: Vec<Uuid> = conn
                .transaction(async |conn| {
                    diesel::update(users::table.find(user_id))
                        .set(users::password_hash.eq(&hash))
                        .execute(conn)
                        .await?;
                    let others = sessions::user_id.eq(user_id).and(sessions::id.ne(keep));
                    let ended = diesel::update(sessions::table.filter(others.and(sessions::ended_at.is_null())))
                        .set(sessions::ended_at.eq(Utc::now()))
                        .returning(sessions::id)
                        .get_results(conn)
                        .await?;
                    Ok::<_, Error>(ended)
                })
                .await?;
            let ended: Vec<SessionId> = ended.into_iter().map(SessionId).collect();
            super::sessions::cut(&app, &ended);
            Ok(())
        })
        .await
}
