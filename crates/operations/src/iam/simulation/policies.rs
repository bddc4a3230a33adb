//! The policies of a simulation, and what they are called in its results.
//!
//! Evidence for the names: recorded answers of AWS.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use lanyard_access::SimulatedPolicies;
use lanyard_aws_api::iam::{OrderedOrganizationPolicyType, PolicySourceType, Position, Statement};
use lanyard_directory::{Account, Group};
use lanyard_names::PolicyArn;
use lanyard_policy::{Attached, Document, Layer, MatchingStatement, Place, Policy, PolicySource};

use super::limits::{self, POLICIES_MAX, POLICY_BYTES_MAX};
use super::source::{Named, Source};
use crate::error::Refusal;

/// One policy.
pub(super) struct SimulatedPolicy {
    id: String,
    origin: PolicySourceType,
    pub(super) attached: Attached,
    text: Option<Arc<str>>,
    read: OnceLock<Read>,
}

/// What is only needed of some policies, and of those only once.
#[derive(Default)]
struct Read {
    places: Vec<(Place, Place)>,
    keys: Vec<String>,
}

impl SimulatedPolicy {
    /// One that the caller gives, if it can be decided on.
    async fn given(id: String, origin: PolicySourceType, text: &str) -> Option<(Self, Document)> {
        // Reading the longest takes some milliseconds, and there can be many.
        tokio::task::yield_now().await;
        let document = Document::parse(text).ok()?;
        let attached = Attached {
            policy: Arc::new(Policy::compile(&document)),
            source: PolicySource::Session { index: 0 },
        };
        let policy = Self {
            id,
            origin,
            attached,
            text: Some(text.into()),
            read: OnceLock::new(),
        };
        Some((policy, document))
    }

    /// One that is attached to somebody.
    fn attached(attached: Attached, origin: PolicySourceType, account: &Account) -> Self {
        Self {
            id: name_of(&attached.source),
            origin,
            text: text_of(&attached.source, account),
            attached,
            read: OnceLock::new(),
        }
    }

    fn read(&self) -> &Read {
        self.read.get_or_init(|| {
            let document = self.text.as_deref().and_then(|text| Document::parse(text).ok());
            document.map_or_else(Read::default, |document| Read {
                places: document.statement_places(),
                keys: document.context_keys(),
            })
        })
    }

    /// The condition keys it refers to.
    pub(super) fn keys(&self) -> &[String] {
        &self.read().keys
    }

    /// How long its text is.
    pub(super) fn bytes(&self) -> usize {
        self.text.as_ref().map_or(0, |text| text.len())
    }

    /// One of its statements, as results name it.
    fn statement(&self, number: usize) -> Statement {
        let places = self.read().places.get(number);
        Statement {
            source_policy_id: Some(self.id.clone()),
            source_policy_type: Some(self.origin),
            start_position: places.map(|(start, _)| position(*start)),
            end_position: places.map(|(_, end)| position(*end)),
        }
    }
}

fn position(place: Place) -> Position {
    let number = |number: u32| Some(i32::try_from(number).unwrap_or(i32::MAX));
    Position {
        line: number(place.line),
        column: number(place.column),
    }
}

/// The name of a managed policy; of an inline one its owner's kind and name come first.
fn name_of(source: &PolicySource) -> String {
    match source {
        PolicySource::Managed { arn } => arn.rsplit('/').next().unwrap_or_default().to_owned(),
        PolicySource::Inline { owner, name } => match Named::parse(owner) {
            Some(named) => format!("{}_{}_{name}", kind_of(owner), named.name),
            None => name.to_string(),
        },
        _ => String::new(),
    }
}

/// `user`, `group` or `role`.
fn kind_of(owner: &str) -> &str {
    let resource = owner.splitn(6, ':').last().unwrap_or_default();
    resource.split('/').next().unwrap_or_default()
}

