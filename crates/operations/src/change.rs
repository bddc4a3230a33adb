//! What a writing operation works with: the edit of the caller's account, the view, and entropy.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::Caller;
use lanyard_directory::AccountEdit;
use lanyard_names::{IdKind, UniqueId};

use crate::services::Services;
use crate::view::{Others, View};

/// One change under way. Everything in it is the same when the operation runs again on a newer snapshot, except
/// the edit.
pub(crate) struct Change<'a> {
    /// The caller's account as this change has it so far.
    pub(crate) edit: &'a mut AccountEdit,
    /// Who is calling.
    pub(crate) caller: &'a Caller,
    /// When the request arrived.
    pub(crate) now: Timestamp,
    /// The other accounts concerned.
    pub(crate) others: &'a Others,
    pub(crate) services: &'a Services,
    pub(crate) entropy: &'a [u8; 16],
}

impl Change<'_> {
    /// The view of the account as this change has it so far.
    pub(crate) fn view(&self) -> View<'_> {
        View {
            caller: self.caller,
            account: self.edit.view(),
            others: self.others,
            services: self.services,
            now: self.now,
            // No request that changes something shows one.
            shows_mfa: false,
        }
    }

    /// The unique id for what this change creates. An operation creates at most one thing of a kind.
    pub(crate) fn new_id(&self, kind: IdKind) -> UniqueId {
        UniqueId::from_entropy(kind, *self.entropy)
    }

    /// `text` as the directory shares it.
    pub(crate) fn shared(text: &str) -> Arc<str> {
        Arc::from(text)
    }
}
