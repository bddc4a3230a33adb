//! One upstream in one line of configuration: `s3=http://127.0.0.1:9000 mode=observe credentials=FILE`.
//!
//! Words are separated by blanks; a value with blanks stands in double quotes. The first word names the services and
//! where they are; every other is `name=value`. Credentials come from a file, from the environment, or are said to be
//! none: nothing is assumed.

mod conduct;
mod credentials;
mod serves;
mod words;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use http::Uri;
use lanyard_names::AccountId;

pub(crate) use conduct::Conduct;
pub(crate) use credentials::UpstreamCredentials;
pub(crate) use serves::Serves;
pub use serves::is_answered_here;

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

/// Where the tags of resources are found out that policies ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TagSource {
    /// In Lanyard's own registry.
    #[default]
    Registry,
    /// By asking the upstream.
    Upstream,
    /// Nowhere: nobody knows them.
    None,
}

/// How long the upstream is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    pub(crate) connect: Duration,
    /// `None`: as long as answers of that operation take.
    pub(crate) answer: Option<Duration>,
    pub(crate) idle: Duration,
}

/// An upstream as it was configured. `Debug` shows no secret.
#[derive(Debug)]
pub struct UpstreamSettings {
    /// What it stands for.
    pub(crate) serves: Serves,
    /// Where it is: scheme and authority, nothing else.
    pub(crate) origin: Uri,
    pub(crate) mode: Mode,
    /// `None`: requests to it are not signed.
    pub(crate) credentials: Option<UpstreamCredentials>,
    /// Domains under which a bucket can stand in the host name.
    pub(crate) domains: Vec<String>,
    /// The region that requests to it are signed for.
    pub(crate) region: Option<String>,
    /// Whose its resources are.
    pub(crate) account: Option<AccountId>,
    /// The account that it writes into its ARNs, if that is another.
    pub(crate) upstream_account: Option<AccountId>,
    /// The principal of the service behind, if it is to be handed what it needs to call others for its callers.
    pub(crate) forward_access: Option<String>,
    pub(crate) tags: TagSource,
    /// The certificates that are trusted; the system's if there is none.
    pub(crate) ca: Option<PathBuf>,
    pub(crate) data_events: DataEvents,
    pub(crate) patience: Patience,
}

/// Why a line of configuration is not understood. It never shows a secret.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The first word is not `SERVICE=URL`.
    #[error(
        "an upstream begins with what it is and where: s3=http://127.0.0.1:9000, dynamodb,sqs=http://127.0.0.1:8000, or \
         aws=http://127.0.0.1:5000 for every service but s3"
    )]
    NoUpstream,
    /// There is no such service.
    #[error(
        "no such service: {0} (services go by the name that requests are signed for: {1}; aws is every one but s3)"
    )]
    Service(String, String),
    /// The services cannot stand in one line.
    #[error("{0}: {1}")]
    Services(String, &'static str),
    /// The place is not a URL of scheme, host and port.
    #[error(
        "{0} is not the URL of an upstream: it takes http or https, a host, a port and nothing more, as \
         http://127.0.0.1:5000"
    )]
    Url(String),
    /// A word is not known, or is said twice.
    #[error("{0}: {1}")]
    Word(String, std::borrow::Cow<'static, str>),
    /// Of two upstreams for one service nobody could say which is meant.
    #[error("{0} is a second upstream for s3; there can be one")]
    Second(String),
    /// The same of another service, where accounts tell upstreams apart.
    #[error("{origin} is a second upstream for {service} of account {account}; there can be one")]
    SecondOfAccount {
        /// The upstream.
        origin: String,
        /// The service.
        service: String,
        /// The account.
        account: AccountId,
    },
    /// Whose resources are behind cannot be told.
    #[error("{0}: there are several accounts; say whose its resources are: account=ID")]
    NoAccount(String),
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
        "the upstream needs credentials: say credentials=FILE, set LANYARD_{name}_ACCESS_KEY_ID and \
         LANYARD_{name}_SECRET_ACCESS_KEY, or say credentials=none if it takes requests without a signature"
    )]
    NoCredentials {
        /// The service as variables name it: `S3`.
        name: String,
    },
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
        let (services, place) = words.next().ok_or(SettingsError::NoUpstream)?;
        if place.is_empty() {
            return Err(SettingsError::NoUpstream);
        }
        let serves = Serves::parse(&services)?;
        let mut read = words::Read::default();
        for (name, value) in words {
            read.take(&name, &value)?;
        }
        read.check(serves == Serves::S3)?;
        let origin = origin(&place)?;
        if read.ca.is_some() && origin.scheme() == Some(&http::uri::Scheme::HTTP) {
            // Who names an authority means to be told when it is not the one.
            let why = "it means something for https only";
            return Err(SettingsError::Word("ca".to_owned(), why.into()));
        }
        Ok(Self {
            origin,
            mode: read.mode.unwrap_or_default(),
            credentials: credentials::find(
                read.credentials.as_deref(),
                read.profile.as_deref(),
                &serves.variable_name(),
                environment,
            )?,
            serves,
            domains: read.domains,
            region: read.region,
            account: read.account,
            upstream_account: read.upstream_account,
            forward_access: read.forward_access,
            tags: read.tags.unwrap_or_default(),
            ca: read.ca,
            data_events: read.data_events.unwrap_or_default(),
            patience: Patience {
                connect: read.connect.unwrap_or(Duration::from_secs(5)),
                answer: read.answer,
                idle: read.idle.unwrap_or(Duration::from_secs(60)),
            },
        })
    }

    /// The services it stands for, to be shown: `s3`, `dynamodb,sqs` or `aws`.
    pub fn services(&self) -> impl fmt::Display + '_ {
        &self.serves
    }

    /// Whether it is a store for S3.
    pub fn is_s3(&self) -> bool {
        self.serves == Serves::S3
    }

    /// Where the upstream is, to be shown.
    pub fn origin(&self) -> impl fmt::Display + '_ {
        &self.origin
    }

    /// Whether its policies decide.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The account whose resources are said to be behind, if one is said.
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// Services that were named by what clients call another one: the name, and what requests to that one are signed
    /// for. `cloudwatch` is one, and what is known by that name is signed for as `monitoring`.
    pub fn mistakable(&self) -> Vec<(&str, &'static str)> {
        self.serves.mistakable()
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
    // A port that is no number up to 65535 is passed over by the parser, and the scheme's would be taken.
    let is_ported =
        authority.as_str() == authority.host() || authority.port_u16().is_some_and(|port| port > 0);
    if is_web && is_bare && is_ported && !authority.host().is_empty() {
        Ok(uri)
    } else {
        Err(refuse())
    }
}

#[cfg(test)]
mod tests;
