//! Whose a resource is, and what its own policy says.

use lanyard_names::AccountId;
use lanyard_names::arn::Arn;
use lanyard_policy::{Attached, ResourceLayer};

use crate::refusal::Refusal;
use crate::snapshots::Snapshots;

/// What is known of a resource.
pub(crate) struct Resource {
    pub(crate) account: AccountId,
    policy: Option<Attached>,
    /// Whether it is a role that is to be assumed, whose trust policy has to admit whoever does.
    is_trust: bool,
}

impl Resource {
    /// The resource's policy as a layer of a decision.
    pub(crate) fn layer(&self) -> Option<ResourceLayer<'_>> {
        self.policy.as_ref().map(|attached| ResourceLayer {
            attached,
            must_participate: self.is_trust,
            trust: self.is_trust,
        })
    }

    /// Looks a resource up. `stated` is the account that whoever asks says it is of; without that, and where neither its
    /// ARN nor the directory tells, it is the principal's own.
    pub(crate) async fn find(
        resource: &str,
        action: &str,
        stated: Option<AccountId>,
        principal: AccountId,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<Self, Refusal> {
        let bare = |account| Self {
            account,
            policy: None,
            is_trust: false,
        };
        let Ok(arn) = Arn::parse(resource) else {
            // `*`: nobody's.
            return Ok(bare(stated.unwrap_or(principal)));
        };
        if arn.service == "s3" && arn.account.is_empty() {
            return Self::bucket(arn.resource, stated, principal, snapshots).await;
        }
        let account = match AccountId::parse(arn.account) {
            Ok(named) => agreed(named, stated)?,
            Err(_) => stated.unwrap_or(principal),
        };
        let Some(owner) = snapshots.account(account).await? else {
            return Ok(bare(account));
        };
        let role = is_assumption(action)
            .then(|| arn.resource.strip_prefix("role/"))
            .flatten()
            .filter(|_| arn.service == "iam")
            .and_then(|path| owner.role(path.rsplit('/').next().unwrap_or(path)))
            .filter(|role| **role.arn() == *resource);
        if let Some(role) = role {
            return Ok(Self {
                account,
                policy: Some(role.trust_attached()),
                is_trust: true,
            });
        }
        let policy = owner.resource_policy(resource).map(|policy| policy.attached());
        Ok(Self {
            policy,
            ..bare(account)
        })
    }

    /// A bucket, or an object in it.
    async fn bucket(
        path: &str,
        stated: Option<AccountId>,
        principal: AccountId,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<Self, Refusal> {
        let name = path.split_once('/').map_or(path, |(bucket, _)| bucket);
        let Some(claim) = snapshots.global().bucket(name).cloned() else {
            return Ok(Self {
                account: stated.unwrap_or(principal),
                policy: None,
                is_trust: false,
            });
        };
        let account = agreed(claim.account, stated)?;
        let owner = snapshots.account(account).await?;
        let policy = owner.and_then(|owner| {
            let policy = owner.bucket_policy(&claim)?;
            let block = owner.bucket_settings(&claim).public_access_block;
            let is_restricted = block.is_some_and(|block| block.restrict_public_buckets);
            // Evidence: the S3 user guide's page on blocking public access: a public policy admits nobody from outside
            // the account then.
            let admits = principal == account || !is_restricted || !policy.document.is_public();
            admits.then(|| policy.attached())
        });
        Ok(Self {
            account,
            policy,
            is_trust: false,
        })
    }
}

/// The account that a resource is of, if whoever asks does not think otherwise.
fn agreed(known: AccountId, stated: Option<AccountId>) -> Result<AccountId, Refusal> {
    if stated.is_some_and(|stated| stated != known) {
        return Err(Refusal::validation(
            "The resource is of another account than resourceAccount.",
        ));
    }
    Ok(known)
}

/// Whether an action is decided by a role's trust policy.
fn is_assumption(action: &str) -> bool {
    ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]
        .iter()
        .any(|name| action.eq_ignore_ascii_case(name))
}