fn text_of(source: &PolicySource, account: &Account) -> Option<Arc<str>> {
    match source {
        PolicySource::Managed { arn } => {
            let in_force = account.managed_policy_in_force(&PolicyArn::parse(arn).ok()?);
            in_force.map(|(_, text)| text)
        }
        PolicySource::Inline { owner, name } => {
            let owner_name = Named::parse(owner)?.name;
            let policy = match kind_of(owner) {
                "user" => account.user(owner_name)?.inline_policy(name)?,
                "group" => account.group(owner_name)?.inline_policy(name)?,
                "role" => account.role(owner_name)?.inline_policy(name)?,
                _ => return None,
            };
            Some(policy.document.text().into())
        }
        _ => None,
    }
}

/// All policies of a simulation.
#[derive(Default)]
pub(super) struct Policies {
    pub(super) identity: Vec<SimulatedPolicy>,
    pub(super) boundary: Option<SimulatedPolicy>,
    pub(super) resource: Option<SimulatedPolicy>,
    pub(super) service_control: Option<Vec<Vec<SimulatedPolicy>>>,
}

impl Policies {
    /// What a user, a group or a role has: the very policies that decide on its requests, each once.
    pub(super) fn of_source(source: Source<'_>, account: &Account) -> Self {
        let (identity, boundary) = match source {
            Source::User(user) => {
                let policies = account.policies_of_user(user);
                (policies.identity.clone(), policies.boundary.clone())
            }
            Source::Role(role) => {
                let policies = account.policies_of_role(role);
                (policies.identity.clone(), policies.boundary.clone())
            }
            Source::Group(group) => (of_group(group, account), None),
        };
        let mut managed = BTreeSet::new();
        let identity = identity.into_iter().filter(|attached| match &attached.source {
            PolicySource::Managed { arn } => managed.insert(Arc::clone(arn)),
            _ => true,
        });
        let boundary = boundary.into_iter().flatten().next();
        Self {
            identity: identity
                .map(|attached| SimulatedPolicy::attached(attached, PolicySourceType::IamPolicy, account))
                .collect(),
            boundary: boundary.map(|attached| {
                SimulatedPolicy::attached(attached, PolicySourceType::PermissionsBoundaryPolicy, account)
            }),
            ..Self::default()
        }
    }

    /// Adds policies to the identity layer.
    pub(super) async fn add_given(&mut self, texts: &[String]) -> Result<(), Refusal> {
        for (place, text) in (1..).zip(texts) {
            let id = format!("PolicyInputList.{place}");
            let (policy, _) = SimulatedPolicy::given(id, PolicySourceType::IamPolicy, text)
                .await
                .ok_or_else(|| Refusal::policy_input_invalid(place))?;
            self.identity.push(policy);
        }
        Ok(())
    }

    /// Takes the boundary that is given, instead of the one that is attached.
    pub(super) async fn replace_boundary(&mut self, texts: Option<&[String]>) -> Result<(), Refusal> {
        let text = match texts.unwrap_or_default() {
            [] => return Ok(()),
            [text] => text,
            _ => return Err(Refusal::boundaries_too_many()),
        };
        let id = "PermissionsBoundaryPolicyInputList.1".to_owned();
        let (policy, _) = SimulatedPolicy::given(id, PolicySourceType::PermissionsBoundaryPolicy, text)
            .await
            .ok_or_else(Refusal::boundary_input_invalid)?;
        self.boundary = Some(policy);
        Ok(())
    }

    /// Takes the policy that every resource is to have.
    pub(super) async fn set_resource(&mut self, text: Option<&str>) -> Result<(), Refusal> {
        let Some(text) = text else { return Ok(()) };
        let id = "ResourcePolicy".to_owned();
        let (policy, document) = SimulatedPolicy::given(id, PolicySourceType::ResourcePolicy, text)
            .await
            .ok_or_else(Refusal::resource_policy_invalid)?;
        if document.resources().any(|resource| resource == "*") {
            return Err(Refusal::simulated_resource_invalid("*"));
        }
        self.resource = Some(policy);
        Ok(())
    }

