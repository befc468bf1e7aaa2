//! Forwarding: a copy of a message goes to another room, with what is said to it.

use types::validate::{self, Faults};
use types::{ErrorCode, Forward, Forwarded, MessageId, UserId};

use super::find::visible;
use super::{Draft, Extra, check_id};
use crate::app::App;
use crate::error::Error;

/// The message that passes on `id`, to be posted like any other.
pub async fn draft(app: &App, user_id: UserId, id: MessageId, forward: Forward) -> Result<Draft, Error> {
    let mut faults = Faults::default();
    check_id(&mut faults, forward.id);
    let said = match forward.body.is_empty() {
        true => Ok(String::new()),
        false => validate::body(&forward.body),
    };
    let body = faults.check(said);
    faults.finish()?;
    let original = visible(&mut *app.db.get().await?, user_id, id).await?;
    if original.deleted_at.is_some() {
        return Err(Error::new(ErrorCode::MessageDeleted));
    }
    // What was passed on before is passed on as it was, not wrapped once more.
    let forwarded = original.forwarded.filter(|_| original.body.is_empty()).unwrap_or(Forwarded {
        message_id: original.id,
        room_id: original.room_id,
        author_id: original.author_id,
        created_at: original.created_at,
        body: original.body,
    });
    let extra = Extra { forwarded: Some(forwarded), ..Extra::default() };
    Ok(Draft::new(user_id, forward.room_id, forward.id, body, None, true, extra))
}
