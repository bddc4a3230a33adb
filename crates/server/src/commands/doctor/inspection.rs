//! The store of a server that is not running: whole, and opened by the master key beside it?

use std::sync::Arc;

use lanyard_access::open_vault;
use lanyard_directory::Directory;
use lanyard_store::Engine;
use lanyard_store_sqlite::SqliteEngine;

use crate::data_dir::DataDir;
use crate::lock::DataDirLock;

/// What is wrong with the store. An error says why it could not be looked at.
pub(super) fn problems(dir: &DataDir) -> Result<Vec<String>, String> {
    // A server that starts at this moment must not meet us in its store.
    let _lock = DataDirLock::take(dir).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(inspect(dir))
}

async fn inspect(dir: &DataDir) -> Result<Vec<String>, String> {
    let engine = SqliteEngine::open(dir.store_file()).map_err(|error| error.to_string())?;
    let engine = Arc::new(engine);
    let mut problems = engine.verify().await.map_err(|error| error.to_string())?;
    let partitions = engine.partitions("").await.map_err(|error| error.to_string())?;
    // Opening the vault of an empty store would make its keys.
    if !partitions.is_empty() {
        let directory = Directory::open(engine.clone())
            .await
            .map_err(|error| error.to_string())?;
        if let Err(error) = open_vault(&directory, &dir.master_key()).await {
            problems.push(error.to_string());
        }
    }
    engine.close().await.map_err(|error| error.to_string())?;
    Ok(problems)
}
