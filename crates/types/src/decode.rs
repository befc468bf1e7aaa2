//! Reading by hand what derived code reads through a buffer of its own: tagged frames and flattened rows.
//!
//! The page reads all JSON as [`Value`] first, and types from that by `plain`. With these, each type is compiled for that
//! one kind of input, once, which is a tenth of the whole page's size. What is read is what derived code would read: unknown fields are passed
//! over, a field that may be absent may be absent.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::{Map, Value};

use crate::plain::Plain;
use crate::socket::ServerFrame;
use crate::{DirectoryEntry, Me, RoomView};

/// Reads a value of any type of this crate from JSON text, by way of [`Value`].
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    T::deserialize(Plain(serde_json::from_str(text)?))
}

/// Reads what a server says.
pub fn frame_from_text(text: &str) -> Result<ServerFrame, serde_json::Error> {
    let Value::Object(fields) = serde_json::from_str(text)? else { return Err(Error::custom("no object")) };
    frame(Fields(fields))
}

/// The fields of an object, each taken once.
struct Fields(Map<String, Value>);

impl Fields {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self)
    }

    /// A field; one that is absent is read as null, which an `Option` takes and nothing else does.
    fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, serde_json::Error> {
        T::deserialize(Plain(self.0.remove(name).unwrap_or_default()))
            .map_err(|error| Error::custom(format_args!("{name}: {error}")))
    }

    /// What has not been taken, read as one value.
    fn rest<T: DeserializeOwned>(self) -> Result<T, serde_json::Error> {
        T::deserialize(Plain(Value::Object(self.0)))
    }
}

impl<'de> Deserialize<'de> for ServerFrame {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        frame(Fields::read(deserializer)?).map_err(D::Error::custom)
    }
}

fn frame(mut fields: Fields) -> Result<ServerFrame, serde_json::Error> {
    let kind: String = fields.take("type")?;
    Ok(match kind.as_str() {
        "hello" => ServerFrame::Hello {
            heartbeat_ms: fields.take("heartbeat_ms")?,
            typing: fields.take("typing")?,
            limits: fields.take("limits")?,
            epoch: fields.take("epoch")?,
        },
        "rooms" => ServerFrame::Rooms { items: fields.take("items")? },
        "ready" => ServerFrame::Ready { user_id: fields.take("user_id")? },
        "changes" => ServerFrame::Changes(fields.rest()?),
        "me_changes" => ServerFrame::MeChanges(fields.rest()?),
        "site_changes" => ServerFrame::SiteChanges(fields.rest()?),
        "bump" => ServerFrame::Bump {
            room_id: fields.take("room_id")?,
            rev: fields.take("rev")?,
            last_seq: fields.take("last_seq")?,
            named: fields.take::<Option<bool>>("named")?.unwrap_or(false),
        },
        "gone" => ServerFrame::Gone { room_id: fields.take("room_id")? },
        "typing" => ServerFrame::Typing {
            room_id: fields.take("room_id")?,
            users: fields.take("users")?,
            more: fields.take("more")?,
        },
        "presence" => ServerFrame::Presence { items: fields.take("items")? },
        "heartbeat" => ServerFrame::Heartbeat {},
        "restart" => ServerFrame::Restart { after_ms: fields.take("after_ms")? },
        "ok" => ServerFrame::Ok {
            reference: fields.take("ref")?,
            message: fields.take("message")?,
            receipt: fields.take("receipt")?,
        },
        "error" => ServerFrame::Error {
            reference: fields.take("ref")?,
            code: fields.take("code")?,
            detail: fields.take("detail")?,
            retry_after_ms: fields.take("retry_after_ms")?,
        },
        other => return Err(Error::custom(format_args!("unknown frame {other}"))),
    })
}

/// Reads a struct whose named fields stand in one object with those of its first, flattened field.
macro_rules! flattened {
    ($type:ident { $whole:ident, $($field:ident),+ }) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut fields = Fields::read(deserializer)?;
                $(let $field = fields.take(stringify!($field)).map_err(D::Error::custom)?;)+
                let $whole = fields.rest().map_err(D::Error::custom)?;
                Ok($type { $whole, $($field),+ })
            }
        }
    };
}

flattened!(Me { user, email, session_id });
flattened!(DirectoryEntry { room, member_count, joined });
flattened!(RoomView { room, member_count, joined });
