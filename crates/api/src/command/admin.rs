//! `confab admin`: accounts, for whoever runs the server. Works beside a running server as well as without one.

use api::accounts::admin::{self, NewAccount};
use api::app::{App, Faults};
use api::{Config, db};
use clap::{Args, Subcommand, ValueEnum};
use types::SiteRole;

use super::database::Database;
use super::{Failed, log, print};

/// What is done to accounts.
#[derive(Subcommand)]
pub(crate) enum Admin {
    /// Makes an account.
    Create(#[command(flatten)] Box<Create>),
    /// Gives an account a new password and ends its sessions.
    ResetPassword(#[command(flatten)] Box<Reset>),
}

/// The account to make.
#[derive(Args)]
pub(crate) struct Create {
    /// The username.
    #[arg(long)]
    username: String,
    /// The e-mail address.
    #[arg(long)]
    email: String,
    /// The password.
    #[arg(long)]
    password: String,
    /// The role on the site.
    #[arg(long, default_value = "member")]
    role: Role,
    /// Does nothing, and succeeds, if the username or address has an account.
    #[arg(long)]
    if_missing: bool,
    /// Accepts a password that is among the first that are guessed.
    #[arg(long)]
    allow_common_password: bool,
    #[command(flatten)]
    config: Config,
}

/// Whose password is reset.
#[derive(Args)]
pub(crate) struct Reset {
    /// Username or e-mail address.
    #[arg(long)]
    login: String,
    /// The new password; one is made and printed if absent.
    #[arg(long)]
    password: Option<String>,
    #[command(flatten)]
    config: Config,
}

#[derive(Clone, Copy, ValueEnum)]
enum Role {
    Owner,
    Admin,
    Member,
}

impl From<Role> for SiteRole {
    fn from(role: Role) -> SiteRole {
        match role {
            Role::Owner => SiteRole::Owner,
            Role::Admin => SiteRole::Admin,
            Role::Member => SiteRole::Member,
        }
    }
}

/// Runs one of them.
pub(crate) async fn run(command: Admin) -> Result<(), Failed> {
    let config = match &command {
        Admin::Create(create) => &create.config,
        Admin::ResetPassword(reset) => &reset.config,
    };
    log::start(config);
    let database = Database::join(config).await?;
    let done = on(&database, config.clone(), command).await;
    database.close().await?;
    print(&done?)
}

async fn on(database: &Database, config: Config, command: Admin) -> Result<String, Failed> {
    let place = match &config.database_url {
        Some(_) => "the database of DATABASE_URL".to_owned(),
        None => format!("the database in {}", config.data_dir.display()),
    };
    db::migrate(&database.url).await?;
    let app = App::start(config, &database.url, Faults::default()).await?;
    let done = match command {
        Admin::Create(account) => create(&app, *account, &place).await,
        Admin::ResetPassword(reset) => reset_password(&app, *reset).await,
    };
    app.end();
    done
}

/// Says where, too: the same command in another folder is about another server.
async fn create(app: &App, account: Create, place: &str) -> Result<String, Failed> {
    if account.if_missing && admin::exists(app, &account.username, &account.email).await? {
        return Ok(format!("The account {} is there already.", account.username));
    }
    let new = NewAccount {
        username: account.username,
        email: account.email,
        password: account.password,
        role: account.role.into(),
        allow_common_password: account.allow_common_password,
    };
    let user = admin::create(app, new).await?;
    Ok(format!("The account {} was made ({}) in {place}.", user.username, user.id))
}

async fn reset_password(app: &App, reset: Reset) -> Result<String, Failed> {
    let made = reset.password.is_none();
    let password = admin::reset_password(app, &reset.login, reset.password).await?;
    let told = if made { format!(" The new one: {password}") } else { String::new() };
    Ok(format!("The password of {} was replaced and its sessions are ended.{told}", reset.login))
}
