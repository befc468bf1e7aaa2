//! Every limit both sides know, in one place.

/// Shortest username, in characters.
pub const USERNAME_MIN: usize = 2;
/// Longest username, in characters.
pub const USERNAME_MAX: usize = 32;
/// Names that would be confused with mentions or with the system.
pub const RESERVED_USERNAMES: [&str; 6] = ["here", "all", "everyone", "channel", "admin", "system"];
/// Longest e-mail address, in characters (RFC 5321).
pub const EMAIL_MAX: usize = 254;
/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 8;
/// Longest password, in characters: bounds the work of hashing.
pub const PASSWORD_MAX: usize = 128;
/// Longest display name, in characters.
pub const DISPLAY_NAME_MAX: usize = 64;
/// Longest bio, in characters.
pub const BIO_MAX: usize = 500;
/// Longest status text, in characters.
pub const STATUS_TEXT_MAX: usize = 100;
/// Longest room name, in characters.
pub const ROOM_NAME_MAX: usize = 64;
/// Longest topic, in characters.
pub const TOPIC_MAX: usize = 250;
/// Longest message body, in Unicode scalar values.
pub const BODY_MAX_CHARS: usize = 8_000;
/// Longest message body, in bytes of UTF-8.
pub const BODY_MAX_BYTES: usize = 32 * 1024;
/// Largest socket frame a client may send, in bytes.
pub const FRAME_MAX_BYTES: usize = 128 * 1024;
/// Rows of a list when nothing is asked for.
pub const PAGE_DEFAULT: i64 = 50;
/// Most rows of a list.
pub const PAGE_MAX: i64 = 100;
/// Rows of a page of changes when nothing is asked for.
pub const CHANGES_DEFAULT: i64 = 500;
/// Most rows of a page of changes.
pub const CHANGES_MAX: i64 = 1_000;
/// Most rooms named in `authenticate`.
pub const WATCHED_MAX: usize = 1_000;
/// Most people observed at once by a socket.
pub const OBSERVED_MAX: usize = 200;
/// Unread messages are counted up to this.
pub const UNREAD_CAP: i64 = 100;
/// Most people added to a room by one request.
pub const ADD_MEMBERS_MAX: usize = 100;
/// Most ids in `GET /users?ids=`.
pub const USER_IDS_MAX: usize = 100;
/// Longest life of an invite, in seconds (a year).
pub const INVITE_EXPIRES_MAX: i64 = 365 * 24 * 3600;
/// Most uses an invite may allow.
pub const INVITE_USES_MAX: i32 = 10_000;
/// The server says something at least this often, in milliseconds.
pub const HEARTBEAT_MS: u64 = 25_000;
/// A client that hears nothing for this long reconnects, in milliseconds.
pub const SILENCE_MS: u64 = 35_000;
/// A client repeats `typing` at most this often, in milliseconds.
pub const TYPING_REPEAT_MS: u64 = 3_000;
/// Typing that is not repeated ends after this, in milliseconds.
pub const TYPING_EXPIRES_MS: u64 = 6_000;
/// A client sends at most one read mark per room in this time, in milliseconds.
pub const READ_REPEAT_MS: u64 = 3_000;
/// Repliers told with the first message of a thread.
pub const PARTICIPANTS_SHOWN: usize = 5;
/// Different emoji on one message.
pub const REACTIONS_MAX: i64 = 20;
/// People told with a reaction on a page of history.
pub const REACTION_IDS: i64 = 30;
/// Longest emoji, in bytes: the longest sequence of Unicode is shorter.
pub const EMOJI_MAX_BYTES: usize = 48;
/// People of a direct conversation, oneself included.
pub const DIRECT_MAX: usize = 10;
/// Longest question of a poll, in characters.
pub const QUESTION_MAX: usize = 300;
/// Longest option of a poll, in characters.
pub const OPTION_MAX: usize = 100;
/// Fewest options of a poll.
pub const OPTIONS_MIN: usize = 2;
/// Most options of a poll.
pub const OPTIONS_MAX: usize = 12;
/// Votes told with a poll on a page of history.
pub const VOTES_SHOWN: i64 = 20;
/// Bots of one person.
pub const BOTS_MAX: i64 = 50;
/// Tokens of one bot.
pub const BOT_TOKENS_MAX: i64 = 20;
/// Commands of one bot.
pub const BOT_COMMANDS_MAX: usize = 50;
/// Longest description or usage of a command, in characters.
pub const COMMAND_TEXT_MAX: usize = 100;
/// Longest name of a token or webhook, in characters.
pub const HOOK_NAME_MAX: usize = 64;
/// Webhooks of a room, incoming and outgoing each.
pub const HOOKS_MAX: i64 = 50;
/// Longest address of an outgoing webhook, in characters.
pub const HOOK_URL_MAX: usize = 2_000;
/// Words that may set off an outgoing webhook.
pub const TRIGGER_WORDS_MAX: usize = 10;
/// Deliveries of an outgoing webhook that are shown.
pub const DELIVERIES_SHOWN: i64 = 50;
/// Pinned messages of a room.
pub const PINS_MAX: i64 = 100;
/// People and rooms that a message may name.
pub const MENTIONS_MAX: usize = 50;
/// People whom `@here` names at most.
pub const HERE_MAX: usize = 200;
/// `@here` and `@all` are for moderators where a room has more people than this.
pub const EVERYONE_FREE: i64 = 30;
/// Drafts of one person.
pub const DRAFTS_MAX: i64 = 1_000;
/// Messages of one person that wait to be sent later.
pub const SCHEDULED_MAX: i64 = 500;
/// How far ahead a message may be scheduled, or a reminder set, in seconds (a year).
pub const AHEAD_MAX: i64 = 366 * 24 * 3600;
/// Replies told with a thread of one's list.
pub const THREAD_REPLIES: i64 = 3;
/// Parts of a list of rooms.
pub const SECTIONS_MAX: usize = 50;
/// Longest name of such a part, in characters.
pub const SECTION_NAME_MAX: usize = 64;
/// Rooms in such a part.
pub const SECTION_ROOMS_MAX: usize = 1_000;
/// Categories of the site's list of rooms.
pub const CATEGORIES_MAX: i64 = 50;
/// Emoji remembered as used last.
pub const RECENT_EMOJI: usize = 24;
/// Longest search, in characters.
pub const SEARCH_QUERY_MAX: usize = 500;
/// Words, phrases and operators of a search.
pub const SEARCH_TERMS_MAX: usize = 32;
/// Messages found that are put in order by how well they fit: the newest of them.
pub const SEARCH_RANKED: i64 = 500;
/// Characters of an excerpt.
pub const EXCERPT_CHARS: usize = 240;
/// Suggestions for what is being typed.
pub const SUGGESTIONS_MAX: i64 = 10;
/// Saved searches of one person.
pub const SEARCHES_MAX: i64 = 50;
/// Longest name of a saved search, in characters.
pub const SEARCH_NAME_MAX: usize = 64;
