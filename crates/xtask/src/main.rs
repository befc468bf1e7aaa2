//! `cargo xtask`: everything is in the library, so that all tests of the workspace are compiled with the same features.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::main()
}
