//! The log: to standard error, for eyes or as JSON.

use std::io::IsTerminal;

use api::Config;
use api::config::LogFormat;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts the log. Panics go into it too, so that each stands beside its request.
pub(super) fn start(config: &Config) {
    let filter = EnvFilter::new(&config.log);
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    // A second start (there is none) would be refused, which is no reason to stop.
    let _ = match config.log_format {
        LogFormat::Human => log.with_target(false).finish().try_init(),
        LogFormat::Json => log.json().finish().try_init(),
    };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let words = panic.payload_as_str().unwrap_or("no words");
        tracing::error!(place, "panicked: {words}");
    }));
}
