//! Commands that bots offer: `/weather Oslo` in a room goes to the bot, as a row of its own stream, so that one which was
//! away finds it when it comes back. It answers with a message like any other, or with a note that only the caller sees.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::validate::{self, Faults};
use types::{
    BotCommand, Call, CallCommand, ErrorCode, NewNote, Note, Page, RoomCommand, RoomId, SetCommands, UserId, limits,
};
use uuid::Uuid;

use crate::app::App;
use crate::db::schema::{bot_commands, calls, members, notes, users};
use crate::error::Error;
use crate::me::Own;
use crate::realtime::News;
use crate::rooms;

/// Longest name of a command, in characters.
const NAME_MAX: usize = 32;
/// Names that the page has commands of its own for.
const TAKEN: [&str; 9] = ["invite", "leave", "me", "mute", "poll", "remind", "search", "shrug", "topic"];
/// A bot may tell something to who called it this lately.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::hours(1);
/// Calls and notes are kept this long for devices and bots that are away.
const KEPT: TimeDelta = TimeDelta::days(7);

/// Says which commands a bot offers, in place of those before.
pub async fn set(app: &App, bot: UserId, new: SetCommands) -> Result<Page<BotCommand>, Error> {
    let items = check(new)?;
    let mut conn = app.db.get().await?;
    conn.transaction(async |conn| {
        let is_bot: bool = users::table.find(bot.0).select(users::bot).first(conn).await?;
        if !is_bot {
            return Err(Error::with(ErrorCode::NotAllowed, "Only bots offer commands."));
        }
        diesel::delete(bot_commands::table.filter(bot_commands::bot_id.eq(bot.0))).execute(conn).await?;
        let row = |item: &BotCommand| {
            (
                bot_commands::bot_id.eq(bot.0),
                bot_commands::name.eq(item.name.clone()),
                bot_commands::description.eq(item.description.clone()),
                bot_commands::usage.eq(item.usage.clone()),
            )
        };
        let rows: Vec<_> = items.iter().map(row).collect();
        diesel::insert_into(bot_commands::table).values(rows).execute(conn).await?;
        Ok(())
    })
    .await?;
    Ok(Page { items, next: None })
}

fn check(new: SetCommands) -> Result<Vec<BotCommand>, Error> {
    let mut faults = Faults::default();
    if new.items.len() > limits::BOT_COMMANDS_MAX {
        faults.add("items", "out_of_range", "A bot offers at most 50 commands.");
    }
    let mut items: Vec<BotCommand> = Vec::new();
    for item in new.items.into_iter().take(limits::BOT_COMMANDS_MAX) {
        let letters = item.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !letters || !item.name.starts_with(|c: char| c.is_ascii_lowercase()) || item.name.len() > NAME_MAX {
            faults.add("name", "bad_format", "A command's name is a letter a to z, then letters, digits and dashes.");
        }
        if TAKEN.contains(&item.name.as_str()) || items.iter().any(|other| other.name == item.name) {
            faults.add("name", "reserved", "This name is taken.");
        }
        let max = limits::COMMAND_TEXT_MAX;
        let description = faults.check(validate::line("description", &item.description, 1, max));
        let usage = faults.check(validate::line("usage", &item.usage, 0, max));
        items.push(BotCommand { name: item.name, description, usage });
    }
    faults.finish()?;
    Ok(items)
}

/// The commands of the bots in a room, by name.
pub async fn list(app: &App, user_id: UserId, room_id: RoomId) -> Result<Page<RoomCommand>, Error> {
    let mut conn = app.db.get().await?;
    rooms::access(&mut conn, user_id, room_id).await?.member()?;
    let items = of_room(&mut conn, room_id, None).await?;
    Ok(Page { items, next: None })
}

/// Commands offered in a room, at most a hundred, or those of one name.
async fn of_room(conn: &mut AsyncPgConnection, room_id: RoomId, name: Option<&str>) -> Result<Vec<RoomCommand>, Error> {
    let mut rows = members::table
        .inner_join(users::table.on(users::id.eq(members::user_id).and(users::bot)))
        .inner_join(bot_commands::table.on(bot_commands::bot_id.eq(members::user_id)))
        .filter(members::room_id.eq(room_id.0).and(members::left_at.is_null()))
        .order((bot_commands::name, users::username))
        .limit(limits::PAGE_MAX)
        .select((bot_commands::bot_id, bot_commands::name, bot_commands::description, bot_commands::usage))
        .into_boxed();
    if let Some(name) = name {
        rows = rows.filter(bot_commands::name.eq(name.to_owned()));
    }
    let rows: Vec<(Uuid, String, String, String)> = rows.load(conn).await?;
    let command = |(bot, name, description, usage)| RoomCommand { bot_id: UserId(bot), name, description, usage };
    Ok(rows.into_iter().map(command).collect())
}

