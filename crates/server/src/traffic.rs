//! What passes through the gateway, for the metrics: bytes in either direction, requests under way.

use std::sync::Arc;

use metrics::{Counter, Gauge, counter, gauge};

/// Bytes of bodies that came from clients.
pub(crate) const GATEWAY_RECEIVED: &str = "lanyard_gateway_received_bytes_total";
/// Bytes of bodies that were sent to clients.
pub(crate) const GATEWAY_SENT: &str = "lanyard_gateway_sent_bytes_total";
/// Requests under way.
pub(crate) const GATEWAY_OPEN: &str = "lanyard_gateway_requests_in_flight";

/// The meters. Made only where somebody reads the metrics.
pub(crate) struct Traffic {
    received: Counter,
    sent: Counter,
    open: Gauge,
}

impl Traffic {
    /// The meters of this process.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            received: counter!(GATEWAY_RECEIVED),
            sent: counter!(GATEWAY_SENT),
            open: gauge!(GATEWAY_OPEN),
        })
    }

    /// A request comes. It is under way for as long as its body or that of its answer holds what this gives.
    pub(crate) fn begin(self: &Arc<Self>) -> Arc<Passage> {
        self.open.increment(1.0);
        Arc::new(Passage(self.clone()))
    }
}

/// One request under way.
pub(crate) struct Passage(Arc<Traffic>);

impl Passage {
    /// So many bytes came from the client.
    pub(crate) fn received(&self, bytes: usize) {
        self.0.received.increment(bytes as u64);
    }

    /// So many bytes go to the client.
    pub(crate) fn sent(&self, bytes: usize) {
        self.0.sent.increment(bytes as u64);
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        self.0.open.decrement(1.0);
    }
}

impl std::fmt::Debug for Passage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passage")
    }
}
