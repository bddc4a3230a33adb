//! What the server is told: flags, environment, configuration file, defaults, in this order of precedence.
//!
//! Every setting has one name. `tls_cert` is the key in the file, `--tls-cert` the flag and `LANYARD_TLS_CERT`
//! the variable, and the text is read the same way wherever it came from. A key that does not exist is an
//! error, because a misspelt security setting that is ignored is worse than a server that does not start.
//!
//! The first administrator's credentials are settings of the environment only: they are secrets for one
//! moment and do not belong in a file that stays.

mod origin;
mod parse;

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use lanyard_gateway::{SettingsError, UpstreamSettings};

pub(crate) use origin::{Environment, Sources};

use crate::cli::{Place, ServeFlags};
use crate::logging::LogSettings;
use crate::public_url::PublicUrl;

/// Where the server answers unless told otherwise.
pub(crate) const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4260);

/// Everything `lanyard serve` is told.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Address of the API.
    pub(crate) listen: SocketAddr,
    /// The data directory.
    pub(crate) data_dir: PathBuf,
    /// What to log and how.
    pub(crate) log: LogSettings,
    /// Certificate and key, if TLS is spoken.
    pub(crate) tls: Option<TlsFiles>,
    /// Address of the metrics, if they are wanted.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// The URL clients use, if it is not the address listened on.
    pub(crate) public_url: Option<PublicUrl>,
    /// Whose X-Forwarded headers are believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// Whether plain HTTP beyond loopback was asked for in so many words.
    pub(crate) allow_plain_http: bool,
    /// What the server stands in front of.
    pub(crate) upstreams: Vec<UpstreamSettings>,
    /// What is decided about fetches from OpenID Connect issuers.
    pub(crate) oidc: Oidc,
    /// Bounds on what strangers may take.
    pub(crate) limits: Limits,
    /// How long a stop waits for requests in flight.
    pub(crate) stop_after: Duration,
    /// The first account and administrator, if the environment names them.
    pub(crate) first: FirstCredentials,
}

/// What the operator decides about fetches from OpenID Connect issuers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Oidc {
    /// Networks that are not of the public internet and may be fetched from all the same.
    pub(crate) allow: Vec<IpNet>,
    /// Issuers, each with the PEM file of the authorities that vouch for its hosts.
    pub(crate) authorities: Vec<(String, PathBuf)>,
}

/// A certificate chain and its private key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// PEM file with the chain, leaf first.
    pub(crate) cert: PathBuf,
    /// PEM file with the private key.
    pub(crate) key: PathBuf,
}

/// Bounds on what a connection may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Connections served at the same time; further ones wait in the kernel's queue.
    pub(crate) connections_max: usize,
    /// Bytes of request line and headers.
    pub(crate) head_bytes_max: usize,
    /// Time for a whole head to arrive, and so also for a connection to idle between requests.
    pub(crate) head_within: Duration,
}

/// The first account and administrator as the environment gives them. All parts are optional.
#[derive(Clone, Default)]
pub(crate) struct FirstCredentials {
    /// `LANYARD_ACCOUNT_ID`.
    pub(crate) account_id: Option<String>,
    /// `LANYARD_ADMIN_ACCESS_KEY_ID`.
    pub(crate) access_key_id: Option<String>,
    /// `LANYARD_ADMIN_SECRET_ACCESS_KEY`.
    pub(crate) secret_access_key: Option<zeroize::Zeroizing<String>>,
}

