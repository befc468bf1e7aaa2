//! How somebody likes things: one row, kept whole.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::validate::{self, Faults};
use types::{Preferences, PreferencesRow, Rev, RoomOrder, UpdatePreferences, UserId, limits};

use super::Own;
use crate::app::App;
use crate::db::schema::preferences;
use crate::error::Error;
use crate::realtime::News;

/// My preferences; those of who never set any have revision 0.
pub async fn find(app: &App, user_id: UserId) -> Result<PreferencesRow, Error> {
    read(&mut *app.db.get().await?, user_id).await
}

/// The same, on a connection that is there.
pub async fn read(conn: &mut AsyncPgConnection, user_id: UserId) -> Result<PreferencesRow, Error> {
    let row: Option<(serde_json::Value, Rev)> = preferences::table
        .find(user_id.0)
        .select((preferences::value, preferences::rev))
        .first(conn)
        .await
        .optional()?;
    let Some((value, rev)) = row else { return Ok(PreferencesRow { preferences: Preferences::default(), rev: 0 }) };
    Ok(PreferencesRow { preferences: serde_json::from_value(value).map_err(Error::internal)?, rev })
}

/// Sets them all; the same again changes nothing.
pub async fn set(app: &App, user_id: UserId, wanted: Preferences) -> Result<PreferencesRow, Error> {
    let wanted = checked(wanted)?;
    write(app, user_id, |_| Ok(wanted)).await
}

/// Sets some of them; what is set elsewhere at the same moment stays.
pub async fn update(app: &App, user_id: UserId, change: UpdatePreferences) -> Result<PreferencesRow, Error> {
    write(app, user_id, |before| checked(change.applied_to(before))).await
}

async fn write(
    app: &App,
    user_id: UserId,
    make: impl FnOnce(Preferences) -> Result<Preferences, Error> + Send,
) -> Result<PreferencesRow, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (row, news) = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, user_id).await?;
            let before = read(conn, user_id).await?;
            let wanted = make(before.preferences.clone())?;
            if before.preferences == wanted {
                return Ok((before, news));
            }
            let value = serde_json::to_value(&wanted).map_err(Error::internal)?;
            let row = PreferencesRow { preferences: wanted, rev: own.next_rev() };
            let columns = (preferences::value.eq(&value), preferences::rev.eq(row.rev));
            diesel::insert_into(preferences::table)
                .values((preferences::user_id.eq(user_id.0), columns))
                .on_conflict(preferences::user_id)
                .do_update()
                .set(columns)
                .execute(conn)
                .await?;
            own.span.preferences = Some(row.clone());
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((row, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(row)
}

/// Within the limits, names as they are kept, each room in one section.
fn checked(wanted: Preferences) -> Result<Preferences, Error> {
    let Preferences { mut sections, order, mut folded, unread_first, hide_reads, undo_seconds, recent_emoji } = wanted;
    let mut faults = Faults::default();
    if sections.len() > limits::SECTIONS_MAX {
        faults.add("sections", "out_of_range", format!("Make at most {} sections.", limits::SECTIONS_MAX));
    }
    let mut placed = HashSet::new();
    for section in &mut sections {
        section.name = faults.check(validate::line("sections", &section.name, 1, limits::SECTION_NAME_MAX));
        if section.room_ids.len() > limits::SECTION_ROOMS_MAX {
            let most = limits::SECTION_ROOMS_MAX;
            faults.add("sections", "out_of_range", format!("Put at most {most} rooms in a section."));
        }
        if !section.room_ids.iter().all(|id| placed.insert(*id)) {
            faults.add("sections", "bad_format", "A room stands in one section, once.");
        }
    }
    folded.category_ids.sort_unstable();
    folded.category_ids.dedup();
    if folded.category_ids.len() as i64 > limits::CATEGORIES_MAX {
        let most = limits::CATEGORIES_MAX;
        faults.add("folded", "out_of_range", format!("There are at most {most} categories."));
    }
    if recent_emoji.len() > limits::RECENT_EMOJI {
        let most = limits::RECENT_EMOJI;
        faults.add("recent_emoji", "out_of_range", format!("At most {most} emoji are remembered."));
    }
    let known = |text: &String| emojis::get(text).map(|emoji| emoji.as_str().to_owned());
    let recent: Option<Vec<String>> = recent_emoji.iter().map(known).collect();
    if recent.is_none() {
        faults.add("recent_emoji", "bad_format", "These are not all emoji.");
    }
    faults.finish()?;
    let recent_emoji = recent.unwrap_or_default();
    let order = if order == RoomOrder::Newest { order } else { RoomOrder::Name };
    Ok(Preferences { sections, order, folded, unread_first, hide_reads, undo_seconds, recent_emoji })
}
