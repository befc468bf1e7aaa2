//! An example of every frame with words about it, made from the wire types themselves, so that the page can't say what
//! the server does not.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use types::socket::{ClientFrame, ServerFrame};
use types::{
    Changes, DirectoryRoom, Epoch, ErrorCode, Mark, MeChanges, Message, MessageId, MyRoom, NewMessage, Presence,
    PresenceStatus, Room, RoomId, RoomKind, RoomRole, SiteChanges, UserId,
};
use uuid::Uuid;

/// What a client may say.
pub(super) fn client_frames() -> Vec<(&'static str, ClientFrame)> {
    let room_id = room_id();
    vec![
        (
            "The first frame. `rooms` names the rooms to watch and the revision held of each (0 = nothing). Without `me` \
             and `site` those streams start at their heads.",
            ClientFrame::Authenticate {
                token: "eyJ…".into(),
                epoch: Some(epoch()),
                rooms: BTreeMap::from([(room_id, 41)]),
                me: Some(7),
                site: Some(12),
            },
        ),
        (
            "Posts a message. Its `id` is a UUIDv7 of the client's choice; the same frame may be sent again at any time. \
             One post per room in flight keeps the order whatever happens.",
            ClientFrame::Post {
                reference: "1".into(),
                room_id,
                message: NewMessage { id: Some(MessageId(id(3))), body: "hi".into(), ..NewMessage::default() },
            },
        ),
        (
            "The person types; repeated every three seconds. `typing: false` ends it.",
            ClientFrame::Typing { reference: None, room_id, typing: true },
        ),
        (
            "Raises the read mark; at most once per three seconds and room.",
            ClientFrame::Read { reference: None, room_id, seq: 42 },
        ),
        (
            "`online` when this device is used, `away` after five minutes without input.",
            ClientFrame::Presence { reference: None, status: PresenceStatus::Away },
        ),
        (
            "Wants the rows of a room since `rev`, and from then on.",
            ClientFrame::Watch { reference: reference(), room_id, rev: 41 },
        ),
        ("Wants only bumps of a room.", ClientFrame::Unwatch { reference: reference(), room_id }),
        (
            "Wants the presence of these people, instead of those named before.",
            ClientFrame::Observe { reference: reference(), user_ids: vec![ada()] },
        ),
    ]
}

/// What the server may say.
pub(super) fn server_frames() -> Vec<(&'static str, ServerFrame)> {
    let mut frames = opening_frames();
    frames.extend(stream_frames());
    frames.extend(passing_frames());
    frames
}

fn opening_frames() -> Vec<(&'static str, ServerFrame)> {
    vec![
        ("The first frame.", super::wire::hello(epoch())),
        (
            "All rooms of the person, 5,000 at most; `unread` counts up to 100. Who is in more asks `GET /rooms` for the rest, \
             of which no bumps come.",
            ServerFrame::Rooms {
                items: vec![MyRoom {
                    room: room(),
                    role: RoomRole::Member,
                    rev: 42,
                    last_seq: 42,
                    last_at: Some(time()),
                    read_seq: 40,
                    unread: 1,
                    mentions: 0,
                    hidden_seq: 0,
                    muted: false,
                    favourite: false,
                }],
            },
        ),
        ("What was missed has been sent: the rest is live.", ServerFrame::Ready { user_id: ada() }),
    ]
}

fn room() -> Room {
    Room {
        id: room_id(),
        kind: RoomKind::Public,
        name: Some("general".into()),
        user_ids: vec![],
        topic: "Everything that concerns everyone".into(),
        archived_at: None,
        deleted_at: None,
        first_seq: 1,
        category_id: None,
        created_by: ada(),
        created_at: time(),
        rev: 1,
    }
}

fn message() -> Message {
    Message::text(MessageId(id(3)), room_id(), 42, ada(), "hi".into(), time())
}

