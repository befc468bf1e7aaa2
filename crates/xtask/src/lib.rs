//! The project's own commands: `serve` builds everything and runs the product, `test` runs all that CI runs,
//! `dev` rebuilds on change, and `web`, `openapi`, `screenshots` make one thing each. Read `web` for how the
//! page is built without any installed tool, `machine` for what is installed where something is missing.

mod command;
mod dev;
mod machine;
mod migrations;
mod openapi;
mod product;
mod progress;
mod test;
mod web;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What can be asked for on the command line.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, version)]
struct Arguments {
    /// Show the tools' own warnings and the size of every file of the web app
    #[arg(long, global = true)]
    verbose: bool,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the web app and the server, then run it
    Serve {
        /// Given to `confab serve` as they are
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run a debug build with an owner account, and rebuild what changes
    Dev(dev::Options),
    /// Run everything CI runs, in order, and stop at the first failure
    Test(test::Options),
    /// Build the web app into target/web/dist
    Web {
        /// A quick build that is large and slow to load
        #[arg(long)]
        debug: bool,
    },
    /// Write openapi/openapi.json and openapi/socket.md anew from the code
    Openapi {
        /// Change nothing; fail where the files are stale
        #[arg(long)]
        check: bool,
    },
    /// Take the pictures of every screen
    Screenshots,
    /// Install what the tests need and this machine lacks
    Prepare,
    /// Compare the dependencies with the advisory database (needs the network; CI does not wait for it)
    Advisories,
}

/// Does what the command line asks for.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    progress::set_verbose(arguments.verbose || matches!(arguments.task, Task::Test(_)));
    match run(arguments.task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Serve { arguments } => product::serve(&arguments),
        Task::Dev(options) => dev::watch(&options),
        Task::Test(options) => test::run(&options),
        Task::Web { debug } => web::build_alone(if debug { web::Profile::Debug } else { web::Profile::Release }),
        Task::Openapi { check: true } => openapi::check(),
        Task::Openapi { check: false } => openapi::write(),
        Task::Screenshots => test::screenshots(),
        Task::Prepare => machine::prepare_tests(),
        Task::Advisories => test::advisories(),
    }
}