/// Calls a command: the bot is told, now or when it is back.
pub async fn call(app: &App, user_id: UserId, room_id: RoomId, name: &str, call: CallCommand) -> Result<(), Error> {
    let text = call.text.trim().to_owned();
    if text.chars().count() > limits::BODY_MAX_CHARS {
        return Err(Error::field("text", "too_long", "Use at most 8000 characters."));
    }
    let mut conn = app.db.get().await?;
    let membership = rooms::access(&mut conn, user_id, room_id).await?.member()?;
    if membership.room.archived_at.is_some() {
        return Err(Error::new(ErrorCode::RoomArchived));
    }
    let offered = of_room(&mut conn, room_id, Some(name)).await?;
    let meant = offered.into_iter().find(|command| call.bot_id.is_none_or(|bot| bot == command.bot_id));
    let bot = meant.ok_or_else(|| Error::with(ErrorCode::NotFound, "No bot here has this command."))?.bot_id;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, bot).await?;
            let (id, created_at, rev) = (Uuid::now_v7(), crate::now(), own.next_rev());
            let old = calls::table.filter(calls::bot_id.eq(bot.0).and(calls::created_at.lt(created_at - KEPT)));
            diesel::delete(old).execute(conn).await?;
            let row = Call { id, room_id, user_id, name: name.into(), text, created_at, rev };
            diesel::insert_into(calls::table)
                .values((
                    calls::id.eq(id),
                    calls::bot_id.eq(bot.0),
                    calls::user_id.eq(user_id.0),
                    calls::room_id.eq(room_id.0),
                    calls::name.eq(&row.name),
                    calls::text.eq(&row.text),
                    calls::created_at.eq(created_at),
                    calls::rev.eq(rev),
                ))
                .execute(conn)
                .await?;
            own.span.calls.push(row);
            own.save(conn, &mut news).await?;
            Ok::<_, Error>(news)
        })
        .await?;
    app.hub.publish(app, news);
    Ok(())
}

/// Tells something to one person alone, who called a command of this bot in this room within the hour.
pub async fn note(app: &App, bot: UserId, room_id: RoomId, new: NewNote) -> Result<Note, Error> {
    let body = validate::body(&new.body)?;
    let mut conn = app.db.get().await?;
    rooms::access(&mut conn, bot, room_id).await?.member()?;
    let called = calls::table
        .filter(calls::bot_id.eq(bot.0).and(calls::user_id.eq(new.user_id.0)).and(calls::room_id.eq(room_id.0)))
        .filter(calls::created_at.gt(crate::now() - ANSWERED_WITHIN));
    let called: bool = diesel::select(diesel::dsl::exists(called)).get_result(&mut conn).await?;
    let present = rooms::which_are_mine(&mut conn, new.user_id, &[room_id.0]).await?;
    if !called || present.is_empty() {
        return Err(Error::with(ErrorCode::NotAllowed, "They called no command of this bot here within the hour."));
    }
    let mut news = News::new(app);
    let (note, news) = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, new.user_id).await?;
            let (id, created_at, rev) = (Uuid::now_v7(), crate::now(), own.next_rev());
            let old =
                notes::table.filter(notes::user_id.eq(new.user_id.0).and(notes::created_at.lt(created_at - KEPT)));
            diesel::delete(old).execute(conn).await?;
            let row = Note { id, room_id, bot_id: bot, body, created_at, rev };
            diesel::insert_into(notes::table)
                .values((
                    notes::id.eq(id),
                    notes::user_id.eq(new.user_id.0),
                    notes::bot_id.eq(bot.0),
                    notes::room_id.eq(room_id.0),
                    notes::body.eq(&row.body),
                    notes::created_at.eq(created_at),
                    notes::rev.eq(rev),
                ))
                .execute(conn)
                .await?;
            own.span.notes.push(row.clone());
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((row, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(note)
}
