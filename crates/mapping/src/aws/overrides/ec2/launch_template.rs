//! RunInstances with a launch template: what the template says and the request does not is decided on as if the
//! request said it, besides the template itself.
//!
//! EC2 is asked for the version. A version never changes, so its number is sent on in place of `$Latest` or a name:
//! whoever moves those meanwhile changes nothing of what was decided.
//!
//! What a request says overwrites what the template says of it. Where both say something of one structure, of tags or
//! of devices, it is not published whether the two are put together: both readings are decided on.
//!
//! Evidence: the API reference of RunInstances; the user guide's page on controlling launches by templates. Denials
//! that users of AWS have published have `ec2:LaunchTemplate` and `ec2:IsLaunchTemplateResource` on instances and key
//! pairs.

use super::defaults::{Found, known};
use super::found::{answer, bounded};
use super::launch_template_data::{self as data, overwritten, put_together};
use super::{Decided, existing, ids, invalid, is_listed, run_instances};
use crate::aws::call::Permission;
use crate::aws::described::{Described, Ec2Question};
use crate::aws::input::Node;
use crate::aws::pass_role;
use crate::aws::pin::Pin;
use crate::aws::request::{Request, Resolved};
use crate::aws::resolve;
use crate::{Absent, MappingError};

const MEMBER: &str = "LaunchTemplate";
/// What a request may say and still leave everything to the template.
const BESIDES: [&str; 5] = [MEMBER, "MinCount", "MaxCount", "ClientToken", "DryRun"];
/// With which members a request names resources of its own, by their types.
const NAMED_BY: [(&str, &[&str]); 4] = [
    ("image", &["ImageId"]),
    ("key-pair", &["KeyName"]),
    ("subnet", &["SubnetId", "NetworkInterfaces"]),
    (
        "security-group",
        &["SecurityGroupIds", "SecurityGroups", "NetworkInterfaces"],
    ),
];

/// A version of a template.
struct Template<'a> {
    id: &'a str,
    version: &'a str,
    data: Node<'a>,
}

pub(super) fn resolve(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut decided = Decided::default();
    let done = if request.has(MEMBER) {
        by_template(request, &mut decided)?
    } else {
        run_instances::launch(request, &mut decided)?
    };
    Ok(match done {
        Ok(()) => decided.resolved(),
        Err(lookup) => Resolved::Needs(lookup),
    })
}

fn by_template(request: &Request<'_>, decided: &mut Decided) -> Found<()> {
    let template = known!(template(request));
    let permission = existing(request, "launch-template", template.id)?;
    let arn = permission.resource.clone();
    decided.permissions.push(permission);
    let own = own(request.input);
    for input in readings(&own, &template.data)? {
        known!(launch(request, &input, decided));
    }
    for permission in &mut decided.permissions {
        of_template(request, &template, &arn, permission);
    }
    let (id, version) = ("LaunchTemplate.LaunchTemplateId", "LaunchTemplate.Version");
    decided.pins.push(Pin {
        instead_of: MEMBER,
        put: vec![
            (id.to_owned(), template.id.to_owned()),
            (version.to_owned(), template.version.to_owned()),
        ],
    });
    Ok(Ok(()))
}

