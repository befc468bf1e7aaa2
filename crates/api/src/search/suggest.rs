//! What the word that is being typed may become: people, my rooms, operators. Nothing that a search would not find: no
//! room that is not mine, nobody with whom there is a block.

use diesel::dsl::not;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::search::query::OPERATORS;
use types::{Room, Suggestion, SuggestionKind, Suggestions, User, UserId, limits};
use uuid::Uuid;

use super::plan;
use crate::accounts::{self, UserRow};
use crate::app::App;
use crate::db::schema::{blocks, rooms, users};
use crate::error::Error;
use crate::rooms::RoomRow;

/// Of people and of rooms each, while it is open what is meant.
const FEW: i64 = 3;

/// `GET /search/suggestions`: `word` is what stands before the cursor, up to the space before it.
pub async fn suggest(app: &App, user_id: UserId, word: &str) -> Result<Suggestions, Error> {
    let word: String = word.chars().take(limits::SEARCH_QUERY_MAX).collect();
    let (minus, word) = match word.strip_prefix('-') {
        Some(word) => ("-", word.to_owned()),
        None => ("", word),
    };
    let mut conn = app.db.get().await?;
    let items = conn
        .build_transaction()
        .read_only()
        .repeatable_read()
        .run(async move |conn| match word.split_once(':') {
            Some((operator, value)) => values(conn, user_id, &operator.to_lowercase(), value).await,
            None => anything(conn, user_id, &word).await,
        })
        .await?;
    let items = items.into_iter().map(|item| Suggestion { text: format!("{minus}{}", item.text), ..item });
    Ok(Suggestions { items: items.collect() })
}

/// What may follow an operator.
async fn values(
    conn: &mut AsyncPgConnection,
    user_id: UserId,
    operator: &str,
    value: &str,
) -> Result<Vec<Suggestion>, Error> {
    let Some((name, values)) = OPERATORS.iter().find(|(name, _)| *name == operator) else { return Ok(Vec::new()) };
    let bare = value.trim_start_matches(['@', '#', '"']);
    let lower = value.to_lowercase();
    let fixed = values.iter().filter(|fixed| fixed.starts_with(&lower));
    let mut items: Vec<Suggestion> = fixed.map(|fixed| operator_named(format!("{name}:{fixed}"))).collect();
    if matches!(*name, "from" | "mentions") || (*name == "in" && !value.starts_with('#')) {
        let found = people(conn, user_id, bare, if *name == "in" { FEW } else { limits::SUGGESTIONS_MAX }).await?;
        items.extend(found.into_iter().map(|user| person(name, user)));
    }
    if *name == "in" && !value.starts_with('@') {
        items.extend(my_rooms(conn, user_id, bare, limits::SUGGESTIONS_MAX).await?.into_iter().filter_map(room));
    }
    items.truncate(usize::try_from(limits::SUGGESTIONS_MAX).unwrap_or(usize::MAX));
    Ok(items)
}

/// What a word may become that is no operator yet.
async fn anything(conn: &mut AsyncPgConnection, user_id: UserId, word: &str) -> Result<Vec<Suggestion>, Error> {
    let lower = word.to_lowercase();
    let begun = OPERATORS.iter().filter(|(name, _)| name.starts_with(&lower));
    let mut items: Vec<Suggestion> = begun.map(|(name, _)| operator_named(format!("{name}:"))).collect();
    let bare = word.trim_start_matches(['@', '#']);
    if bare.is_empty() && word.is_empty() {
        return Ok(items);
    }
    if !word.starts_with('#') {
        items.extend(people(conn, user_id, bare, FEW).await?.into_iter().map(|user| person("from", user)));
    }
    if !word.starts_with('@') {
        items.extend(my_rooms(conn, user_id, bare, FEW).await?.into_iter().filter_map(room));
    }
    Ok(items)
}

fn operator_named(text: String) -> Suggestion {
    Suggestion { kind: SuggestionKind::Operator, text, user: None, room: None }
}

fn person(operator: &str, user: User) -> Suggestion {
    let text = format!("{operator}:@{}", user.username);
    Suggestion { kind: SuggestionKind::Person, text, user: Some(user), room: None }
}

/// None for a room that can't be written: its name holds a quote.
fn room(room: Room) -> Option<Suggestion> {
    let name = room.name.as_deref()?;
    let text = match name.contains(char::is_whitespace) {
        true => format!("in:#\"{name}\""),
        false => format!("in:#{name}"),
    };
    let quoted = name.contains(['"', '“', '”', '„', '«', '»']);
    (!quoted).then_some(Suggestion { kind: SuggestionKind::Room, text, user: None, room: Some(room) })
}

/// People whose name begins so.
async fn people(conn: &mut AsyncPgConnection, me: UserId, begin: &str, limit: i64) -> Result<Vec<User>, Error> {
    let begin = accounts::prefix(begin);
    let blocking = blocks::table.filter(not(blocks::removed)).filter(blocks::blocked_id.eq(me.0));
    let mut apart: Vec<Uuid> = blocking.select(blocks::user_id).load(conn).await?;
    apart.extend(plan::blocked_by(conn, me).await?);
    let rows: Vec<UserRow> = users::table
        .filter(users::username.like(begin.clone()).or(accounts::lower(users::display_name).like(begin)))
        .filter(users::id.ne_all(apart))
        .order(users::username)
        .limit(limit)
        .select(UserRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// Rooms of mine with this in their name.
async fn my_rooms(conn: &mut AsyncPgConnection, me: UserId, part: &str, limit: i64) -> Result<Vec<Room>, Error> {
    let mine = plan::rooms_of(conn, me).await?;
    let part = crate::rooms::name_key(part).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let rows: Vec<RoomRow> = rooms::table
        .filter(rooms::id.eq_any(mine).and(rooms::name_key.like(format!("%{part}%"))))
        .order(rooms::name_key)
        .limit(limit)
        .select(RoomRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(Room::from).collect())
}
