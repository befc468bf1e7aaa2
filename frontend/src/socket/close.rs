//! What a close code asks of the page.

use types::socket::CloseCode;

/// What to do when the server has closed the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    /// Come back after a pause.
    Return,
    /// Come back with another token, after no pause if `at_once`.
    Refresh {
        /// The token had simply run out.
        at_once: bool,
    },
    /// Stay away until the reader wants another attempt; the session goes on.
    Refused,
    /// The session is over.
    Ended,
}

/// Reads a close code. `doubted`: the token was fresh, because the one before was not taken either.
pub(super) fn read(code: u16, doubted: bool) -> Closed {
    let is = |known: CloseCode| known as u16 == code;
    if is(CloseCode::SessionEnded) || is(CloseCode::Banned) || is(CloseCode::BadToken) && doubted {
        Closed::Ended
    } else if is(CloseCode::BadToken) || is(CloseCode::TokenExpired) {
        Closed::Refresh { at_once: is(CloseCode::TokenExpired) }
    } else if CloseCode::reconnects(code) {
        Closed::Return
    } else {
        Closed::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_the_session_or_a_fresh_token_refused_signs_out() {
        assert_eq!(read(4501, false), Closed::Ended);
        assert_eq!(read(4502, false), Closed::Ended);
        assert_eq!(read(4503, false), Closed::Refresh { at_once: false });
        assert_eq!(read(4503, true), Closed::Ended);
        for code in [4500, 4504, 4599] {
            assert_eq!(read(code, true), Closed::Refused, "{code}");
        }
    }

    #[test]
    fn everything_else_comes_back() {
        assert_eq!(read(4401, true), Closed::Refresh { at_once: true });
        for code in [1000, 1006, 1011, 4000, 4001, 4002] {
            assert_eq!(read(code, false), Closed::Return, "{code}");
        }
    }
}
