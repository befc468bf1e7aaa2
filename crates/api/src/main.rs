//! The program `confab`: reads the command line and the environment, and runs one command of [`command`].

mod command;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use command::Failed;

/// Gives freed memory back. Each password hash takes 19 MiB, of which glibc would keep some for every thread: hundreds of
/// megabytes after a busy morning.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A chat server: rooms, history and live delivery over one Postgres.
#[derive(Parser)]
#[command(name = "confab", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the server until it is told to stop.
    Serve(#[command(flatten)] Box<api::Config>),
    /// Brings the database up to date, and nothing else.
    Migrate(#[command(flatten)] Box<api::Config>),
    /// Accounts, for whoever runs the server.
    #[command(subcommand)]
    Admin(command::admin::Admin),
    /// Prints the API's description.
    Openapi {
        /// That of the socket's frames instead, as Markdown.
        #[arg(long)]
        socket: bool,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed(why)) => {
            eprintln!("confab: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Failed> {
    let unknown = api::config::unknown_variables();
    if !unknown.is_empty() {
        return Err(Failed(format!("unknown in the environment: {} (see confab serve --help)", unknown.join(", "))));
    }
    match command {
        Command::Serve(config) => command::serve::run(*config).await,
        Command::Migrate(config) => command::database::migrate(&config).await,
        Command::Admin(admin) => command::admin::run(admin).await,
        Command::Openapi { socket: true } => command::print(&api::socket::document()),
        Command::Openapi { socket: false } => {
            let text = api::rest::openapi::document().to_pretty_json();
            command::print(&text.map_err(|error| Failed(error.to_string()))?)
        }
    }
}
