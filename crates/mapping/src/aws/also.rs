//! Whatever else in a request could name a resource: the source of a copy, the queue that a job is put into.
//!
//! Rules bind one member for each type of an action. Members beside it, at any depth, that are called like one of the
//! types are found here: a request that has one must be allowed on what it names as well, and is refused where nobody
//! can tell what that is.
//!
//! Invariant: what is found here only adds permissions. A member that is wrongly taken for a name makes a request need
//! more than it should, never less.
//!
//! Deliberately absent: resources of other services, which are asked for by theirs, and new names in renamings.

use lanyard_catalogue::AccessLevel;
use lanyard_service_models::{Member, OperationModel, Shape, Structure};

use super::arn_form::{ArnForm, is_plain, service_and_rest};
use super::bind::{Bound, Missing, Part, TypePlan};
use super::input::Node;
use super::request::Request;
use super::tables::{ActionTable, TypeTable};
use super::words::{Kind, can_stand_for, folded, makes, singular, stem, verb_and_noun};
use crate::MappingError;

/// How deep members are looked for.
const DEPTH_MAX: usize = 4;

/// Members that are called like a type and name something else: service, operation or `*`, and the path.
///
/// Evidence: the API references: groups of EC2 that clusters are put into, the zones of load balancers and other
/// targets of aliases, the place of a file, the language that code is in, what a finding says.
const NO_RESOURCES: &[(&str, &str, &str)] = &[
    (
        "bedrock-agentcore",
        "*",
        "agentRuntimeArtifact.codeConfiguration.runtime",
    ),
    ("elasticache", "*", "EC2SecurityGroupName"),
    ("elasticache", "*", "SecurityGroupIds"),
    ("logs", "PutDeliverySource", "resourceArn"),
    ("memorydb", "*", "SecurityGroupIds"),
    (
        "route53",
        "ChangeResourceRecordSets",
        "ChangeBatch.Changes.ResourceRecordSet.AliasTarget.HostedZoneId",
    ),
    ("securityhub", "BatchImportFindings", "Findings.ProductName"),
    (
        "securityhub",
        "BatchImportFindings",
        "Findings.RelatedFindings.ProductArn",
    ),
];

/// A member that names a resource besides what the request is about.
#[derive(Debug)]
pub(super) struct Also {
    /// The members on the way, with a star for the entries of a map. Lists are not written.
    steps: Vec<&'static str>,
    /// The forms that an ARN in it may have.
    forms: Vec<ArnForm>,
    /// The form and the placeholder that a bare name fills.
    by_name: Option<(ArnForm, &'static str)>,
}

/// The members of an operation that could name a resource of one of the action's types, but for those that are bound.
pub(super) fn of(
    prefix: &str,
    model: &'static OperationModel,
    table: &ActionTable,
    plans: &[TypePlan],
) -> Vec<Also> {
    let types: Vec<Names<'_>> = table.types.iter().map(Names::new).collect();
    let mut found = Vec::new();
    if let Some(input) = model.input() {
        let search = Search {
            verb: verb_and_noun(model.name()).0,
            reads: matches!(table.action.access_level(), AccessLevel::List | AccessLevel::Read),
            types: &types,
            plans,
            bound: plans.iter().flat_map(paths).collect(),
        };
        search.structure(input, &[], &mut found);
    }
    let is_none = |also: &Also| {
        let path = also.path();
        let mut known = NO_RESOURCES.iter();
        known.any(|(service, operation, member)| {
            *service == prefix && (*operation == "*" || *operation == model.name()) && *member == path
        })
    };
    found.retain(|also| !is_none(also));
    found
}

/// The paths of the members that are bound.
fn paths(plan: &TypePlan) -> Vec<&str> {
    match &plan.named {
        Bound::Arn(path) => vec![path],
        Bound::Parts(parts) => {
            let members = parts.iter().filter_map(|(_, part)| match part {
                Part::Member(path) => Some(path.as_str()),
                Part::OfArn(_) | Part::Any | Part::Unknown => None,
            });
            members.collect()
        }
    }
}

/// What a type is called in the names of members.
struct Names<'t> {
    table: &'t TypeTable,
    /// Its own name, and those of what stands last in its ARNs.
    own: String,
    names: Vec<String>,
}

