//! The example bot of the crate `client`, run as it stands.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use types::{RoomId, RoomKind, Scope};

use crate::support::{Person, Town};

/// Starts the bot and waits until it listens.
async fn start(town: &Town, token: &str, memory: &std::path::Path) -> Child {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_confab")).with_file_name("examples").join("bot");
    assert!(
        program.is_file(),
        "{} is not there: `cargo nextest run --workspace` builds it, as does `cargo build --package client --examples`",
        program.display()
    );
    let mut bot = Command::new(program)
        .env("CONFAB_URL", &town.node.url)
        .env("CONFAB_TOKEN", token)
        .env("BOT_MEMORY", memory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(bot.stdout.take().unwrap()).lines();
    assert_eq!(lines.next_line().await.unwrap().as_deref(), Some("listening"));
    // What it says later is read away.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    bot
}

/// Waits until so many messages of the bot's are there, and gives their bodies.
async fn heard(person: &Person, bot: &Person, room: RoomId, count: usize) -> Vec<String> {
    let bodies = std::cell::RefCell::new(Vec::new());
    crate::support::until("the bot to answer", async || {
        let rows = person.changes(room, 0, Some(1_000)).await.unwrap().messages;
        let of_bot = rows.into_iter().filter(|message| message.author_id == bot.id());
        *bodies.borrow_mut() = of_bot.map(|message| message.body).collect();
        bodies.borrow().len() >= count
    })
    .await;
    bodies.into_inner()
}

#[tokio::test]
async fn the_example_bot_answers_each_question_once_those_asked_while_it_was_dead_too() {
    let mut town = Town::found("bot").await;
    let mina = town.person("mina").await;
    let user = mina.create_bot("bot").await.unwrap().user;
    let token = mina.create_bot_token(user.id, "test", &[Scope::Read, Scope::Write]).await.unwrap().secret;
    let robot = Person { client: town.stranger(), user };
    let room = mina.room_with("garden", RoomKind::Public, &[&robot]).await.id;
    let folder = tempfile::tempdir().unwrap();
    let memory = folder.path().join("bot.json");
    mina.say(room, "!ping").await;
    let mut bot = start(&town, &token, &memory).await;
    mina.say(room, "!ping").await;
    mina.say(room, "!remind soon tea").await;
    let asked = "In how many seconds? `!remind 60 tea`";
    assert_eq!(heard(&mina, &robot, room, 2).await, ["pong", asked], "what was asked before it came is not its own");
    town.restart().await;
    mina.say(room, "!remind 1 tea").await;
    assert_eq!(heard(&mina, &robot, room, 3).await, ["pong", asked, "tea"]);
    bot.kill().await.unwrap();
    mina.say(room, "!ping").await;
    let _bot = start(&town, &token, &memory).await;
    mina.say(room, "!remind 0 done").await;
    assert_eq!(heard(&mina, &robot, room, 5).await, ["pong", asked, "tea", "pong", "done"]);
}
