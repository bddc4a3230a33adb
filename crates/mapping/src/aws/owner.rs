//! Members by which a request says that what it names is another account's.
//!
//! Without them, what another account has would be decided on as if it were the caller's own.
//!
//! Evidence: the API reference of each service; of CodeArtifact a recorded denial, which names the owner's domain.

use lanyard_names::AccountId;

use super::call::Scope;
use super::input::Node;
use crate::MappingError;

/// What becomes of a request that names another account.
#[derive(Debug, Clone, Copy)]
enum Other {
    /// Everything that the request names is that account's.
    Owns,
    /// Fails closed: what it names is in part that account's, or has ARNs of another form.
    Refused,
}

/// Prefix, member, what another account there means. In order.
const OWNERS: [(&str, &str, Other); 13] = [
    ("appmesh", "meshOwner", Other::Refused),
    ("backup", "BackupVaultAccountId", Other::Owns),
    ("bedrock-agentcore", "accountId", Other::Owns),
    ("cloudtrail", "EventDataStoreOwnerAccountId", Other::Owns),
    ("codeartifact", "domainOwner", Other::Owns),
    ("ecr-public", "registryId", Other::Owns),
    ("glacier", "accountId", Other::Owns),
    ("mgn", "accountID", Other::Owns),
    ("omics", "workflowOwnerId", Other::Refused),
    ("quicksight", "AwsAccountId", Other::Owns),
    ("redshift", "OwnerAccount", Other::Refused),
    ("redshift-serverless", "ownerAccount", Other::Refused),
    ("signer", "profileOwner", Other::Owns),
];

/// The member by which requests to a service name another account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner {
    prefix: &'static str,
    member: &'static str,
    other: Other,
}

/// What is known of the service with this prefix.
pub(super) fn of(prefix: &str) -> Option<Owner> {
    let place = OWNERS.binary_search_by(|(known, ..)| (*known).cmp(prefix)).ok()?;
    OWNERS.get(place).map(|(prefix, member, other)| Owner {
        prefix,
        member,
        other: *other,
    })
}

/// Where what a request names is, if it says so.
///
/// # Errors
/// What is no account, an account whose resources are not decided on here.
pub(super) fn scope<'s>(
    owner: Option<Owner>,
    input: &Node<'_>,
    scope: &Scope<'s>,
) -> Result<Scope<'s>, MappingError> {
    let here = Ok(*scope);
    let Some(Owner {
        prefix,
        member,
        other,
    }) = owner
    else {
        return here;
    };
    let Some(node) = input.member(member) else {
        return here;
    };
    let wrong = |reason| MappingError::InvalidMember {
        member: member.to_owned(),
        reason,
    };
    let text = node.as_text().ok_or_else(|| wrong("it is no text"))?;
    // Glacier's word for the caller's own account.
    if text == "-" && prefix == "glacier" {
        return here;
    }
    let named = AccountId::parse(text).map_err(|_| wrong("it is no account"))?;
    let named = match scope.upstream_account {
        Some((theirs, here)) if theirs == named => here,
        _ => named,
    };
    if named == scope.account {
        return here;
    }
    match other {
        Other::Owns => Ok(Scope {
            account: named,
            ..*scope
        }),
        Other::Refused => Err(wrong("it is another account")),
    }
}

#[cfg(test)]
mod tests {
    use super::OWNERS;

    #[test]
    fn the_table_is_in_order() {
        assert!(OWNERS.is_sorted_by(|one, next| one.0 < next.0));
    }
}
