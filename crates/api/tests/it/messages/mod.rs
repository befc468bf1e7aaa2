//! Messages: posting them, changing them, reading them back.

mod change;
mod forward;
mod history;
mod input;
mod mentions;
mod pins;
mod post;
mod reactions;
mod reads;
mod threads;
mod writer;
