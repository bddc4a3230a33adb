//! The requests about buckets and the policies of resources.

use std::sync::Arc;

use lanyard_audit::Parameters;
use lanyard_directory::{BucketClaim, BucketError, ClaimError};
use lanyard_names::AccountId;

use super::words::{parse_id, parse_optional_id};
use crate::admin::protocol::{
    AdminRequest, BucketList, ListedBucket, ListedResource, Outcome, Refusal, Refused, ResourceList,
    SavedPolicy,
};
use crate::node::Node;
use crate::operator::Operator;
use crate::resources::{self, Resource, ResourceError};

/// Does what was asked about a bucket or a policy.
pub(super) async fn act(node: &Node, operator: Operator, request: &AdminRequest) -> Result<Outcome, Refused> {
    match request {
        AdminRequest::BucketAdopt { bucket, account } => {
            let claim = resources::adopt(node, operator, bucket, parse_id(account)?).await?;
            Ok(Outcome::Bucket(listed(&claim)))
        }
        AdminRequest::BucketRelease { bucket } => {
            let claim = resources::release(node, operator, bucket).await?;
            Ok(Outcome::Bucket(listed(&claim)))
        }
        AdminRequest::BucketList { account } => {
            let account = parse_optional_id(account.as_deref())?;
            let global = node.directory.global();
            let wanted = global
                .buckets()
                .filter(|claim| account.is_none_or(|account| claim.account == account));
            let buckets = wanted.map(listed).collect();
            Ok(Outcome::Buckets(BucketList { buckets }))
        }
        AdminRequest::PolicyPut { arn, account, policy } => {
            let resource = find(node, arn, account.as_deref())?;
            resources::put_policy(node, operator, &resource, policy).await?;
            Ok(of_resource(arn, &resource))
        }
        AdminRequest::PolicyGet { arn, account } => {
            let resource = find(node, arn, account.as_deref())?;
            let policy = resources::policy(node, &resource).await?;
            Ok(Outcome::Policy(SavedPolicy { policy }))
        }
        AdminRequest::PolicyDelete { arn, account } => {
            let resource = find(node, arn, account.as_deref())?;
            resources::delete_policy(node, operator, &resource).await?;
            Ok(of_resource(arn, &resource))
        }
        AdminRequest::PolicyList { account } => {
            list_policies(node, parse_optional_id(account.as_deref())?).await
        }
        // The others are done before this is asked.
        _ => Err(Refused::new(Refusal::Invalid, "the request cannot be understood")),
    }
}

fn find(node: &Node, arn: &str, account: Option<&str>) -> Result<Resource, Refused> {
    let given = parse_optional_id(account)?;
    Ok(Resource::find(node, arn, given)?)
}

async fn list_policies(node: &Node, account: Option<AccountId>) -> Result<Outcome, Refused> {
    let accounts: Vec<AccountId> = match account {
        Some(account) => vec![account],
        None => node.directory.global().accounts().map(|entry| entry.id).collect(),
    };
    let mut listed = Vec::new();
    for account in accounts {
        for resource_arn in resources::policies_of(node, account).await? {
            let account_id = account.to_string();
            listed.push(ListedResource {
                resource_arn,
                account_id,
            });
        }
    }
    Ok(Outcome::Resources(ResourceList { resources: listed }))
}

fn listed(claim: &Arc<BucketClaim>) -> ListedBucket {
    ListedBucket {
        name: claim.name.to_string(),
        account_id: claim.account.to_string(),
        created: format!("{:.0}", claim.created),
    }
}

fn of_resource(arn: &str, resource: &Resource) -> Outcome {
    Outcome::Resource(ListedResource {
        resource_arn: arn.to_owned(),
        account_id: resource.account().to_string(),
    })
}

/// The account and the parameters of a request that changed nothing, for its record. The text of a refused policy is
/// left out.
pub(super) fn parameters(request: &AdminRequest) -> (Option<&str>, Parameters) {
    match request {
        AdminRequest::BucketAdopt { bucket, account } => (
            Some(account.as_str()),
            Parameters::new().with("bucketName", bucket.as_str()),
        ),
        AdminRequest::BucketRelease { bucket } => {
            (None, Parameters::new().with("bucketName", bucket.as_str()))
        }
        AdminRequest::PolicyPut { arn, account, .. }
        | AdminRequest::PolicyGet { arn, account }
        | AdminRequest::PolicyDelete { arn, account } => {
            (account.as_deref(), Parameters::new().with("arn", arn.as_str()))
        }
        AdminRequest::BucketList { account } | AdminRequest::PolicyList { account } => {
            (account.as_deref(), Parameters::new())
        }
        _ => (None, Parameters::new()),
    }
}

impl From<ResourceError> for Refused {
    fn from(error: ResourceError) -> Self {
        let reason = match &error {
            ResourceError::NoSuchBucket(_)
            | ResourceError::NoSuchAccount(_)
            | ResourceError::Policy(BucketError::NoSuchResourcePolicy(_)) => Refusal::NotFound,
            ResourceError::WhoseIsIt(_)
            | ResourceError::NotTheirs { .. }
            | ResourceError::AnObject(_)
            | ResourceError::NoArn(_)
            | ResourceError::BucketPolicy(_)
            | ResourceError::Claim(ClaimError::InvalidName(_))
            | ResourceError::Policy(_) => Refusal::Invalid,
            ResourceError::OwnedBy { .. }
            | ResourceError::BeingCreated { .. }
            | ResourceError::Claim(_)
            | ResourceError::Storage(_)
            | ResourceError::Trail(_) => Refusal::Failed,
        };
        Self::new(reason, error.to_string())
    }
}
