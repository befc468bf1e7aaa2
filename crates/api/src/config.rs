//! The only place that reads the environment. Each flag has a variable; an unknown `CONFAB_*` stops the start.

mod network;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{ArgAction, Args, Command, ValueEnum};
use types::Registration;

pub use network::Network;

use crate::accounts::Rate;

/// What the operator chose. The variable stands as each value's name, so that a refused one is named.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Address and port to listen on.
    #[arg(long, env = "CONFAB_LISTEN", value_name = "CONFAB_LISTEN", default_value_t = Config::default().listen)]
    pub listen: SocketAddr,
    /// Where the private database and keys are kept.
    #[arg(long, env = "CONFAB_DATA_DIR", value_name = "CONFAB_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,
    /// The address people use, such as `https://chat.example.org`.
    #[arg(long, env = "CONFAB_PUBLIC_URL", value_name = "CONFAB_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// Signs tokens; the same on every node. A key made at first run is used if absent.
    #[arg(long, env = "CONFAB_SECRET", value_name = "CONFAB_SECRET", hide_env_values = true, value_parser = secret)]
    pub secret: Option<String>,
    /// Who may make an account: open, invite or closed.
    #[arg(long, env = "CONFAB_REGISTRATION", value_name = "CONFAB_REGISTRATION", default_value = "invite",
          value_parser = registration)]
    pub registration: Registration,
    /// on or off; off is for tests.
    #[arg(long, env = "CONFAB_RATE_LIMITS", value_name = "CONFAB_RATE_LIMITS", default_value = "on",
          value_parser = on_off, action = ArgAction::Set)]
    pub rate_limits: bool,
    /// Sign-ins tried on one account: times/seconds.
    #[arg(long, env = "CONFAB_LIMIT_SIGN_IN_ACCOUNT", value_name = "CONFAB_LIMIT_SIGN_IN_ACCOUNT",
          default_value_t = Config::default().limit_sign_in_account)]
    pub limit_sign_in_account: Rate,
    /// Sign-ins tried from one address: times/seconds.
    #[arg(long, env = "CONFAB_LIMIT_SIGN_IN_ADDRESS", value_name = "CONFAB_LIMIT_SIGN_IN_ADDRESS",
          default_value_t = Config::default().limit_sign_in_address)]
    pub limit_sign_in_address: Rate,
    /// Accounts asked for from one address: times/seconds.
    #[arg(long, env = "CONFAB_LIMIT_REGISTER_ADDRESS", value_name = "CONFAB_LIMIT_REGISTER_ADDRESS",
          default_value_t = Config::default().limit_register_address)]
    pub limit_register_address: Rate,
    /// Requests by one person: times/seconds.
    #[arg(long, env = "CONFAB_LIMIT_REQUESTS", value_name = "CONFAB_LIMIT_REQUESTS",
          default_value_t = Config::default().limit_requests)]
    pub limit_requests: Rate,
    /// Requests from one address by nobody signed in: times/seconds.
    #[arg(long, env = "CONFAB_LIMIT_ANONYMOUS", value_name = "CONFAB_LIMIT_ANONYMOUS",
          default_value_t = Config::default().limit_anonymous)]
    pub limit_anonymous: Rate,
    /// Invites looked up or accepted by one person or address: times/seconds.
    #[arg(long, env = "CONFAB_LIMIT_INVITES", value_name = "CONFAB_LIMIT_INVITES",
          default_value_t = Config::default().limit_invites)]
    pub limit_invites: Rate,
    /// Posts by one incoming webhook: times/seconds.
    #[arg(long, env = "CONFAB_LIMIT_HOOKS", value_name = "CONFAB_LIMIT_HOOKS",
          default_value_t = Config::default().limit_hooks)]
    pub limit_hooks: Rate,
    /// on lets outgoing webhooks reach private addresses, such as those of this machine's own network.
    #[arg(long, env = "CONFAB_WEBHOOK_PRIVATE", value_name = "CONFAB_WEBHOOK_PRIVATE", default_value = "off",
          value_parser = on_off, action = ArgAction::Set)]
    pub webhook_private: bool,
    /// Sockets opened by one person: times/seconds.
    #[arg(long, env = "CONFAB_LIMIT_SOCKETS", value_name = "CONFAB_LIMIT_SOCKETS",
          default_value_t = Config::default().limit_sockets)]
    pub limit_sockets: Rate,
    /// Sockets opened from one address: times/seconds.
    #[arg(long, env = "CONFAB_LIMIT_SOCKETS_ADDRESS", value_name = "CONFAB_LIMIT_SOCKETS_ADDRESS",
          default_value_t = Config::default().limit_sockets_address)]
    pub limit_sockets_address: Rate,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks such as 10.0.0.0/8, with commas.
    #[arg(long, env = "CONFAB_TRUSTED_PROXIES", value_name = "CONFAB_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,
    /// Lets others than loopback read /metrics.
    #[arg(long, env = "CONFAB_METRICS_TOKEN", value_name = "CONFAB_METRICS_TOKEN", hide_env_values = true,
          value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub metrics_token: Option<String>,
    /// A Postgres of your own, 15 or newer; a private one is run if absent.
    #[arg(long, env = "DATABASE_URL", value_name = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// A Redis that joins several nodes: changes, presence and limits travel by it. Leave it out with one node.
    #[arg(long, env = "REDIS_URL", value_name = "REDIS_URL", hide_env_values = true)]
    pub redis_url: Option<String>,
    /// Connections to the database at most.
    #[arg(long, env = "CONFAB_DATABASE_POOL", value_name = "CONFAB_DATABASE_POOL", default_value_t = 16,
          value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(2..=1000))]
    pub database_pool: usize,
    /// human or json.
    #[arg(long, env = "CONFAB_LOG_FORMAT", value_name = "CONFAB_LOG_FORMAT", default_value = "human")]
    pub log_format: LogFormat,
    /// What is logged, as `RUST_LOG` has it.
    #[arg(long, env = "CONFAB_LOG", value_name = "CONFAB_LOG", default_value_t = Config::default().log, value_parser = log)]
    pub log: String,
    /// Seconds a stopping server waits for its sockets and requests.
    #[arg(long, env = "CONFAB_STOP_SECONDS", value_name = "CONFAB_STOP_SECONDS", default_value_t = 10)]
    pub stop_seconds: u64,
    /// Seconds before someone whose last device left is shown offline.
    #[arg(
        long,
        env = "CONFAB_PRESENCE_GRACE_SECONDS",
        value_name = "CONFAB_PRESENCE_GRACE_SECONDS",
        default_value_t = 30
    )]
    pub presence_grace_seconds: u64,
    /// A fault put in on purpose, for the torture tool's own test.
    #[cfg(feature = "seeded-faults")]
    #[arg(long, env = "CONFAB_SEEDED_FAULT", value_name = "CONFAB_SEEDED_FAULT", hide = true)]
    pub seeded_fault: Option<crate::seeded::SeededFault>,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For eyes.
    Human,
    /// A JSON object per line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8000),
            data_dir: "data".into(),
            public_url: None,
            secret: None,
            registration: Registration::Invite,
            rate_limits: true,
            // A person who mistypes is not locked out; who guesses gets a few thousand tries a month.
            limit_sign_in_account: Rate::new(10, 600),
            // An office may share an address.
            limit_sign_in_address: Rate::new(30, 300),
            limit_register_address: Rate::new(20, 3600),
            limit_requests: Rate::new(600, 12),
            limit_anonymous: Rate::new(300, 60),
            limit_invites: Rate::new(30, 60),
            // A build that reports each step, or a burst after a quiet hour.
            limit_hooks: Rate::new(60, 60),
            webhook_private: false,
            limit_sockets: Rate::new(120, 60),
            // A school behind one address comes back at once after each restart.
            limit_sockets_address: Rate::new(3_000, 60),
            trusted_proxies: Vec::new(),
            metrics_token: None,
            database_url: None,
            redis_url: None,
            database_pool: 16,
            log_format: LogFormat::Human,
            log: "info,actix_server=warn".into(),
            stop_seconds: 10,
            presence_grace_seconds: 30,
            #[cfg(feature = "seeded-faults")]
            seeded_fault: None,
        }
    }
}

