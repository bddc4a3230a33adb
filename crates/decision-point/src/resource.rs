//! Whose a resource is, and what its own policy says.
//!
//! Whoever guards a thing guards its own: where neither the resource's name nor the directory tells whose it is, it is
//! of the account of whoever asks, so that nobody of another account is let in by policies of that other account alone.

use std::sync::{Arc, LazyLock};

use lanyard_directory::{ResourcePolicy, Tags};
use lanyard_names::AccountId;
use lanyard_names::arn::Arn;
use lanyard_policy::{Attached, Document, Policy, PolicySource, ResourceLayer};

use crate::refusal::Refusal;
use crate::snapshots::Snapshots;
use crate::tags;

/// Admits nobody. What stands for the trust policy of a role that is not there, and of whoever cannot assume one.
static NOBODY: LazyLock<Arc<Policy>> = LazyLock::new(|| {
    let document = Document::parse(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},
        "Action":"sts:None"}]}"#,
    );
    // Fails closed: the other one denies everything.
    let policy = document.map_or_else(|_| Policy::unreadable(), |document| Policy::compile(&document));
    Arc::new(policy)
});

/// Who asks about whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parties {
    /// The account of whoever asks.
    pub(crate) asker: AccountId,
    /// The account of whoever is asked about.
    pub(crate) principal: AccountId,
}

/// What is known of a resource.
pub(crate) struct Resource {
    pub(crate) account: AccountId,
    /// Whether whoever asks said the same. Only to be told to those who may know whose it is.
    pub(crate) is_agreed: bool,
    policy: Option<Attached>,
    /// As far as Lanyard knows them.
    pub(crate) tags: Option<Tags>,
    /// Whether it is a role that is to be assumed, whose trust policy has to admit whoever does.
    is_trust: bool,
    /// Whether it is a key of KMS, whose policy has to allow, if it has one.
    is_key: bool,
}

impl Resource {
    /// The resource's policy as a layer of a decision.
    pub(crate) fn layer(&self) -> Option<ResourceLayer<'_>> {
        self.policy.as_ref().map(|attached| ResourceLayer {
            attached,
            must_participate: self.is_trust || self.is_key,
            trust: self.is_trust,
        })
    }

    /// Root users assume no roles, whoever a role trusts.
    ///
    /// Evidence: the STS API reference on AssumeRole.
    pub(crate) fn is_asked_about_root(&mut self, resource: &str) {
        if self.is_trust {
            self.policy = Some(nobody(resource));
        }
    }

    fn bare(account: AccountId) -> Self {
        Self {
            account,
            is_agreed: true,
            policy: None,
            tags: None,
            is_trust: false,
            is_key: false,
        }
    }

    /// Looks a resource up. `stated` is the account that whoever asks says it is of.
    pub(crate) async fn find(
        resource: &str,
        action: &str,
        stated: Option<AccountId>,
        parties: Parties,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<Self, Refusal> {
        let is_trust = is_assumption(action)?;
        let default = stated.unwrap_or(parties.asker);
        let Ok(arn) = Arn::parse(resource) else {
            // `*`: nobody's, and no role either.
            return Ok(Self::bare(default).assumed(is_trust, resource));
        };
        if arn.service == "s3" && arn.account.is_empty() {
            let bucket = Self::bucket(arn.resource, stated, parties, snapshots).await?;
            return Ok(bucket.assumed(is_trust, resource));
        }
        let account = match AccountId::parse(arn.account) {
            Ok(named) if stated.is_some_and(|stated| stated != named) => {
                return Err(Refusal::validation(
                    "The resource is of another account than resourceAccount.",
                ));
            }
            Ok(named) => named,
            Err(_) => default,
        };
        let owner = snapshots.account(account).await?;
        let tags = owner.as_ref().and_then(|owner| tags::of(owner, resource));
        let policy = if is_trust {
            // The name finds the role, and the whole ARN has to be its own.
            let path = arn
                .resource
                .strip_prefix("role/")
                .filter(|_| arn.service == "iam");
            let name = path.map(|path| path.rsplit('/').next().unwrap_or(path));
            let role = owner
                .as_ref()
                .zip(name)
                .and_then(|(owner, name)| owner.role(name));
            role.filter(|role| **role.arn() == *resource)
                .map(|role| role.trust_attached())
        } else {
            let bearer = ResourcePolicy::bearer(resource);
            owner.and_then(|owner| Some(owner.resource_policy(bearer)?.attached()))
        };
        let found = Self {
            policy,
            tags,
            // Evidence: the KMS developer guide's page on key policies: without the key's policy, no identity policy
            // allows anything.
            is_key: arn.service == "kms" && arn.resource.starts_with("key/"),
            ..Self::bare(account)
        };
        Ok(found.assumed(is_trust, resource))
    }

    /// If it is to be assumed, its trust policy has to take part, and without one nobody is admitted.
    fn assumed(mut self, is_trust: bool, resource: &str) -> Self {
        if is_trust {
            self.is_trust = true;
            self.policy = self.policy.or_else(|| Some(nobody(resource)));
        }
        self
    }

    /// A bucket, or an object in it.
    async fn bucket(
        path: &str,
        stated: Option<AccountId>,
        parties: Parties,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<Self, Refusal> {
        let name = path.split_once('/').map_or(path, |(bucket, _)| bucket);
        let Some(claim) = snapshots.global().bucket(name).cloned() else {
            return Ok(Self::bare(stated.unwrap_or(parties.asker)));
        };
        let account = claim.account;
        let owner = snapshots.account(account).await?;
        let policy = owner.and_then(|owner| {
            let policy = owner.bucket_policy(&claim)?;
            let block = owner.bucket_settings(&claim).public_access_block;
            let is_restricted = block.is_some_and(|block| block.restrict_public_buckets);
            // Evidence: the S3 user guide's page on blocking public access: a public policy admits nobody from outside
            // the account then.
            let admits = parties.principal == account || !is_restricted || !policy.document.is_public();
            admits.then(|| policy.attached())
        });
        Ok(Self {
            is_agreed: stated.is_none_or(|stated| stated == account),
            policy,
            ..Self::bare(account)
        })
    }
}

/// The trust policy of a role that is not there.
pub(crate) fn nobody(resource: &str) -> Attached {
    Attached {
        policy: Arc::clone(&NOBODY),
        source: PolicySource::Trust {
            role: resource.into(),
        },
    }
}

/// Whether an action is decided by a role's trust policy. Ways to get a session that are open to nobody whom Lanyard
/// knows cannot be asked about.
fn is_assumption(action: &str) -> Result<bool, Refusal> {
    let Some((service, name)) = action.split_once(':') else {
        return Ok(false);
    };
    if !service.eq_ignore_ascii_case("sts") {
        return Ok(false);
    }
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    if ["AssumeRole", "SetSourceIdentity", "TagSession", "SetContext"]
        .into_iter()
        .any(is)
    {
        return Ok(true);
    }
    let begins = |start: &str| {
        name.get(..start.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(start))
    };
    if begins("AssumeRo") {
        return Err(Refusal::validation(format!(
            "{action} is not for principals of Lanyard, and cannot be asked about."
        )));
    }
    Ok(false)
}
