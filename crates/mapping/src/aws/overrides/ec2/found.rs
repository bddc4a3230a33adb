//! What a request names by something that no policy is about: an association, a permission, a rule, or a name where
//! there is an id.
//!
//! EC2 is asked what has it. The answer must hold the one thing that was asked for, or the request is refused. What an
//! association is of never changes: another one has another id. A name may come to mean something else, so that the id
//! that was decided on is sent on in its place.
//!
//! Evidence: the API reference for the answers, the service authorization reference for the types. Denials that users
//! of AWS have published name the subnet for DisassociateRouteTable, and the route table for
//! ReplaceRouteTableAssociation.

use super::defaults::{self, Found, known};
use super::{Decided, asked, existing, ids, invalid};
use crate::aws::call::Lookup;
use crate::aws::described::{Described, Ec2Question};
use crate::aws::pin::Pin;
use crate::aws::request::{Request, Resolved};
use crate::{Absent, MappingError};

/// How the resources are found that something is of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of {
    /// The member with the id.
    pub(super) member: &'static str,
    /// What has the id.
    pub(super) what: Absent,
    pub(super) asked: Asked,
    /// The list or structure in what is described that holds the id, if it is in one.
    pub(super) part: Option<&'static str>,
    /// What the id is called there.
    pub(super) id: &'static str,
    /// The resources, by their ids in the part or beside it.
    pub(super) resources: &'static [Resource],
    /// What is asked if nothing is found so.
    pub(super) or: Option<&'static Of>,
}

/// Which question is asked about an id.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked {
    /// The operation, the list in its answer, and its filter.
    Filter(&'static str, &'static str, &'static str),
    /// The operation, the list in its answer, and its parameter.
    Named(&'static str, &'static str, &'static str),
    /// The same, with what another member of the request names.
    Within(&'static str, &'static str, &'static str, &'static str),
}

/// A resource of an answer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Resource {
    /// The answer must tell it: its type, and the name of the element.
    Is(&'static str, &'static str),
    /// The answer may tell it.
    May(&'static str, &'static str),
    /// The answer may tell it, and its id tells of which type it is.
    Any(&'static str),
}

/// A member that can stand in place of an id.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name {
    pub(super) member: &'static str,
    /// What is called so.
    pub(super) what: Absent,
    pub(super) asked: Asked,
    /// What the name is called in the answer, and what the id.
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    /// The parameter of the id.
    pub(super) put: &'static str,
}

impl Asked {
    /// The question about an id or a name.
    ///
    /// # Errors
    /// One that is longer than any is.
    pub(super) fn question(self, request: &Request<'_>, id: &str) -> Result<Ec2Question, MappingError> {
        bounded(id)?;
        Ok(match self {
            Self::Filter(operation, list, filter) => Ec2Question::filter(operation, list, filter, id),
            Self::Named(operation, list, parameter) => Ec2Question::named(operation, list, parameter, id),
            Self::Within(operation, list, parameter, member) => {
                let whole = request.required(member)?;
                bounded(whole)?;
                Ec2Question::named(operation, list, parameter, whole)
            }
        })
    }
}

/// Refuses to ask about what is longer than any name or id.
pub(super) fn bounded(name: &str) -> Result<(), MappingError> {
    const NAME_BYTES_MAX: usize = 256;
    if name.len() <= NAME_BYTES_MAX {
        Ok(())
    } else {
        let start = name.chars().take(64).collect::<String>();
        Err(invalid(&start, "it is longer than any name"))
    }
}

/// What EC2 answers to a question.
pub(super) fn answer<'a>(request: &Request<'a>, question: Ec2Question) -> Result<&'a [Described], Lookup> {
    request
        .known
        .described(&question)
        .ok_or(Lookup::Described(question))
}

/// Adds the permissions on what each id of a member is of.
pub(super) fn add_of(request: &Request<'_>, of: &Of, decided: &mut Decided) -> Found<()> {
    let ids = request.texts(of.member)?;
    if ids.is_empty() {
        return Err(MappingError::MissingMember {
            member: of.member.to_owned(),
        });
    }
    for id in ids {
        known!(add_of_id(request, of, id, decided));
    }
    Ok(Ok(()))
}

/// Adds the permissions on what an id is of.
pub(super) fn add_of_id(request: &Request<'_>, of: &Of, id: &str, decided: &mut Decided) -> Found<()> {
    let mut of = of;
    let items = loop {
        match (answer(request, of.asked.question(request, id)?), of.or) {
            (Ok([]), Some(or)) => of = or,
            (Ok(items), _) => break items,
            (Err(lookup), _) => return Ok(Err(lookup)),
        }
    };
    let (whole, part) = the_one(items, of, id)?;
    let text = |path: &str| part.text_at(path).or_else(|| whole.text_at(path));
    let before = decided.permissions.len();
    for resource in of.resources {
        let (resource_type, path) = match *resource {
            Resource::Is(resource_type, path) | Resource::May(resource_type, path) => {
                (Some(resource_type), path)
            }
            Resource::Any(path) => (None, path),
        };
        let Some(found) = text(path) else {
            if matches!(resource, Resource::Is(..)) {
                return Err(untold(of.member));
            }
            continue;
        };
        let resource_type = resource_type.or_else(|| ids::resource_type(found));
        let resource_type = resource_type.ok_or_else(|| untold(of.member))?;
        ids::check(resource_type, found, of.member)?;
        decided.permissions.push(existing(request, resource_type, found)?);
    }
    if decided.permissions.len() == before {
        return Err(untold(of.member));
    }
    Ok(Ok(()))
}

