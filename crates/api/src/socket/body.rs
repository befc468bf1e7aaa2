//! What the connection writes after the handshake: the frames of the socket's queue, as many at once as its buffer takes.
//!
//! `actix_ws` would have the socket's task hand over each frame and wait for it. A frame to a thousand readers would wake
//! two thousand tasks and be encoded for each; so it wakes a thousand, and is encoded once.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

use crate::realtime::WayOut;

/// The body of an upgraded answer.
pub(super) struct Body {
    /// While it is held the incoming side goes on; with it the incoming side ends.
    _handshake: BoxBody,
    frames: WayOut,
}

impl Body {
    pub(super) fn new(handshake: BoxBody, frames: WayOut) -> Body {
        Body { _handshake: handshake, frames }
    }
}

impl MessageBody for Body {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.frames.poll(context).map(|frame| frame.map(Ok))
    }
}