impl std::fmt::Debug for FirstCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FirstCredentials")
            .field("account_id", &self.account_id)
            .finish_non_exhaustive()
    }
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {path}: {cause}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// The file is not TOML.
    #[error("the configuration file {path} is not valid TOML: {cause}")]
    NotToml {
        /// The file.
        path: String,
        /// What the parser says, with line and column.
        cause: String,
    },
    /// The file has a key that means nothing.
    #[error("the configuration file {path} has an unknown key `{key}`; known keys: {known}")]
    UnknownKey {
        /// The file.
        path: String,
        /// The key as written.
        key: String,
        /// All keys there are.
        known: String,
    },
    /// The file has a key whose value has the wrong type.
    #[error(
        "`{key}` in the configuration file {path} must be text, a number, true or false, or a list of texts"
    )]
    WrongType {
        /// The file.
        path: String,
        /// The key.
        key: String,
    },
    /// A value cannot be understood.
    #[error("{origin}: `{text}` is not {expected}")]
    Value {
        /// Flag, variable or key.
        origin: String,
        /// The text as given.
        text: String,
        /// What it should have been.
        expected: &'static str,
    },
    /// An upstream cannot be used.
    #[error("{origin}: {cause}")]
    Upstream {
        /// Flag, variable or key.
        origin: String,
        /// Which word is wrong, and why. Never a secret.
        cause: SettingsError,
    },
    /// More than one upstream for one service.
    #[error("{origin}: there can be only one upstream for s3")]
    ManyUpstreams {
        /// Flag, variable or key.
        origin: String,
    },
    /// One TLS file without the other.
    #[error("TLS needs both files: {0}")]
    HalfTls(&'static str),
    /// Plain HTTP beyond loopback was not asked for.
    #[error(
        "{what} {address} can be reached from other machines, and plain HTTP lets everyone on the path read the \
         traffic. Give --tls-cert and --tls-key, or listen on 127.0.0.1, or, if TLS ends in front of this \
         server, say so with --allow-plain-http"
    )]
    PlainHttp {
        /// Which listener.
        what: &'static str,
        /// Its address.
        address: SocketAddr,
    },
    /// There is nowhere to put the data.
    #[error("no data directory: HOME is not set; give --data-dir DIR or set LANYARD_DATA_DIR")]
    NoDataDir,
}

impl Settings {
    /// Reads everything `lanyard serve` is told.
    pub(crate) fn for_serve(flags: &ServeFlags, environment: Environment) -> Result<Self, ConfigError> {
        let mut sources = Sources::open(&flags.place, environment)?;
        sources.flag("listen", flags.listen.as_deref());
        sources.flag("log", flags.log.as_deref());
        sources.flag("tls_cert", flags.tls_cert.as_deref());
        sources.flag("tls_key", flags.tls_key.as_deref());
        sources.flag("metrics_listen", flags.metrics_listen.as_deref());
        sources.flag("public_url", flags.public_url.as_deref());
        sources.flag("trusted_proxies", flags.trusted_proxies.as_deref());
        sources.flag("allow_plain_http", flags.allow_plain_http.then_some("true"));
        let joined =
            |given: &[String], separator| Some(given.join(separator)).filter(|text| !text.is_empty());
        sources.flag(origin::UPSTREAMS, joined(&flags.upstreams, "\n").as_deref());
        sources.flag("oidc_allow", joined(&flags.oidc_allow, ",").as_deref());
        sources.flag(origin::OIDC_CA, joined(&flags.oidc_ca, "\n").as_deref());
        Self::resolve(&sources)
    }

    fn resolve(sources: &Sources) -> Result<Self, ConfigError> {
        let settings = Self {
            listen: sources.read("listen", parse::address)?.unwrap_or(DEFAULT_LISTEN),
            data_dir: data_dir(sources)?,
            log: sources.read("log", LogSettings::parse)?.unwrap_or_default(),
            tls: tls_files(sources)?,
            metrics_listen: sources.read("metrics_listen", parse::address)?,
            public_url: sources.read("public_url", parse::public_url)?,
            trusted_proxies: sources
                .read("trusted_proxies", parse::networks)?
                .unwrap_or_default(),
            allow_plain_http: sources.read("allow_plain_http", parse::boolean)?.unwrap_or(false),
            upstreams: upstreams(sources)?,
            oidc: Oidc {
                allow: sources.read("oidc_allow", parse::networks)?.unwrap_or_default(),
                authorities: sources
                    .read(origin::OIDC_CA, parse::authorities)?
                    .unwrap_or_default(),
            },
            limits: Limits {
                connections_max: sources
                    .read("connections_max", parse::connections)?
                    .unwrap_or(4096),
                head_bytes_max: sources
                    .read("head_bytes_max", parse::head_bytes)?
                    .unwrap_or(32 * 1024),
                head_within: sources
                    .read("head_seconds_max", parse::seconds)?
                    .unwrap_or(Duration::from_secs(30)),
            },
            stop_after: sources
                .read("stop_seconds_max", parse::seconds)?
                .unwrap_or(Duration::from_secs(8)),
            first: sources.first_credentials(),
        };
        settings.refuse_plain_http()?;
        Ok(settings)
    }

