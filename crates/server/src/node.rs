//! A node: the store, what is kept in it, and everything that serves requests from it, put together.
//!
//! Opening goes from the bottom up (store, directory, keys, trail, pipeline) and closing from the top down, so
//! that nothing is written to what is closed already.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use jiff::Timestamp;
use lanyard_access::{
    Authenticator, DecisionLog, DecisionLogLimits, Keyring, Passwords, Peer, SecondFactors, StoredKeysError,
    Vault, open_vault,
};
use lanyard_audit::{Mover, MoverHandle, Trail, TrailError, TrailOptions};
use lanyard_directory::{Directory, StorageError};
use lanyard_federation::oidc::OidcVerifier;
use lanyard_operations::{Admission, BodyBudget, Federation, Pipeline, Services};
use lanyard_store::{Engine, StoreError};
use lanyard_store_sqlite::{OpenError, SqliteEngine};
use parking_lot::Mutex;

use crate::data_dir::DataDir;
use crate::linger::RequestBody;

/// What the bodies of all requests may hold in memory together. The largest policy document is 128 KiB.
const BODY_BYTES_HELD_MAX: usize = 64 << 20;

/// Everything a running server is made of, apart from its listeners.
pub(crate) struct Node {
    /// The accounts.
    pub(crate) directory: Arc<Directory>,
    /// Who is calling.
    pub(crate) authenticator: Arc<Authenticator>,
    /// What seals secrets.
    pub(crate) vault: Arc<Vault>,
    /// What seals sessions.
    pub(crate) keyring: Arc<Keyring>,
    /// What checks the codes of second factors. One for all, because it counts the wrong ones.
    pub(crate) second_factors: Arc<SecondFactors>,
    /// What checks passwords. One for all, for the same reason.
    pub(crate) passwords: Arc<Passwords>,
    /// Decisions that can be explained.
    pub(crate) decisions: Arc<DecisionLog>,
    /// Those that enforcement points asked for: there can be many, which must not push out the others.
    pub(crate) answers: Arc<DecisionLog>,
    /// The trail.
    pub(crate) trail: Trail,
    /// What finds the tokens of identity providers genuine.
    pub(crate) oidc: Arc<OidcVerifier>,
    engine: Arc<dyn Engine>,
    /// The same, for what only this engine can do.
    sqlite: Arc<SqliteEngine>,
    pipeline: Arc<Pipeline>,
    mover: Mutex<Option<MoverHandle>>,
}

/// Why a node cannot be opened or closed. For operators.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NodeError {
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store does not work.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// What is stored cannot be used.
    #[error("the store: {0}")]
    Storage(#[from] StorageError),
    /// The master key and the store do not go together, or one is missing.
    #[error(transparent)]
    Keys(#[from] StoredKeysError),
    /// The trail cannot be opened or written.
    #[error(transparent)]
    Trail(#[from] TrailError),
}

impl Node {
    /// Opens the data directory, whose lock the caller holds.
    pub(crate) async fn open(dir: &DataDir, federation: Arc<Federation>) -> Result<Arc<Self>, NodeError> {
        let sqlite = Arc::new(SqliteEngine::open(dir.store_file())?);
        let engine: Arc<dyn Engine> = sqlite.clone();
        let directory = Arc::new(Directory::open(engine.clone()).await?);
        let vault = Arc::new(open_vault(&directory, &dir.master_key()).await?);
        let keyring = Arc::new(Keyring::new());
        keyring.maintain(&directory, &vault, Timestamp::now()).await?;
        let trail = Trail::open(&dir.trail_dir(), &TrailOptions::default())?;
        let decisions = Arc::new(DecisionLog::new(DecisionLogLimits::default()));
        let authenticator = Authenticator::new(directory.clone(), vault.clone(), keyring.clone());
        let authenticator = Arc::new(authenticator);
        let second_factors = Arc::new(SecondFactors::new(directory.clone(), vault.clone()));
        let passwords = Arc::new(Passwords::new());
        let oidc = federation.oidc().clone();
        let pipeline = Pipeline::new(Services {
            directory: directory.clone(),
            authenticator: authenticator.clone(),
            vault: vault.clone(),
            keyring: keyring.clone(),
            decisions: decisions.clone(),
            trail: trail.clone(),
            second_factors: second_factors.clone(),
            passwords: passwords.clone(),
            bodies: BodyBudget::new(BODY_BYTES_HELD_MAX),
            federation,
            strangers: Admission::new(),
            credential_reports: Arc::default(),
            last_accessed_jobs: Arc::default(),
        });
        let mover = Mover::new(engine.clone(), trail.clone()).spawn();
        Ok(Arc::new(Self {
            directory,
            authenticator,
            vault,
            keyring,
            second_factors,
            passwords,
            decisions,
            answers: Arc::new(DecisionLog::new(DecisionLogLimits::default())),
            trail,
            oidc,
            engine,
            sqlite,
            pipeline,
            mover: Mutex::new(Some(mover)),
        }))
    }

    /// Answers one request of the API.
    pub(crate) fn answer(
        &self,
        request: Request<RequestBody>,
        peer: Peer,
    ) -> impl Future<Output = Response<Full<Bytes>>> + Send {
        self.pipeline.handle(request, peer)
    }

    /// Whether the store takes writes.
    pub(crate) async fn ready(&self) -> Result<(), StoreError> {
        self.engine.ready().await
    }

    /// Everything that is wrong with the store. Reads all of it.
    pub(crate) async fn problems(&self) -> Vec<String> {
        let mut problems = match self.sqlite.verify().await {
            Ok(found) => found,
            Err(error) => vec![format!("it cannot be read: {error}")],
        };
        if let Err(error) = self.ready().await {
            problems.push(format!("it takes no writes: {error}"));
        }
        problems
    }

    /// What has to be done now and then: last uses, ring keys, the change feed's old end.
    pub(crate) async fn tidy(&self, now: Timestamp) -> Result<(), NodeError> {
        /// Nobody follows the feed of an embedded store for longer than this many events.
        const EVENTS_KEPT: u64 = 10_000;
        self.directory.write_last_uses().await?;
        let rotation = self.keyring.maintain(&self.directory, &self.vault, now).await?;
        if rotation.added.is_some() || !rotation.removed.is_empty() {
            tracing::info!(added = ?rotation.added, removed = ?rotation.removed, "session ring keys rotated");
        }
        self.engine.gc(EVENTS_KEPT).await?;
        Ok(())
    }

    /// Writes out what is not written yet and closes everything. Called once, when no request is being answered.
    pub(crate) async fn close(&self) -> Result<(), NodeError> {
        self.directory.write_last_uses().await?;
        let mover = self.mover.lock().take();
        if let Some(mover) = mover {
            mover.stop().await?;
        }
        self.trail.close().await?;
        self.engine.close().await?;
        Ok(())
    }
}
