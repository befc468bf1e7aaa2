//! Bots, their tokens, and a room's webhooks.

use types::{
    Bot, BotToken, CallCommand, CreatedBotToken, CreatedIncomingHook, CreatedOutgoingHook, Delivery, HookId,
    IncomingHook, NewBot, NewBotToken, NewIncomingHook, NewOutgoingHook, OutgoingHook, Page, RoomCommand, RoomId,
    SessionId, UserId,
};

use super::request::{Answer, Method, call, escape, json, tell};

/// My bots.
pub fn bots() -> Answer<Page<Bot>> {
    call(Method::Get, "/bots?limit=100", None)
}

/// Makes a bot.
pub fn create_bot(new: &NewBot) -> Answer<Bot> {
    call(Method::Post, "/bots", json(new))
}

/// Removes a bot.
pub fn remove_bot(id: UserId) -> Answer<()> {
    tell(Method::Delete, &format!("/bots/{id}"), None)
}

/// The tokens of a bot.
pub fn bot_tokens(id: UserId) -> Answer<Page<BotToken>> {
    call(Method::Get, &format!("/bots/{id}/tokens"), None)
}

/// Makes a token for a bot.
pub fn create_bot_token(id: UserId, new: &NewBotToken) -> Answer<CreatedBotToken> {
    call(Method::Post, &format!("/bots/{id}/tokens"), json(new))
}

/// Ends a token.
pub fn revoke_bot_token(id: UserId, token: SessionId) -> Answer<()> {
    tell(Method::Delete, &format!("/bots/{id}/tokens/{token}"), None)
}

/// A room's incoming webhooks.
pub fn incoming_hooks(room: RoomId) -> Answer<Page<IncomingHook>> {
    call(Method::Get, &format!("/rooms/{room}/hooks/incoming"), None)
}

/// Makes an address that posts to a room.
pub fn create_incoming_hook(room: RoomId, name: String) -> Answer<CreatedIncomingHook> {
    call(Method::Post, &format!("/rooms/{room}/hooks/incoming"), json(&NewIncomingHook { name }))
}

/// A room's outgoing webhooks.
pub fn outgoing_hooks(room: RoomId) -> Answer<Page<OutgoingHook>> {
    call(Method::Get, &format!("/rooms/{room}/hooks/outgoing"), None)
}

/// Makes an address be told what happens in a room.
pub fn create_outgoing_hook(room: RoomId, new: &NewOutgoingHook) -> Answer<CreatedOutgoingHook> {
    call(Method::Post, &format!("/rooms/{room}/hooks/outgoing"), json(new))
}

/// Removes a webhook.
pub fn remove_hook(room: RoomId, kind: &str, id: HookId) -> Answer<()> {
    tell(Method::Delete, &format!("/rooms/{room}/hooks/{kind}/{id}"), None)
}

/// Switches an outgoing webhook on again.
pub fn enable_hook(room: RoomId, id: HookId) -> Answer<OutgoingHook> {
    call(Method::Post, &format!("/rooms/{room}/hooks/outgoing/{id}/enable"), None)
}

/// What became of the last events of an outgoing webhook.
pub fn deliveries(room: RoomId, id: HookId) -> Answer<Page<Delivery>> {
    call(Method::Get, &format!("/rooms/{room}/hooks/outgoing/{id}/deliveries"), None)
}

/// The commands of the bots in a room.
pub fn room_commands(room: RoomId) -> Answer<Page<RoomCommand>> {
    call(Method::Get, &format!("/rooms/{room}/commands"), None)
}

/// Calls a bot's command.
pub fn call_command(room: RoomId, name: &str, text: String) -> Answer<()> {
    let body = json(&CallCommand { text, bot_id: None });
    tell(Method::Post, &format!("/rooms/{room}/commands/{}", escape(name)), body)
}
