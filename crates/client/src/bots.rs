//! Bots, their tokens, and webhooks.

use reqwest::Method;
use types::{
    Bot, BotCommand, BotToken, CallCommand, CreatedBotToken, CreatedIncomingHook, CreatedOutgoingHook, Delivery,
    HookId, IncomingHook, Me, NewBot, NewBotToken, NewIncomingHook, NewNote, NewOutgoingHook, Note, OutgoingHook, Page,
    RoomCommand, RoomId, Scope, SessionId, SetCommands, UserId,
};

use crate::ClientError;
use crate::http::Client;

impl Client {
    /// Uses a bot's token from now on, and says which account it is.
    pub async fn use_token(&self, token: &str) -> Result<Me, ClientError> {
        self.take_token(UserId(uuid::Uuid::nil()), token);
        let me: Me = self.get("/me").await.inspect_err(|_| self.forget())?;
        self.take_token(me.user.id, token);
        Ok(me)
    }

    /// Makes a bot.
    pub async fn create_bot(&self, username: &str) -> Result<Bot, ClientError> {
        self.send("/bots", &NewBot { username: username.into(), display_name: None }).await
    }

    /// One's bots.
    pub async fn bots(&self) -> Result<Page<Bot>, ClientError> {
        self.get("/bots").await
    }

    /// Removes a bot.
    pub async fn remove_bot(&self, bot: UserId) -> Result<(), ClientError> {
        self.delete(&format!("/bots/{bot}")).await
    }

    /// Makes a token for a bot.
    pub async fn create_bot_token(
        &self,
        bot: UserId,
        name: &str,
        scopes: &[Scope],
    ) -> Result<CreatedBotToken, ClientError> {
        let new = NewBotToken { name: name.into(), scopes: scopes.to_vec() };
        self.send(&format!("/bots/{bot}/tokens"), &new).await
    }

    /// The tokens of a bot.
    pub async fn bot_tokens(&self, bot: UserId) -> Result<Page<BotToken>, ClientError> {
        self.get(&format!("/bots/{bot}/tokens")).await
    }

    /// Ends a token.
    pub async fn revoke_bot_token(&self, bot: UserId, id: SessionId) -> Result<(), ClientError> {
        self.delete(&format!("/bots/{bot}/tokens/{id}")).await
    }

    /// Makes an address that posts to a room.
    pub async fn create_incoming_hook(&self, room: RoomId, name: &str) -> Result<CreatedIncomingHook, ClientError> {
        self.send(&format!("/rooms/{room}/hooks/incoming"), &NewIncomingHook { name: name.into() }).await
    }

    /// A room's incoming webhooks.
    pub async fn incoming_hooks(&self, room: RoomId) -> Result<Page<IncomingHook>, ClientError> {
        self.get(&format!("/rooms/{room}/hooks/incoming")).await
    }

    /// Removes an incoming webhook.
    pub async fn remove_incoming_hook(&self, room: RoomId, id: HookId) -> Result<(), ClientError> {
        self.delete(&format!("/rooms/{room}/hooks/incoming/{id}")).await
    }

    /// Makes an address be told what happens in a room.
    pub async fn create_outgoing_hook(
        &self,
        room: RoomId,
        new: &NewOutgoingHook,
    ) -> Result<CreatedOutgoingHook, ClientError> {
        self.send(&format!("/rooms/{room}/hooks/outgoing"), new).await
    }

    /// A room's outgoing webhooks.
    pub async fn outgoing_hooks(&self, room: RoomId) -> Result<Page<OutgoingHook>, ClientError> {
        self.get(&format!("/rooms/{room}/hooks/outgoing")).await
    }

    /// Removes an outgoing webhook.
    pub async fn remove_outgoing_hook(&self, room: RoomId, id: HookId) -> Result<(), ClientError> {
        self.delete(&format!("/rooms/{room}/hooks/outgoing/{id}")).await
    }

    /// Switches an outgoing webhook on again.
    pub async fn enable_outgoing_hook(&self, room: RoomId, id: HookId) -> Result<OutgoingHook, ClientError> {
        self.call(Method::POST, &format!("/rooms/{room}/hooks/outgoing/{id}/enable"), None::<&()>).await
    }

    /// Says which commands this bot offers.
    pub async fn set_commands(&self, items: Vec<BotCommand>) -> Result<Page<BotCommand>, ClientError> {
        self.call(Method::PUT, "/me/commands", Some(&SetCommands { items })).await
    }

    /// The commands of the bots in a room.
    pub async fn commands(&self, room: RoomId) -> Result<Page<RoomCommand>, ClientError> {
        self.get(&format!("/rooms/{room}/commands")).await
    }

    /// Calls a bot's command.
    pub async fn call_command(&self, room: RoomId, name: &str, text: &str) -> Result<(), ClientError> {
        let call = CallCommand { text: text.into(), bot_id: None };
        self.send(&format!("/rooms/{room}/commands/{name}"), &call).await
    }

    /// Tells something to one person alone, who called a command of this bot.
    pub async fn post_note(&self, room: RoomId, user_id: UserId, body: &str) -> Result<Note, ClientError> {
        self.send(&format!("/rooms/{room}/notes"), &NewNote { user_id, body: body.into() }).await
    }

    /// What became of the last events of an outgoing webhook.
    pub async fn deliveries(&self, room: RoomId, id: HookId) -> Result<Page<Delivery>, ClientError> {
        self.get(&format!("/rooms/{room}/hooks/outgoing/{id}/deliveries")).await
    }
}
