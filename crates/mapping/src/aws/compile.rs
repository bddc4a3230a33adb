//! What is made ready of each operation when a mapping is made.

use std::borrow::Cow;

use lanyard_catalogue::ConditionType;
use lanyard_service_models::{Location, Member, OperationModel, ServiceModel, Shape};

use super::also::{self, Also};
use super::bind::{Bound, Operation, Part, TypePlan};
use super::coverage::{CoverageRow, How};
use super::lookup::NameMap;
use super::named;
use super::overrides::{self, Named, Resolve, ServiceOverrides, untyped_form};
use super::owner::{self, Owner};
use super::pass_role;
use super::read::rest::Router;
use super::tables::{ActionTable, Tables, is_request_tag};
use super::tags::TagPlaces;
use super::unnamed::Besides;
use super::words::folded;

/// A service, made ready.
#[derive(Debug)]
pub(super) struct CompiledService {
    pub(super) model: &'static ServiceModel,
    /// In the order of the model's.
    pub(super) operations: Vec<CompiledOperation>,
    by_name: NameMap<usize>,
    pub(super) router: Router,
    pub(super) tables: Tables,
    pub(super) owner: Option<Owner>,
}

/// An operation, made ready.
#[derive(Debug)]
pub(super) struct CompiledOperation {
    pub(super) model: &'static OperationModel,
    pub(super) plan: Plan,
    pub(super) keys: Vec<KeyRule>,
    pub(super) tags: TagPlaces,
    pub(super) passed: Vec<String>,
    /// The members that stand in headers.
    pub(super) in_headers: Vec<&'static Member>,
    /// The action of its own name, with the prefix.
    pub(super) own_action: String,
}

