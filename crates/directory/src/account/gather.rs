//! The policies of a principal, gathered once and kept beside its record.
//!
//! Gathering walks a user's inline and managed policies and those of every group, so it is done once per
//! change rather than once per request.
//!
//! Invariant: what was gathered is used only while everything it came from is unchanged. A change to the
//! principal's own record makes a new record, whose place for gathered policies is empty. A change to any
//! group or customer managed policy makes a new [`Stamp`](crate::record::Stamp). Stamps are told apart by address and kept alive by
//! whoever compares with them, so even two snapshots that grew from one and were never both durable cannot
//! take one another's policies for their own.

use std::sync::Arc;

use lanyard_names::{PolicyArn, PolicyVersionId};
use lanyard_policy::{Attached, Policy, PolicySource};

use super::Account;
use crate::record::{Derived, InlinePolicy, PrincipalPolicies, Role, User};

impl Account {
    /// The policies of a user.
    #[must_use]
    pub fn policies_of_user(&self, user: &User) -> Arc<PrincipalPolicies> {
        self.cached(&user.policies, || self.gather_user(user))
    }

    /// The policies of a role, without its trust policy.
    #[must_use]
    pub fn policies_of_role(&self, role: &Role) -> Arc<PrincipalPolicies> {
        self.cached(&role.policies, || self.gather_role(role))
    }

    /// A managed policy as a layer of a decision: of this account or of AWS.
    // Fails closed: a policy that should be there and is not denies everything.
    #[must_use]
    pub fn managed_policy_attached(&self, arn: &PolicyArn) -> Attached {
        let policy = if arn.is_aws_managed() {
            self.managed.compiled(arn)
        } else {
            self.policy(arn)
                .and_then(|policy| policy.default().map(|version| version.document.compiled()))
        };
        Attached {
            policy: policy.unwrap_or_else(|| Arc::new(Policy::unreadable())),
            source: PolicySource::Managed { arn: arn.to_shared() },
        }
    }

    /// The text of a managed policy, of this account or of AWS, in the version that is in force.
    #[must_use]
    pub fn managed_policy_in_force(&self, arn: &PolicyArn) -> Option<(PolicyVersionId, Arc<str>)> {
        if arn.is_aws_managed() {
            let policy = self.managed.get(arn)?;
            return Some((policy.default_version, policy.document()));
        }
        let version = self.policy(arn)?.default()?;
        Some((version.id, version.document.text().into()))
    }

    fn cached(
        &self,
        place: &Derived<PrincipalPolicies>,
        gather: impl FnOnce() -> PrincipalPolicies,
    ) -> Arc<PrincipalPolicies> {
        if let Some(kept) = place.load()
            && Arc::ptr_eq(&kept.stamp, &self.stamp)
        {
            return kept;
        }
        let gathered = Arc::new(gather());
        place.store(Arc::clone(&gathered));
        gathered
    }

    fn gather_user(&self, user: &User) -> PrincipalPolicies {
        let mut identity = Vec::new();
        self.add(&mut identity, &user.arn, &user.inline, &user.attached);
        for id in &user.groups {
            match self.group_by_id(*id) {
                Some(group) => self.add(&mut identity, &group.arn, &group.inline, &group.attached),
                // Fails closed: a group that should be there and is not might have held a Deny.
                None => identity.push(missing(&user.arn)),
            }
        }
        self.gathered(identity, user.boundary.as_ref())
    }

    fn gather_role(&self, role: &Role) -> PrincipalPolicies {
        let mut identity = Vec::new();
        self.add(&mut identity, &role.arn, &role.inline, &role.attached);
        self.gathered(identity, role.boundary.as_ref())
    }

    fn gathered(&self, identity: Vec<Attached>, boundary: Option<&PolicyArn>) -> PrincipalPolicies {
        PrincipalPolicies {
            identity,
            boundary: boundary.map(|arn| vec![self.managed_policy_attached(arn)]),
            stamp: Arc::clone(&self.stamp),
        }
    }

    fn add(
        &self,
        list: &mut Vec<Attached>,
        owner: &Arc<str>,
        inline: &[Arc<InlinePolicy>],
        attached: &[PolicyArn],
    ) {
        list.reserve(inline.len() + attached.len());
        list.extend(attached.iter().map(|arn| self.managed_policy_attached(arn)));
        list.extend(inline.iter().map(|policy| Attached {
            policy: policy.document.compiled(),
            source: PolicySource::Inline {
                owner: Arc::clone(owner),
                name: policy.name.to_shared(),
            },
        }));
    }
}

fn missing(owner: &Arc<str>) -> Attached {
    Attached {
        policy: Arc::new(Policy::unreadable()),
        source: PolicySource::Inline {
            owner: Arc::clone(owner),
            name: "".into(),
        },
    }
}
