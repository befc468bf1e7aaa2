//! What can go wrong: the server said no, or it could not be asked.

use types::{ErrorCode, Problem};

use crate::Closed;

/// Why a request or a socket failed.
#[derive(Debug)]
pub enum ClientError {
    /// The server refused, and said why.
    Problem(Box<Problem>),
    /// The answer was not one that this version understands.
    Unexpected {
        /// The HTTP status; 0 for a frame.
        status: u16,
        /// The beginning of the answer, for people.
        body: String,
    },
    /// The server could not be reached, or the connection broke under the request.
    Network(String),
    /// The socket was closed.
    Closed(Closed),
    /// What was waited for did not come in time.
    Deadline(String),
    /// The client has no tokens: sign in first.
    NotSignedIn,
}

impl ClientError {
    /// The stable code, where the server gave one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            ClientError::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            ClientError::Problem(problem) => Some(problem.status),
            ClientError::Unexpected { status, .. } if *status > 0 => Some(*status),
            _ => None,
        }
    }

    /// Whether asking again later may help.
    pub fn is_passing(&self) -> bool {
        match self {
            ClientError::Problem(problem) => problem.status == 429 || problem.status >= 500,
            ClientError::Unexpected { status, .. } => *status >= 500,
            ClientError::Network(_) | ClientError::Deadline(_) => true,
            ClientError::Closed(closed) => closed.reconnects(),
            ClientError::NotSignedIn => false,
        }
    }
}

impl std::fmt::Display for ClientError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ClientError::Problem(problem) => {
                write!(f, "{} ({}): {}", problem.code.as_str(), problem.status, problem.detail)?;
                problem.errors.iter().try_for_each(|fault| write!(f, "; {}: {}", fault.field, fault.code))
            }
            ClientError::Unexpected { status, body } => {
                write!(f, "an unexpected answer ({status}): {body}")
            }
            ClientError::Network(what) => write!(f, "the server could not be reached: {what}"),
            ClientError::Closed(closed) => write!(f, "the socket was closed: {closed:?}"),
            ClientError::Deadline(what) => write!(f, "did not come in time: {what}"),
            ClientError::NotSignedIn => write!(f, "not signed in"),
        }
    }
}

impl std::error::Error for ClientError {}

impl From<reqwest::Error> for ClientError {
    fn from(error: reqwest::Error) -> Self {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        ClientError::Network(text)
    }
}