/// The one thing with this id, and the part of it that has it.
// Fails closed: of what is not there, nobody could say what it will be of when the request arrives.
fn the_one<'d>(
    items: &'d [Described],
    of: &Of,
    id: &str,
) -> Result<(&'d Described, &'d Described), MappingError> {
    let parts = items.iter().flat_map(|item| {
        let parts = match of.part {
            Some(part) => item.items(part),
            None => std::slice::from_ref(item),
        };
        parts.iter().map(move |part| (item, part))
    });
    let mut found = parts.filter(|(_, part)| part.text(of.id) == Some(id));
    let first = found.next().ok_or_else(|| MappingError::absent(of.what, id))?;
    match found.next() {
        None => Ok(first),
        Some(_) => Err(invalid(of.member, "the upstream knows several of them")),
    }
}

/// The id of what a name stands for, which is sent on in place of the name. `None` if the request has no such name.
pub(super) fn id_by_name<'a>(
    request: &Request<'a>,
    name: &Name,
    decided: &mut Decided,
) -> Found<Option<&'a str>> {
    let Some(called) = request.text(name.member)? else {
        return Ok(Ok(None));
    };
    let id = known!(called_so(request, name, called));
    decided.pins.push(Pin::new(name.member, name.put, id));
    Ok(Ok(Some(id)))
}

/// What the upstream says something is known by that is called so.
pub(super) fn called_so<'a>(request: &Request<'a>, name: &Name, called: &str) -> Found<&'a str> {
    let items = match answer(request, name.asked.question(request, called)?) {
        Ok(items) => items,
        Err(lookup) => return Ok(Err(lookup)),
    };
    let is_meant = |item: &&Described| item.text(name.name) == Some(called);
    let mut found = items.iter().filter(is_meant);
    let item = found
        .next()
        .ok_or_else(|| MappingError::absent(name.what, called))?;
    if found.next().is_some() {
        return Err(invalid(name.member, "the upstream knows several of them"));
    }
    Ok(Ok(item.text(name.id).ok_or_else(|| untold(name.member))?))
}

/// The id of the security group of a name in the default VPC: names are looked up nowhere else.
///
/// Evidence: the API reference of RunInstances and of the operations on groups.
pub(super) fn group_by_name<'a>(request: &Request<'a>, name: &str, member: &str) -> Found<&'a str> {
    bounded(name)?;
    let vpcs = known!(defaults::vpcs(request));
    let [vpc] = vpcs.as_slice() else {
        return Err(invalid(member, "groups must be named by their ids"));
    };
    let mut question = Ec2Question::filter("DescribeSecurityGroups", "securityGroupInfo", "group-name", name);
    question.input.extend([
        ("Filter.2.Name", "vpc-id".to_owned()),
        ("Filter.2.Value.1", (*vpc).to_owned()),
    ]);
    let items = match answer(request, question) {
        Ok(items) => items,
        Err(lookup) => return Ok(Err(lookup)),
    };
    // Filters take wildcards: the name has to be the very one.
    let is_meant =
        |item: &&Described| item.text("groupName") == Some(name) && item.text("vpcId") == Some(vpc);
    let mut found = items.iter().filter(is_meant);
    match (found.next(), found.next()) {
        (Some(item), None) => Ok(Ok(item.text("groupId").ok_or_else(|| untold(member))?)),
        (None, _) => Err(MappingError::absent(Absent::SecurityGroup, name)),
        _ => Err(invalid(member, "the upstream knows several of them")),
    }
}

fn untold(member: &str) -> MappingError {
    invalid(member, "the upstream does not tell what it is of")
}

/// The association itself, or that of a public address, whose id is sent on then.
pub(super) fn disassociate_address(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut decided = Decided::default();
    let of = &asked::ADDRESS_ASSOCIATION;
    let id = match (
        request.text(of.member)?,
        request.has(asked::ASSOCIATED_ADDRESS.member),
    ) {
        (Some(id), false) => id,
        (None, true) => match id_by_name(request, &asked::ASSOCIATED_ADDRESS, &mut decided)? {
            Ok(Some(id)) => id,
            Ok(None) => return Err(untold(of.member)),
            Err(lookup) => return Ok(Resolved::Needs(lookup)),
        },
        (Some(_), true) => return Err(invalid(of.member, "it stands there with an address")),
        (None, false) => {
            return Err(MappingError::MissingMember {
                member: of.member.to_owned(),
            });
        }
    };
    Ok(match add_of_id(request, of, id, &mut decided)? {
        Ok(()) => decided.resolved(),
        Err(lookup) => Resolved::Needs(lookup),
    })
}

/// The key pair by its name, or by its id, in whose place the name is sent on.
pub(super) fn delete_key_pair(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut decided = Decided::default();
    let by_id = &asked::KEY_PAIR_ID;
    let name = match (request.text("KeyName")?, request.has(by_id.member)) {
        (Some(name), false) => name,
        (None, true) => match id_by_name(request, by_id, &mut decided)? {
            Ok(Some(name)) => name,
            Ok(None) => return Err(untold(by_id.member)),
            Err(lookup) => return Ok(Resolved::Needs(lookup)),
        },
        (Some(_), true) => return Err(invalid(by_id.member, "it stands there with a name")),
        (None, false) => {
            return Err(MappingError::MissingMember {
                member: "KeyName".to_owned(),
            });
        }
    };
    decided.permissions.push(existing(request, "key-pair", name)?);
    Ok(decided.resolved())
}