fn stream_frames() -> Vec<(&'static str, ServerFrame)> {
    let (room_id, epoch) = (room_id(), epoch());
    let changes = Changes { rev: 42, messages: vec![message()], ..Changes::empty(room_id, epoch.clone(), 41) };
    let mark = Mark {
        room_id,
        joined: true,
        read_seq: 42,
        hidden_seq: 0,
        muted: false,
        favourite: false,
        removed_by: None,
        rev: 8,
    };
    let me = MeChanges { rev: 8, marks: vec![mark], ..MeChanges::empty(epoch.clone(), 7) };
    let listed = DirectoryRoom {
        id: room_id,
        name: "general".into(),
        topic: "Everything that concerns everyone".into(),
        archived_at: None,
        hidden: false,
        rev: 13,
    };
    let site = SiteChanges { rev: 13, rooms: vec![listed], ..SiteChanges::empty(epoch, 12) };
    vec![
        ("Rows of a watched room.", ServerFrame::Changes(changes)),
        ("Rows of one's own stream: rooms and read marks.", ServerFrame::MeChanges(me)),
        ("Rows of the site's stream: people, public rooms and categories.", ServerFrame::SiteChanges(site)),
        ("A room that is not watched has moved.", ServerFrame::Bump { room_id, rev: 43, last_seq: 43, named: true }),
        (
            "A room is not the person's, any more or never was: forget what is held of it.",
            ServerFrame::Gone { room_id },
        ),
    ]
}

fn passing_frames() -> Vec<(&'static str, ServerFrame)> {
    let room_id = room_id();
    let presence = Presence { user_id: ada(), status: PresenceStatus::Offline, last_seen: Some(time()) };
    vec![
        (
            "Who types in a watched room: the whole list each time it changes.",
            ServerFrame::Typing { room_id, users: vec![ada()], more: 0 },
        ),
        ("Presence of observed people.", ServerFrame::Presence { items: vec![presence] }),
        ("Nothing else was said for a while.", ServerFrame::Heartbeat {}),
        (
            "The server will stop; a close with 4000 follows. Come back after this long.",
            ServerFrame::Restart { after_ms: 1_500 },
        ),
        (
            "A request was done; after `post` with the stored message, or, when an earlier request stored it and its author \
             has left the room since, with `receipt: { id, seq }` instead.",
            ServerFrame::Ok { reference: "1".into(), message: Some(message()), receipt: None },
        ),
        (
            "A request was refused, or (without `ref`) a frame could not be read.",
            ServerFrame::Error {
                reference: reference(),
                code: ErrorCode::RateLimited,
                detail: "Too much too quickly: wait a little.".into(),
                retry_after_ms: Some(1_000),
            },
        ),
    ]
}

fn id(n: u64) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(1_795_000_000_000 + n, &[n as u8; 10]).into_uuid()
}

fn time() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap_or_default()
}

fn epoch() -> Epoch {
    Epoch("6f1ed002ab5595859014ebf0951522d9".into())
}

fn room_id() -> RoomId {
    RoomId(id(1))
}

fn ada() -> UserId {
    UserId(id(2))
}

fn reference() -> Option<String> {
    Some("1".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kind of frame that is added must be added here, and so to the examples.
    fn known(frame: &ServerFrame) -> usize {
        match frame {
            ServerFrame::Hello { .. } => 0,
            ServerFrame::Rooms { .. } => 1,
            ServerFrame::Ready { .. } => 2,
            ServerFrame::Changes(_) => 3,
            ServerFrame::MeChanges(_) => 4,
            ServerFrame::SiteChanges(_) => 5,
            ServerFrame::Bump { .. } => 6,
            ServerFrame::Gone { .. } => 7,
            ServerFrame::Typing { .. } => 8,
            ServerFrame::Presence { .. } => 9,
            ServerFrame::Heartbeat {} => 10,
            ServerFrame::Restart { .. } => 11,
            ServerFrame::Ok { .. } => 12,
            ServerFrame::Error { .. } => 13,
        }
    }

    #[test]
    fn every_frame_is_read_as_it_was_written() {
        let mut seen = std::collections::BTreeSet::new();
        for (_, frame) in server_frames() {
            let text = serde_json::to_string(&frame).unwrap();
            assert_eq!(serde_json::from_str::<ServerFrame>(&text).unwrap(), frame, "{text}");
            assert_eq!(types::from_text::<ServerFrame>(&text).unwrap(), frame, "{text}");
            seen.insert(known(&frame));
        }
        assert!(seen.into_iter().eq(0..14));
        for broken in ["{}", "[]", r#"{"type":"nothing"}"#, r#"{"type":"gone"}"#, r#"{"type":"ok","ref":7}"#] {
            assert!(types::from_text::<ServerFrame>(broken).is_err(), "{broken}");
        }
    }
}
