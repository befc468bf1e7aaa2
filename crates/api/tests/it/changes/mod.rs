//! The change feed: gapless, complete, the same as a fresh read.

mod feed;
mod walk;
mod writers;
