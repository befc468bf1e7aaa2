//! Where a page of a list that is ordered by time begins: what `next` and `cursor` carry.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

/// The last row of the page before: its moment and, since several may share one, its id. Clients hand it back unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Cursor {
    /// The row's moment.
    pub at: DateTime<Utc>,
    /// The row's id.
    pub id: Uuid,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.timestamp_micros(), self.id.simple())
    }
}

impl FromStr for Cursor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('.').and_then(|(at, id)| {
            Some(Cursor { at: DateTime::from_timestamp_micros(at.parse().ok()?)?, id: id.parse().ok()? })
        });
        parts.ok_or("this is no cursor of this list")
    }
}

impl TryFrom<String> for Cursor {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let cursor = Cursor { at: crate::now(), id: Uuid::now_v7() };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", ".", "12", "x.0190d0f0000070008000000000000000", "99999999999999999999.0", "1.zz"] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
