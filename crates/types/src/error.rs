//! What is said when something can't be done: RFC 9457 problems with a stable code.

use serde::{Deserialize, Deserializer, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// The closed list of codes; clients branch on these and never on text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
            /// A code this version does not know; no server says it.
            Unknown,
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name),*];

            /// The HTTP status it is answered with.
            pub const fn status(self) -> u16 {
                match self { $(ErrorCode::$name => $status,)* ErrorCode::Unknown => 500 }
            }

            /// The code as it stands on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$name => $text,)* ErrorCode::Unknown => "unknown" }
            }
        }
    };
}

/// By looking for it in the list: what derived code compares a name with is written out for each code.
impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(&String::deserialize(deserializer)?))
    }
}

impl ErrorCode {
    /// The code of this name; one that this version does not know is [`ErrorCode::Unknown`].
    pub fn read(text: &str) -> Self {
        Self::ALL.iter().copied().find(|code| code.as_str() == text).unwrap_or(Self::Unknown)
    }
}

codes! {
    /// The request could not be read: broken JSON, wrong types, a bad id or query.
    Malformed = "malformed", 400;
    /// A frame of an unknown type or shape.
    BadFrame = "bad_frame", 400;
    /// No token, or one that is not ours.
    NotSignedIn = "not_signed_in", 401;
    /// The access token has run out: refresh it.
    TokenExpired = "token_expired", 401;
    /// The session was ended.
    SessionEnded = "session_ended", 401;
    /// Unknown account or wrong password; which of the two is not told.
    WrongCredentials = "wrong_credentials", 401;
    /// The current password given is wrong.
    WrongPassword = "wrong_password", 403;
    /// A member's right is needed in this room.
    NotAMember = "not_a_member", 403;
    /// A higher role is needed.
    NotAllowed = "not_allowed", 403;
    /// The token lacks the scope that this needs, or no token may do it.
    MissingScope = "missing_scope", 403;
    /// One of the two has blocked the other: nothing can be written between them.
    Blocked = "blocked", 403;
    /// Registration is closed, or needs an invite.
    RegistrationClosed = "registration_closed", 403;
    /// The set-up code is missing or wrong.
    WrongSetupCode = "wrong_setup_code", 403;
    /// The request came from another site.
    WrongOrigin = "wrong_origin", 403;
    /// There is no such thing, or the asker may not know of it.
    NotFound = "not_found", 404;
    /// The invite does not exist, has ended or is used up.
    InviteInvalid = "invite_invalid", 404;
    /// The method does not exist here.
    MethodNotAllowed = "method_not_allowed", 405;
    /// The username is taken.
    UsernameTaken = "username_taken", 409;
    /// The e-mail address is taken.
    EmailTaken = "email_taken", 409;
    /// A live room has this name.
    RoomNameTaken = "room_name_taken", 409;
    /// Another message has this id.
    IdTaken = "id_taken", 409;
    /// The room is archived: unarchive it first.
    RoomArchived = "room_archived", 409;
    /// The message was deleted.
    MessageDeleted = "message_deleted", 409;
    /// The poll is closed: no vote is taken any more.
    PollClosed = "poll_closed", 409;
    /// What was asked can't be changed: votes were given to it as it is.
    NotEditable = "not_editable", 409;
    /// There are as many of these as there may be.
    TooMany = "too_many", 409;
    /// The owner's account exists already.
    OwnerExists = "owner_exists", 409;
    /// The body or frame is larger than allowed.
    TooLarge = "too_large", 413;
    /// The content type is not `application/json`.
    UnsupportedMediaType = "unsupported_media_type", 415;
    /// Fields are invalid; `errors` says which and why.
    Invalid = "invalid", 422;
    /// Too much too quickly; try again after `Retry-After`.
    RateLimited = "rate_limited", 429;
    /// A fault of the server; the request id finds it in the log.
    Internal = "internal", 500;
    /// The database is away; try again after `Retry-After`.
    Unavailable = "unavailable", 503;
    /// The request took too long.
    Timeout = "timeout", 503;
    /// The server is stopping; come back after `Retry-After`.
    Stopping = "stopping", 503;
    /// The disk is full.
    StorageFull = "storage_full", 507;
}

/// One invalid field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name in the request.
    pub field: String,
    /// Stable reason: `required`, `too_short`, `too_long`, `bad_format`, `reserved`, `common`, `bad_character`,
    /// `out_of_range`, `not_supported`, `unknown`.
    pub code: String,
    /// The reason in English.
    pub message: String,
}

/// `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `about:blank`: the code says it all.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: ErrorCode,
    /// What happened and what to do, in English.
    pub detail: String,
    /// Finds the request in the server's log.
    pub request_id: String,
    /// The invalid fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_the_same_everywhere() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert_eq!(serde_json::from_value::<ErrorCode>(code.as_str().into()).unwrap(), *code);
        }
    }
}
