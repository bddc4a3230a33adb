//! The decision: what each layer says, and how the answers combine.
//!
//! This is the evaluation logic of AWS's documentation, on one page:
//! 1. A deny anywhere decides.
//! 2. Every level of the organization must allow: the resource's side, then the principal's; so must the
//!    endpoint that the request came through.
//! 3. Within one account the resource's policy can allow by itself, as far as it names the principal directly;
//!    otherwise identity policies, boundary and session policies must each allow.
//! 4. Across accounts both sides must allow, each by itself.

mod principals;

use crate::admit::Reach;
use crate::ask::{Answer, Ask, Hit, Reading};
use crate::principal::is_root;
use crate::request::{Attached, Layers, Request, ResourceLayer};
use crate::resource::ResourceKey;
use crate::{Decision, Effect, Layer, Principal};

use principals::{in_other_partition, is_everybodys, is_foreign_provider, is_service_linked};

/// Decides a request. Allocates nothing, unless its resource is known in part only.
pub fn decide(request: &Request<'_>, layers: &Layers<'_>) -> Decision {
    let ask = Ask::new(request, layers);
    let facts = Facts::new(request, layers, &ask.resource);
    let answers = Answers::gather(&ask, layers, &facts);
    facts.combine(&answers).decision(facts.cross_account)
}

/// What the combination depends on besides the answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    pub(crate) kind: Kind,
    pub(crate) cross_account: bool,
    /// Whether principal and resource lie in different partitions, between which nothing is allowed.
    other_partition: bool,
    has_boundary: bool,
    has_session_policies: bool,
    pub(crate) scps_apply: bool,
    pub(crate) rcps_apply: bool,
    pub(crate) endpoint_applies: bool,
    must_participate: bool,
    pub(crate) trust: bool,
    /// Whether the action is everybody's, whatever policies say.
    everybodys: bool,
    /// Whether a token or assertion is of an identity provider in another account than the resource.
    foreign_provider: bool,
    /// Whether a root user is behind the session of a federated user. It has whatever its session policies allow.
    federated_by_root: bool,
}

/// What kind of principal asks, as far as the combination cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Needs no permission in its own account.
    Root,
    /// A user or a role's session.
    Identity,
    /// Has nothing beyond its session policies.
    FederatedUser,
    /// Has no identity policies that could allow anything: services, token bearers, anonymous callers.
    Outsider,
}

impl Facts {
    pub(crate) fn new(request: &Request<'_>, layers: &Layers<'_>, resource: &ResourceKey<'_>) -> Self {
        let kind = match request.principal {
            Principal::Root { .. } => Kind::Root,
            Principal::User { .. } | Principal::RoleSession { .. } => Kind::Identity,
            Principal::FederatedUser { .. } => Kind::FederatedUser,
            Principal::Service { .. }
            | Principal::WebIdentity { .. }
            | Principal::Saml { .. }
            | Principal::Anonymous => Kind::Outsider,
        };
        let own = request.principal.account();
        let named = request.resource_account.or_else(|| resource.account());
        // Fails closed: it may be another account's, and what that needs is enough for one's own.
        let is_owner_unknown = named.is_none() && resource.is_account_unknown();
        let owner = named.or(own);
        // Accounts of different partitions have nothing in common, whatever their numbers are.
        let other_partition = in_other_partition(request.principal, resource);
        let cross_account = own.is_some() && (own != owner || is_owner_unknown || other_partition);
        // Evidence: AWS documentation: neither kind of organization policy restricts service-linked roles.
        let service_linked = is_service_linked(request.principal);
        let resource_layer = layers.resource.as_ref();
        Self {
            kind,
            cross_account,
            other_partition,
            has_boundary: layers.boundary.is_some(),
            has_session_policies: layers.session.is_some(),
            scps_apply: layers.scps.is_some() && kind != Kind::Outsider && !service_linked,
            rcps_apply: layers.rcps.is_some() && !service_linked,
            endpoint_applies: layers.endpoint.is_some(),
            must_participate: resource_layer.is_some_and(|layer| layer.must_participate),
            trust: resource_layer.is_some_and(|layer| layer.trust),
            everybodys: is_everybodys(request.action, request.principal),
            foreign_provider: is_foreign_provider(request.principal, owner, resource),
            federated_by_root: matches!(
                request.principal,
                Principal::FederatedUser { user_arn, .. } if is_root(user_arn)
            ),
        }
    }

    /// The layer that the resource's policy is.
    pub(crate) fn resource_layer(&self) -> Layer {
        if self.trust { Layer::Trust } else { Layer::Resource }
    }

