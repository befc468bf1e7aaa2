//! Rooms: who sees them, who may do what in them, how people come and go.

mod access;
mod direct;
mod invites;
mod marks;
mod members;
mod reads;
mod update;
