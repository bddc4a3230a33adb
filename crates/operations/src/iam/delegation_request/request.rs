//! What requests about one delegation request are decided on.

use crate::subject::{Ask, unplaced};
use crate::view::View;

/// An action on a delegation request. None is there, so that none has an owner for conditions to ask about.
pub(super) fn ask(action: &'static str, id: &str, view: &View<'_>) -> Ask {
    Ask::on(action, unplaced("delegation-request", id, view), view)
}
