//! Changes to messages that were sent.

use leptos::prelude::*;
use types::MessageId;

use super::Live;
use crate::api::{self, Failure};

impl Live {
    /// Changes a message of mine.
    pub async fn edit(self, id: MessageId, body: String) -> Result<(), Failure> {
        let message = api::edit_message(id, body).await?;
        if let Some(wires) = self.wires() {
            wires.state.history.room(message.room_id).rows.update(|rows| rows.add_message(&message));
        }
        Ok(())
    }

    /// Deletes a message; the stream brings what is left of it.
    pub async fn delete(self, id: MessageId) -> Result<(), Failure> {
        api::delete_message(id).await
    }
}
