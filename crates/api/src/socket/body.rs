//! What the connection writes after the handshake: the frames of the socket's queue, as many at once as its buffer takes as
//! it was made. The buffer keeps the size of the most that was ever in it, so a page of history written at once would stay
//! with each idle connection.
//!
//! `actix_ws` would have the socket's task hand over each frame and wait for it. A frame to a thousand readers would wake
//! two thousand tasks and be encoded for each; so it wakes a thousand, and is encoded once.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;

use crate::realtime::WayOut;

/// Bytes handed over before the connection writes them: the 8 KiB of its buffer, less the answer's head.
const AT_ONCE: usize = 6 * 1024;

/// The body of an upgraded answer.
pub(super) struct Body {
    /// While it is held the incoming side goes on; with it the incoming side ends.
    _handshake: BoxBody,
    frames: WayOut,
    /// What is left of the frame under way.
    rest: Bytes,
    /// Handed over since the connection last wrote.
    given: usize,
}

impl Body {
    pub(super) fn new(handshake: BoxBody, frames: WayOut) -> Body {
        Body { _handshake: handshake, frames, rest: Bytes::new(), given: 0 }
    }
}

impl MessageBody for Body {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let body = self.get_mut();
        // While there is nothing more, the connection writes.
        let given = std::mem::take(&mut body.given);
        if given >= AT_ONCE {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if body.rest.is_empty() {
            match ready!(body.frames.poll(context)) {
                Some(frame) => body.rest = frame,
                None => return Poll::Ready(None),
            }
        }
        let part = body.rest.split_to(body.rest.len().min(AT_ONCE - given));
        body.given = given + part.len();
        Poll::Ready(Some(Ok(part)))
    }
}
