//! One answer to one question, from the cache or from the server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::cache::Cache;
use crate::credentials::TemporaryCredentials;
use crate::error::ClientError;
use crate::question::{Asked, Question};
use crate::sts::{self, Tries};
use crate::transport::Transport;

/// How long another process may take to ask the server, with its further tries.
const ASKED_WITHIN: Duration = Duration::from_secs(45);
/// How long it may take if a person has to look for a code before.
const ASKED_WITH_CODE_WITHIN: Duration = Duration::from_secs(180);
/// Who has not had the lock in this time has waited for somebody.
const WAITED: Duration = Duration::from_millis(10);
/// How long the person may take.
const CODE_WITHIN: Duration = Duration::from_secs(120);

/// Asks a person for the code of a device, named by its serial number.
pub type AskForCode = dyn Fn(&str) -> Result<Zeroizing<String>, ClientError> + Send + Sync;

/// Credentials, and what the person should know about how they were got.
#[derive(Debug)]
pub struct Obtained {
    /// The credentials.
    pub credentials: TemporaryCredentials,
    /// One line, if something was not as it should be.
    pub warning: Option<String>,
}

/// Answers one question as often as it is asked.
pub struct Provider {
    question: Question,
    transport: Transport,
    cache: Option<Cache>,
    ask_for_code: Arc<AskForCode>,
}

impl Provider {
    /// Without a cache, every question goes to the server.
    pub fn new(
        question: Question,
        cache: Option<Cache>,
        ask_for_code: Arc<AskForCode>,
    ) -> Result<Self, ClientError> {
        let transport = Transport::new(question.endpoint.clone(), question.ca_bundle.as_deref())?;
        Ok(Self {
            question,
            transport,
            cache,
            ask_for_code,
        })
    }

    /// Credentials that are good for a while.
    ///
    /// Those that are kept are given until the last part of their life. In that part one process gets new ones, the
    /// others need not wait; if the server cannot be asked, the old ones do until they end. If it says no, nobody
    /// gets anything.
    pub async fn credentials(&self) -> Result<Obtained, ClientError> {
        let asked = self.question.ask()?;
        let Some(cache) = &self.cache else {
            return self.fetch(&asked, Tries::Several).await.map(Obtained::plain);
        };
        let entry = cache.entry(self.question.name(&asked));
        let kept = entry.read(Timestamp::now());
        let patience = match &kept {
            Some(kept) if !kept.is_due(Timestamp::now()) => return Ok(Obtained::plain(kept.clone())),
            Some(_) => Duration::ZERO,
            None if asked.mfa_serial.is_some() => ASKED_WITH_CODE_WITHIN,
            None => ASKED_WITHIN,
        };
        let began = Instant::now();
        let lock = match entry.lock(patience).await {
            Ok(Some(lock)) => lock,
            Ok(None) => return kept.map(Obtained::plain).ok_or(ClientError::Busy),
            Err(unkept) => {
                let credentials = self.fetch(&asked, Tries::Several).await?;
                return Ok(Obtained::with(credentials, unkept.to_string()));
            }
        };
        // Somebody may have asked while we waited.
        let kept = entry.read(Timestamp::now());
        if let Some(kept) = kept.as_ref().filter(|kept| !kept.is_due(Timestamp::now())) {
            return Ok(Obtained::plain(kept.clone()));
        }
        // Whoever had the lock before us got nothing. If all who wait went on trying for as long, the last would wait
        // for the sum of it.
        let tries = if began.elapsed() < WAITED {
            Tries::Several
        } else {
            Tries::One
        };
        match (self.fetch(&asked, tries).await, kept) {
            (Ok(credentials), _) => {
                let written = entry.write(&lock, &credentials, Timestamp::now());
                Ok(Obtained {
                    warning: written.err().map(|unkept| unkept.to_string()),
                    credentials,
                })
            }
            (Err(error), Some(kept)) if error.is_passing() => Ok(Obtained::with(
                kept,
                format!("the credentials are not renewed: {error}"),
            )),
            (Err(error), _) => Err(error),
        }
    }

    /// Asks the server, after the person if there is a second factor.
    async fn fetch(&self, asked: &Asked<'_>, tries: Tries) -> Result<TemporaryCredentials, ClientError> {
        let code = match asked.mfa_serial {
            Some(serial) => Some(self.code(serial).await?),
            None => None,
        };
        let code = code.as_ref().map(|code| code.as_str());
        sts::ask(&self.transport, &self.question, asked, code, tries).await
    }

    /// A terminal is read by a thread of its own: who does not type keeps nobody else waiting.
    async fn code(&self, serial: &str) -> Result<Zeroizing<String>, ClientError> {
        let refuse = |cause: &str| ClientError::Code {
            serial: serial.to_owned(),
            cause: cause.to_owned(),
        };
        let (ask, device) = (Arc::clone(&self.ask_for_code), serial.to_owned());
        let asking = tokio::task::spawn_blocking(move || ask(&device));
        match tokio::time::timeout(CODE_WITHIN, asking).await {
            Ok(Ok(code)) => code,
            Ok(Err(_)) => Err(refuse("asking for it failed")),
            Err(_) => Err(refuse("nobody typed it in time")),
        }
    }
}

impl Obtained {
    fn plain(credentials: TemporaryCredentials) -> Self {
        Self {
            credentials,
            warning: None,
        }
    }

    fn with(credentials: TemporaryCredentials, warning: String) -> Self {
        Self {
            credentials,
            warning: Some(warning),
        }
    }
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("question", &self.question)
            .finish_non_exhaustive()
    }
}
