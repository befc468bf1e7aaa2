//! How a writer is heard: by REST, or by a socket that is opened anew after every loss.

use client::{Client, ClientError, Posted, Resume, Socket};
use types::socket::{ClientFrame, ServerFrame};
use types::{ErrorCode, NewMessage, Problem, RoomId};

/// A way to post.
pub struct Voice {
    client: Client,
    by_socket: bool,
    socket: Option<(String, Socket)>,
}

impl Voice {
    /// A voice of the person this client is signed in as.
    pub fn new(client: Client, by_socket: bool) -> Voice {
        Voice { client, by_socket, socket: None }
    }

    /// Lets go of the socket: what was asked on it stays unknown.
    pub fn hang_up(&mut self) {
        self.socket = None;
    }

    /// Posts at the node of this address.
    pub async fn post(&mut self, url: &str, room: RoomId, message: &NewMessage) -> Result<Posted, ClientError> {
        if !self.by_socket {
            return self.client.at(url).post(room, message).await;
        }
        let posted = self.say(url, room, message).await;
        if posted.as_ref().is_err_and(|error| error.code().is_none()) {
            self.hang_up();
        }
        posted
    }

    async fn say(&mut self, url: &str, room: RoomId, message: &NewMessage) -> Result<Posted, ClientError> {
        let mut socket = match self.socket.take() {
            Some((at, socket)) if at == url => socket,
            _ => {
                let client = self.client.at(url);
                // A token that has run out is renewed by this.
                client.me().await?;
                let mut socket = Socket::open(&client, &Resume::default()).await?;
                socket.ready().await?;
                socket
            }
        };
        let mine = socket.reference();
        socket.send(&ClientFrame::Post { reference: mine.clone(), room_id: room, message: message.clone() }).await?;
        loop {
            match socket.next().await? {
                ServerFrame::Ok { reference, message, receipt } if reference == mine => {
                    self.socket = Some((url.to_owned(), socket));
                    let posted = message.map(Posted::Again).or(receipt.map(Posted::Receipt));
                    return posted.ok_or(ClientError::Unexpected { status: 0, body: "an empty answer".into() });
                }
                ServerFrame::Error { reference: Some(reference), code, detail, .. } if reference == mine => {
                    self.socket = Some((url.to_owned(), socket));
                    return Err(ClientError::Problem(Box::new(problem(code, detail))));
                }
                _ => {}
            }
        }
    }
}

/// A refusal of the socket in REST's form.
fn problem(code: ErrorCode, detail: String) -> Problem {
    Problem {
        kind: "about:blank".into(),
        title: String::new(),
        status: code.status(),
        code,
        detail,
        request_id: String::new(),
        errors: Vec::new(),
    }
}
