//! The site: what who runs it sets for everyone.

mod categories;
