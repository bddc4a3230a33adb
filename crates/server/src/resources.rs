//! What an operator does to buckets and to the policies of resources.
//!
//! None of this is authorized by policies; whoever gets here has proven to be the operator of this machine.
//! Every change carries its trail record in the same commit.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_audit::{Parameters, Record, TrailError};
use lanyard_directory::{
    AccountEdit, BoundPolicy, BucketClaim, BucketError, ClaimError, StorageError, WriteError,
};
use lanyard_gateway::{BucketPolicyError, check_bucket_policy};
use lanyard_names::AccountId;

use crate::node::Node;
use crate::operator::Operator;

/// What the ARN of a bucket begins with.
const BUCKET_ARN: &str = "arn:aws:s3:::";

/// Why an operator's wish is not fulfilled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResourceError {
    /// Nobody owns the bucket.
    #[error(
        "bucket {0} belongs to no account; `lanyard gateway adopt {0} --account 12DIGITS` gives it to one"
    )]
    NoSuchBucket(String),
    /// Another account owns the bucket.
    #[error("bucket {name} belongs to account {owner}; `lanyard gateway release {name}` takes it away first")]
    OwnedBy {
        /// The bucket.
        name: String,
        /// Its account.
        owner: AccountId,
    },
    /// Another account is creating the bucket.
    #[error(
        "bucket {name} is being created by account {owner}; wait five minutes, or `lanyard gateway release {name}` first"
    )]
    BeingCreated {
        /// The bucket.
        name: String,
        /// Its account.
        owner: AccountId,
    },
    /// There is no such account.
    #[error("there is no account {0}; `lanyard account list` shows those that exist")]
    NoSuchAccount(AccountId),
    /// The ARN names no account, and is no bucket's.
    #[error("{0} names no account; only buckets can have a policy without one in their ARN")]
    WhoseIsIt(String),
    /// The ARN is of another account than the one that was given.
    #[error("{arn} belongs to account {owner}, not to {given}")]
    NotTheirs {
        /// The resource.
        arn: String,
        /// Whose it is.
        owner: AccountId,
        /// Who was named.
        given: AccountId,
    },
    /// The ARN is of an object.
    #[error("objects have no policy of their own; the policy of bucket {0} can name them")]
    AnObject(String),
    /// What was given is no ARN.
    #[error("`{0}` is no ARN")]
    NoArn(String),
    /// The bucket's name cannot be claimed.
    #[error(transparent)]
    Claim(ClaimError),
    /// The policy is none that a bucket can have.
    #[error("malformed policy: {0}")]
    BucketPolicy(#[from] BucketPolicyError),
    /// The policy is refused, or there is none.
    #[error(transparent)]
    Policy(BucketError),
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The trail cannot be written.
    #[error("the trail cannot be written: {0}")]
    Trail(#[from] TrailError),
}

impl ResourceError {
    fn of_claim(error: WriteError<ClaimError>) -> Self {
        match error {
            WriteError::Refused(refusal) => Self::Claim(refusal),
            WriteError::NoSuchAccount(account) | WriteError::AccountExists(account) => {
                Self::NoSuchAccount(account)
            }
            WriteError::Storage(error) => Self::Storage(error),
        }
    }

    fn of_policy(error: WriteError<BucketError>) -> Self {
        match error {
            WriteError::Refused(refusal) => Self::Policy(refusal),
            WriteError::NoSuchAccount(account) | WriteError::AccountExists(account) => {
                Self::NoSuchAccount(account)
            }
            WriteError::Storage(error) => Self::Storage(error),
        }
    }
}

/// Gives a bucket to an account. Giving it again to the same one changes nothing.
pub(crate) async fn adopt(
    node: &Node,
    operator: Operator,
    name: &str,
    account: AccountId,
) -> Result<Arc<BucketClaim>, ResourceError> {
    let now = Timestamp::now();
    let record = about(operator, "AdoptBucket", account, now, &[("bucketName", name)]);
    let present = node.directory.global().bucket_claim(name).cloned();
    match present.filter(|claim| !claim.is_abandoned(now)) {
        Some(claim) if !claim.is_confirmed() => {
            let (name, owner) = (name.to_owned(), claim.account);
            return Err(ResourceError::BeingCreated { name, owner });
        }
        Some(claim) if claim.account == account => {
            node.trail.record_synced(&record).await?;
            return Ok(claim);
        }
        Some(claim) => {
            let (name, owner) = (name.to_owned(), claim.account);
            return Err(ResourceError::OwnedBy { name, owner });
        }
        None => {}
    }
    let adopted = node
        .directory
        .adopt_bucket(name, account, now, vec![record.to_outbox()]);
    let claim = adopted.await.map_err(ResourceError::of_claim)?;
    tracing::info!(bucket = name, %account, "bucket adopted");
    Ok(claim)
}

/// Takes a bucket away from its account, be it one that is still being created.
pub(crate) async fn release(
    node: &Node,
    operator: Operator,
    name: &str,
) -> Result<Arc<BucketClaim>, ResourceError> {
    let claim = node.directory.global().bucket_claim(name).cloned();
    let claim = claim.ok_or_else(|| ResourceError::NoSuchBucket(name.to_owned()))?;
    let parameters = [("bucketName", name)];
    let record = about(
        operator,
        "ReleaseBucket",
        claim.account,
        Timestamp::now(),
        &parameters,
    );
    let released = node.directory.release_bucket(&claim, vec![record.to_outbox()]);
    released.await.map_err(ResourceError::of_claim)?;
    tracing::info!(bucket = name, account = %claim.account, "bucket released");
    Ok(claim)
}

/// Saves the policy of a resource. Gives the account it belongs to.
pub(crate) async fn put_policy(
    node: &Node,
    operator: Operator,
    resource: &Resource,
    text: &str,
) -> Result<(), ResourceError> {
    if let Resource::Bucket(claim, _) = resource {
        check_bucket_policy(text, &claim.name)?;
    }
    let account = resource.account();
    let named = BoundPolicy::accounts_named(text, account);
    let others = node.directory.accounts(named).await?;
    let policy: Arc<str> = text.into();
    let parameters = [("arn", resource.arn()), ("policy", text)];
    let record = about(
        operator,
        "PutResourcePolicy",
        account,
        Timestamp::now(),
        &parameters,
    );
    let change = |edit: &mut AccountEdit| {
        let text = Arc::clone(&policy);
        match resource {
            Resource::Bucket(claim, _) => edit.put_bucket_policy(claim, text, &others)?,
            Resource::Other(arn, _) => edit.put_resource_policy(arn, text, &others)?,
        };
        Ok(((), vec![record.to_outbox()]))
    };
    let written = node.directory.write(account, change).await;
    written.map(drop).map_err(ResourceError::of_policy)
}

/// Removes the policy of a resource.
pub(crate) async fn delete_policy(
    node: &Node,
    operator: Operator,
    resource: &Resource,
) -> Result<(), ResourceError> {
    let account = resource.account();
    let parameters = [("arn", resource.arn())];
    let record = about(
        operator,
        "DeleteResourcePolicy",
        account,
        Timestamp::now(),
        &parameters,
    );
    let change = |edit: &mut AccountEdit| {
        match resource {
            Resource::Bucket(claim, arn) => {
                let absent = || BucketError::NoSuchResourcePolicy(arn.as_str().into());
                edit.delete_bucket_policy(claim).ok_or_else(absent)?
            }
            Resource::Other(arn, _) => edit.delete_resource_policy(arn)?,
        };
        Ok(((), vec![record.to_outbox()]))
    };
    let written = node.directory.write(account, change).await;
    written.map(drop).map_err(ResourceError::of_policy)
}

/// The policy of a resource, with each principal under its present ARN, or its bare id once it is gone.
pub(crate) async fn policy(node: &Node, resource: &Resource) -> Result<String, ResourceError> {
    let account = resource.account();
    let snapshot = node.directory.account(account).await?;
    let snapshot = snapshot.ok_or(ResourceError::NoSuchAccount(account))?;
    let found = match resource {
        Resource::Bucket(claim, _) => snapshot.bucket_policy(claim),
        Resource::Other(arn, _) => snapshot.resource_policy(arn),
    };
    let absent = || ResourceError::Policy(BucketError::NoSuchResourcePolicy(resource.arn().into()));
    let document = &found.ok_or_else(absent)?.document;
    let others = node.directory.accounts(document.accounts_bound(account)).await?;
    Ok(document.rendered(&snapshot, &others).into_owned())
}

/// The ARNs of the resources of an account that have a policy: its buckets' first.
pub(crate) async fn policies_of(node: &Node, account: AccountId) -> Result<Vec<String>, ResourceError> {
    let snapshot = node.directory.account(account).await?;
    let snapshot = snapshot.ok_or(ResourceError::NoSuchAccount(account))?;
    let global = node.directory.global();
    let buckets = global
        .buckets_of(account, "", None)
        .filter_map(|claim| snapshot.bucket_policy(claim));
    let policies = buckets.chain(snapshot.resource_policies());
    Ok(policies.map(|policy| policy.arn.to_string()).collect())
}

/// Something that can have a policy, and whose it is.
#[derive(Clone, Debug)]
pub(crate) enum Resource {
    /// A bucket, by its claim, with its ARN.
    Bucket(Arc<BucketClaim>, String),
    /// Anything else, by its ARN.
    Other(String, AccountId),
}

impl Resource {
    /// Finds whose a resource is: by its ARN, or by the owner of the bucket. What the operator says has to be so.
    pub(crate) fn find(node: &Node, arn: &str, given: Option<AccountId>) -> Result<Self, ResourceError> {
        let found = match arn.strip_prefix(BUCKET_ARN) {
            Some(path) => match path.split_once('/') {
                Some((bucket, _)) => return Err(ResourceError::AnObject(bucket.to_owned())),
                None => Self::Bucket(claim_of(node, path)?, arn.to_owned()),
            },
            None => Self::Other(arn.to_owned(), account_in(arn)?),
        };
        let owner = found.account();
        match given {
            Some(given) if given != owner => Err(ResourceError::NotTheirs {
                arn: arn.to_owned(),
                owner,
                given,
            }),
            _ => Ok(found),
        }
    }

    /// Whose it is.
    pub(crate) fn account(&self) -> AccountId {
        match self {
            Self::Bucket(claim, _) => claim.account,
            Self::Other(_, account) => *account,
        }
    }

    fn arn(&self) -> &str {
        match self {
            Self::Bucket(_, arn) | Self::Other(arn, _) => arn,
        }
    }
}

fn account_in(arn: &str) -> Result<AccountId, ResourceError> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, _, _, account, _] = fields.as_slice() else {
        return Err(ResourceError::NoArn(arn.to_owned()));
    };
    if account.is_empty() {
        return Err(ResourceError::WhoseIsIt(arn.to_owned()));
    }
    AccountId::parse(account).map_err(|_| ResourceError::NoArn(arn.to_owned()))
}

fn claim_of(node: &Node, name: &str) -> Result<Arc<BucketClaim>, ResourceError> {
    let claim = node.directory.global().bucket(name).cloned();
    claim.ok_or_else(|| ResourceError::NoSuchBucket(name.to_owned()))
}

fn about(
    operator: Operator,
    event: &'static str,
    account: AccountId,
    now: Timestamp,
    parameters: &[(&'static str, &str)],
) -> Record {
    let parameters = parameters
        .iter()
        .fold(Parameters::new(), |all, (name, value)| all.with(name, *value));
    operator
        .record(event, account, false, now)
        .with_request(parameters)
}
