//! The one error of the server.
//!
//! Which to use where: a verb returns [`Error`] with one of the closed [`ErrorCode`]s; both doors render it (REST as
//! problem+json, the socket as an `error` frame). A constraint that can be broken by a request is mapped where the
//! statement stands ([`Error::on_unique`]); any other fault of the database becomes `unavailable`, `storage_full` or
//! `internal`, is logged once with its cause, and its text is never sent.

use std::borrow::Cow;
use std::fmt;

use diesel::result::{DatabaseErrorKind, Error as DbError};
use types::{ErrorCode, FieldError};

/// What went wrong, as the asker is told, and its cause, as the log is told.
#[derive(Debug, Clone)]
pub struct Error {
    /// The stable code.
    pub code: ErrorCode,
    /// What happened and what to do, in English.
    pub detail: Cow<'static, str>,
    /// The invalid fields.
    pub fields: Vec<FieldError>,
    /// When to try again, in seconds.
    pub retry_after: Option<u64>,
    /// For the log only.
    pub cause: Option<String>,
}

impl Error {
    /// An error with the code's own words.
    pub fn new(code: ErrorCode) -> Self {
        Error { code, detail: Cow::Borrowed(words(code)), fields: Vec::new(), retry_after: None, cause: None }
    }

    /// An error with words of its own.
    pub fn with(code: ErrorCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Error { detail: detail.into(), ..Error::new(code) }
    }

    /// Invalid fields.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        Error { fields, ..Error::new(ErrorCode::Invalid) }
    }

    /// One invalid field.
    pub fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        Error::invalid(vec![FieldError { field: field.into(), code: code.into(), message: message.into() }])
    }

    /// Too much too quickly.
    pub fn rate_limited(retry_after: u64) -> Self {
        Error { retry_after: Some(retry_after.max(1)), ..Error::new(ErrorCode::RateLimited) }
    }

    /// The database is away.
    pub fn unavailable(cause: String) -> Self {
        Error { retry_after: Some(1), cause: Some(cause), ..Error::new(ErrorCode::Unavailable) }
    }

    /// A fault of the server.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Error { cause: Some(cause.to_string()), ..Error::new(ErrorCode::Internal) }
    }

    /// Turns the breaking of the named unique index into `code`; other faults stay what they are.
    pub fn on_unique(index: &'static str, code: ErrorCode) -> impl Fn(DbError) -> Error {
        move |error| match &error {
            DbError::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
                if info.constraint_name() == Some(index) =>
            {
                Error::new(code)
            }
            _ => error.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail)?;
        if let Some(cause) = &self.cause {
            write!(f, " ({cause})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<Vec<FieldError>> for Error {
    fn from(fields: Vec<FieldError>) -> Self {
        Error::invalid(fields)
    }
}

impl From<FieldError> for Error {
    fn from(field: FieldError) -> Self {
        Error::invalid(vec![field])
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        let closed = matches!(error, DbError::BrokenTransactionManager)
            || matches!(error, DbError::DatabaseError(DatabaseErrorKind::ClosedConnection, _));
        of_database(error.to_string(), closed)
    }
}

/// Of the writer's own connection.
impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let text = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
        of_database(text, error.is_closed())
    }
}

fn of_database(text: String, closed: bool) -> Error {
    let away = [
        "connection closed",
        "error communicating with the server",
        "deadlock detected",
        "read-only transaction",
        "terminating connection",
        "shutting down",
        "starting up",
        "recovery mode",
        "lock timeout",
        "statement timeout",
    ];
    if closed || away.iter().any(|sign| text.contains(sign)) {
        return Error::unavailable(text);
    }
    if text.contains("No space left") || text.contains("could not extend file") {
        return Error { cause: Some(text), retry_after: Some(30), ..Error::new(ErrorCode::StorageFull) };
    }
    Error::internal(text)
}

fn words(code: ErrorCode) -> &'static str {
    use ErrorCode as C;
    match code {
        C::Malformed => "The request could not be read.",
        C::BadFrame => "The frame could not be read.",
        C::NotSignedIn => "Sign in first.",
        C::TokenExpired => "The access token has run out: refresh it.",
        C::SessionEnded => "This session was ended: sign in again.",
        C::WrongCredentials => "Unknown account or wrong password.",
        C::WrongPassword => "The current password is wrong.",
        C::NotAMember => "Join the room first.",
        C::MissingScope => "This token was not made for this.",
        C::NotAllowed => "Your role does not allow this.",
        C::RegistrationClosed => "An invite link is needed to make an account here.",
        C::WrongSetupCode => "The set-up code is missing or wrong: it was printed when the server started.",
        C::WrongOrigin => "Requests from other sites are refused.",
        C::NotFound => "There is nothing here.",
        C::InviteInvalid => "This invite does not exist or has ended: ask for a new one.",
        C::MethodNotAllowed => "This method does not exist here.",
        C::UsernameTaken => "This username is taken.",
        C::EmailTaken => "This e-mail address has an account already.",
        C::RoomNameTaken => "A room of this name exists already.",
        C::IdTaken => "Another message has this id.",
        C::RoomArchived => "This room is archived.",
        C::MessageDeleted => "This message was deleted.",
        C::Blocked => "One of you has blocked the other.",
        C::PollClosed => "This poll is closed.",
        C::NotEditable => "A poll can't be changed: people voted on it as it is.",
        C::TooMany => "There can be no more of these.",
        C::OwnerExists => "The owner's account exists already: ask for an invite link.",
        C::TooLarge => "This is larger than allowed.",
        C::UnsupportedMediaType => "Send application/json.",
        C::Invalid => "Some fields are invalid.",
        C::RateLimited => "Too much too quickly: wait a little.",
        C::Internal | C::Unknown => "Something went wrong on the server.",
        C::Unavailable => "The database is away: try again in a moment.",
        C::Timeout => "This took too long: try again.",
        C::Stopping => "The server is stopping: come back in a moment.",
        C::StorageFull => "The server's disk is full.",
    }
}
