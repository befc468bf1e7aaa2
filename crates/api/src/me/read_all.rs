//! Everything read at once.

use types::UserId;

use crate::app::App;
use crate::error::Error;
use crate::rooms::marks;
use crate::threads;

/// Marks all my rooms and the threads that I follow as read.
pub async fn read_all(app: &App, user_id: UserId) -> Result<(), Error> {
    marks::read_all(app, user_id).await?;
    threads::marks::read_all(app, user_id).await
}
