//! Which code answers which operation. An operation that is not here stands in `not_implemented.txt`.

mod account;
mod credentials;
mod identities;
mod identity_providers;
mod policies;
mod sts;

use lanyard_aws_api::OperationId;

use crate::handling::{Handler, LoginHandler};

/// Whether an operation does what AWS does, rather than answering that it is not implemented.
pub fn is_implemented(operation: OperationId) -> bool {
    handler(operation).is_some() || login(operation).is_some()
}

/// The code of an operation by which somebody without a key assumes a role.
pub(crate) fn login(operation: OperationId) -> Option<&'static dyn LoginHandler> {
    sts::login(operation)
}

/// The code of an operation.
pub(crate) fn handler(operation: OperationId) -> Option<&'static dyn Handler> {
    let by_subject = [
        identities::users,
        identities::groups,
        identities::roles,
        identities::instance_profiles,
        policies::policies,
        credentials::credentials,
        policies::last_uses,
        credentials::service_credentials,
        identity_providers::identity_providers,
        account::account,
        account::delegation,
        policies::simulation,
        sts::sts,
    ];
    by_subject.iter().find_map(|handler| handler(operation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_is_not_implemented_stands_in_the_list_and_nothing_else_does() {
        let listed: BTreeSet<&str> = include_str!("../../not_implemented.txt").lines().collect();
        let missing: BTreeSet<&str> = OperationId::ALL
            .iter()
            .filter(|id| !is_implemented(**id))
            .map(|id| id.action())
            .collect();
        assert_eq!(missing, listed);
    }
}
