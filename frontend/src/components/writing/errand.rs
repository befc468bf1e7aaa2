//! Commands, done.

use futures_util::future::LocalBoxFuture;
use types::{NewPoll, RoomId, UpdateRoom};

use super::commands::Command;
use crate::api::{self, Failure};
use crate::dialogs::{Dialog, Open};
use crate::i18n::{self, Key as Text, fill, t};
use crate::live::{Live, new_id};
use crate::route::{Navigator, Route};

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
}

/// Done, or why not.
pub type Done = LocalBoxFuture<'static, Result<(), String>>;

/// Does a command.
pub fn run(errand: Errand) -> Done {
    Box::pin(async move {
        let Errand { room, command, behind, live, navigator, open } = errand;
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

fn said(failure: &Failure) -> String {
    let field = failure.fields().first().map(i18n::field);
    field.unwrap_or_else(|| i18n::failure(failure).to_owned())
}
