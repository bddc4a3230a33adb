//! A policy that says nothing.

use std::sync::{Arc, LazyLock};

use lanyard_policy::{Document, Policy};

/// One statement about no action, on nothing, for nobody: the language has no policy without statements.
const TEXT: &str = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":[]},"Action":[],"Resource":[]}}"#;

static SILENT: LazyLock<Arc<Policy>> = LazyLock::new(|| {
    // Fails closed: a policy that cannot be read denies.
    Arc::new(
        Document::parse(TEXT).map_or_else(|_| Policy::unreadable(), |document| Policy::compile(&document)),
    )
});

/// The policy that stands where one has to take part and there is none.
pub(crate) fn silent_policy() -> Arc<Policy> {
    SILENT.clone()
}