    /// Fails closed: without TLS, only loopback is listened on unless the operator said otherwise.
    fn refuse_plain_http(&self) -> Result<(), ConfigError> {
        if self.allow_plain_http {
            return Ok(());
        }
        if self.tls.is_none() && !is_loopback(self.listen) {
            return Err(ConfigError::PlainHttp {
                what: "the address to listen on,",
                address: self.listen,
            });
        }
        match self.metrics_listen {
            Some(address) if !is_loopback(address) => Err(ConfigError::PlainHttp {
                what: "the metrics address",
                address,
            }),
            _ => Ok(()),
        }
    }
}

/// Where the data directory is, for the commands that need nothing else.
pub(crate) fn data_dir_of(place: &Place, environment: Environment) -> Result<PathBuf, ConfigError> {
    data_dir(&Sources::open(place, environment)?)
}

/// The TLS files that a server on this configuration would use, for `lanyard doctor`.
pub(crate) fn tls_files_of(place: &Place, environment: Environment) -> Result<Option<TlsFiles>, ConfigError> {
    tls_files(&Sources::open(place, environment)?)
}

/// The upstreams that a server on this configuration would have, for `lanyard doctor`.
pub(crate) fn upstreams_of(
    place: &Place,
    environment: Environment,
) -> Result<Vec<UpstreamSettings>, ConfigError> {
    upstreams(&Sources::open(place, environment)?)
}

fn upstreams(sources: &Sources) -> Result<Vec<UpstreamSettings>, ConfigError> {
    let Some((origin, lines)) = sources.lines(origin::UPSTREAMS) else {
        return Ok(Vec::new());
    };
    let variable = |name: &str| sources.variable(name).map(str::to_owned);
    let mut upstreams = Vec::new();
    for line in lines {
        let read = UpstreamSettings::parse(line, &variable);
        upstreams.push(read.map_err(|cause| ConfigError::Upstream {
            origin: origin.clone(),
            cause,
        })?);
    }
    if upstreams.iter().filter(|upstream| upstream.is_s3()).count() > 1 {
        return Err(ConfigError::ManyUpstreams { origin });
    }
    Ok(upstreams)
}

fn data_dir(sources: &Sources) -> Result<PathBuf, ConfigError> {
    if let Some(given) = sources.read("data_dir", parse::path)? {
        return Ok(given);
    }
    // XDG base directories: a relative XDG_DATA_HOME is to be ignored.
    let xdg = sources
        .variable("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    if let Some(xdg) = xdg {
        return Ok(xdg.join("lanyard"));
    }
    match sources.variable("HOME") {
        Some(home) => Ok(PathBuf::from(home).join(".local/share/lanyard")),
        None => Err(ConfigError::NoDataDir),
    }
}

fn tls_files(sources: &Sources) -> Result<Option<TlsFiles>, ConfigError> {
    match (
        sources.read("tls_cert", parse::path)?,
        sources.read("tls_key", parse::path)?,
    ) {
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert, key })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(ConfigError::HalfTls(
            "tls_cert is given, tls_key (--tls-key) is missing",
        )),
        (None, Some(_)) => Err(ConfigError::HalfTls(
            "tls_key is given, tls_cert (--tls-cert) is missing",
        )),
    }
}

fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}
