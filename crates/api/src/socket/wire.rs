//! One socket's wire below the product: how it greets, what a frame costs, how long a write may take and when silence
//! means that nobody is there.

use std::time::{Duration, Instant};

use actix_ws::{AggregatedMessage, AggregatedMessageStream};
use bytestring::ByteString;
use types::socket::{ClientFrame, CloseCode, ServerFrame, SocketLimits, TypingPace};
use types::{Epoch, ErrorCode, Scope, limits};

use super::close::End;
use super::pace::{self, Bucket, Verdict};
use crate::accounts::{self, Caller, Cut, Limit};
use crate::app::App;
use crate::error::Error;
use crate::realtime::{Encoded, Pen, encode};

/// Who does not say who they are within this is not waited for.
const AUTHENTICATE_WITHIN: Duration = Duration::from_secs(10);
/// A ping must be answered by some frame within this.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// A write that the client does not take within this ends its socket.
const WRITE_WITHIN: Duration = Duration::from_secs(20);
/// Replay waits while this much was written that the client has not shown to have read.
const UNREAD: usize = 256 * 1024;
/// The ping whose answer shows that all before it was read.
const DRAINED: &[u8] = b"drained";
/// How often the clock is looked at.
pub(super) const TICK: Duration = Duration::from_secs(5);
/// A closing socket is given this long to take its close frame.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// The writing side of the wire and what was last heard and said.
pub(super) struct Wire {
    pub(super) pen: Pen,
    bucket: Bucket,
    limited: bool,
    heard: Instant,
    said: Instant,
    pinged: Instant,
    /// Bytes queued when something was last noticed to be said.
    noticed: usize,
    /// Bytes queued when the client last showed that it had read all before.
    read: usize,
    /// Such a sign was asked for and has not come yet.
    pub(super) draining: bool,
}

impl Wire {
    /// A wire on which nothing was said yet.
    pub(super) fn new(pen: Pen, limited: bool) -> Wire {
        let now = Instant::now();
        Wire {
            pen,
            bucket: Bucket::new(now),
            limited,
            heard: now,
            said: now,
            pinged: now,
            noticed: 0,
            read: 0,
            draining: false,
        }
    }

    /// Says why and hangs up.
    pub(super) async fn close(self, end: End) {
        let last = end.reason().map(Encoded::close);
        let _ = tokio::time::timeout(CLOSE_WITHIN, self.pen.end(last.as_ref())).await;
    }

    /// Writes, and asks for a sign of reading after every so many bytes.
    pub(super) async fn write(&mut self, text: Encoded) -> Result<(), End> {
        self.queue(&text).await?;
        if self.pen.queued().wrapping_sub(self.read) >= UNREAD && !self.draining {
            self.draining = true;
            self.queue(&Encoded::ping(DRAINED)).await?;
        }
        Ok(())
    }

    /// Waits for room, which a client that does not read can't put off for ever.
    async fn queue(&self, frame: &Encoded) -> Result<(), End> {
        let written = tokio::time::timeout(WRITE_WITHIN, self.pen.write(frame)).await;
        written.map_err(|_| End::Close(CloseCode::Slow))
    }

    /// Writes a refusal.
    pub(super) async fn error(&mut self, reference: Option<String>, error: &Error) -> Result<(), End> {
        self.write(error_frame(reference, error)).await
    }

    /// The text of what came in, if it is one; refuses what breaks the protocol.
    pub(super) async fn text(
        &mut self,
        incoming: Option<Result<AggregatedMessage, actix_ws::ProtocolError>>,
    ) -> Result<Option<ByteString>, End> {
        self.heard = Instant::now();
        let text = match incoming {
            None | Some(Ok(AggregatedMessage::Close(_))) => return Err(End::Gone),
            Some(Ok(AggregatedMessage::Ping(bytes))) => {
                self.pay()?;
                self.queue(&Encoded::pong(&bytes)).await?;
                return Ok(None);
            }
            Some(Ok(AggregatedMessage::Pong(bytes))) => {
                if bytes.as_ref() == DRAINED {
                    self.draining = false;
                    self.read = self.pen.queued();
                }
                return Ok(None);
            }
            Some(Ok(AggregatedMessage::Binary(_))) => {
                self.pay()?;
                let error = Error::with(ErrorCode::BadFrame, "Frames are text.");
                self.error(None, &error).await?;
                return Ok(None);
            }
            Some(Err(error)) => {
                let overflow = matches!(error, actix_ws::ProtocolError::Overflow)
                    || matches!(&error, actix_ws::ProtocolError::Io(e) if e.to_string().contains("continuation size"));
                let code = if overflow { ErrorCode::TooLarge } else { ErrorCode::BadFrame };
                self.error(None, &Error::new(code)).await?;
                return Err(End::Close(CloseCode::Protocol));
            }
            Some(Ok(AggregatedMessage::Text(text))) => text,
        };
        if !self.limited {
            return Ok(Some(text));
        }
        match self.bucket.take(self.heard) {
            Verdict::Pass => Ok(Some(text)),
            Verdict::Flood => Err(End::Close(CloseCode::Flood)),
            Verdict::Limited(wait) => {
                let reference = reference_of(&text);
                self.error(reference, &Error::rate_limited(wait.as_secs())).await?;
                Ok(None)
            }
        }
    }

