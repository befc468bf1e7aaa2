//! Somebody with an account.

use std::ops::Deref;

use client::{Client, Resume, Socket, text};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use types::socket::ServerFrame;
use types::{Changes, Message, NewMessage, Room, RoomId, RoomKind, User, UserId};

use super::Node;

/// A person: their client, signed in.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) user: User,
}

impl Deref for Person {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.client
    }
}

/// The password of everyone in a town.
pub(crate) const PASSWORD: &str = "a long quiet evening";

impl Person {
    pub(crate) fn id(&self) -> UserId {
        self.user.id
    }

    /// The same person and session, talking to another node.
    pub(crate) fn at_node(&self, node: &Node) -> Person {
        Person { client: self.client.at(&node.url), user: self.user.clone() }
    }

    /// The same person on a second device.
    pub(crate) async fn second_device(&self) -> Person {
        let client = self.client.anonymous();
        let user = client.sign_in(&self.user.username, PASSWORD).await.unwrap().user;
        Person { client, user }
    }

    /// Makes a room and takes people in.
    pub(crate) async fn room_with(&self, name: &str, kind: RoomKind, people: &[&Person]) -> Room {
        let room = self.create_room(name, kind).await.unwrap();
        if !people.is_empty() {
            let ids: Vec<UserId> = people.iter().map(|person| person.id()).collect();
            self.add_members(room.id, &ids).await.unwrap();
        }
        room
    }

    /// Posts a new message.
    pub(crate) async fn say(&self, room: RoomId, body: &str) -> Message {
        self.post(room, &text(body)).await.unwrap().message().unwrap()
    }

    /// Answers a message in its thread.
    pub(crate) async fn reply(&self, to: &Message, body: &str) -> Message {
        let reply = NewMessage { parent_id: Some(to.id), ..text(body) };
        self.post(to.room_id, &reply).await.unwrap().message().unwrap()
    }

    /// A socket that watches these rooms, past its replay.
    pub(crate) async fn listen(&self, rooms: &[RoomId]) -> Socket {
        let resume = Resume::watching(rooms.iter().copied());
        let mut socket = Socket::open(&self.client, &resume).await.unwrap();
        assert_eq!(socket.ready().await.unwrap(), self.id());
        socket
    }

    /// The headers of a request of this person's with a JSON body.
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Bearer {}", self.access_token().unwrap()).parse().unwrap());
        headers.insert(CONTENT_TYPE, "application/json".parse().unwrap());
        headers
    }
}

/// The next changes of a room.
pub(crate) async fn next_changes(socket: &mut Socket, room: RoomId) -> Changes {
    socket
        .expect("changes of the room", |frame| match frame {
            ServerFrame::Changes(changes) if changes.room_id == room => Some(changes),
            _ => None,
        })
        .await
        .unwrap()
}