impl Config {
    /// Whether the first account needs the code printed at start: someone else might be first.
    pub fn needs_setup_code(&self) -> bool {
        self.public_url.is_some() || !self.listen.ip().is_loopback()
    }

    /// Whether people reach the server by https, so that cookies and the browser may be told to insist on it.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Whether this fault was put in on purpose: never, but in a build that can be given one.
    pub fn suffers(&self, fault: crate::seeded::SeededFault) -> bool {
        #[cfg(feature = "seeded-faults")]
        let given = self.seeded_fault;
        #[cfg(not(feature = "seeded-faults"))]
        let given = None;
        given == Some(fault)
    }

    /// Whether a proxy's word on the asker's address is believed.
    pub fn trusts(&self, proxy: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(proxy))
    }
}

/// The variables that look like ours and are not: a misspelt one must not be ignored.
pub fn unknown_variables() -> Vec<String> {
    let command = Config::augment_args(Command::new("confab"));
    let known: Vec<_> = command.get_arguments().filter_map(|argument| argument.get_env()).collect();
    let mut unknown: Vec<String> = std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_string_lossy().starts_with("CONFAB_") && !known.contains(&name.as_os_str()))
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    unknown.sort();
    unknown
}

fn registration(text: &str) -> Result<Registration, String> {
    match text {
        "open" => Ok(Registration::Open),
        "invite" => Ok(Registration::Invite),
        "closed" => Ok(Registration::Closed),
        _ => Err("use open, invite or closed".into()),
    }
}

