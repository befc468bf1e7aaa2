//! Commands, done.

use futures_util::future::LocalBoxFuture;
use types::{NewPoll, RoomId, Time, UpdateRoom};

use super::commands::{Ahead, Command, reminder};
use crate::api::{self, Failure};
use crate::clock;
use crate::dialogs::{Dialog, Notice, Open};
use crate::i18n::{self, Key as Text, fill, t};
use crate::live::{Live, new_id};
use crate::route::{Navigator, Route};
use crate::state::Writable;

/// A command that is to be done.
#[derive(Clone)]
pub struct Errand {
    /// Where.
    pub room: RoomId,
    /// What.
    pub command: Command,
    /// What stands behind it.
    pub behind: String,
    /// What does it.
    pub live: Live,
    /// Where one goes then.
    pub navigator: Navigator,
    /// Opens dialogs.
    pub open: Open,
    /// What was done and can't be seen otherwise.
    pub notice: Notice,
}

/// Done, or why not.
pub type Done = LocalBoxFuture<'static, Result<(), String>>;

/// Does a command.
pub fn run(errand: Errand) -> Done {
    Box::pin(async move {
        let Errand { room, command, behind, live, navigator, open, notice } = errand;
        let done = match command {
            Command::Topic => {
                let change = UpdateRoom { topic: Some(behind), ..UpdateRoom::default() };
                live.update_room(room, change).await.map(drop)
            }
            Command::Invite => return invite(room, behind.trim_start_matches('@')).await,
            Command::Leave => live.leave(room).await.map(|()| navigator.go(Route::Home)),
            Command::Poll if behind.is_empty() => {
                open.show(Dialog::NewPoll(room));
                Ok(())
            }
            Command::Poll => return ask(room, &behind).await,
            Command::Remind => remind(live, &behind).await.map(|()| notice.tell(t(Text::WillRemind))),
            Command::Me | Command::Shrug => Ok(()),
        };
        done.map_err(|failure| said(&failure))
    })
}

async fn invite(room: RoomId, username: &str) -> Result<(), String> {
    let found = api::find_users(username).await.map_err(|failure| said(&failure))?;
    let person = found.items.into_iter().find(|user| user.username.eq_ignore_ascii_case(username));
    let Some(person) = person else { return Err(fill(t(Text::CommandNobody), &[("name", username)])) };
    api::add_members(room, vec![person.id]).await.map_err(|failure| said(&failure))
}

async fn ask(room: RoomId, behind: &str) -> Result<(), String> {
    let Some(poll) = super::poll::read(behind) else { return Err(Command::Poll.lacks().unwrap_or_default()) };
    api::post_poll(room, &NewPoll { id: Some(new_id()), ..poll }).await.map_err(|failure| said(&failure))
}

/// Takes a message to be sent later to a room, or to a thread of it.
pub fn schedule(live: Live, (room, root): Writable, body: String, at: Time) -> Done {
    Box::pin(async move { live.schedule(room, root, body, at).await.map_err(|failure| said(&failure)) })
}

/// What is to be thought of is a note to myself, which I am reminded of.
async fn remind(live: Live, behind: &str) -> Result<(), Failure> {
    let Some((ahead, what)) = reminder(behind) else { return Ok(()) };
    let at = match ahead {
        Ahead::Minutes(minutes) => clock::in_minutes(minutes),
        Ahead::Days(days) => clock::on_day(days, 9),
    };
    live.remind_of(what.to_owned(), at).await
}

fn said(failure: &Failure) -> String {
    let field = failure.fields().first().map(i18n::field);
    field.unwrap_or_else(|| i18n::failure(failure).to_owned())
}
