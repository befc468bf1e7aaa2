//! The page `openapi/socket.md`: every frame with an example of it, what opens a socket and what closes it.

use std::fmt::Write;

use types::socket::CloseCode;

use super::examples::{client_frames, server_frames};

const OPENING: &str = "\
# The socket

`GET /api/v1/socket`, JSON text frames told apart by `type`. The server says `hello`; the client says `authenticate`
within ten seconds, and gets `rooms`, what it missed of the rooms it watches, and `ready`. From then on each change of a
watched room comes as `changes`, of the other rooms as `bump`.

A client that holds revision R of a room applies a span (`since`, `rev`] if `since` ≤ R, ignores it if `rev` ≤ R, and asks
`GET /api/v1/rooms/{id}/changes?since=R` if `since` > R. A row replaces another only if its `rev` is higher. `reset`
replaces what is held. A client that hears nothing for 35 seconds connects again.

Requests that carry a `ref` are answered by `ok` or `error` with the same `ref`.
";

/// The text.
pub fn document() -> String {
    let mut text = String::from(OPENING);
    text.push_str("\n## What a client says\n");
    for (words, frame) in client_frames() {
        section(&mut text, words, &frame);
    }
    text.push_str("\n## What the server says\n");
    for (words, frame) in server_frames() {
        section(&mut text, words, &frame);
    }
    text.push_str("\n## Close codes\n\n| code | meaning | come back |\n| --- | --- | --- |\n");
    for (code, words) in CLOSES {
        let back = if CloseCode::reconnects(code as u16) { "yes" } else { "no" };
        let _ = writeln!(text, "| {} | {words} | {back} |", code as u16);
    }
    text
}

const CLOSES: [(CloseCode, &str); 8] = [
    (CloseCode::Restart, "the server stops"),
    (CloseCode::Slow, "the reader was too slow; nothing is lost"),
    (CloseCode::Flood, "too many frames"),
    (CloseCode::TokenExpired, "the access token has run out: refresh it first"),
    (CloseCode::Protocol, "the rules above were broken"),
    (CloseCode::SessionEnded, "the session was ended"),
    (CloseCode::Banned, "banned"),
    (CloseCode::BadToken, "the token is not this server's"),
];

fn section<T: serde::Serialize>(text: &mut String, words: &str, frame: &T) {
    let value = serde_json::to_value(frame).unwrap_or_default();
    let name = value.get("type").and_then(|t| t.as_str()).unwrap_or_default();
    let json = serde_json::to_string(frame).unwrap_or_default();
    let _ = write!(text, "\n### `{name}`\n\n{words}\n\n```json\n{json}\n```\n");
}
