//! A person's own stream under its lock: each change takes the next revision here.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, MeChanges, Rev, UserId};

use crate::db::schema::user_heads;
use crate::error::Error;
use crate::realtime::News;

/// A person whose head is locked until the end of the transaction. Taken after the heads of rooms, in order of id.
pub struct Own {
    user_id: UserId,
    /// What is told: each row that is written is pushed here, with the revision taken for it.
    pub span: MeChanges,
}

impl Own {
    /// Locks somebody's head.
    pub async fn lock(conn: &mut AsyncPgConnection, news: &News, user_id: UserId) -> Result<Own, Error> {
        let head = user_heads::table.find(user_id.0).select(user_heads::rev).for_update();
        let rev: Option<Rev> = head.first(conn).await.optional()?;
        let rev = rev.ok_or_else(|| Error::new(ErrorCode::NotFound))?;
        Ok(Own { user_id, span: MeChanges::empty(news.epoch(), rev) })
    }

    /// Takes the next revision.
    pub fn next_rev(&mut self) -> Rev {
        self.span.rev += 1;
        self.span.rev
    }

    /// Raises the head to what was taken and gives the span to the news; the last statement on this stream.
    pub async fn save(self, conn: &mut AsyncPgConnection, news: &mut News) -> Result<(), Error> {
        if self.span.rev == self.span.since {
            return Ok(());
        }
        let head = diesel::update(user_heads::table.find(self.user_id.0)).set(user_heads::rev.eq(self.span.rev));
        head.execute(conn).await?;
        news.people.push((self.user_id, self.span));
        Ok(())
    }
}
