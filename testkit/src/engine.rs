//! Every storage engine.

use std::path::Path;
use std::sync::Arc;

use lanyard_store::{Engine, MemoryEngine};
use lanyard_store_sqlite::SqliteEngine;

/// A storage engine. A new one is added here, and every scenario runs on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineKind {
    /// The engine in memory.
    Memory,
    /// The embedded engine.
    Sqlite,
}

impl EngineKind {
    /// All of them.
    pub const ALL: [EngineKind; 2] = [EngineKind::Memory, EngineKind::Sqlite];

    /// An engine on what is stored in `directory`.
    pub(crate) fn open(self, directory: &Path) -> Opened {
        match self {
            EngineKind::Memory => Opened::Memory(Arc::new(MemoryEngine::new())),
            EngineKind::Sqlite => Opened::Sqlite(sqlite(directory)),
        }
    }
}

/// An engine that is open.
pub(crate) enum Opened {
    Memory(Arc<MemoryEngine>),
    Sqlite(Arc<SqliteEngine>),
}

impl Opened {
    pub(crate) fn engine(&self) -> Arc<dyn Engine> {
        match self {
            Opened::Memory(engine) => engine.clone(),
            Opened::Sqlite(engine) => engine.clone(),
        }
    }

    /// Closes it and opens it again, as another process would.
    pub(crate) async fn reopen(&mut self, directory: &Path) {
        self.engine().close().await.expect("the engine closes");
        match self {
            Opened::Memory(engine) => *engine = Arc::new(engine.reopened()),
            Opened::Sqlite(engine) => *engine = sqlite(directory),
        }
    }
}

fn sqlite(directory: &Path) -> Arc<SqliteEngine> {
    Arc::new(SqliteEngine::open(directory.join("store.db")).expect("the store opens"))
}
