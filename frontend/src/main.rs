//! The page: everything is in the library, so that all tests of the workspace are compiled with the same features.

fn main() {
    frontend::start();
}