impl<'t> Names<'t> {
    fn new(table: &'t TypeTable) -> Self {
        let last = table
            .forms
            .iter()
            .filter_map(|form| form.placeholders().next_back());
        let mut names: Vec<String> = last
            .map(|placeholder| stem(&folded(placeholder)).0.to_owned())
            .collect();
        let own = folded(table.resource_type.name());
        names.push(own.clone());
        names.retain(|name| name.len() > 2);
        Self { table, own, names }
    }

    /// How many letters at the end of a name are one of the type. A member that does not say what it holds must have
    /// the type's own name.
    fn fit(&self, name: &str, kind: Kind) -> Option<usize> {
        if kind == Kind::Bare {
            return (name == self.own).then_some(name.len());
        }
        let fitting = self.names.iter().filter(|known| name.ends_with(known.as_str()));
        fitting.map(String::len).max()
    }

    fn is(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }
}

struct Search<'s> {
    verb: &'s str,
    reads: bool,
    types: &'s [Names<'s>],
    plans: &'s [TypePlan],
    bound: Vec<&'s str>,
}

impl Search<'_> {
    fn structure(&self, structure: &'static Structure, path: &[&'static str], found: &mut Vec<Also>) {
        for member in structure.members() {
            let mut steps = path.to_vec();
            steps.push(member.name());
            let mut shape = member.shape();
            let is_many = shape.list().is_some();
            loop {
                shape = match shape {
                    Shape::List(list) => list.member(),
                    Shape::Map(map) => {
                        steps.push("*");
                        map.value()
                    }
                    _ => break,
                };
            }
            match shape {
                Shape::Structure(inner) if path.len() < DEPTH_MAX => {
                    self.structure(inner, &steps, found);
                }
                Shape::Text => {
                    if let Some(also) = self.text(member, is_many, steps) {
                        found.push(also);
                    }
                }
                _ => {}
            }
        }
    }

    fn text(&self, member: &Member, is_many: bool, steps: Vec<&'static str>) -> Option<Also> {
        if self
            .bound
            .iter()
            .any(|bound| steps.iter().copied().eq(bound.split('.')))
        {
            return None;
        }
        let mut name = folded(member.name());
        if name.starts_with("new") || name.starts_with("final") {
            return None;
        }
        if is_many {
            name = singular(&name);
        }
        let (own, kind) = stem(&name);
        if own == "resource" && steps.len() == 1 && kind != Kind::Bare && !self.reads {
            return self.of_any_type(steps);
        }
        let own = if own.is_empty() || own == "resource" {
            let parent = steps.iter().rev().skip(1).find(|step| **step != "*")?;
            singular(&folded(parent))
        } else if kind == Kind::Bare {
            own.to_owned()
        } else {
            singular(own)
        };
        let fitting = self.types.iter().filter_map(|known| {
            let fit = known.fit(&own, kind);
            Some((fit.or_else(|| known.fit(stem(&name).0, kind))?, known))
        });
        let (_, known) = fitting.max_by_key(|(fit, _)| *fit)?;
        if self.is_covered(known, &steps) || steps.len() == 1 && known.is(&own) && self.is_to_be(known, kind)
        {
            return None;
        }
        Some(Also {
            steps,
            forms: known.table.forms.clone(),
            by_name: by_name(known.table, kind),
        })
    }

    /// Whether all resources of the type that the member at this path could name are decided on.
    fn is_covered(&self, known: &Names<'_>, steps: &[&str]) -> bool {
        let unnamed = self.plan_of(known).and_then(|plan| plan.unnamed.as_ref());
        unnamed.is_some_and(|unnamed| unnamed.covers(steps))
    }

    /// How resources of the type are decided on already, if they are.
    fn plan_of(&self, known: &Names<'_>) -> Option<&TypePlan> {
        let is_of_type = |plan: &&TypePlan| known.table.forms.iter().any(|form| form.text == plan.form.text);
        self.plans.iter().find(is_of_type)
    }

    /// What can be a resource of any type of the action: its ARN tells which, a name does not.
    fn of_any_type(&self, steps: Vec<&'static str>) -> Option<Also> {
        let forms = self.types.iter().flat_map(|known| known.table.forms.iter());
        let forms: Vec<ArnForm> = forms.cloned().collect();
        (!forms.is_empty()).then_some(Also {
            steps,
            forms,
            by_name: None,
        })
    }

    /// Whether a name beside what the request must have is the one that a resource is to be given.
    fn is_to_be(&self, known: &Names<'_>, kind: Kind) -> bool {
        let is_certain = self.plan_of(known).is_some_and(|plan| match plan.named {
            Bound::Arn(_) => plan.absent == Missing::Refuse,
            Bound::Parts(_) => {
                ((makes(self.verb) || self.verb == "Start") && !self.reads && plan.absent == Missing::Any)
                    || (matches!(self.verb, "Modify" | "Update")
                        && plan.absent == Missing::Refuse
                        && kind == Kind::Name)
            }
        });
        is_certain && kind != Kind::Arn
    }
}

