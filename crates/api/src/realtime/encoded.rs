//! A frame as it goes to the sockets: encoded once, its WebSocket header already before it, shared by all its readers.

use actix_http::ws::{CloseReason, OpCode, Parser};
use actix_web::web::{Bytes, BytesMut};
use serde::Serialize;

/// The longest header of a frame that a server sends.
const HEADER: usize = 10;

/// A frame of one WebSocket message; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    bytes: Bytes,
    /// Where the payload begins.
    payload: usize,
}

impl Encoded {
    /// A text that is JSON already.
    pub fn text(json: &[u8]) -> Encoded {
        Encoded::frame(json, OpCode::Text)
    }

    /// A ping that the other side answers with the same.
    pub fn ping(payload: &[u8]) -> Encoded {
        Encoded::frame(payload, OpCode::Ping)
    }

    /// The answer to a ping.
    pub fn pong(payload: &[u8]) -> Encoded {
        Encoded::frame(payload, OpCode::Pong)
    }

    /// The last frame of a socket.
    pub fn close(reason: CloseReason) -> Encoded {
        let mut bytes = BytesMut::new();
        Parser::write_close(&mut bytes, Some(reason), false);
        Encoded { payload: 2, bytes: bytes.freeze() }
    }

    fn frame(payload: &[u8], code: OpCode) -> Encoded {
        let mut bytes = BytesMut::with_capacity(payload.len() + HEADER);
        Parser::write_message(&mut bytes, payload, code, true, false);
        Encoded { payload: bytes.len() - payload.len(), bytes: bytes.freeze() }
    }

    /// What it says, without its header.
    pub fn payload(&self) -> &[u8] {
        self.bytes.get(self.payload..).unwrap_or_default()
    }

    /// The whole, as it is written to a socket.
    pub fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    /// Its length on the wire, in bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.payload().is_empty()
    }
}

/// Encodes a frame; a wire type that can't be encoded would be a fault of this program and is logged.
pub fn encode<T: Serialize>(frame: &T) -> Encoded {
    match serde_json::to_vec(frame) {
        Ok(json) => Encoded::text(&json),
        Err(error) => {
            tracing::error!(%error, "a frame could not be encoded");
            Encoded::text(b"{\"type\":\"heartbeat\"}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_any_length_has_its_header_and_keeps_its_payload() {
        for (length, header) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let payload = vec![b'x'; length];
            let frame = Encoded::text(&payload);
            assert_eq!((frame.len() - length, frame.payload()), (header, payload.as_slice()));
            assert_eq!(frame.bytes()[0], 0x81);
        }
    }
}