    /// Combines the answers.
    pub(crate) fn combine<'a>(&self, answers: &Answers<'a>) -> Outcome<'a> {
        if self.everybodys {
            return self.through_endpoint(answers);
        }
        if let Some((layer, deny)) = answers.explicit_deny(self) {
            return Outcome::denied(layer, deny);
        }
        if self.rcps_apply && !answers.rcps.allowed {
            return Outcome::not_allowed(Layer::ResourceControl);
        }
        if self.scps_apply && !answers.scps.allowed {
            return Outcome::not_allowed(Layer::ServiceControl);
        }
        if self.endpoint_applies && !answers.endpoint.allows() {
            return Outcome::not_allowed(Layer::Endpoint);
        }
        match self.kind {
            Kind::Outsider => self.outsider(answers),
            _ if self.cross_account => self.across_accounts(answers),
            _ => self.within_account(answers),
        }
    }

    /// What is everybody's can still be kept from passing an endpoint.
    fn through_endpoint<'a>(&self, answers: &Answers<'a>) -> Outcome<'a> {
        match answers.endpoint.deny {
            Some(deny) => Outcome::denied(Layer::Endpoint, deny),
            None if self.endpoint_applies && !answers.endpoint.allows() => {
                Outcome::not_allowed(Layer::Endpoint)
            }
            None => Outcome::WITHOUT_STATEMENT,
        }
    }

    /// Nobody's identity: the resource's policy alone decides.
    fn outsider<'a>(&self, answers: &Answers<'a>) -> Outcome<'a> {
        if answers.resource.reach == Reach::Itself && !self.foreign_provider {
            Outcome::allowed(self.resource_layer(), answers.resource.allow)
        } else {
            Outcome::not_allowed(self.resource_layer())
        }
    }

    fn within_account<'a>(&self, answers: &Answers<'a>) -> Outcome<'a> {
        let resource = &answers.resource;
        if self.must_participate && resource.reach == Reach::None {
            return Outcome::not_allowed(self.resource_layer());
        }
        // Evidence: AWS answers "Roles may not be assumed by root accounts.", whatever the trust policy says.
        if self.trust && self.kind == Kind::Root {
            return Outcome::not_allowed(Layer::Trust);
        }
        // A session that acts as root is limited to what it was made for, whoever else may.
        let limited_root = self.kind == Kind::Root && self.has_session_policies;
        if resource.reach == Reach::Itself && !limited_root {
            return Outcome::allowed(self.resource_layer(), resource.allow);
        }
        if resource.reach == Reach::Origin {
            return match self.capped(answers) {
                Some(layer) => Outcome::not_allowed(layer),
                None => Outcome::allowed(self.resource_layer(), resource.allow),
            };
        }
        self.own_side(answers)
    }

    fn across_accounts<'a>(&self, answers: &Answers<'a>) -> Outcome<'a> {
        let own_side = self.own_side(answers);
        if own_side.effect != Effect::Allow {
            return own_side;
        }
        let resource = &answers.resource;
        let root_assumes = self.trust && self.kind == Kind::Root;
        if resource.reach == Reach::None || self.other_partition || root_assumes {
            return Outcome::not_allowed(self.resource_layer());
        }
        Outcome::allowed(self.resource_layer(), resource.allow)
    }

    /// What the principal's own account allows it: identity policies within boundary and session policies.
    fn own_side<'a>(&self, answers: &Answers<'a>) -> Outcome<'a> {
        let root = self.kind == Kind::Root;
        if !root && !self.federated_by_root && !answers.identity.allows() {
            return Outcome::not_allowed(Layer::Identity);
        }
        match self.capped(answers) {
            Some(layer) => Outcome::not_allowed(layer),
            None if root => Outcome::WITHOUT_STATEMENT,
            None if self.federated_by_root => Outcome::allowed(Layer::Session, answers.session.allow),
            None => Outcome::allowed(Layer::Identity, answers.identity.allow),
        }
    }

    /// The layer that caps the principal's permissions and does not allow this one.
    fn capped(&self, answers: &Answers<'_>) -> Option<Layer> {
        if self.has_boundary && !answers.boundary.allows() {
            return Some(Layer::Boundary);
        }
        // A federated user has only what its session policies allow, so without any it has nothing.
        let session_must_allow = self.has_session_policies || self.kind == Kind::FederatedUser;
        (session_must_allow && !answers.session.allows()).then_some(Layer::Session)
    }
}

/// What every layer says. Where a layer does not apply, it is silent.
#[derive(Clone, Copy)]
pub(crate) struct Answers<'a> {
    pub(crate) scps: Chain<'a>,
    pub(crate) rcps: Chain<'a>,
    pub(crate) endpoint: Answer<'a>,
    pub(crate) resource: Answer<'a>,
    pub(crate) identity: Answer<'a>,
    pub(crate) boundary: Answer<'a>,
    pub(crate) session: Answer<'a>,
}