/// The form that a name alone fills, where the type has one form and it has one placeholder that a name of this kind
/// can stand for.
fn by_name(table: &TypeTable, kind: Kind) -> Option<(ArnForm, &'static str)> {
    let [form] = table.forms.as_slice() else {
        return None;
    };
    let mut placeholders = form.placeholders();
    let (Some(only), None) = (placeholders.next(), placeholders.next()) else {
        return None;
    };
    let placeholder_kind = stem(&folded(only)).1;
    (kind != Kind::Arn && can_stand_for(kind, placeholder_kind)).then(|| (form.clone(), only))
}

impl Also {
    /// Puts the ARNs of what a request names here.
    ///
    /// # Errors
    /// What nobody can tell the ARN of.
    pub(super) fn put(&self, request: &Request<'_>, arns: &mut Vec<String>) -> Result<(), MappingError> {
        let mut texts = Vec::new();
        collect(request.input, &self.steps, &mut texts);
        for text in texts {
            if !is_plain(text) {
                return Err(self.wrong("it is empty, or has wildcards or control characters"));
            }
            if text.starts_with("arn:") {
                arns.extend(self.of_arn(request, text)?);
            } else {
                let named = self.by_name.as_ref().filter(|_| !text.contains(['/', ':']));
                let (form, placeholder) =
                    named.ok_or_else(|| self.wrong("nobody can tell which resource it names besides"))?;
                let filled = form.filled(request.scope, |name| (name == *placeholder).then_some(text));
                arns.extend(filled);
            }
        }
        Ok(())
    }

    /// The ARN, unless it is one of another service.
    fn of_arn(&self, request: &Request<'_>, text: &str) -> Result<Option<String>, MappingError> {
        let service = service_and_rest(text).map(|(service, _)| service);
        if self.forms.iter().all(|form| Some(form.service()) != service) {
            return Ok(None);
        }
        let read = self.forms.iter().find_map(|form| form.read(text, request.scope));
        read.map(Some)
            .ok_or_else(|| self.wrong("it is no ARN of such a resource here"))
    }

    fn wrong(&self, reason: &'static str) -> MappingError {
        MappingError::InvalidMember {
            member: self.path(),
            reason,
        }
    }

    /// The path as it is shown.
    fn path(&self) -> String {
        self.steps.join(".")
    }

    /// The form of the ARN with the member that fills it.
    pub(super) fn written(&self) -> Option<String> {
        let form = self.forms.first()?;
        Some(format!("{{{}}} as {}", self.path(), form.text))
    }
}

fn collect<'a>(node: &'a Node<'_>, steps: &[&str], found: &mut Vec<&'a str>) {
    if let Node::List(items) = node {
        for item in items {
            collect(item, steps, found);
        }
        return;
    }
    match steps.split_first() {
        None => found.extend(node.as_text()),
        Some((&"*", rest)) => {
            for (_, value) in node.members() {
                collect(value, rest, found);
            }
        }
        Some((name, rest)) => {
            if let Some(inner) = node.member(name) {
                collect(inner, rest, found);
            }
        }
    }
}
