//! Questions about somebody as they might be: with other policies, or somebody who does not exist.
//!
//! The policy simulator asks them. A [`Simulation`] is put together from a principal and the policies that are to
//! count, and every question goes to the same engine, with the same keys about the principal, as a request by it
//! would: so simulator and server can never disagree about the same principal, action, resource and context.
//!
//! Invariants:
//! - What the directory knows about a principal is told only by the functions that are given its record; of one that
//!   is only named, nothing is looked up.
//! - Nothing here is ever taken for a request: a [`Simulation`] is no caller, and what it answers allows nothing.
//!
//! Differs from [`crate::Subject`] in that whoever asks may set every condition key, since nothing depends on it.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_directory::{Role, User};
use lanyard_names::AccountId;
use lanyard_policy::{
    Attached, Context, ContextValue, Layers, Principal, Request, ResourceLayer, Survey, Text, survey,
};

use crate::Identity;
use crate::entity::Entity;
use crate::request_facts::{insert_resource_account, insert_time};

/// Somebody as they might be.
#[derive(Debug)]
pub struct Simulation {
    principal: Principal,
    account: AccountId,
    /// What every question has in its context.
    context: Context,
    /// Whether the time in it is the server's own.
    has_own_time: bool,
    policies: SimulatedPolicies,
}

/// The policies that count in a simulation.
#[derive(Debug, Default)]
pub struct SimulatedPolicies {
    /// The identity layer.
    pub identity: Vec<Attached>,
    /// The permissions boundary; `None`: there is none.
    pub boundary: Option<Vec<Attached>>,
    /// Service control policies, level by level; `None`: there is no organization.
    pub service_control: Option<Vec<Vec<Attached>>>,
    /// The policy that every resource has.
    pub resource: Option<Attached>,
}

/// What kind of principal a simulation names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedKind {
    /// A user.
    User,
    /// A group. Nobody calls as one; its policies are looked at as if a user had them.
    Group,
    /// A role.
    Role,
}

/// One question of a simulation.
#[derive(Clone, Copy, Debug)]
pub struct SimulatedAsk<'a> {
    /// What for.
    pub action: &'a str,
    /// On what: an ARN, or `*`.
    pub resource: &'a str,
    /// Whose resource it is.
    pub resource_account: AccountId,
    /// Whether the action takes no resource, so that only statements for `*` match.
    pub wildcard_only: bool,
}

/// The keys that tell the time.
const TIME_KEYS: [&str; 2] = ["aws:CurrentTime", "aws:EpochTime"];

/// What AWS's simulator takes for the id of a caller that is not named. Evidence: recorded answers of AWS.
const NOBODY_ID: &str = "STUB_PRINCIPAL_FOR_POLICY_SIMULATOR";

impl Simulation {
    /// A user as the directory has it, with the keys that a request by it would have.
    pub fn of_user(account: AccountId, user: &Arc<User>, now: Timestamp) -> Option<Self> {
        let identity = Identity::of_entity(account, Entity::User(Arc::clone(user)))?;
        Some(Self::of_identity(&identity, now))
    }

    /// A role as the directory has it, with the keys of a session of which nothing is known.
    pub fn of_role(account: AccountId, role: &Arc<Role>, now: Timestamp) -> Option<Self> {
        let identity = Identity::of_role(account, Arc::clone(role), None)?;
        Some(Self::of_identity(&identity, now))
    }

    /// Somebody who is only named.
    ///
    /// Evidence: recorded answers of AWS: `aws:userid` is the ARN, and only users have `aws:username`.
    pub fn of_name(account: AccountId, kind: NamedKind, arn: &str, name: &str, now: Timestamp) -> Self {
        let arn: Arc<str> = arn.into();
        let mut context = Context::new();
        context.insert("aws:PrincipalArn", Arc::clone(&arn));
        context.insert("aws:userid", Arc::clone(&arn));
        match kind {
            NamedKind::User => {
                context.insert("aws:username", Text::copied(name));
                context.insert("aws:PrincipalType", "User");
            }
            NamedKind::Role => context.insert("aws:PrincipalType", "AssumedRole"),
            NamedKind::Group => {}
        }
        let principal = match kind {
            NamedKind::User | NamedKind::Group => Principal::User {
                account,
                arn,
                id: None,
            },
            NamedKind::Role => Principal::RoleSession {
                account,
                role_arn: arn,
                session_arn: "".into(),
                role_id: None,
            },
        };
        Self::of_principal(account, principal, context, now)
    }

