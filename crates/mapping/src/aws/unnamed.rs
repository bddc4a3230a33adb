//! Resources of which an action is asked, and which no member of a request names in a way that a policy could: their
//! ARNs have ids where requests have names, handles or nothing.
//!
//! Any resource of the type may be meant then, and AWS knows which. The parts of the ARN that the request does tell are
//! filled, the others are `*` and said to be partly known: an Allow must cover every resource that may be meant, and a
//! Deny of one that may be meant denies. So the types of the action that are always asked are always asked here, and
//! those that a request may name are asked where a member could name one.
//!
//! Invariant: what is decided on is in the account and the region of the request: one that says anything of another
//! account or region is refused. An ARN in it of one of the action's types is decided on besides.
//!
//! Deliberately absent: operations of which no action is known, and types whose ARNs have no form.

use super::arn_form::{ArnForm, is_plain, parts};
use super::bind::{Bound, Field, Missing, Operation, Part, TypePlan};
use super::by_arn;
use super::input::Node;
use super::request::Request;
use super::tables::TypeTable;
use super::words::{Kind, folded};
use crate::MappingError;

/// When such a type is decided on, and how much of it is known.
#[derive(Debug)]
pub(super) struct Unnamed {
    /// Where one of these members is in the request; `None`: always.
    when: Option<Vec<String>>,
    /// Whether nothing of it is known.
    is_whole: bool,
    /// Whether it is known what it is in, and not which of those it is.
    is_any_in: bool,
}

impl Unnamed {
    /// Whether a request is decided on the type.
    pub(super) fn is_meant(&self, request: &Request<'_>) -> bool {
        match &self.when {
            None => true,
            Some(members) => members.iter().any(|member| request.has(member)),
        }
    }

    /// Whether whatever the member at this path names of the type is decided on already.
    pub(super) fn covers(&self, steps: &[&str]) -> bool {
        match (&self.when, steps) {
            (None, _) if self.is_whole => true,
            (None, [_]) => self.is_any_in,
            (Some(members), [only]) => members.iter().any(|member| member == only),
            _ => false,
        }
    }
}

impl Operation<'_> {
    /// Any resource of a type: one plan for each form of its ARN. None if it has no form.
    pub(super) fn any_of(&self, known: &TypeTable, is_always: bool) -> Vec<TypePlan> {
        let plan = |form: &ArnForm| {
            let parts = self.told(known, form);
            TypePlan {
                form: form.clone(),
                others: Vec::new(),
                unnamed: Some(Unnamed {
                    when: (!is_always).then(|| self.like(known).map(|field| field.path.clone()).collect()),
                    is_whole: parts.iter().all(|(_, part)| *part == Part::Unknown),
                    is_any_in: parts.last().is_some_and(|(_, part)| *part == Part::Unknown),
                }),
                named: Bound::Parts(parts),
                absent: Missing::Refuse,
            }
        };
        known.forms.iter().map(plan).collect()
    }

    /// What a request tells of each part of a form, for certain: by the part's own name, as a name or an id and not as
    /// one of a few words, which stand otherwise in ARNs. What one member says stands in one place.
    fn told(&self, known: &TypeTable, form: &ArnForm) -> Vec<(&'static str, Part)> {
        let type_name = known.resource_type.name();
        let placeholders: Vec<&'static str> = form.placeholders().collect();
        let mut parts: Vec<(&'static str, Part)> = Vec::new();
        for (number, placeholder) in placeholders.iter().enumerate() {
            let is_last = number + 1 == placeholders.len();
            let by_hand = self.by_hand(type_name, placeholder);
            let by_name = || self.field_for(placeholder, None).ok();
            let found = by_hand.or_else(|| by_name().filter(|field| field.kind != Kind::Bare));
            let is_new = |path: &str| {
                let is_it = |part: &Part| matches!(part, Part::Member(known) if known == path);
                !parts.iter().any(|(_, part)| is_it(part))
            };
            let is_told = !is_within_a_name(form, placeholder);
            let part = match found {
                Some(field)
                    if is_told && field.is_required && is_new(&field.path) && self.is_alone(field) =>
                {
                    Part::Member(field.path.clone())
                }
                None if is_told && !is_last => by_arn::part(&self.fields, self.tables, placeholder, false)
                    .map_or(Part::Unknown, Part::OfArn),
                _ => Part::Unknown,
            };
            parts.push((*placeholder, part));
        }
        parts
    }
}

impl Operation<'_> {
    /// Whether no other member is called like one: `DomainName` beside `SourceDomainName` is not all that is meant.
    fn is_alone(&self, field: &Field) -> bool {
        let mut others = self.fields.iter().filter(|other| other.path != field.path);
        field.stem.len() > 2 && !others.any(|other| other.stem.ends_with(&field.stem))
    }
}

/// Whether something stands before a placeholder that may be part of what the request says: `p-${PolicyId}`.
fn is_within_a_name(form: &ArnForm, placeholder: &str) -> bool {
    let before = form
        .text
        .split(&format!("${{{placeholder}}}"))
        .next()
        .unwrap_or_default();
    placeholder == "*" || !before.ends_with(['/', ':'])
}

/// What else a request with such a resource must be allowed on, and may not say.
#[derive(Debug)]
pub(super) struct Besides {
    /// The forms of all types of the action.
    forms: Vec<ArnForm>,
}