/// The version that a request asks for: the default one, unless it says otherwise.
fn template<'a>(request: &Request<'a>) -> Found<Template<'a>> {
    let id = request.text("LaunchTemplate.LaunchTemplateId")?;
    let name = request.text("LaunchTemplate.LaunchTemplateName")?;
    let version = request.text("LaunchTemplate.Version")?.unwrap_or("$Default");
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number && !matches!(version, "$Default" | "$Latest") {
        return Err(invalid(MEMBER, "it asks for no version"));
    }
    let (parameter, called, is_called) = match (id, name) {
        (Some(id), None) => ("LaunchTemplateId", id, "launchTemplateId"),
        (None, Some(name)) => ("LaunchTemplateName", name, "launchTemplateName"),
        _ => {
            return Err(invalid(
                MEMBER,
                "it must be named either by its id or by its name",
            ));
        }
    };
    bounded(called)?;
    bounded(version)?;
    let mut question = Ec2Question::named(
        "DescribeLaunchTemplateVersions",
        "launchTemplateVersionSet",
        parameter,
        called,
    );
    question
        .input
        .push(("LaunchTemplateVersion.1", version.to_owned()));
    let items = match answer(request, question) {
        Ok(items) => items,
        Err(lookup) => return Ok(Err(lookup)),
    };
    // Fails closed: of no version, or of another one than was asked for, nobody knows what would be launched.
    let is_asked = |item: &&Described| {
        item.text(is_called) == Some(called) && (!is_number || item.text("versionNumber") == Some(version))
    };
    let item = match items {
        [item] => item,
        // Which of the two is not there, the template or its version, is not told.
        [] if is_number => return Err(MappingError::absent(Absent::LaunchTemplateVersion, version)),
        [] if id.is_some() => return Err(MappingError::absent(Absent::LaunchTemplateId, called)),
        [] => return Err(MappingError::absent(Absent::LaunchTemplateName, called)),
        _ => return Err(invalid(MEMBER, "the upstream knows several of them")),
    };
    let item = Some(item).filter(is_asked);
    let told = item.and_then(|item| {
        let version = item.text("versionNumber")?;
        let is_number = version.bytes().all(|byte| byte.is_ascii_digit());
        let data = item.only("launchTemplateData")?;
        is_number.then_some((item.text("launchTemplateId")?, version, data))
    });
    let (id, version, said) =
        told.ok_or_else(|| invalid(MEMBER, "the upstream does not tell what it says"))?;
    ids::check("launch-template", id, MEMBER)?;
    let data = data::read(said).ok_or_else(|| {
        invalid(
            MEMBER,
            "it says something of which nobody knows here what it is decided on",
        )
    })?;
    Ok(Ok(Template { id, version, data }))
}

/// What a request says beside its template.
fn own<'n>(input: &'n Node<'_>) -> Node<'n> {
    let members = input.members().iter().filter(|(name, _)| name != MEMBER);
    Node::Map(
        members
            .map(|(name, node)| (name.as_ref().into(), node.borrowed()))
            .collect(),
    )
}

/// What a launch by a template could mean: one reading, or two.
fn readings<'n>(own: &'n Node<'_>, data: &'n Node<'_>) -> Result<Vec<Node<'n>>, MappingError> {
    let is_in_both = |name: &str| own.member(name).is_some() && data.member(name).is_some();
    if is_in_both("NetworkInterfaces") {
        return Err(invalid(
            "NetworkInterfaces",
            "they stand both in the request and in the launch template",
        ));
    }
    let first = overwritten(own, data);
    let second = put_together(own, data);
    Ok(if first == second {
        vec![first]
    } else {
        vec![first, second]
    })
}

/// Decides on a launch with everything that it says.
fn launch(request: &Request<'_>, input: &Node<'_>, decided: &mut Decided) -> Found<()> {
    let compiled = request.compiled;
    let tags = compiled.tags.read(input);
    let whole = Request {
        service: request.service,
        operation: request.operation,
        input,
        scope: request.scope,
        known: request.known,
        path: request.path,
        compiled,
        tables: request.tables,
        keys: resolve::keys(compiled, input, &tags)?,
    };
    if whole.has("SecurityGroups") && !request.has("SecurityGroups") {
        return Err(invalid(
            "SecurityGroups",
            "a launch template must name groups by their ids",
        ));
    }
    known!(run_instances::launch(&whole, decided));
    match pass_role::permissions(&whole, &compiled.passed)? {
        Resolved::Needs(lookup) => return Ok(Err(lookup)),
        Resolved::Permissions(passed) | Resolved::Pinned(passed, _) => decided.permissions.extend(passed),
    }
    Ok(Ok(()))
}

/// Enters which template a resource comes with, and whether the template itself says it, where that is certain.
fn of_template(request: &Request<'_>, template: &Template<'_>, arn: &str, permission: &mut Permission) {
    if is_listed(permission, "ec2:LaunchTemplate") {
        permission.enter("ec2:LaunchTemplate", Some(arn));
    }
    if !is_listed(permission, "ec2:IsLaunchTemplateResource") {
        return;
    }
    let members = request.input.members();
    let is_whole = members.iter().all(|(name, _)| BESIDES.contains(&name.as_ref()));
    let resource_type = permission.resource_type.unwrap_or_default();
    let named_by = NAMED_BY.iter().find(|(known, _)| *known == resource_type);
    let is_its_own = match named_by {
        Some((_, names)) => {
            let is_said = names.iter().any(|name| template.data.member(name).is_some());
            is_said && names.iter().all(|name| !request.has(name))
        }
        None => is_whole,
    };
    if is_its_own {
        permission.enter("ec2:IsLaunchTemplateResource", Some("true"));
    }
}