fn on_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("use on or off".into()),
    }
}

/// Characters of CONFAB_SECRET at least.
const SECRET_MIN: usize = 32;

fn secret(text: &str) -> Result<String, String> {
    // A shorter one could be guessed by who holds one token.
    if text.len() < SECRET_MIN {
        Err(format!("it is too short: leave it unset or give at least {SECRET_MIN} characters"))
    } else {
        Ok(text.into())
    }
}

fn log(text: &str) -> Result<String, String> {
    tracing_subscriber::EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// An origin: scheme, host and perhaps a port, in lower case, without the default port and the last slash.
fn public_url(text: &str) -> Result<String, String> {
    let wrong = || "give an origin such as https://chat.example.org, without a path".to_owned();
    let text = text.trim_end_matches('/');
    let uri: actix_web::http::Uri = text.parse().map_err(|_| wrong())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(wrong()) };
    let default_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return Err(wrong()),
    };
    let port = match authority.port_u16() {
        Some(port) if port != default_port => format!(":{port}"),
        _ => String::new(),
    };
    if uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') || authority.host().is_empty() {
        return Err(wrong());
    }
    Ok(format!("{scheme}://{}{port}", authority.host().to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches;

    fn parse(arguments: &[&str]) -> Result<Config, clap::Error> {
        let command =
            Config::augment_args(Command::new("confab")).mut_args(|a| a.env(clap::builder::Resettable::Reset));
        let matches = command.try_get_matches_from(std::iter::once(&"confab").chain(arguments))?;
        Config::from_arg_matches(&matches)
    }

    #[test]
    fn what_is_not_said_is_the_default() {
        assert_eq!(format!("{:?}", parse(&[]).unwrap()), format!("{:?}", Config::default()));
    }

    #[test]
    fn a_public_url_is_an_origin() {
        for (text, origin) in [
            ("https://Chat.Example.org/", "https://chat.example.org"),
            ("http://localhost:8000", "http://localhost:8000"),
            ("https://example.org:443", "https://example.org"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(public_url(text).as_deref(), Ok(origin));
        }
        for bad in ["", "chat.example.org", "ftp://x", "https://x/chat", "https://a@x", "https://x?y", "https://"] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_fault_can_be_given_only_to_a_build_for_it() {
        let known = Config::augment_args(Command::new("confab")).get_arguments().any(|a| a.get_id() == "seeded_fault");
        assert_eq!(known, cfg!(feature = "seeded-faults"));
    }

    #[test]
    fn a_refused_value_is_named_with_its_variable() {
        for (flag, value, name) in [
            ("--registration", "maybe", "CONFAB_REGISTRATION"),
            ("--listen", "here", "CONFAB_LISTEN"),
            ("--limit-requests", "many", "CONFAB_LIMIT_REQUESTS"),
            ("--log", "a=b=c", "CONFAB_LOG"),
            ("--trusted-proxies", "10.0.0.0/33", "CONFAB_TRUSTED_PROXIES"),
        ] {
            let error = parse(&[flag, value]).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
        let config = parse(&["--trusted-proxies", "10.0.0.0/8,::1"]).unwrap();
        assert!(config.trusts("10.1.2.3".parse().unwrap()) && !config.trusts("11.1.2.3".parse().unwrap()));
    }
}
