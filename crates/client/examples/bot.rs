//! A bot: `!ping` is answered with a pong, and `!remind 60 tea` brings the tea to mind a minute later. What it has heard
//! and what it has yet to say is kept in a file before it is said, so that it may be killed at any moment.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use client::{Client, Live, Update, text};
use serde::{Deserialize, Serialize};
use types::{Changes, Message, RoomId, Seq};

/// What outlives the program.
#[derive(Default, Serialize, Deserialize)]
struct Memory {
    /// The place in each room up to which everything was heard.
    heard: BTreeMap<RoomId, Seq>,
    reminders: Vec<(SystemTime, RoomId, String)>,
    outbox: sync::Outbox,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bot: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let setting = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.into());
    let file = setting("BOT_MEMORY", "bot.json");
    let mut kept = std::fs::read(&file).unwrap_or_else(|_| b"{\"heard\":{},\"reminders\":[],\"outbox\":{}}".into());
    let mut memory: Memory = serde_json::from_slice(&kept)?;

    let client = Client::new(&setting("CONFAB_URL", "http://127.0.0.1:8000"));
    match std::env::var("CONFAB_TOKEN") {
        // A bot's account, made under Settings → Bots; its token needs the scopes `read` and `write`.
        Ok(token) => drop(client.use_token(&token).await?),
        Err(_) => {
            client.sign_in(&setting("CONFAB_LOGIN", "bot"), &setting("CONFAB_PASSWORD", "")).await?;
        }
    }
    let me = client.user_id();
    let rooms = client.my_rooms().await?.items;
    let mut live = Live::new(client).with_outbox(std::mem::take(&mut memory.outbox));
    for mine in rooms {
        memory.heard.entry(mine.room.id).or_insert(mine.rev);
        live.watch(mine.room.id).await?;
    }

    let mut clock = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            update = live.next() => match update? {
                Update::Room(changes) => {
                    for message in memory.news(&changes).filter(|message| Some(message.author_id) != me) {
                        memory.answer(&mut live, message);
                    }
                }
                Update::Ready => println!("listening"),
                Update::Refused { code, .. } => eprintln!("refused: {}", code.as_str()),
                _ => {}
            },
            _ = clock.tick() => memory.remind(&mut live),
        }
        // Before anything of it is said, which the next turn does.
        memory.outbox = live.outbox().clone();
        let now = serde_json::to_vec(&memory)?;
        if now != kept {
            std::fs::write(format!("{file}.new"), &now)?;
            std::fs::rename(format!("{file}.new"), &file)?;
            kept = now;
        }
    }
}

impl Memory {
    /// What was not heard before: rows come again when they are changed, or after a loss.
    fn news<'a>(&mut self, changes: &'a Changes) -> impl Iterator<Item = &'a Message> + use<'a> {
        let heard = self.heard.entry(changes.room_id).or_default();
        let before = std::mem::replace(heard, changes.rev.max(*heard));
        changes.messages.iter().filter(move |message| message.seq > before)
    }

    fn answer(&mut self, live: &mut Live, message: &Message) {
        let words: Vec<&str> = message.body.splitn(3, ' ').collect();
        match words.as_slice() {
            ["!ping"] => drop(live.post(message.room_id, text("pong"))),
            ["!remind", seconds, what] => {
                let pause = seconds.parse().map(Duration::from_secs).ok();
                match pause.and_then(|pause| SystemTime::now().checked_add(pause)) {
                    Some(when) => self.reminders.push((when, message.room_id, (*what).into())),
                    None => drop(live.post(message.room_id, text("In how many seconds? `!remind 60 tea`"))),
                }
            }
            _ => {}
        }
    }

    fn remind(&mut self, live: &mut Live) {
        for (_, room, what) in self.reminders.extract_if(.., |(when, ..)| *when <= SystemTime::now()) {
            live.post(room, text(&what));
        }
    }
}
