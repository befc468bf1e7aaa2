//! Any text has a tree, and what holds for each tree holds for it.
#![no_main]

#[path = "../../tests/it/check.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|source: &str| check::check(source));
