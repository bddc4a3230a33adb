//! A request prepared for reading policies, and what one layer of policies says to it.

use crate::admit::Reach;
use crate::compiled::{ActionKey, Candidates, Policy, Presence, Statement};
use crate::request::{Attached, Layers, Request};
use crate::resource::{ResourceKey, ShortArns};
use crate::{Context, Layer, Principal, StatementRef};

/// So many policies, a bit for each.
const POLICIES_AT_ONCE: usize = 64;

/// A request with everything that every statement needs, worked out once.
pub(crate) struct Ask<'a> {
    pub(crate) principal: &'a Principal,
    pub(crate) action: ActionKey<'a>,
    pub(crate) resource: ResourceKey<'a>,
    pub(crate) context: &'a Context,
    /// Whether the principal has a permissions boundary.
    pub(crate) bounded: bool,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(request: &Request<'a>, layers: &Layers<'_>) -> Self {
        Self {
            principal: request.principal,
            action: ActionKey::new(request.action),
            resource: ResourceKey::new(request.resource, request.wildcard_only_action)
                .partly_known(request.partly_known),
            context: request.context,
            bounded: layers.boundary.is_some(),
        }
    }
}

/// How the policies of a layer are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// Whether statements say for whom they are.
    pub(crate) principals: bool,
    /// Whether statements may leave out the resource.
    pub(crate) resource_optional: bool,
    pub(crate) short_arns: ShortArns,
    /// Whether a principal that is an account surely means everybody in it.
    pub(crate) accounts_delegate: bool,
}

impl Reading {
    pub(crate) fn of(layer: Layer) -> Self {
        let (principals, resource_optional, short_arns) = match layer {
            Layer::Identity | Layer::Boundary | Layer::Session => (false, false, ShortArns::Extend),
            Layer::ServiceControl => (false, false, ShortArns::Refuse),
            Layer::ResourceControl => (true, false, ShortArns::Refuse),
            Layer::Resource | Layer::Endpoint => (true, false, ShortArns::ExtendWithWildcard),
            Layer::Trust => (true, true, ShortArns::ExtendWithWildcard),
        };
        Self {
            principals,
            resource_optional,
            short_arns,
            // Evidence: AWS documentation, endpoint policies: for gateway endpoints an account means its root user.
            accounts_delegate: layer != Layer::Endpoint,
        }
    }
}

/// A statement that matches.
#[derive(Clone, Copy)]
pub(crate) struct Hit<'a> {
    pub(crate) attached: &'a Attached,
    pub(crate) statement: u16,
}

impl Hit<'_> {
    pub(crate) fn statement_ref(&self) -> StatementRef {
        StatementRef {
            source: self.attached.source.clone(),
            index: usize::from(self.statement),
            policy: self.attached.policy.clone(),
        }
    }
}

/// What some policies say to a request.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'a> {
    /// The first statement that denies.
    pub(crate) deny: Option<Hit<'a>>,
    /// The statement that allows, of those that reach furthest the first.
    pub(crate) allow: Option<Hit<'a>>,
    /// How far that permission reaches. Where statements do not say for whom they are, [`Reach::Itself`].
    pub(crate) reach: Reach,
}

impl<'a> Answer<'a> {
    pub(crate) const SILENT: Self = Self {
        deny: None,
        allow: None,
        reach: Reach::None,
    };

    /// Whether some statement allows.
    pub(crate) fn allows(&self) -> bool {
        self.reach != Reach::None
    }

    /// Asks every policy, until one denies.
    pub(crate) fn of(ask: &Ask<'_>, policies: &'a [Attached], reading: Reading) -> Self {
        let mut answer = Self::SILENT;
        let mut candidates = Candidates::default();
        for some in policies.chunks(POLICIES_AT_ONCE) {
            // First of all of them whether they have anything to say, so that waiting for memory is done at once.
            let mut concerned = 0_u64;
            for (number, attached) in some.iter().enumerate() {
                concerned |= u64::from(attached.policy.index.may_concern(&ask.action)) << number;
            }
            while let Some(attached) = some.get(concerned.trailing_zeros() as usize) {
                concerned &= concerned - 1;
                if answer.reach == Reach::Itself && !attached.policy.index.denies {
                    continue;
                }
                attached.policy.candidates(&ask.action, &mut candidates);
                answer.ask(ask, attached, &candidates, reading);
                if answer.deny.is_some() {
                    return answer;
                }
            }
        }
        answer
    }

    fn ask(&mut self, ask: &Ask<'_>, attached: &'a Attached, candidates: &Candidates, reading: Reading) {
        let policy = &*attached.policy;
        for number in candidates.iter() {
            let Some(statement) = policy.statements.get(usize::from(number)) else {
                continue;
            };
            if !statement.deny && self.reach == Reach::Itself {
                continue;
            }
            let reach = policy.statement_reach(statement, ask, reading);
            // An allow only counts if it reaches further than what was found before.
            let counts = if statement.deny {
                reach != Reach::None
            } else {
                reach > self.reach
            };
            if !counts || !policy.applies(statement, ask, reading) {
                continue;
            }
            let hit = Hit {
                attached,
                statement: number,
            };
            if statement.deny {
                self.deny = Some(hit);
                return;
            }
            self.allow = Some(hit);
            self.reach = reach;
        }
    }
}

impl Policy {
    /// How a statement reaches the principal, in a layer where it may have to say so.
    pub(crate) fn statement_reach(&self, statement: &Statement, ask: &Ask<'_>, reading: Reading) -> Reach {
        if reading.principals {
            // Evidence: AWS documentation, NotPrincipal: trust policies may not have it. In one that has, nobody
            // knows whom it admits.
            let unknown = reading.resource_optional && statement.principal == Presence::Excepted;
            if unknown && !statement.deny {
                return Reach::None;
            }
            let reach = self.reach(statement, ask.principal, ask.bounded);
            let is_root = matches!(ask.principal, Principal::Root { .. });
            let delegates = reading.accounts_delegate || statement.deny || is_root;
            return if reach == Reach::Account && !delegates {
                Reach::None
            } else {
                reach
            };
        }
        // Fails closed: a principal where none belongs.
        match (statement.principal, statement.deny) {
            (Presence::Absent, _) | (_, true) => Reach::Itself,
            (_, false) => Reach::None,
        }
    }

    /// Whether resource and conditions of a statement match, as far as its effect can tell.
    pub(crate) fn applies(&self, statement: &Statement, ask: &Ask<'_>, reading: Reading) -> bool {
        self.covers(
            statement,
            &ask.resource,
            ask.context,
            reading.short_arns,
            reading.resource_optional,
        )
        .holds(statement.deny)
            && self.conditions_hold(statement, ask.context)
    }
}
