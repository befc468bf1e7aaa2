//! Messages: posting them, changing them, reading them back.

mod change;
mod forward;
mod history;
mod input;
mod mentions;
mod pins;
mod polls;
mod post;
mod reactions;
mod reads;
mod threads;
mod writer;