/// What the levels of an organization say together.
#[derive(Clone, Copy)]
pub(crate) struct Chain<'a> {
    pub(crate) deny: Option<Hit<'a>>,
    /// Whether every level allows.
    pub(crate) allowed: bool,
}

impl<'a> Chain<'a> {
    fn of(ask: &Ask<'_>, levels: &'a [Vec<Attached>], reading: Reading) -> Self {
        let mut chain = Self {
            deny: None,
            // Fails closed: an organization has at least its root, so a chain without levels was not gathered.
            allowed: !levels.is_empty(),
        };
        for level in levels {
            let answer = Answer::of(ask, level, reading);
            if answer.deny.is_some() {
                chain.deny = answer.deny;
                break;
            }
            chain.allowed &= answer.allows();
        }
        chain
    }
}

impl<'a> Answers<'a> {
    pub(crate) fn gather(ask: &Ask<'_>, layers: &Layers<'a>, facts: &Facts) -> Self {
        let of = |policies: Option<&'a [Attached]>, layer| match policies {
            None | Some([]) => Answer::SILENT,
            Some(policies) => Answer::of(ask, policies, Reading::of(layer)),
        };
        let chain = |levels: Option<&'a [Vec<Attached>]>, applies, layer| {
            let levels = levels.filter(|_| applies).unwrap_or_default();
            Chain::of(ask, levels, Reading::of(layer))
        };
        let resource = |layer: ResourceLayer<'a>| {
            let reading = Reading::of(facts.resource_layer());
            Answer::of(ask, std::slice::from_ref(layer.attached), reading)
        };
        Self {
            scps: chain(layers.scps, facts.scps_apply, Layer::ServiceControl),
            rcps: chain(layers.rcps, facts.rcps_apply, Layer::ResourceControl),
            endpoint: of(layers.endpoint, Layer::Endpoint),
            resource: layers.resource.map_or(Answer::SILENT, resource),
            identity: of(Some(layers.identity), Layer::Identity),
            boundary: of(layers.boundary, Layer::Boundary),
            session: of(layers.session, Layer::Session),
        }
    }

    /// What they would be if a layer allowed.
    pub(crate) fn allow(&mut self, layer: Layer, reach: Reach) {
        let answer = match layer {
            Layer::ServiceControl => {
                self.scps.allowed = true;
                return;
            }
            Layer::ResourceControl => {
                self.rcps.allowed = true;
                return;
            }
            Layer::Endpoint => &mut self.endpoint,
            Layer::Resource | Layer::Trust => &mut self.resource,
            Layer::Identity => &mut self.identity,
            Layer::Boundary => &mut self.boundary,
            Layer::Session => &mut self.session,
        };
        answer.reach = answer.reach.max(reach);
    }

    /// The first layer that denies, from the widest to the narrowest.
    fn explicit_deny(&self, facts: &Facts) -> Option<(Layer, Hit<'a>)> {
        let of = |layer, deny: Option<Hit<'a>>| deny.map(|hit| (layer, hit));
        of(Layer::ServiceControl, self.scps.deny)
            .or_else(|| of(Layer::ResourceControl, self.rcps.deny))
            .or_else(|| of(Layer::Endpoint, self.endpoint.deny))
            .or_else(|| of(facts.resource_layer(), self.resource.deny))
            .or_else(|| of(Layer::Identity, self.identity.deny))
            .or_else(|| of(Layer::Boundary, self.boundary.deny))
            .or_else(|| of(Layer::Session, self.session.deny))
    }
}

/// A decision that still refers to the policies.
#[derive(Clone, Copy)]
pub(crate) struct Outcome<'a> {
    pub(crate) effect: Effect,
    pub(crate) layer: Option<Layer>,
    pub(crate) hit: Option<Hit<'a>>,
}

impl<'a> Outcome<'a> {
    /// Allowed because no permission is needed: to root users, and to everybody for a few actions.
    const WITHOUT_STATEMENT: Self = Self {
        effect: Effect::Allow,
        layer: None,
        hit: None,
    };

    fn allowed(layer: Layer, hit: Option<Hit<'a>>) -> Self {
        Self {
            effect: Effect::Allow,
            layer: Some(layer),
            hit,
        }
    }

    fn not_allowed(layer: Layer) -> Self {
        Self {
            effect: Effect::ImplicitDeny,
            layer: Some(layer),
            hit: None,
        }
    }

    fn denied(layer: Layer, hit: Hit<'a>) -> Self {
        Self {
            effect: Effect::ExplicitDeny,
            layer: Some(layer),
            hit: Some(hit),
        }
    }

    pub(crate) fn decision(&self, cross_account: bool) -> Decision {
        Decision {
            effect: self.effect,
            layer: self.layer,
            statement: self.hit.map(|hit| hit.statement_ref()),
            cross_account,
        }
    }
}
