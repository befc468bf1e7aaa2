//! Bots: accounts that programs use, by tokens that may do only what they were made for.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{RoomId, SessionId, User, UserId};

/// What a bot's token may do, in the rooms its bot is in. None includes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Reads what the bot may read, and listens.
    Read,
    /// Posts, edits, reacts, votes.
    Write,
    /// Makes and changes rooms, joins and leaves them, adds and removes people, makes invites; as far as its role goes.
    Manage,
    /// A scope this version does not know; no server says it.
    #[serde(other)]
    Unknown,
}

/// A bot and who is responsible for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bot {
    /// Its account.
    pub user: User,
    /// Who made it.
    pub owner_id: UserId,
}

/// `POST /bots`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewBot {
    /// As of a person; `[a-z0-9][a-z0-9._-]{1,31}` without case.
    pub username: String,
    /// What is shown; the username if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// A token of a bot, without the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BotToken {
    /// Its id; it is a session of the bot's, which ends when it is revoked.
    pub id: SessionId,
    /// What its maker calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
}

/// `POST /bots/{id}/tokens`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewBotToken {
    /// What it is for.
    pub name: String,
    /// What it may do: at least one.
    pub scopes: Vec<Scope>,
}

/// A token just made: the only time its secret is told.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedBotToken {
    /// The token.
    pub token: BotToken,
    /// `cfb_…`: sent as `Authorization: Bearer`, and in the socket's `authenticate`.
    pub secret: String,
}

/// An address that posts to a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncomingHook {
    /// Its id.
    pub id: crate::HookId,
    /// Where it posts.
    pub room_id: RoomId,
    /// The account it posts as.
    pub user_id: UserId,
    /// What that is called.
    pub name: String,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// When it last posted, to the minute.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
}

/// `POST /rooms/{id}/hooks/incoming`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewIncomingHook {
    /// What the account it posts as is called.
    pub name: String,
}

/// A webhook just made: the only time its address is told.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedIncomingHook {
    /// The webhook.
    pub hook: IncomingHook,
    /// Whoever knows it may post: keep it like a password.
    pub url: String,
}

/// What an outgoing webhook is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum HookEvent {
    /// A message was posted.
    #[serde(rename = "message.created")]
    MessageCreated,
    /// Its body was changed.
    #[serde(rename = "message.edited")]
    MessageEdited,
    /// It was deleted.
    #[serde(rename = "message.deleted")]
    MessageDeleted,
    /// An event this version does not know; no server says it.
    #[serde(other)]
    Unknown,
}

/// An address that is told what happens in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutgoingHook {
    /// Its id.
    pub id: crate::HookId,
    /// Which room.
    pub room_id: RoomId,
    /// Where events are posted to.
    pub url: String,
    /// What it is told of.
    pub events: Vec<HookEvent>,
    /// New messages must begin with one of these words; none = all messages.
    pub trigger_words: Vec<String>,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// Deliveries that failed one after the other.
    pub failures: i64,
    /// When it was switched off because too many failed.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<DateTime<Utc>>,
    /// The last failure, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<String>,
}

/// `POST /rooms/{id}/hooks/outgoing`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewOutgoingHook {
    /// `http` or `https`. Private addresses are refused unless the operator allows them.
    pub url: String,
    /// At least one.
    pub events: Vec<HookEvent>,
    /// At most ten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trigger_words: Vec<String>,
}

/// An outgoing webhook just made: the only time its key is told.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedOutgoingHook {
    /// The webhook.
    pub hook: OutgoingHook,
    /// Deliveries are signed with this key: `X-Confab-Signature: v1=HMAC-SHA256(key, timestamp.body)`, in hexadecimal.
    pub key: String,
}

/// What became of an event on its way to a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// The event's id: the same however often it is delivered.
    pub id: uuid::Uuid,
    /// What happened.
    pub event: HookEvent,
    /// When it was noticed.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i64,
    /// The status of the last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<i64>,
    /// Why the last try failed, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When it arrived.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<DateTime<Utc>>,
    /// When it is tried next.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub next_at: Option<DateTime<Utc>>,
}

/// What an outgoing webhook is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HookCall {
    /// The event's id: act on each once.
    pub id: uuid::Uuid,
    /// What happened.
    pub event: HookEvent,
    /// The webhook.
    pub hook_id: crate::HookId,
    /// The message as it is then.
    pub message: crate::Message,
    /// Its author.
    pub author: User,
}

/// A command that a bot offers in the rooms it is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BotCommand {
    /// What follows the slash: `[a-z][a-z0-9-]{0,31}`.
    pub name: String,
    /// What it does, in a few words.
    pub description: String,
    /// What is to be written behind it, in a few words; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub usage: String,
}

/// `PUT /me/commands`: all commands of a bot, in place of those it offered before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetCommands {
    /// At most [`limits::BOT_COMMANDS_MAX`](crate::limits::BOT_COMMANDS_MAX).
    pub items: Vec<BotCommand>,
}

/// A row of `GET /rooms/{id}/commands`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoomCommand {
    /// Whose.
    pub bot_id: UserId,
    /// What follows the slash.
    pub name: String,
    /// What it does.
    pub description: String,
    /// What is to be written behind it.
    pub usage: String,
}

/// `POST /rooms/{id}/commands/{name}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallCommand {
    /// What stands behind the command; may be empty.
    #[serde(default)]
    pub text: String,
    /// Whose command, where several bots offer one of this name; the first by username if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot_id: Option<UserId>,
}

/// Somebody called a command: a row of the bot's own stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Call {
    /// Its id.
    pub id: uuid::Uuid,
    /// Where.
    pub room_id: RoomId,
    /// Who called.
    pub user_id: UserId,
    /// Which command.
    pub name: String,
    /// What stood behind it.
    pub text: String,
    /// When.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// Revision in the bot's stream.
    pub rev: crate::Rev,
}

/// `POST /rooms/{id}/notes`: a bot tells something to one person alone, who called a command of it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewNote {
    /// Whom.
    pub user_id: UserId,
    /// Markdown source.
    pub body: String,
}

/// What a bot told me alone: a row of my own stream, shown in the room and not kept for long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// Its id.
    pub id: uuid::Uuid,
    /// Where it is shown.
    pub room_id: RoomId,
    /// The bot.
    pub bot_id: UserId,
    /// Markdown source.
    pub body: String,
    /// When.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// Revision in my stream.
    pub rev: crate::Rev,
}
