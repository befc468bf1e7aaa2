//! The screens, a file each.

pub mod entrance;
pub mod first_run;
pub mod invited;
pub mod register;
pub mod room;
pub mod sign_in;
pub mod views;