impl Besides {
    /// For an action with these plans; `None` where each resource is named.
    pub(super) fn of(types: &[TypeTable], plans: &[TypePlan]) -> Option<Self> {
        let forms = types.iter().flat_map(|known| known.forms.iter().cloned());
        let mut plans = plans.iter();
        plans.any(|plan| plan.unnamed.is_some()).then(|| Self {
            forms: forms.collect(),
        })
    }

    /// Puts every ARN of one of the types that stands anywhere in a request.
    ///
    /// # Errors
    /// What is in another account or region, and of which nobody can tell what it is.
    pub(super) fn put(&self, request: &Request<'_>, arns: &mut Vec<String>) -> Result<(), MappingError> {
        if ALWAYS_HERE.contains(&request.service.iam_prefix()) {
            return Ok(());
        }
        let mut members = request.input.members().iter();
        members.try_for_each(|(name, member)| {
            // What is said by tags names nothing.
            let is_tags = TAGS.contains(&folded(name).as_str());
            if is_tags {
                Ok(())
            } else {
                self.search(request, member, name, arns)
            }
        })
    }

    fn search(
        &self,
        request: &Request<'_>,
        node: &Node<'_>,
        name: &str,
        arns: &mut Vec<String>,
    ) -> Result<(), MappingError> {
        match node {
            Node::List(items) => items
                .iter()
                .try_for_each(|item| self.search(request, item, name, arns)),
            Node::Map(members) => members
                .iter()
                .try_for_each(|(name, member)| self.search(request, member, name, arns)),
            Node::Text(text) if text.starts_with("arn:") => {
                arns.extend(self.of_arn(request, name, text)?);
                Ok(())
            }
            Node::Text(text) if is_elsewhere(request, name, text) => Err(wrong(name, ELSEWHERE)),
            _ => Ok(()),
        }
    }

    /// The ARN, if it is of one of the types. What is of another type of the services may stand there if it is here.
    fn of_arn(&self, request: &Request<'_>, name: &str, text: &str) -> Result<Option<String>, MappingError> {
        let scope = request.scope;
        let Some([_, _, service, region, account, _]) = parts(text) else {
            return Ok(None);
        };
        if self.forms.iter().all(|form| form.service() != service) {
            return Ok(None);
        }
        if !is_plain(text) {
            return Err(wrong(name, "it has wildcards or control characters"));
        }
        let is_here = region.is_empty() || region == scope.region;
        if is_here && (is_own(request, account) || account == "aws") {
            return Ok(self.forms.iter().find_map(|form| form.read(text, scope)));
        }
        Err(wrong(name, ELSEWHERE))
    }
}

/// Services that tell one account of others, and whose own resources are always in the account of the request.
///
/// Evidence: the API reference of Config, where accounts and regions say what an aggregator or a rule is about.
const ALWAYS_HERE: [&str; 1] = ["config"];

/// The members with tags.
const TAGS: [&str; 3] = ["taglist", "tags", "tagset"];

/// Fails closed: what else the request is about may be there, too.
const ELSEWHERE: &str = "it is in another account or region, and nobody can tell what else is";

/// Whether a text says that something is in another region or another account.
fn is_elsewhere(request: &Request<'_>, name: &str, text: &str) -> bool {
    const OWNERS: [&str; 4] = ["account", "owner", "catalog", "registry"];
    // A catalog may be in one that is called by its account: `111122223333:s3tablescatalog/tables`.
    let account = text.split(':').next().unwrap_or_default();
    if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) {
        let name = folded(name);
        return OWNERS.iter().any(|owner| name.contains(owner)) && !is_own(request, account);
    }
    is_region(text) && text != request.scope.region
}

/// Whether a text is written as regions are: `eu-west-1`, `us-gov-east-1`.
pub(super) fn is_region(text: &str) -> bool {
    const COMPASS: [&str; 9] = [
        "central",
        "east",
        "north",
        "northeast",
        "northwest",
        "south",
        "southeast",
        "southwest",
        "west",
    ];
    let Some((before, number)) = text.rsplit_once('-') else {
        return false;
    };
    let is_number = matches!(number.len(), 1 | 2) && number.bytes().all(|byte| byte.is_ascii_digit());
    let point = before.rsplit_once('-').map(|(_, point)| point);
    is_number && point.is_some_and(|point| COMPASS.contains(&point))
}

/// Whether an account is the one in which names are looked up, or nothing.
fn is_own(request: &Request<'_>, account: &str) -> bool {
    let scope = request.scope;
    let is_it = |known: lanyard_names::AccountId| known.to_string() == account;
    account.is_empty()
        || is_it(scope.account)
        || scope
            .upstream_account
            .is_some_and(|(theirs, here)| is_it(theirs) && here == scope.account)
}

fn wrong(member: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: member.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::is_region;

    #[test]
    fn regions_are_told_from_names() {
        for text in ["eu-west-1", "us-gov-east-1", "ap-southeast-12", "eusc-de-east-1"] {
            assert!(is_region(text), "{text}");
        }
        for text in [
            "eu-west-1a",
            "web-app-1",
            "west-1",
            "eu-west",
            "eu-west-",
            "eu-west-100",
        ] {
            assert!(!is_region(text), "{text}");
        }
    }
}
