//! What went wrong, in the reader's language: by code, never by the server's text.

use types::{ErrorCode, FieldError, limits};

use super::{Key, t};
use crate::api::Failure;

impl Key {
    /// The text of a code.
    pub const fn of(code: ErrorCode) -> Self {
        match code {
            ErrorCode::Malformed | ErrorCode::BadFrame | ErrorCode::MethodNotAllowed => Self::FailMalformed,
            ErrorCode::UnsupportedMediaType => Self::FailMalformed,
            ErrorCode::NotSignedIn | ErrorCode::TokenExpired | ErrorCode::SessionEnded => Self::FailSignedOut,
            ErrorCode::WrongCredentials => Self::FailCredentials,
            ErrorCode::WrongPassword => Self::FailPassword,
            ErrorCode::NotAMember => Self::FailNotAMember,
            ErrorCode::NotAllowed | ErrorCode::MissingScope => Self::FailNotAllowed,
            ErrorCode::RegistrationClosed => Self::InviteNeeded,
            ErrorCode::WrongSetupCode => Self::FailSetupCode,
            ErrorCode::WrongOrigin => Self::FailOrigin,
            ErrorCode::NotFound | ErrorCode::IdTaken => Self::FailNotFound,
            ErrorCode::InviteInvalid => Self::InviteInvalid,
            ErrorCode::UsernameTaken => Self::FailUsernameTaken,
            ErrorCode::EmailTaken => Self::FailEmailTaken,
            ErrorCode::RoomNameTaken => Self::FailRoomTaken,
            ErrorCode::RoomArchived => Self::RoomIsArchived,
            ErrorCode::MessageDeleted => Self::MessageDeleted,
            ErrorCode::Blocked => Self::FailBlocked,
            ErrorCode::PollClosed => Self::FailPollClosed,
            ErrorCode::NotEditable => Self::FailNotEditable,
            ErrorCode::TooMany => Self::FailTooMany,
            ErrorCode::OwnerExists => Self::FailOwnerExists,
            ErrorCode::TooLarge => Self::FailTooLarge,
            ErrorCode::Invalid => Self::FailInvalid,
            ErrorCode::RateLimited => Self::FailRateLimited,
            ErrorCode::Internal => Self::FailInternal,
            ErrorCode::Unavailable | ErrorCode::Timeout | ErrorCode::Stopping => Self::FailUnavailable,
            ErrorCode::StorageFull => Self::FailStorage,
            // A newer server's: the page is to be loaded again.
            ErrorCode::Unknown => Self::FailUnreadable,
        }
    }
}

/// What happened and what to do.
pub fn failure(failure: &Failure) -> &'static str {
    t(match failure {
        Failure::Problem(problem) => Key::of(problem.code),
        Failure::Network => Key::FailNetwork,
        Failure::Unreadable => Key::FailUnreadable,
    })
}

/// What is wrong with a field; a reason this page does not know is told in the server's words.
pub fn field(fault: &FieldError) -> String {
    let key = match (fault.code.as_str(), fault.field.as_str()) {
        ("required", _) => Key::FieldRequired,
        ("too_short", "password" | "new") => Key::PasswordHint,
        ("too_short", _) => Key::FieldTooShort,
        ("too_long", _) => Key::FieldTooLong,
        ("bad_format", "username") => Key::UsernameHint,
        ("bad_format", _) => Key::FieldFormat,
        ("reserved", _) => Key::FieldReserved,
        ("common", _) => Key::FieldCommon,
        ("bad_character", _) => Key::FieldCharacter,
        ("out_of_range", _) => Key::FieldRange,
        _ => return fault.message.clone(),
    };
    const { assert!(limits::PASSWORD_MIN == 8, "the password hint names the limit") };
    t(key).to_owned()
}
