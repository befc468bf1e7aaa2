//! One connection of the live side, frame by frame.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{self, Message as WsMessage};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use types::socket::{ClientFrame, CloseCode, ServerFrame};
use types::{Epoch, Rev, RoomId, UserId};

use crate::{Client, ClientError};

/// How long [`Socket::expect`] waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a client holds when it comes (back): empty = nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resume {
    /// The history of the revisions below.
    pub epoch: Option<Epoch>,
    /// The rooms to watch, each with the revision held (0 = nothing).
    pub rooms: BTreeMap<RoomId, Rev>,
    /// The revision held of one's own stream; none = start at its head.
    pub me: Option<Rev>,
    /// The revision held of the site's stream; none = start at its head.
    pub site: Option<Rev>,
}

impl Resume {
    /// Holds nothing and watches these.
    pub fn watching(rooms: impl IntoIterator<Item = RoomId>) -> Self {
        Self { rooms: rooms.into_iter().map(|room| (room, 0)).collect(), ..Self::default() }
    }
}

/// How a socket ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The close code; none if the connection just broke.
    pub code: Option<u16>,
    /// The reason given, or what broke.
    pub reason: String,
}

impl Closed {
    /// Whether one comes back by itself.
    pub fn reconnects(&self) -> bool {
        self.code.is_none_or(CloseCode::reconnects)
    }

    /// Whether it was closed with this code.
    pub fn is(&self, code: CloseCode) -> bool {
        self.code == Some(code as u16)
    }
}

/// A connection.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    closed: Option<Closed>,
    references: u64,
}

impl Socket {
    /// Connects to the server at this address (`http://…`).
    pub async fn connect(base_url: &str) -> Result<Self, ClientError> {
        Self::connect_from(base_url, None).await
    }

    /// Connects as a page of this origin would.
    pub async fn connect_from(base_url: &str, origin: Option<&str>) -> Result<Self, ClientError> {
        let network = |error: String| ClientError::Network(error);
        let address = base_url.trim_end_matches('/').replacen("http", "ws", 1);
        let mut request =
            format!("{address}/api/v1/socket").into_client_request().map_err(|e| network(e.to_string()))?;
        if let Some(origin) = origin {
            let value = HeaderValue::from_str(origin).map_err(|e| network(e.to_string()))?;
            request.headers_mut().insert("origin", value);
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((stream, _)) => Ok(Self { stream, closed: None, references: 0 }),
            Err(tungstenite::Error::Http(answer)) => {
                let (head, body) = answer.into_parts();
                let (status, body) = (head.status.as_u16(), body.unwrap_or_default());
                Err(match serde_json::from_slice(&body) {
                    Ok(problem) => ClientError::Problem(problem),
                    Err(_) => ClientError::Unexpected { status, body: String::from_utf8_lossy(&body).into_owned() },
                })
            }
            Err(error) => Err(network(error.to_string())),
        }
    }

    /// Connects and says who one is; the answers (`rooms`, the replay, `ready`) come by [`next`](Self::next).
    pub async fn open(client: &Client, resume: &Resume) -> Result<Self, ClientError> {
        let token = client.access_token().ok_or(ClientError::NotSignedIn)?;
        let mut socket = Self::connect(client.base_url()).await?;
        socket.authenticate(token, resume).await?;
        Ok(socket)
    }

    /// Says who one is and what one holds.
    pub async fn authenticate(&mut self, token: String, resume: &Resume) -> Result<(), ClientError> {
        let Resume { epoch, rooms, me, site } = resume.clone();
        self.send(&ClientFrame::Authenticate { token, epoch, rooms, me, site }).await
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &ClientFrame) -> Result<(), ClientError> {
        let text = serde_json::to_string(frame).map_err(|error| ClientError::Network(error.to_string()))?;
        self.send_raw(WsMessage::text(text)).await
    }

    /// Sends a text as it is.
    pub async fn send_text(&mut self, text: &str) -> Result<(), ClientError> {
        self.send_raw(WsMessage::text(text)).await
    }

    /// Sends bytes, which no frame of the protocol is.
    pub async fn send_binary(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        self.send_raw(WsMessage::binary(bytes.to_vec())).await
    }

    async fn send_raw(&mut self, message: WsMessage) -> Result<(), ClientError> {
        self.stream.send(message).await.map_err(|error| ClientError::Network(error.to_string()))
    }

    /// The next frame. Once the socket is closed it says so for ever.
    pub async fn next(&mut self) -> Result<ServerFrame, ClientError> {
        if let Some(closed) = &self.closed {
            return Err(ClientError::Closed(closed.clone()));
        }
        loop {
            let closed = match self.stream.next().await {
                Some(Ok(WsMessage::Text(text))) => {
                    return serde_json::from_str(&text)
                        .map_err(|error| ClientError::Unexpected { status: 0, body: format!("{error} in {text}") });
                }
                Some(Ok(WsMessage::Close(frame))) => {
                    // The answer to the close goes out with this; nothing is lost if it can't.
                    let _ = self.stream.flush().await;
                    match frame {
                        Some(frame) => Closed { code: Some(frame.code.into()), reason: frame.reason.to_string() },
                        None => Closed { code: None, reason: "closed without a code".into() },
                    }
                }
                Some(Ok(_)) => continue,
                Some(Err(error)) => Closed { code: None, reason: error.to_string() },
                None => Closed { code: None, reason: "the connection ended".into() },
            };
            self.closed = Some(closed.clone());
            return Err(ClientError::Closed(closed));
        }
    }

    /// The first frame that `pick` takes, within ten seconds; those before it are passed over.
    pub async fn expect<T>(
        &mut self,
        what: &str,
        mut pick: impl FnMut(ServerFrame) -> Option<T>,
    ) -> Result<T, ClientError> {
        let deadline = Instant::now() + PATIENCE;
        let mut passed: Vec<String> = Vec::new();
        loop {
            let Ok(frame) = timeout_at(deadline, self.next()).await else {
                return Err(ClientError::Deadline(format!("{what}; passed over: {passed:?}")));
            };
            let frame = frame?;
            let word: String = format!("{frame:?}").chars().take(160).collect();
            if let Some(found) = pick(frame) {
                return Ok(found);
            }
            passed.push(word);
        }
    }

    /// Waits until the replay is over and answers who one is.
    pub async fn ready(&mut self) -> Result<UserId, ClientError> {
        self.expect("ready", |frame| match frame {
            ServerFrame::Ready { user_id } => Some(user_id),
            _ => None,
        })
        .await
    }

    /// Waits until the socket is closed and answers how.
    pub async fn closed(&mut self) -> Result<Closed, ClientError> {
        match self.expect::<()>("the socket's end", |_| None).await {
            Err(ClientError::Closed(closed)) => Ok(closed),
            Err(error) => Err(error),
            Ok(()) => Err(ClientError::Deadline("the socket's end".into())),
        }
    }

    /// A reference no earlier request of this socket had.
    pub fn reference(&mut self) -> String {
        self.references += 1;
        self.references.to_string()
    }

    /// Closes the socket as one who leaves.
    pub async fn close(mut self) {
        let _ = self.stream.close(None).await;
    }
}
