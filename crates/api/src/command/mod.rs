//! What the program can be told to do.

pub(crate) mod admin;
pub(crate) mod database;
mod log;
pub(crate) mod serve;

use std::io::Write;

/// Why a command ends without having done its work; the text is for the operator.
pub(crate) struct Failed(pub(crate) String);

impl From<api::db::StartError> for Failed {
    fn from(error: api::db::StartError) -> Self {
        Failed(error.0)
    }
}

impl From<api::Error> for Failed {
    fn from(error: api::Error) -> Self {
        let fields: Vec<String> =
            error.fields.iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect();
        match (fields.is_empty(), &error.cause) {
            (false, _) => Failed(fields.join(" ")),
            (true, Some(cause)) => Failed(format!("{} ({cause})", error.detail)),
            (true, None) => Failed(error.detail.into_owned()),
        }
    }
}

/// Prints a text; a reader that has gone away is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failed> {
    match writeln!(std::io::stdout(), "{}", text.trim_end()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failed(error.to_string())),
        _ => Ok(()),
    }
}
