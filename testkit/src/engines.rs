//! Every storage engine, fresh and empty.

use std::sync::Arc;

use lanyard_store::{Engine, MemoryEngine};
use lanyard_store_sqlite::SqliteEngine;
use tempfile::TempDir;

/// An engine with a directory that lives as long as it does.
pub struct Kept {
    /// What tests call it.
    pub name: &'static str,
    /// The engine.
    pub engine: Arc<dyn Engine>,
    /// A place for what belongs beside the store: the trail, the master key.
    pub directory: TempDir,
}

/// One of each kind. A new engine is added here, and every scenario runs on it.
pub fn every_engine() -> Vec<Kept> {
    let memory = Kept {
        name: "memory",
        engine: Arc::new(MemoryEngine::new()),
        directory: TempDir::new().expect("a directory"),
    };
    let directory = TempDir::new().expect("a directory");
    let engine = SqliteEngine::open(directory.path().join("store.db")).expect("an empty store");
    let sqlite = Kept {
        name: "sqlite",
        engine: Arc::new(engine),
        directory,
    };
    vec![memory, sqlite]
}
