//! Messages: posting them, changing them, reading them back.

mod change;
mod history;
mod input;
mod post;
mod writer;
