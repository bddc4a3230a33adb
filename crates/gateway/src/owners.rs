//! Accounts as they are now, and whose a bucket is.

use std::sync::Arc;

use lanyard_directory::{Account, BucketClaim, ResourcePolicy};
use lanyard_names::AccountId;

use crate::error::S3Error;
use crate::services::GatewayServices;

/// A bucket with an owner.
#[derive(Clone, Debug)]
pub(crate) struct OwnedBucket {
    /// Whose it is, and since when.
    pub(crate) claim: Arc<BucketClaim>,
    /// The owner's account as it was when the request was looked at.
    pub(crate) owner: Arc<Account>,
}

impl OwnedBucket {
    /// The bucket's policy.
    pub(crate) fn policy(&self) -> Option<&ResourcePolicy> {
        self.owner.bucket_policy(&self.claim).map(|policy| &**policy)
    }

    /// Whether a public policy admits nobody from outside the owner's account.
    pub(crate) fn restricts_public_policies(&self) -> bool {
        let settings = self.owner.bucket_settings(&self.claim);
        settings
            .public_access_block
            .is_some_and(|block| block.restrict_public_buckets)
    }
}

/// A bucket and its owner as they are now; `None` if nobody owns it.
pub(crate) async fn owned_bucket(
    services: &GatewayServices,
    name: &str,
) -> Result<Option<OwnedBucket>, S3Error> {
    let global = services.directory.global();
    let Some(claim) = global.bucket(name) else {
        return Ok(None);
    };
    let owner = account(services, claim.account).await?;
    Ok(owner.map(|owner| OwnedBucket {
        claim: Arc::clone(claim),
        owner,
    }))
}

/// An account as it is now.
pub(crate) async fn account(
    services: &GatewayServices,
    id: AccountId,
) -> Result<Option<Arc<Account>>, S3Error> {
    if let Some(account) = services.directory.account_cached(id) {
        return Ok(Some(account));
    }
    // Boxed: loading is rare, and its state should not be carried by every request.
    Box::pin(services.directory.account(id))
        .await
        .map_err(S3Error::unavailable)
}
