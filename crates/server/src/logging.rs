//! Structured logs on standard error: text for people, JSON for machines.
//!
//! Invariant: no secret is ever logged. Requests are logged at debug level, without query string or headers,
//! because both can carry credentials.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What `--log` says: a level, per-module levels, and the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogSettings {
    filter: String,
    json: bool,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            filter: "info".to_owned(),
            json: false,
        }
    }
}

impl LogSettings {
    /// Reads comma-separated pieces: `json` or `text`, and anything a tracing filter takes.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        const EXPECTED: &str =
            "a log level (error, warn, info, debug, trace, off), json, or both: debug,json";
        let mut settings = Self::default();
        let mut levels = Vec::new();
        for piece in text.split(',').map(str::trim).filter(|piece| !piece.is_empty()) {
            match piece {
                "json" => settings.json = true,
                "text" => settings.json = false,
                level if is_directive(level) => levels.push(level),
                _ => return Err(EXPECTED),
            }
        }
        if !levels.is_empty() {
            settings.filter = levels.join(",");
        }
        Ok(settings)
    }

    /// The level part.
    #[cfg(test)]
    pub(crate) fn filter(&self) -> &str {
        &self.filter
    }

    /// Starts logging for the rest of the process. A second call does nothing.
    pub(crate) fn start(&self) {
        let filter = EnvFilter::new(&self.filter);
        let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
        let registry = tracing_subscriber::registry().with(filter);
        let started = if self.json {
            registry.with(lines.json().flatten_event(true)).try_init()
        } else {
            let colours =
                std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
            registry
                .with(lines.with_ansi(colours).with_target(false))
                .try_init()
        };
        if started.is_err() {
            tracing::debug!("logging was started before");
        }
    }
}

/// A bare level, or `module=level`. A bare word that is no level would silently filter by module name.
fn is_directive(piece: &str) -> bool {
    let level = piece.rsplit('=').next().unwrap_or(piece);
    let known = ["off", "error", "warn", "info", "debug", "trace"];
    known.contains(&level.to_ascii_lowercase().as_str()) && EnvFilter::try_new(piece).is_ok()
}

#[cfg(test)]
mod tests {
    use super::LogSettings;

    #[test]
    fn level_and_format_come_in_any_order() {
        let both = LogSettings {
            filter: "debug".to_owned(),
            json: true,
        };
        assert_eq!(LogSettings::parse("debug,json"), Ok(both.clone()));
        assert_eq!(LogSettings::parse("json, debug"), Ok(both));
        assert_eq!(LogSettings::parse("json").unwrap().filter(), "info");
        assert_eq!(
            LogSettings::parse("warn,lanyard_access=debug").unwrap().filter(),
            "warn,lanyard_access=debug"
        );
    }

    #[test]
    fn a_misspelt_level_is_refused() {
        for text in ["verbose", "debgu", "lanyard_access=loud", "jsno"] {
            assert!(LogSettings::parse(text).is_err(), "{text}");
        }
    }
}
