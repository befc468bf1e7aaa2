//! The socket: its opening, what it tells, and how it ends.

mod cuts;
mod ends;
mod live;
mod opening;
mod people;
mod posts;
mod resume;
