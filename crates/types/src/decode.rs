//! Reading by hand what derived code reads through a buffer of its own: tagged frames and flattened rows.
//!
//! The page reads all JSON as [`Value`] first, and types from that by `plain`. With these, each type is compiled for that
//! one kind of input, once, which is a tenth of the whole page's size. What is read is what derived code would read: unknown fields are passed
//! over, a field that may be absent may be absent.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};

use crate::json::{self, Fields, Unreadable, Value};
use crate::plain::Plain;
use crate::socket::ServerFrame;
use crate::{DirectoryEntry, Me, RoomView};

/// Reads a value of any type of this crate from JSON text.
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    T::deserialize(Plain(json::read(text)?))
}

/// Reads what a server says.
pub fn frame_from_text(text: &str) -> Result<ServerFrame, Unreadable> {
    frame(json::read(text)?)
}

impl Fields {
    /// A field as a value of its type. Not inlined: many frames have fields of the same types.
    #[inline(never)]
    fn field<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Unreadable> {
        T::deserialize(Plain(self.take(name))).map_err(|error| Error::custom(format_args!("{name}: {error}")))
    }

    /// What has not been taken, read as one value.
    fn rest<T: DeserializeOwned>(self) -> Result<T, Unreadable> {
        T::deserialize(Plain(Value::Object(self)))
    }
}

impl<'de> Deserialize<'de> for ServerFrame {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        frame(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

fn frame(value: Value) -> Result<ServerFrame, Unreadable> {
    let Value::Object(mut fields) = value else { return Err(Error::custom("no object")) };
    let kind: String = fields.field("type")?;
    Ok(match kind.as_str() {
        "hello" => ServerFrame::Hello {
            heartbeat_ms: fields.field("heartbeat_ms")?,
            typing: fields.field("typing")?,
            limits: fields.field("limits")?,
            epoch: fields.field("epoch")?,
        },
        "rooms" => ServerFrame::Rooms { items: fields.field("items")? },
        "ready" => ServerFrame::Ready { user_id: fields.field("user_id")? },
        "changes" => ServerFrame::Changes(fields.rest()?),
        "me_changes" => ServerFrame::MeChanges(fields.rest()?),
        "site_changes" => ServerFrame::SiteChanges(fields.rest()?),
        "bump" => ServerFrame::Bump {
            room_id: fields.field("room_id")?,
            rev: fields.field("rev")?,
            last_seq: fields.field("last_seq")?,
            named: fields.field::<Option<bool>>("named")?.unwrap_or(false),
        },
        "gone" => ServerFrame::Gone { room_id: fields.field("room_id")? },
        "typing" => ServerFrame::Typing {
            room_id: fields.field("room_id")?,
            users: fields.field("users")?,
            more: fields.field("more")?,
        },
        "presence" => ServerFrame::Presence { items: fields.field("items")? },
        "heartbeat" => ServerFrame::Heartbeat {},
        "restart" => ServerFrame::Restart { after_ms: fields.field("after_ms")? },
        "ok" => ServerFrame::Ok {
            reference: fields.field("ref")?,
            message: fields.field("message")?,
            receipt: fields.field("receipt")?,
        },
        "error" => ServerFrame::Error {
            reference: fields.field("ref")?,
            code: fields.field("code")?,
            detail: fields.field("detail")?,
            retry_after_ms: fields.field("retry_after_ms")?,
        },
        other => return Err(Error::custom(format_args!("unknown frame {other}"))),
    })
}

/// Reads a struct whose named fields stand in one object with those of its first, flattened field.
macro_rules! flattened {
    ($type:ident { $whole:ident, $($field:ident),+ }) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let Value::Object(mut fields) = Value::deserialize(deserializer)? else {
                    return Err(D::Error::custom("no object"));
                };
                $(let $field = fields.field(stringify!($field)).map_err(D::Error::custom)?;)+
                let $whole = fields.rest().map_err(D::Error::custom)?;
                Ok($type { $whole, $($field),+ })
            }
        }
    };
}

flattened!(Me { user, email, session_id });
flattened!(DirectoryEntry { room, member_count, joined });
flattened!(RoomView { room, member_count, joined });
