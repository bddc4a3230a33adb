//! One upstream in one line of configuration: `s3=http://127.0.0.1:9000 mode=observe credentials=FILE`.
//!
//! Words are separated by blanks; a value with blanks stands in double quotes. The first word names the service and
//! where it is; every other is `name=value`. Credentials come from a file, from the environment, or are said to be
//! none: nothing is assumed.

mod credentials;
mod words;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use http::Uri;

pub(crate) use credentials::UpstreamCredentials;

/// Whether policies decide, or are only watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Policies decide.
    #[default]
    Enforce,
    /// What policies deny is recorded and let through. Nothing else is relaxed: who cannot be authenticated, owns
    /// nothing or asks for what cannot be mapped is refused as ever.
    Observe,
}

/// Which requests leave a record in the trail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DataEvents {
    /// None but denials, which always do.
    None,
    /// Denials.
    #[default]
    Denials,
    /// Denials, and one of so many of the others.
    Sampled(u32),
    /// All.
    All,
}

/// How long the upstream is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    pub(crate) connect: Duration,
    pub(crate) answer: Duration,
    pub(crate) idle: Duration,
}

/// An upstream as it was configured. `Debug` shows no secret.
#[derive(Debug)]
pub struct UpstreamSettings {
    /// Where it is: scheme and authority, nothing else.
    pub(crate) origin: Uri,
    pub(crate) mode: Mode,
    /// `None`: requests to it are not signed.
    pub(crate) credentials: Option<UpstreamCredentials>,
    /// Domains under which a bucket can stand in the host name.
    pub(crate) domains: Vec<String>,
    pub(crate) region: String,
    /// The certificates that are trusted; the system's if there is none.
    pub(crate) ca: Option<PathBuf>,
    pub(crate) data_events: DataEvents,
    pub(crate) patience: Patience,
}

/// Why a line of configuration is not understood. It never shows a secret.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The first word is not `SERVICE=URL`.
    #[error("an upstream begins with what it is and where: s3=http://127.0.0.1:9000")]
    NoUpstream,
    /// There is no such service.
    #[error("no such service: {0} (there is: s3)")]
    Service(String),
    /// The place is not a URL of scheme, host and port.
    #[error("{0} is not the URL of an upstream: it takes http or https, a host, a port and nothing more")]
    Url(String),
    /// A word is not known, or is said twice.
    #[error("{0}: {1}")]
    Word(String, std::borrow::Cow<'static, str>),
    /// There can be one upstream of each service.
    #[error("{0} is a second upstream for s3; there can be one")]
    Second(String),
    /// A quoted value does not end.
    #[error("a quotation mark is never closed")]
    Quote,
    /// The file of credentials cannot be used.
    #[error("the upstream's credentials in {path}: {cause}")]
    CredentialsFile {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// There are no credentials.
    #[error(
        "the upstream needs credentials: say credentials=FILE, set LANYARD_S3_ACCESS_KEY_ID and \
         LANYARD_S3_SECRET_ACCESS_KEY, or say credentials=none if it takes requests without a signature"
    )]
    NoCredentials,
    /// The trusted certificates cannot be used.
    #[error("the certificates that are to be trusted ({place}): {cause}")]
    Certificates {
        /// The file, or where it was looked for.
        place: String,
        /// Why.
        cause: String,
    },
}

impl UpstreamSettings {
    /// Reads one line. `environment` looks a variable up; files are read now, so that a start fails rather than a
    /// request.
    pub fn parse(text: &str, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let mut words = words::split(text)?.into_iter();
        let (service, place) = words.next().ok_or(SettingsError::NoUpstream)?;
        if service != "s3" {
            return Err(if place.is_empty() {
                SettingsError::NoUpstream
            } else {
                SettingsError::Service(service)
            });
        }
        let mut read = words::Read::default();
        for (name, value) in words {
            read.take(&name, &value)?;
        }
        Ok(Self {
            origin: origin(&place)?,
            mode: read.mode.unwrap_or_default(),
            credentials: credentials::find(
                read.credentials.as_deref(),
                read.profile.as_deref(),
                environment,
            )?,
            domains: read.domains,
            region: read.region.unwrap_or_else(|| "us-east-1".to_owned()),
            ca: read.ca,
            data_events: read.data_events.unwrap_or_default(),
            patience: Patience {
                connect: read.connect.unwrap_or(Duration::from_secs(5)),
                answer: read.answer.unwrap_or(Duration::from_secs(60)),
                idle: read.idle.unwrap_or(Duration::from_secs(60)),
            },
        })
    }

    /// Where the upstream is, to be shown.
    pub fn origin(&self) -> impl fmt::Display + '_ {
        &self.origin
    }

    /// Whether its policies decide.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The domains under which a bucket can stand in the host name.
    pub fn domains(&self) -> &[String] {
        &self.domains
    }
}

/// Scheme and authority of a URL that has no more than those.
fn origin(place: &str) -> Result<Uri, SettingsError> {
    // What stands before an @ may be a secret, and is not shown.
    let shown = place.rsplit_once('@').map_or(place, |(_, rest)| rest);
    let refuse = || SettingsError::Url(shown.to_owned());
    let uri: Uri = place.parse().map_err(|_| refuse())?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    let authority = uri.authority().ok_or_else(refuse)?;
    let is_bare =
        matches!(uri.path(), "" | "/") && uri.query().is_none() && !authority.as_str().contains('@');
    if is_web && is_bare && !authority.host().is_empty() {
        Ok(uri)
    } else {
        Err(refuse())
    }
}

#[cfg(test)]
mod tests;
