//! What the crate owes whoever uses it: a tree for any text, and no way for a text to do harm.

mod always;
mod check;
mod hostile;
