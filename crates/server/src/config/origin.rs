//! Where each setting's text comes from, and the order of precedence.

use std::collections::BTreeMap;
use std::path::Path;

use zeroize::Zeroizing;

use super::{ConfigError, FirstCredentials};
use crate::cli::Place;

/// A setting that is a list of lines. Its flag is given once for each.
pub(super) const UPSTREAMS: &str = "upstreams";

/// Another one.
pub(super) const OIDC_CA: &str = "oidc_ca";

/// Every setting there is. The name is the key in the file; flag and variable are made from it.
pub(super) const NAMES: [&str; 16] = [
    "listen",
    "data_dir",
    "log",
    "tls_cert",
    "tls_key",
    "metrics_listen",
    "public_url",
    "trusted_proxies",
    "allow_plain_http",
    UPSTREAMS,
    "oidc_allow",
    OIDC_CA,
    "connections_max",
    "head_bytes_max",
    "head_seconds_max",
    "stop_seconds_max",
];

/// The process environment, as a value, so that tests need not change the real one.
#[derive(Clone, Default)]
pub(crate) struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The environment of this process. Variables that are not Unicode cannot be ours and are left out.
    pub(crate) fn of_process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    /// The value of a variable. Set but empty counts as not set: that is how compose files say "no value".
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
impl Environment {
    /// Sets a variable.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        )
    }
}

/// The three places a setting can come from.
pub(crate) struct Sources {
    flags: BTreeMap<&'static str, String>,
    environment: Environment,
    file: BTreeMap<String, String>,
    file_path: String,
}

impl Sources {
    /// Reads the configuration file, if one is named, and takes the flags every command has.
    pub(crate) fn open(place: &Place, environment: Environment) -> Result<Self, ConfigError> {
        let named = place
            .config
            .clone()
            .or_else(|| environment.get("LANYARD_CONFIG").map(Into::into));
        let file = match &named {
            Some(path) => read_file(path)?,
            None => BTreeMap::new(),
        };
        let file_path = named.map(|path| path.display().to_string()).unwrap_or_default();
        let mut sources = Self {
            flags: BTreeMap::new(),
            environment,
            file,
            file_path,
        };
        let data_dir = place.data_dir.as_ref().map(|path| path.display().to_string());
        sources.flag("data_dir", data_dir.as_deref());
        Ok(sources)
    }

    /// Takes what a flag says, if it was given.
    pub(super) fn flag(&mut self, name: &'static str, text: Option<&str>) {
        if let Some(text) = text {
            self.flags.insert(name, text.to_owned());
        }
    }

    /// The value of a setting from the first place that has it.
    pub(super) fn read<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Result<Option<T>, ConfigError> {
        let Some((origin, text)) = self.lookup(name) else {
            return Ok(None);
        };
        match parse(text) {
            Ok(value) => Ok(Some(value)),
            Err(expected) => Err(ConfigError::Value {
                origin,
                text: text.to_owned(),
                expected,
            }),
        }
    }

    /// The lines of a setting that is a list of lines, and where they come from.
    pub(super) fn lines(&self, name: &'static str) -> Option<(String, Vec<&str>)> {
        let (origin, text) = self.lookup(name)?;
        let lines = text.split(['\n', ';']).map(str::trim);
        Some((origin, lines.filter(|line| !line.is_empty()).collect()))
    }

    /// A variable that is not a setting of ours, such as HOME.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name)
    }

    /// The first administrator, from the environment alone.
    pub(super) fn first_credentials(&self) -> FirstCredentials {
        FirstCredentials {
            account_id: self.variable("LANYARD_ACCOUNT_ID").map(str::to_owned),
            access_key_id: self.variable("LANYARD_ADMIN_ACCESS_KEY_ID").map(str::to_owned),
            secret_access_key: self
                .variable("LANYARD_ADMIN_SECRET_ACCESS_KEY")
                .map(|secret| Zeroizing::new(secret.to_owned())),
        }
    }

    fn lookup(&self, name: &'static str) -> Option<(String, &str)> {
        if let Some(text) = self.flags.get(name) {
            let flag = if name == UPSTREAMS { "upstream" } else { name };
            return Some((format!("--{}", flag.replace('_', "-")), text));
        }
        let variable = format!("LANYARD_{}", name.to_ascii_uppercase());
        if let Some(text) = self.environment.get(&variable) {
            return Some((variable, text));
        }
        let text = self.file.get(name)?;
        Some((format!("`{name}` in {}", self.file_path), text))
    }
}

fn read_file(path: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let shown = || path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable { path: shown(), cause })?;
    let table: toml::Table = text
        .parse()
        .map_err(|cause: toml::de::Error| ConfigError::NotToml {
            path: shown(),
            cause: cause.to_string(),
        })?;
    let mut settings = BTreeMap::new();
    for (key, value) in table {
        if !NAMES.contains(&key.as_str()) {
            return Err(ConfigError::UnknownKey {
                path: shown(),
                key,
                known: NAMES.join(", "),
            });
        }
        let is_lines = key == UPSTREAMS || key == OIDC_CA;
        let separator = if is_lines { "\n" } else { "," };
        match text_of(&value, separator) {
            Some(text) => settings.insert(key, text),
            None => return Err(ConfigError::WrongType { path: shown(), key }),
        };
    }
    Ok(settings)
}

/// A TOML value as the text a flag would carry.
fn text_of(value: &toml::Value, separator: &str) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            items.map(|items| items.join(separator))
        }
        _ => None,
    }
}