    /// Counts a frame that carries nothing; a flood of them is closed like any other.
    fn pay(&mut self) -> Result<(), End> {
        match self.limited && self.bucket.take(self.heard) == Verdict::Flood {
            true => Err(End::Close(CloseCode::Flood)),
            false => Ok(()),
        }
    }

    /// Pings, says a heartbeat, and notices that nobody answers.
    pub(super) async fn tick(&mut self) -> Result<(), End> {
        let every = Duration::from_millis(limits::HEARTBEAT_MS);
        if self.pinged > self.heard && self.pinged.elapsed() > ANSWER_WITHIN {
            return Err(End::Gone);
        }
        if self.pinged.elapsed() >= every {
            self.pinged = Instant::now();
            self.queue(&Encoded::ping(b"")).await?;
        }
        // What goes out without this task is noticed here, up to a tick late.
        if self.pen.queued() != self.noticed {
            self.noticed = self.pen.queued();
            self.said = Instant::now();
        } else if self.said.elapsed() >= every.saturating_sub(TICK * 2) {
            self.write(encode(&ServerFrame::Heartbeat {})).await?;
        }
        Ok(())
    }
}

/// The `ref` of a frame that is not read further.
pub(super) fn reference_of(text: &str) -> Option<String> {
    serde_json::from_str::<serde_json::Value>(text).ok()?.get("ref")?.as_str().map(str::to_owned)
}

/// The `error` frame of a refusal.
pub(super) fn error_frame(reference: Option<String>, error: &Error) -> Encoded {
    if error.code == ErrorCode::Internal {
        tracing::error!(%error, "a frame could not be served");
    }
    let detail = match error.fields.first() {
        Some(field) => format!("{}: {}", field.field, field.message),
        None => error.detail.to_string(),
    };
    let retry_after_ms = error.retry_after.map(|s| s * 1_000);
    encode(&ServerFrame::Error { reference, code: error.code, detail, retry_after_ms })
}

/// The refusal of a frame that is no frame.
pub(super) fn unreadable(error: &serde_json::Error) -> Error {
    Error::with(ErrorCode::BadFrame, format!("The frame could not be read: {error}."))
}

/// Who it is, when their session ends, and what they said first.
pub(super) type Greeted = (Caller, Cut, ClientFrame);

/// Says hello and waits for `authenticate`.
pub(super) async fn greet(app: &App, wire: &mut Wire, stream: &mut AggregatedMessageStream) -> Result<Greeted, End> {
    wire.write(encode(&hello(app.epoch.clone()))).await?;
    let deadline = tokio::time::sleep(AUTHENTICATE_WITHIN);
    tokio::pin!(deadline);
    loop {
        let text = tokio::select! {
            // A laptop that slept meanwhile comes back: this is no breach of the protocol.
            () = &mut deadline => return Err(End::Close(CloseCode::Slow)),
            incoming = stream.recv() => wire.text(incoming).await?,
        };
        let Some(text) = text else { continue };
        match serde_json::from_str::<ClientFrame>(&text) {
            Ok(ClientFrame::Authenticate { token, epoch, rooms, me, site }) => {
                if rooms.len() > limits::WATCHED_MAX {
                    return Err(End::Close(CloseCode::Protocol));
                }
                let caller = match accounts::caller(app, &token).await {
                    Ok(caller) => caller,
                    Err(error) => return Err(refused(wire, &error).await),
                };
                if let Err(error) = caller.may(Some(Scope::Read)) {
                    return Err(refused(wire, &error).await);
                }
                if let Err(error) = app.limits.check(Limit::Sockets, &caller.user_id.to_string()) {
                    wire.error(None, &error).await?;
                    return Err(End::Close(CloseCode::Flood));
                }
                let cut = app.sessions.register(caller.session_id);
                let first = ClientFrame::Authenticate { token: String::new(), epoch, rooms, me, site };
                return Ok((caller, cut, first));
            }
            Ok(_) => wire.error(None, &Error::with(ErrorCode::NotSignedIn, "Authenticate first.")).await?,
            Err(error) => wire.error(None, &unreadable(&error)).await?,
        }
    }
}

async fn refused(wire: &mut Wire, error: &Error) -> End {
    if wire.error(None, error).await.is_err() {
        return End::Gone;
    }
    End::Close(match error.code {
        ErrorCode::TokenExpired => CloseCode::TokenExpired,
        ErrorCode::SessionEnded => CloseCode::SessionEnded,
        ErrorCode::NotSignedIn | ErrorCode::MissingScope => CloseCode::BadToken,
        _ => CloseCode::Restart,
    })
}

/// The first frame of a server whose revisions belong to `epoch`.
pub(super) fn hello(epoch: Epoch) -> ServerFrame {
    ServerFrame::Hello {
        heartbeat_ms: limits::HEARTBEAT_MS,
        typing: TypingPace { repeat_ms: limits::TYPING_REPEAT_MS, expires_ms: limits::TYPING_EXPIRES_MS },
        limits: SocketLimits {
            frame_bytes: limits::FRAME_MAX_BYTES,
            body_chars: limits::BODY_MAX_CHARS,
            body_bytes: limits::BODY_MAX_BYTES,
            watched: limits::WATCHED_MAX,
            observed: limits::OBSERVED_MAX,
            frames: pace::FRAMES,
            frames_per_second: pace::PER_SECOND,
        },
        epoch,
    }
}
