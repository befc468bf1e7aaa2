//! Direct conversations; once open, they are rooms.

use types::{NewDirect, Room, UserId};

use crate::ClientError;
use crate::http::Client;

impl Client {
    /// The conversation with these people, made if there is none yet; only oneself = notes to oneself.
    pub async fn open_direct(&self, user_ids: &[UserId]) -> Result<Room, ClientError> {
        self.send("/direct", &NewDirect { user_ids: user_ids.to_vec() }).await
    }
}
