//! Why a socket ends.

use actix_ws::{CloseCode as WsCode, CloseReason};
use types::socket::CloseCode;

/// Why a socket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The other side went, or does not answer.
    Gone,
    /// We close it with a code.
    Close(CloseCode),
}

impl End {
    /// The reason to send, if the other side is still there.
    pub(super) fn reason(self) -> Option<CloseReason> {
        let End::Close(code) = self else { return None };
        let words = match code {
            CloseCode::Restart => "restart",
            CloseCode::Slow => "slow",
            CloseCode::Flood => "flood",
            CloseCode::TokenExpired => "token expired",
            CloseCode::Protocol => "protocol",
            CloseCode::SessionEnded => "session ended",
            CloseCode::Banned => "banned",
            CloseCode::BadToken => "bad token",
        };
        Some(CloseReason { code: WsCode::Other(code as u16), description: Some(words.into()) })
    }
}
