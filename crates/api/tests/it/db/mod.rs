//! The database the server runs for itself.

mod embedded;
