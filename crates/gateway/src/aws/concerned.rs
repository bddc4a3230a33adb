//! Whose resource a permission is about, and which policy that resource has.
//!
//! What stands behind is of one account, but for objects that an operation of another service reads or writes for its
//! caller: code of a function, an exported table. Whose those are says the claim of their bucket, as for every request to
//! S3, and the policy of the bucket counts for them as it does there.
//!
//! Of a resource that is known in part, nobody can tell the policy: where one that may be meant has a policy that could
//! take something away, the request is refused.
//!
//! Invariant: nobody gets at a bucket by the way of another service who could not get at it by S3.

use lanyard_directory::ResourcePolicy;
use lanyard_mapping::aws::Permission;
use lanyard_names::AccountId;
use lanyard_names::arn::Arn;
use lanyard_policy::{Attached, Context, ResourceLayer};

use super::call::Call;
use super::lookups::carrier::may_be_meant;
use crate::error::{Kind, ServiceError};
use crate::owners::{self, OwnedBucket};

/// Whose bucket an object is in, in S3's own key.
const BUCKET_ACCOUNT: &str = "s3:ResourceAccount";

/// Whose resource a permission is about, and with which policy.
pub(super) struct Concerned {
    /// The account.
    pub(super) account: AccountId,
    policy: Option<Attached>,
    must_participate: bool,
    bucket: Option<OwnedBucket>,
}

impl Concerned {
    /// The policy of the resource, if it has one.
    pub(super) fn policy(&self) -> Option<ResourceLayer<'_>> {
        self.policy.as_ref().map(|attached| ResourceLayer {
            attached,
            must_participate: self.must_participate,
            trust: false,
        })
    }

    /// Enters what is known of the resource's owner.
    pub(super) fn enter_keys(&self, context: &mut Context) {
        if self.bucket.is_some() {
            context.insert(BUCKET_ACCOUNT, self.account.to_string());
        }
    }

    /// Whether the resource is of another account than everything else behind.
    pub(super) fn is_of_others(&self, call: &Call<'_>) -> bool {
        self.account != call.guarded.account
    }
}

impl Call<'_> {
    /// Whose resource a permission is about.
    pub(super) async fn concerned(&self, permission: &Permission) -> Result<Concerned, ServiceError> {
        let account = self.account_of(permission)?;
        let Some(name) = bucket_of(&permission.resource) else {
            self.refuse_if_unknown(permission)?;
            let policy = self.owner.as_ref().and_then(|owner| {
                let policy = owner.resource_policy(ResourcePolicy::bearer(&permission.resource))?;
                Some(policy.attached())
            });
            return Ok(Concerned {
                account,
                policy,
                must_participate: is_key(permission),
                bucket: None,
            });
        };
        match owners::owned_bucket(self.services(), name).await? {
            Some(bucket) => Ok(Concerned {
                account: bucket.claim.account,
                policy: self.policy_of(&bucket),
                must_participate: false,
                bucket: Some(bucket),
            }),
            // Fails closed: where buckets are guarded, one that nobody owns is not there, whatever the store has.
            None if self.gateway.guards_buckets => Err(self.refused_bucket(permission)),
            None => Ok(Concerned {
                account,
                policy: None,
                must_participate: false,
                bucket: None,
            }),
        }
    }

    /// Refuses what may be about a resource whose own policy has a say in it.
    // Fails closed: which one it is about only the service knows. Where nothing is but observed, it is let through as what
    // policies deny.
    fn refuse_if_unknown(&self, permission: &Permission) -> Result<(), ServiceError> {
        let Some(owner) = self.owner.as_ref().filter(|_| permission.partly_known) else {
            return Ok(());
        };
        let has_a_say = |policy: &ResourcePolicy| {
            may_be_meant(&permission.resource, &policy.arn)
                && (is_key(permission) || policy.document.compiled().denies())
        };
        if !owner.resource_policies().any(|policy| has_a_say(policy)) {
            return Ok(());
        }
        let why = "the request does not name it, and it may be one that has a policy of its own: name it";
        let mut refused = self.refused(permission, format_args!("{why}"));
        refused.is_policy_denial = true;
        Err(refused)
    }

    /// The policy of a bucket, if it counts for the caller: a public one that is restricted admits nobody from outside.
    fn policy_of(&self, bucket: &OwnedBucket) -> Option<Attached> {
        let policy = bucket.policy()?;
        let is_restricted = bucket.restricts_public_policies() && policy.document.is_public();
        let is_foreign = self.caller.account != bucket.claim.account;
        (!is_foreign || !is_restricted).then(|| policy.attached())
    }

    /// The account of a resource that is no bucket's.
    // Invariant: it is the account of whatever stands behind. What has no account in its name is that account's own, and
    // nobody else's to ask for.
    fn account_of(&self, permission: &Permission) -> Result<AccountId, ServiceError> {
        let arn = Arn::parse(&permission.resource).ok();
        let named = arn.and_then(|arn| AccountId::parse(arn.account).ok());
        let behind = self.guarded.account;
        if named.unwrap_or(self.caller.account) == behind {
            return Ok(behind);
        }
        let whose = named.unwrap_or(self.caller.account);
        Err(self.refused(
            permission,
            format_args!("no resource of account {whose} stands behind this server"),
        ))
    }

    fn refused_bucket(&self, permission: &Permission) -> ServiceError {
        self.refused(permission, format_args!("nobody owns the bucket"))
    }

    /// A refusal that no policy can change, and no mode relaxes.
    fn refused(&self, permission: &Permission, why: std::fmt::Arguments<'_>) -> ServiceError {
        let message = format!(
            "User: {} is not authorized to perform: {} on resource: {} because {why}",
            self.caller.arn, permission.action, permission.resource
        );
        ServiceError::new(Kind::Denied, message)
    }
}

/// The bucket of an object's ARN, or of a bucket's own.
fn bucket_of(arn: &str) -> Option<&str> {
    let arn = Arn::parse(arn)
        .ok()
        .filter(|arn| arn.service == "s3" && arn.account.is_empty())?;
    arn.resource.split('/').next()
}

/// Whether a resource is one whose policy alone says who may do anything with it, if it has one.
///
/// Evidence: the KMS developer guide's page on key policies: without the key's policy, no identity policy allows
/// anything.
fn is_key(permission: &Permission) -> bool {
    let arn = Arn::parse(&permission.resource);
    arn.is_ok_and(|arn| arn.service == "kms" && arn.resource.starts_with("key/"))
}
