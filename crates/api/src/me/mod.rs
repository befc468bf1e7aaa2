//! A person's own stream: rows that are theirs alone, on all their devices. What the rows mean stands with their nouns.

pub mod blocks;
pub mod changes;
mod own;
pub mod preferences;
pub mod read_all;

pub use own::Own;
