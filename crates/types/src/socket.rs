//! The frames of `GET /api/v1/socket`: JSON text, told apart by `type`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::{
    Changes, Epoch, ErrorCode, MeChanges, Message, MyRoom, NewMessage, PostedReceipt, Presence, PresenceStatus, Rev,
    RoomId, Seq, SiteChanges, UserId,
};

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// First frame, within ten seconds.
    Authenticate {
        /// The access token.
        token: String,
        /// The epoch of the revisions below.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        epoch: Option<Epoch>,
        /// Rooms to watch and the revision held of each; 0 = nothing held.
        #[serde(default)]
        rooms: BTreeMap<RoomId, Rev>,
        /// Revision held of my own stream; absent = start at its head.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        me: Option<Rev>,
        /// Revision held of the site's stream; absent = start at its head.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        site: Option<Rev>,
    },
    /// Posts a message.
    Post {
        /// Echoed in the answer.
        #[serde(rename = "ref")]
        reference: String,
        /// Where.
        room_id: RoomId,
        /// What.
        message: NewMessage,
    },
    /// Says that the person is typing (or has stopped).
    Typing {
        /// Echoed in the answer.
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Where.
        room_id: RoomId,
        /// False = stopped.
        #[serde(default = "yes")]
        typing: bool,
    },
    /// Raises the read mark.
    Read {
        /// Echoed in the answer.
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Where.
        room_id: RoomId,
        /// Up to where.
        seq: Seq,
    },
    /// Says whether this device is in use.
    Presence {
        /// Echoed in the answer.
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// `online` = input was seen, `away` = none for five minutes.
        status: PresenceStatus,
    },
    /// Wants the changes of a room since `rev`.
    Watch {
        /// Echoed in the answer.
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Which.
        room_id: RoomId,
        /// The revision held; 0 = nothing.
        #[serde(default)]
        rev: Rev,
    },
    /// Wants only bumps of a room.
    Unwatch {
        /// Echoed in the answer.
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Which.
        room_id: RoomId,
    },
    /// Wants the presence of these people (replaces the earlier list).
    Observe {
        /// Echoed in the answer.
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Whom, at most 200.
        user_ids: Vec<UserId>,
    },
}

fn yes() -> bool {
    true
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// First frame.
    Hello {
        /// The server says something at least this often.
        heartbeat_ms: u64,
        /// How typing is paced.
        typing: TypingPace,
        /// What a client may send.
        limits: SocketLimits,
        /// The epoch of every revision told here.
        epoch: Epoch,
    },
    /// Answer to `authenticate`: all my rooms.
    Rooms {
        /// The rooms.
        items: Vec<MyRoom>,
    },
    /// The replay is over: what follows is live.
    Ready {
        /// Who I am.
        user_id: UserId,
    },
    /// Rows of a watched room.
    Changes(Changes),
    /// Rows of my own stream.
    MeChanges(MeChanges),
    /// Rows of the site's stream.
    SiteChanges(SiteChanges),
    /// A room I do not watch has moved.
    Bump {
        /// Which.
        room_id: RoomId,
        /// Its head.
        rev: Rev,
        /// Place of its newest message.
        last_seq: Seq,
        /// Whether something since the last bump may name me: `GET /rooms/{id}/unread` counts.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        named: bool,
    },
    /// A room is not mine (any more, or never was).
    Gone {
        /// Which.
        room_id: RoomId,
    },
    /// Who types in a watched room: the whole list each time.
    Typing {
        /// Where.
        room_id: RoomId,
        /// At most five.
        users: Vec<UserId>,
        /// How many more.
        more: usize,
    },
    /// Presence of observed people: a snapshot after `observe`, then what changed.
    Presence {
        /// The people.
        items: Vec<Presence>,
    },
    /// Nothing was said for a while.
    Heartbeat {},
    /// The server will stop: come back after this long.
    Restart {
        /// Milliseconds.
        after_ms: u64,
    },
    /// A request was done.
    Ok {
        /// That of the request.
        #[serde(rename = "ref")]
        reference: String,
        /// The stored message, after `post`.
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<Message>,
        /// Instead of the message, after a repeated `post` whose author has left the room since.
        #[serde(skip_serializing_if = "Option::is_none")]
        receipt: Option<PostedReceipt>,
    },
    /// A request was refused, or a frame could not be read (then without `ref`).
    Error {
        /// That of the request.
        #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// The stable code.
        code: ErrorCode,
        /// What happened, in English.
        detail: String,
        /// When to try again, in milliseconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
}

/// How typing is paced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypingPace {
    /// Say it again at most this often.
    pub repeat_ms: u64,
    /// It ends after this long.
    pub expires_ms: u64,
}

/// What a client may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketLimits {
    /// Largest frame, bytes.
    pub frame_bytes: usize,
    /// Longest body, Unicode scalar values.
    pub body_chars: usize,
    /// Longest body, bytes.
    pub body_bytes: usize,
    /// Rooms watched at once.
    pub watched: usize,
    /// People observed at once.
    pub observed: usize,
    /// Frames at once; refilled at `frames_per_second`.
    pub frames: u32,
    /// Refill of the above.
    pub frames_per_second: u32,
}

/// Why the server closed a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum CloseCode {
    /// The server stops: come back.
    Restart = 4000,
    /// The reader was too slow: come back, nothing is lost.
    Slow = 4001,
    /// Too many frames: come back later.
    Flood = 4002,
    /// The access token has run out: refresh it and come back.
    TokenExpired = 4401,
    /// The rules of the protocol were broken: don't come back.
    Protocol = 4500,
    /// The session was ended: don't come back.
    SessionEnded = 4501,
    /// Banned: don't come back.
    Banned = 4502,
    /// The token is not ours: don't come back.
    BadToken = 4503,
}

impl CloseCode {
    /// Whether a client that is closed with `code` comes back by itself. Any code that is not ours is the network's.
    pub fn reconnects(code: u16) -> bool {
        !(4500..=4599).contains(&code)
    }
}
