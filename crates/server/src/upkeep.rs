//! What a node does while nobody asks for anything.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::node::Node;

/// How often. Last uses of keys and roles are that old on disk at most, after a crash.
const EVERY: Duration = Duration::from_secs(30);

/// Tidies until the task is dropped.
pub(crate) async fn run(node: Arc<Node>) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = node.tidy(Timestamp::now()).await {
            tracing::warn!(%error, "upkeep failed; it is tried again");
        }
    }
}