    /// Takes the service control policies of an organization, from its root.
    pub(super) async fn set_organization(
        &mut self,
        levels: Option<&[OrderedOrganizationPolicyType]>,
    ) -> Result<(), Refusal> {
        let levels = levels.unwrap_or_default();
        if levels.is_empty() {
            return Ok(());
        }
        let mut chain = Vec::with_capacity(levels.len());
        for (place, level) in (1..).zip(levels) {
            let texts = level
                .service_control_policy_input_list
                .as_deref()
                .unwrap_or_default();
            if texts.is_empty() {
                return Err(Refusal::organization_level_empty(place));
            }
            let mut policies = Vec::with_capacity(texts.len());
            for text in texts {
                let read = SimulatedPolicy::given(String::new(), PolicySourceType::IamPolicy, text).await;
                let (policy, _) = read.ok_or_else(|| Refusal::organization_input_invalid(place))?;
                policies.push(policy);
            }
            chain.push(policies);
        }
        self.service_control = Some(chain);
        Ok(())
    }

    /// Those of identity, boundary and resource: what results tell of.
    pub(super) fn told(&self) -> impl Iterator<Item = &SimulatedPolicy> {
        (self.identity.iter()).chain(&self.boundary).chain(&self.resource)
    }

    fn all(&self) -> impl Iterator<Item = &SimulatedPolicy> {
        self.told().chain(self.service_control.iter().flatten().flatten())
    }

    /// How long all texts are together.
    pub(super) fn bytes(&self) -> usize {
        self.all().map(SimulatedPolicy::bytes).sum()
    }

    /// How many statements results can tell of.
    pub(super) fn statement_count(&self) -> usize {
        self.told()
            .map(|policy| policy.attached.policy.statement_count())
            .sum()
    }

    /// The policies as the engine takes them.
    pub(super) fn to_engine(&self) -> SimulatedPolicies {
        let attached = |policy: &SimulatedPolicy| policy.attached.clone();
        let chain = self.service_control.as_ref();
        SimulatedPolicies {
            identity: self.identity.iter().map(attached).collect(),
            boundary: self.boundary.as_ref().map(|policy| vec![attached(policy)]),
            service_control: chain.map(|chain| {
                let level = |level: &Vec<SimulatedPolicy>| level.iter().map(attached).collect();
                chain.iter().map(level).collect()
            }),
            resource: self.resource.as_ref().map(attached),
        }
    }

    /// A statement that matched, as results name it.
    pub(super) fn statement(&self, hit: &MatchingStatement) -> Option<Statement> {
        let policy = match hit.layer {
            Layer::Identity => self.identity.get(hit.policy),
            Layer::Boundary => self.boundary.as_ref(),
            Layer::Resource | Layer::Trust => self.resource.as_ref(),
            _ => None,
        };
        policy.map(|policy| policy.statement(hit.statement))
    }
}

fn of_group(group: &Group, account: &Account) -> Vec<Attached> {
    let managed = group
        .attached
        .iter()
        .map(|arn| account.managed_policy_attached(arn));
    let inline = group.inline.iter().map(|policy| Attached {
        policy: policy.document.compiled(),
        source: PolicySource::Inline {
            owner: Arc::clone(group.arn()),
            name: policy.name.to_shared(),
        },
    });
    managed.chain(inline).collect()
}

/// Refuses more policies than one request may give.
pub(super) fn check_given<'a>(texts: impl Iterator<Item = &'a String>) -> Result<(), Refusal> {
    let (count, bytes) = texts.fold((0, 0_usize), |(count, bytes), text| {
        (count + 1, bytes.saturating_add(text.len()))
    });
    limits::check("the number of policies", count, POLICIES_MAX)?;
    limits::check("the length of all policies", bytes, POLICY_BYTES_MAX)
}