/// How an operation finds what it is decided on.
#[derive(Debug)]
pub(super) enum Plan {
    /// By rules, for each action.
    Rules(Vec<ActionPlan>),
    /// By hand, with the names of its actions.
    Override(&'static Resolve, Vec<String>),
    /// Not at all.
    Refused(Cow<'static, str>),
}

/// What one action is decided on.
#[derive(Debug)]
pub(super) struct ActionPlan {
    /// With its prefix.
    pub(super) action: String,
    /// None for an action that takes no resource.
    pub(super) types: Vec<TypePlan>,
    /// What a request may name besides.
    pub(super) also: Vec<Also>,
    /// Where a type is decided on that no member names.
    pub(super) besides: Option<Besides>,
}

/// A condition key that a member gives.
#[derive(Debug)]
pub(super) struct KeyRule {
    pub(super) key: &'static str,
    pub(super) member: &'static str,
    pub(super) is_many: bool,
}

impl CompiledService {
    pub(super) fn new(model: &'static ServiceModel) -> Self {
        let tables = Tables::new(model.iam_prefix());
        let overrides = overrides::of(model);
        let operations = model.operations();
        let is_rest = model.protocols().iter().any(|protocol| protocol.is_rest());
        Self {
            model,
            by_name: operations.iter().map(OperationModel::name).zip(0..).collect(),
            operations: operations
                .iter()
                .map(|operation| CompiledOperation::new(model, operation, &tables, overrides))
                .collect(),
            router: if is_rest {
                Router::new(operations)
            } else {
                Router::default()
            },
            owner: owner::of(tables.prefix()),
            tables,
        }
    }

    pub(super) fn operation(&self, name: &str) -> Option<&CompiledOperation> {
        self.operations.get(*self.by_name.get(name)?)
    }
}

impl CompiledOperation {
    fn new(
        service: &'static ServiceModel,
        model: &'static OperationModel,
        tables: &Tables,
        overrides: Option<&'static ServiceOverrides>,
    ) -> Self {
        let names = action_names(service, model, tables, overrides);
        let by_hand = overrides.and_then(|overrides| {
            let mut known = overrides.operations.iter();
            known
                .find(|(name, _)| *name == model.name())
                .map(|(_, resolve)| resolve)
        });
        let plan = match by_hand {
            Some(Resolve::Refused(reason)) => Plan::Refused(Cow::Borrowed(reason)),
            Some(resolve) => Plan::Override(resolve, names.clone()),
            None => by_rules(model, tables, &names),
        };
        let has_stream = model
            .payload()
            .is_some_and(|payload| payload.kind() == lanyard_service_models::PayloadKind::EventStream);
        let plan = if has_stream {
            Plan::Refused(Cow::Borrowed(
                "the body is a stream of events, which nobody looks into",
            ))
        } else {
            plan
        };
        Self {
            model,
            keys: key_rules(model, tables, &names),
            tags: TagPlaces::new(model.input()),
            passed: pass_role::members(service, model),
            in_headers: in_headers(model),
            own_action: format!("{}:{}", service.iam_prefix(), model.name()),
            plan,
        }
    }

    /// Whether the request tells the value of a key, or that it has none.
    pub(super) fn knows(&self, key: &str) -> bool {
        // Nearly all keys are the service's own.
        if !key.starts_with("aws:") {
            return self.keys.iter().any(|rule| rule.key == key);
        }
        match key {
            "aws:TagKeys" => self.tags.has_keys(),
            _ if is_request_tag(key) => self.tags.has_tags() || self.tags.has_keys(),
            _ => self.keys.iter().any(|rule| rule.key == key),
        }
    }

    pub(super) fn coverage(&self, service: &'static ServiceModel) -> CoverageRow {
        let mut keys: Vec<&'static str> = self.keys.iter().map(|rule| rule.key).collect();
        if self.tags.has_tags() {
            keys.push("aws:RequestTag/${TagKey}");
        }
        if self.tags.has_keys() {
            keys.push("aws:TagKeys");
        }
        let (how, actions, mut resources): (How, Vec<String>, Vec<String>) = match &self.plan {
            Plan::Rules(plans) if plans.iter().all(|plan| plan.types.is_empty()) => (
                How::Wildcard,
                plans.iter().map(|plan| plan.action.clone()).collect(),
                plans.iter().map(|plan| untyped_form(&plan.action)).collect(),
            ),
            Plan::Rules(plans) => {
                let written = plans.iter().flat_map(|plan| {
                    let besides = plan.also.iter().filter_map(Also::written);
                    plan.types.iter().map(TypePlan::written).chain(besides)
                });
                (
                    How::Rule,
                    plans.iter().map(|plan| plan.action.clone()).collect(),
                    written.collect(),
                )
            }
            Plan::Override(resolve, actions) => (
                How::Override,
                actions.clone(),
                written(resolve, self.model.name(), actions),
            ),
            Plan::Refused(reason) => (How::Refused(reason.clone()), Vec::new(), Vec::new()),
        };
        if !actions.is_empty() {
            resources.extend(overrides::templates::described(service.iam_prefix(), self.model));
        }
        CoverageRow {
            service,
            operation: self.model,
            how,
            actions: actions.into_iter().map(Cow::Owned).collect(),
            resources,
            keys,
            passed_roles: self.passed.clone(),
        }
    }
}

impl TypePlan {
    /// The form of the ARN with the members that fill it.
    fn written(&self) -> String {
        match &self.named {
            Bound::Arn(path) => format!("{{{path}}} as {}", self.form.text),
            Bound::Parts(parts) => {
                let mut text = self.form.text.to_owned();
                for (placeholder, part) in parts {
                    let part = match part {
                        Part::Member(path) => format!("{{{path}}}"),
                        Part::OfArn(part) => format!("{{{}}}", part.path),
                        Part::Any | Part::Unknown => "*".to_owned(),
                    };
                    text = match *placeholder {
                        "*" => text.replacen('*', &part, 1),
                        _ => text.replace(&format!("${{{placeholder}}}"), &part),
                    };
                }
                text
            }
        }
    }
}

fn written(resolve: &Resolve, operation: &str, actions: &[String]) -> Vec<String> {
    match resolve {
        Resolve::On(types) => types
            .iter()
            .map(|on| match &on.named {
                Named::Arn(path) => format!("{} {{{path}}}", on.resource_type),
                Named::By(parts) => {
                    let parts: Vec<String> = parts.iter().map(|(_, path)| format!("{{{path}}}")).collect();
                    format!("{} {}", on.resource_type, parts.join(" "))
                }
                Named::ArnOrBy(_, path) => format!("{} {{{path}}}", on.resource_type),
                Named::Any => format!("{} *", on.resource_type),
            })
            .collect(),
        Resolve::Wildcard => actions.iter().map(|action| untyped_form(action)).collect(),
        Resolve::Refused(_) => Vec::new(),
        Resolve::Custom(_, said) => vec![(*said).to_owned()],
        Resolve::ByTable(_, said) => said(operation),
    }
}

/// The actions of an operation: by hand, or the one of its own name.
fn action_names(
    service: &'static ServiceModel,
    model: &'static OperationModel,
    tables: &Tables,
    overrides: Option<&'static ServiceOverrides>,
) -> Vec<String> {
    let by_hand = overrides.and_then(|overrides| {
        let mut known = overrides.actions.iter();
        known
            .find(|(name, _)| *name == model.name())
            .map(|(_, actions)| *actions)
    });
    if let Some(actions) = by_hand {
        return actions.iter().map(|action| (*action).to_owned()).collect();
    }
    if let Some(action) = tables.action_like(model.name()) {
        return vec![action.full_name.clone()];
    }
    let renamed = super::renamed::actions(service.iam_prefix(), model.name());
    let actions = renamed
        .iter()
        .map(|name| Some(tables.action(name)?.full_name.clone()));
    // Fails closed: one that the catalogue does not have would not be asked for.
    actions.collect::<Option<Vec<_>>>().unwrap_or_default()
}

fn by_rules(model: &'static OperationModel, tables: &Tables, names: &[String]) -> Plan {
    if names.is_empty() {
        return Plan::Refused(Cow::Borrowed("no action of this name is known"));
    }
    let mut plans = Vec::new();
    for name in names {
        let Some(table) = tables.action_of(name) else {
            return Plan::Refused(Cow::Owned(format!("no action {name} is known")));
        };
        match types(model, tables, table) {
            Ok(types) => plans.push(ActionPlan {
                action: name.clone(),
                also: also::of(tables.prefix(), model, table, &types),
                besides: Besides::of(&table.types, &types),
                types,
            }),
            Err(reason) => return Plan::Refused(Cow::Owned(reason)),
        }
    }
    Plan::Rules(plans)
}

fn types(
    model: &'static OperationModel,
    tables: &Tables,
    table: &ActionTable,
) -> Result<Vec<TypePlan>, String> {
    if table.action.is_wildcard_only() {
        return Ok(Vec::new());
    }
    let operation = Operation::new(tables, model, table);
    let is_only = table.types.len() == 1;
    let mut plans = Vec::new();
    let mut left_out = Vec::new();
    for known in &table.types {
        match operation.bind(known, is_only) {
            Ok(plan) => plans.push(plan),
            Err(_) if named::is_elsewhere(tables.prefix(), model.name(), known.resource_type.name()) => {}
            Err(reason) if known.forms.is_empty() && (known.is_required || operation.could_name(known)) => {
                return Err(reason);
            }
            Err(_) if known.is_required => plans.extend(operation.any_of(known, true)),
            // Fails closed: a request may name a resource that nobody would be asked about.
            Err(_) if operation.could_name(known) => plans.extend(operation.any_of(known, false)),
            Err(reason) => left_out.push((known, reason)),
        }
    }
    if plans.is_empty() {
        plans.extend(
            left_out
                .iter()
                .flat_map(|(known, _)| operation.any_of(known, true)),
        );
    }
    if plans.is_empty() {
        return Err(left_out
            .into_iter()
            .next()
            .map(|(_, reason)| reason)
            .unwrap_or_default());
    }
    Ok(plans)
}

fn in_headers(model: &'static OperationModel) -> Vec<&'static Member> {
    let members = model.input().map_or(&[][..], |input| input.members());
    let is_header = |member: &&Member| matches!(member.location(), Location::Header | Location::HeaderPrefix);
    members.iter().filter(is_header).collect()
}

/// Keys of the service with the name of a member.
fn key_rules(model: &'static OperationModel, tables: &Tables, names: &[String]) -> Vec<KeyRule> {
    let mut rules: Vec<KeyRule> = Vec::new();
    let members = model.input().map_or(&[][..], |input| input.members());
    for key in names
        .iter()
        .filter_map(|name| tables.action_of(name))
        .flat_map(ActionTable::all_keys)
    {
        let Some((prefix, rest)) = key.name().split_once(':') else {
            continue;
        };
        if prefix == "aws" || rest.contains('$') || rules.iter().any(|rule| rule.key == key.name()) {
            continue;
        }
        let rest = folded(rest);
        let fits = |shape: &Shape| matches!(shape, Shape::Text | Shape::Number | Shape::Boolean);
        // Where the key is an ARN, a member of its name may hold a name alone: what the key is then is not known.
        let is_arn = key.value_type() == ConditionType::Arn;
        let may_be = |name: &str| !is_arn || name.ends_with("arn") || name.ends_with("arns");
        let found = members.iter().find(|member| {
            folded(member.name()) == rest
                && may_be(&rest)
                && (fits(member.shape()) || member.shape().list().is_some_and(|list| fits(list.member())))
        });
        if let Some(member) = found {
            rules.push(KeyRule {
                key: key.name(),
                member: member.name(),
                is_many: key.is_multivalued() || member.shape().list().is_some(),
            });
        }
    }
    rules
}
