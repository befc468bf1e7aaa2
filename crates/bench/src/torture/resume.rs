//! Somebody who was away comes back: at another node, after every node was restarted, they read what they missed from
//! the feed and hold what the database holds.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use client::{Posted, text};
use serde_json::json;
use sync::RoomState;
use tokio::task::JoinSet;
use tokio::time::Instant;
use types::{RoomId, RoomKind, limits};

use super::town::{Foundation, Person, Town};
use super::truth;

/// Those who write while one is away.
const WRITERS: usize = 16;

/// Runs it: so many changes are missed, one in ten of them an edit, one in twenty a deletion.
pub(super) async fn run(server: &Path, changes: usize, redis: bool) -> Result<()> {
    let folder = crate::host::folder("resume")?;
    let town = Town::found(&Foundation { server, nodes: 2, redis, fault: None, folder: folder.path() }).await?;
    let ada = town.person("ada").await?;
    let room = ada.client.create_room("long", RoomKind::Private).await?.id;
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        writers.push(town.person(&format!("writer{number}")).await?);
    }
    let ids: Vec<_> = writers.iter().map(Person::id).collect();
    ada.client.add_members(room, &ids).await?;
    let mut state = RoomState::new(room);
    catch_up(&town, &ada, &mut state).await?;
    let mut tasks = JoinSet::new();
    for writer in writers {
        tasks.spawn(async move { write(&writer, room, changes / WRITERS + 1).await });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    for station in &town.stations {
        station.stop().await?;
        station.up().await?;
    }
    let before = state.rev();
    let began = Instant::now();
    catch_up(&town, &ada, &mut state).await?;
    let seconds = began.elapsed().as_secs_f64();
    let truth = truth::read(&town.postgres, &[room]).await?;
    let wanted = truth.messages.get(&room).map_or(0, Vec::len);
    let equal = state
        .messages()
        .zip(truth.messages.get(&room).into_iter().flatten())
        .filter(|(held, row)| (held.id, held.seq, held.rev, &held.body) == (row.id, row.seq, row.rev, &row.body));
    let (held, equal) = (state.messages().count(), equal.count());
    println!("{}", json!({ "missed": state.rev() - before, "seconds": seconds, "held": held, "equal": equal }));
    ensure!(held == wanted && equal == wanted, "what is held is not what the database holds ({wanted} messages)");
    Ok(())
}

/// Reads the feed at the second node to its end.
async fn catch_up(town: &Town, person: &Person, state: &mut RoomState) -> Result<()> {
    let client = person.client.at(&town.station(1)?.url);
    loop {
        let feed = client.changes(state.id(), state.rev(), Some(limits::CHANGES_MAX)).await?;
        let _ = state.apply(&feed);
        if !feed.more {
            return Ok(());
        }
    }
}

/// Makes changes: posts, of which some are edited or deleted.
async fn write(writer: &Person, room: RoomId, changes: usize) -> Result<()> {
    let mut last = None;
    for number in 0..changes {
        match (number % 20, last) {
            (7 | 17, Some(id)) => drop(writer.client.edit(id, "better").await?),
            (19, Some(id)) => writer.client.delete_message(id).await?,
            _ => {
                let posted = writer.client.post(room, &text(&format!("number {number}"))).await?;
                last = Some(Posted::message(posted).context("a post without a message")?.id);
            }
        }
    }
    Ok(())
}
