//! Words to expect a refusal with.

use std::fmt::Debug;

use client::ClientError;
use types::ErrorCode;

/// What a request that must be refused is asked.
pub(crate) trait Refused {
    /// It was refused with this code, and the status that belongs to it.
    #[track_caller]
    fn refused(self, code: ErrorCode);

    /// It was refused because of this field, for this reason.
    #[track_caller]
    fn invalid(self, field: &str, reason: &str);
}

impl<T: Debug> Refused for Result<T, ClientError> {
    fn refused(self, code: ErrorCode) {
        match self {
            Err(ClientError::Problem(problem)) => {
                assert_eq!(problem.code, code, "{}", problem.detail);
                assert_eq!(problem.status, code.status());
            }
            other => panic!("expected {code:?}, got {other:?}"),
        }
    }

    fn invalid(self, field: &str, reason: &str) {
        match self {
            Err(ClientError::Problem(problem)) => {
                assert_eq!(problem.code, ErrorCode::Invalid, "{}", problem.detail);
                let named = problem.errors.iter().any(|fault| fault.field == field && fault.code == reason);
                assert!(named, "{:?}", problem.errors);
            }
            other => panic!("expected {field} to be {reason}, got {other:?}"),
        }
    }
}
