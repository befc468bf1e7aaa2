//! The rooms last seen: shown before the network answers, kept as they change, let go when they are mine no more.

use std::time::Duration;

use futures_util::future::FutureExt;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use sync::Sorted;
use types::{Changes, Epoch, MyRoom, RoomId, Site, User, UserId};
use wasm_bindgen::JsValue;

use super::database::{OUTBOX, ROOMS, Turn};
use super::{Answer, mark};
use crate::pause;
use crate::state::State;

/// So many rooms are kept, the last seen first.
const ROOMS_KEPT: usize = 20;
/// And of each so many messages.
const MESSAGES_KEPT: usize = 60;

/// What is kept beside the rows of the rooms.
#[derive(Serialize, Deserialize)]
struct List {
    epoch: Epoch,
    site: Option<Site>,
    me: Option<User>,
    rooms: Vec<MyRoom>,
    seen: Vec<RoomId>,
}

/// Fills what is empty in the state.
pub(super) fn show(state: State) -> Answer<Vec<RoomId>> {
    async move { fill(state).await.ok() }.boxed_local()
}

async fn fill(state: State) -> Result<Vec<RoomId>, JsValue> {
    let Some(me) = state.me.try_get_untracked().flatten().map(|me| me.to_string()) else { return Ok(Vec::new()) };
    let turn = Turn::begin(ROOMS).await?;
    let text = turn.read(&me).await?;
    if text.is_none() {
        // An empty list says that rooms may be kept: whoever wipes takes it away.
        turn.write(&me, Some(""))?;
    }
    let list: Option<List> = text.and_then(|text| types::from_text(&text).ok());
    let Some(list) = list.filter(|list| state.fits(&list.epoch)) else { return Ok(Vec::new()) };
    let mut first = true;
    for room in &list.seen {
        let text = match first {
            true => turn.read(&name(&me, *room)).await?,
            // After the first is on screen; a transaction does not outlast such a pause.
            false => Turn::begin(ROOMS).await?.read(&name(&me, *room)).await?,
        };
        if !state.fits(&list.epoch) {
            return Ok(Vec::new());
        }
        let rows: Option<Changes> = text.and_then(|text| types::from_text(&text).ok());
        if let Some(rows) = rows.filter(|rows| rows.epoch == list.epoch) {
            state.people.add(&rows.users);
            let item = list.rooms.iter().find(|item| item.room.id == *room && item.unread > 0);
            state.history.remember(&rows, item.map(|item| item.read_seq));
        }
        if first {
            first = false;
            state.people.add(list.me.as_slice());
            state.remember(&list.epoch, list.site.clone(), list.rooms.clone());
        }
        pause::wait(Duration::ZERO).await;
    }
    if first {
        state.remember(&list.epoch, list.site, list.rooms);
    }
    Ok(list.seen)
}

/// Keeps the list, and the rows of those rooms that changed, as far as they were lately seen.
pub(super) fn keep(state: State, seen: Vec<RoomId>, changed: Vec<RoomId>) -> Answer<()> {
    async move { write(state, seen, &changed).await.ok() }.boxed_local()
}

async fn write(state: State, seen: Vec<RoomId>, changed: &[RoomId]) -> Result<(), JsValue> {
    let Some((me, epoch)) = state.me.try_get_untracked().flatten().zip(state.epoch()) else { return Ok(()) };
    // Taken before anything is awaited: afterwards the state may be another's.
    let rows: Vec<Changes> = changed.iter().filter_map(|room| rows_of(state, *room, &epoch)).collect();
    let site = state.site.get_untracked();
    let mut list = List { epoch, site, me: state.people.known(me), rooms: state.rooms.all_now(), seen };
    let name_of_list = me.to_string();
    let turn = Turn::begin(ROOMS).await?;
    // Wiped since this tab began.
    let Some(before) = turn.read(&name_of_list).await? else { return Ok(()) };
    let before: Option<List> = types::from_text(&before).ok();
    let elsewhere = before.filter(|before| before.epoch == list.epoch).map(|before| before.seen).unwrap_or_default();
    let mut listed = Sorted::new();
    list.seen.extend(elsewhere);
    list.seen.retain(|room| list.rooms.iter().any(|item| item.room.id == *room) && listed.insert(*room, ()).is_none());
    list.seen.truncate(ROOMS_KEPT);
    for room in rows.iter().filter(|rows| list.seen.contains(&rows.room_id)) {
        turn.write(&name(&name_of_list, room.room_id), text(room).as_deref())?;
    }
    let names: Vec<String> = list.seen.iter().map(|room| name(&name_of_list, *room)).collect();
    for gone in turn.names_under(&name_of_list).await?.iter().filter(|held| !names.contains(*held)) {
        turn.write(gone, None)?;
    }
    turn.write(&name_of_list, Some(&text(&list).unwrap_or_default()))?;
    turn.end().await?;
    mark(Some(me));
    Ok(())
}

/// Lets go what is kept of a person.
pub(super) fn wipe(person: UserId, everything: bool) -> Answer<()> {
    mark(None);
    async move { clear(&person.to_string(), everything).await.ok() }.boxed_local()
}

async fn clear(person: &str, everything: bool) -> Result<(), JsValue> {
    let turn = Turn::begin(ROOMS).await?;
    turn.clear(person)?;
    turn.end().await?;
    if everything {
        let turn = Turn::begin(OUTBOX).await?;
        turn.clear(person)?;
        turn.end().await?;
    }
    Ok(())
}

/// The newest rows of a room and the people they speak of.
fn rows_of(state: State, room: RoomId, epoch: &Epoch) -> Option<Changes> {
    let rows = state.history.seen(room)?.rows;
    let mut rows = rows.with_untracked(|rows| rows.snapshot(epoch, MESSAGES_KEPT))?;
    let authors = rows.messages.iter().map(|message| message.author_id);
    let actors = rows.events.iter().flat_map(|event| [Some(event.actor_id), event.user_id]).flatten();
    let people: Sorted<UserId, ()> = authors.chain(actors).map(|person| (person, ())).collect();
    rows.users = people.keys().filter_map(|person| state.people.known(*person)).collect();
    Some(rows)
}

fn name(person: &str, room: RoomId) -> String {
    format!("{person}/{room}")
}

fn text<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok()
}