    /// Nobody in particular, of an account.
    pub fn of_nobody(account: AccountId, now: Timestamp) -> Self {
        let mut context = Context::new();
        context.insert("aws:userid", NOBODY_ID);
        let principal = Principal::User {
            account,
            arn: format!("arn:aws:iam::{account}:user/{NOBODY_ID}").into(),
            id: None,
        };
        Self::of_principal(account, principal, context, now)
    }

    fn of_identity(identity: &Identity, now: Timestamp) -> Self {
        let context = identity.context.clone_with_room(8);
        Self::of_principal(identity.account, identity.principal.clone(), context, now)
    }

    fn of_principal(account: AccountId, principal: Principal, mut context: Context, now: Timestamp) -> Self {
        context.insert("aws:PrincipalAccount", account.to_string());
        context.insert("aws:PrincipalIsAWSService", false);
        insert_time(&mut context, now);
        context.insert("aws:ViaAWSService", false);
        Self {
            principal,
            account,
            context,
            has_own_time: true,
            policies: SimulatedPolicies::default(),
        }
    }

    /// With these policies.
    #[must_use]
    pub fn with_policies(mut self, policies: SimulatedPolicies) -> Self {
        self.policies = policies;
        self
    }

    /// The account of whom it is about.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Sets a condition key, whatever was known of it before.
    pub fn supply(&mut self, name: impl Into<Text>, value: ContextValue) {
        let name = name.into();
        // The time has two names; of the one that is not given nothing is known then.
        let names_time = |other: &str| name.as_str().eq_ignore_ascii_case(other);
        if self.has_own_time && TIME_KEYS.iter().any(|key| names_time(key)) {
            self.has_own_time = false;
            for key in TIME_KEYS {
                self.context.remove(key);
            }
        }
        match value {
            ContextValue::Single(text) => self.context.insert(name, text),
            ContextValue::Many(texts) => self.context.insert_many(name, texts),
            ContextValue::Unknown => self.context.insert_unknown(name),
        }
    }

    /// Decides one question, and says which statements match.
    pub fn survey(&self, ask: &SimulatedAsk<'_>) -> Survey {
        let mut own;
        let context = if self.context.get("aws:ResourceAccount").is_some() {
            &self.context
        } else {
            own = self.context.clone_with_room(1);
            insert_resource_account(&mut own, ask.resource_account);
            &own
        };
        let policies = &self.policies;
        let request = Request {
            principal: &self.principal,
            action: ask.action,
            resource: ask.resource,
            resource_account: Some(ask.resource_account),
            wildcard_only_action: ask.wildcard_only,
            partly_known: false,
            context,
        };
        let layers = Layers {
            identity: &policies.identity,
            boundary: policies.boundary.as_deref(),
            scps: policies.service_control.as_deref(),
            resource: policies
                .resource
                .as_ref()
                .map(|attached| resource_layer(attached, ask.action)),
            ..Layers::default()
        };
        survey(&request, &layers)
    }
}

/// The policy of a resource as the services read it: that of a role is its trust policy, and without that of a key
/// nobody may use it.
fn resource_layer<'a>(attached: &'a Attached, action: &str) -> ResourceLayer<'a> {
    let begins = |prefix: &str| {
        let start = action.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let trust = [
        "sts:Assume",
        "sts:TagSession",
        "sts:SetSourceIdentity",
        "sts:SetContext",
    ]
    .into_iter()
    .any(begins);
    ResourceLayer {
        attached,
        must_participate: trust || begins("kms:"),
        trust,
    }
}
