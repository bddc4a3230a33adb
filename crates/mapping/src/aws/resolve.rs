//! From a request that was read to its permissions, as was laid down when the mapping was made.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use lanyard_policy::{Context, Text};

use super::arn_form::is_plain;
use super::bind::{Bound, Missing, Part, TypePlan};
use super::call::Permission;
use super::compile::{ActionPlan, CompiledOperation, Plan};
use super::input::Node;
use super::lower_case;
use super::overrides::{Absent, Named, OnType, Resolve};
use super::pass_role;
use super::request::{Request, Resolved};
use super::tag_on_creation;
use super::tags::RequestTags;
use crate::MappingError;

/// The most permissions of one request.
pub(super) const PERMISSIONS_MAX: usize = 1024;
/// Why a request with more is refused.
pub(super) const TOO_MANY: &str = "it names more resources than are decided on at once";

/// Everything that a request is decided on.
///
/// # Errors
/// An operation that is not mapped, a resource that is not named.
pub(super) fn permissions(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let resolved = match &request.compiled.plan {
        Plan::Refused(reason) => {
            return Err(MappingError::Unmapped {
                operation: request.operation.name(),
                reason: reason.clone(),
            });
        }
        Plan::Override(Resolve::Custom(custom, _) | Resolve::ByTable(custom, _), _) => {
            custom(request)?.partly_known(request)
        }
        Plan::Override(Resolve::On(types), actions) => {
            Resolved::Permissions(by_hand(request, types, actions)?).partly_known(request)
        }
        Plan::Override(_, actions) => {
            let all = actions.iter().map(|action| request.wildcard(action.clone()));
            Resolved::Permissions(all.collect())
        }
        Plan::Rules(plans) => Resolved::Permissions(by_rules(request, plans)?),
    };
    let (mut permissions, pins) = match resolved {
        Resolved::Permissions(permissions) => (permissions, Vec::new()),
        Resolved::Pinned(permissions, pins) => (permissions, pins),
        needs @ Resolved::Needs(_) => return Ok(needs),
    };
    if permissions.is_empty() {
        return Err(request.unmapped("the request names no resource"));
    }
    permissions.extend(tag_on_creation::permissions(request, &permissions)?);
    match pass_role::permissions(request, &request.compiled.passed)? {
        Resolved::Permissions(passed) | Resolved::Pinned(passed, _) => permissions.extend(passed),
        needs @ Resolved::Needs(_) => return Ok(needs),
    }
    lower_case::check(request, &permissions)?;
    if permissions.len() > PERMISSIONS_MAX {
        return Err(request.unmapped(TOO_MANY));
    }
    Ok(Resolved::Pinned(permissions, pins))
}

/// Most requests give none.
static NO_KEYS: LazyLock<Arc<Context>> = LazyLock::new(Arc::default);

/// How many values the keys of a request may have together: every permission is decided with all of them, so that a
/// request of a few megabytes with many resources would keep a processor busy for minutes.
///
/// Evidence: no service takes more than a thousand tags at once; each has its value in two keys.
const VALUES_MAX: usize = 2048;

/// The condition keys that come with every permission of a request.
///
/// # Errors
/// One tag with two values, of which a condition would see one; more values than are decided on.
pub(super) fn keys(
    compiled: &CompiledOperation,
    input: &Node<'_>,
    tags: &RequestTags<'_>,
) -> Result<Arc<Context>, MappingError> {
    let mut rules = compiled.keys.iter();
    if tags.is_empty() && rules.all(|rule| input.member(rule.member).is_none()) {
        return Ok(Arc::clone(&NO_KEYS));
    }
    let mut values = tags.len();
    let mut context = Context::with_capacity(compiled.keys.len() + 1);
    for rule in &compiled.keys {
        let Some(node) = input.member(rule.member) else {
            continue;
        };
        values += node.items().len().max(1);
        if values > VALUES_MAX {
            return Err(wrong(rule.member, "it has more values than are decided on"));
        }
        let is_list = matches!(node, Node::List(_));
        if matches!(node, Node::Number(text) if !is_usual_number(text)) {
            return Err(wrong(rule.member, "it is a number that is not written plainly"));
        }
        if is_list || rule.is_many {
            let items = if is_list {
                node.items()
            } else {
                std::slice::from_ref(node)
            };
            context.insert_many(rule.key, items.iter().filter_map(Node::as_text).map(Text::copied));
        } else if let Some(text) = node.as_text() {
            context.insert(rule.key, Text::copied(text));
        }
    }
    if values > VALUES_MAX {
        return Err(wrong("Tags", "there are more than a resource can have"));
    }
    if tags.has_conflict() {
        return Err(MappingError::InvalidMember {
            member: "Tags".to_owned(),
            reason: "a tag stands there with two values",
        });
    }
    tags.enter(&mut context);
    Ok(Arc::new(context))
}

/// Whether a number is written as policies write it: `7`, not `07`, `7.0` or `7e0`, which are the same to a service.
fn is_usual_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "1"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole)
        && is_digits(fraction)
        && (whole == "0" || !whole.starts_with('0'))
        && !fraction.ends_with('0')
        && text != "-0"
}

fn by_rules(request: &Request<'_>, plans: &[ActionPlan]) -> Result<Vec<Permission>, MappingError> {
    let mut permissions = Vec::new();
    for plan in plans {
        let action = Cow::<'static, str>::Owned(plan.action.clone());
        if plan.types.is_empty() {
            permissions.push(request.wildcard(action));
            continue;
        }
        let before = permissions.len();
        let mut arns: Vec<String> = Vec::new();
        let mut partly_known: Vec<String> = Vec::new();
        for also in &plan.also {
            also.put(request, &mut arns)?;
        }
        if let Some(besides) = &plan.besides {
            besides.put(request, &mut arns)?;
        }
        let is_meant = |known: &&TypePlan| match &known.unnamed {
            Some(unnamed) => unnamed.is_meant(request),
            None => true,
        };
        for known in plan.types.iter().filter(is_meant) {
            let before = arns.len();
            on_type(request, known, plan, &mut arns)?;
            if known.is_partly_known(request) {
                let of_type = arns.get(before..).unwrap_or_default();
                partly_known.extend(of_type.iter().filter(|arn| arn.contains('*')).cloned());
            }
        }
        arns.sort_unstable();
        arns.dedup();
        permissions.extend(arns.into_iter().map(|arn| {
            let partly_known = partly_known.contains(&arn);
            Permission {
                partly_known,
                ..request.permission(action.clone(), arn)
            }
        }));
        if permissions.len() == before {
            return Err(match plan.types.iter().find_map(path_of) {
                Some(path) => MappingError::MissingMember {
                    member: path.to_owned(),
                },
                None => request.unmapped("the request names no resource"),
            });
        }
    }
    Ok(permissions)
}

/// The member that names the resource itself: the last one. Behind it can stand only what nobody but the service
/// knows.
fn own_member<'p>(parts: &'p [(&'static str, Part)]) -> Option<&'p str> {
    parts.iter().rev().find_map(|(_, part)| match part {
        Part::Member(path) => Some(path.as_str()),
        Part::OfArn(_) | Part::Any | Part::Unknown => None,
    })
}

fn path_of(known: &TypePlan) -> Option<&str> {
    match &known.named {
        Bound::Arn(path) => Some(path),
        Bound::Parts(parts) => own_member(parts),
    }
}

impl TypePlan {
    /// Whether a request names resources of the type but for a part that no request tells. One that names none is about
    /// all.
    fn is_partly_known(&self, request: &Request<'_>) -> bool {
        let Bound::Parts(parts) = &self.named else {
            return false;
        };
        let is_named = |part: &Part| match part {
            Part::OfArn(_) => true,
            Part::Member(path) => request.has(path),
            Part::Any | Part::Unknown => false,
        };
        let own = parts.iter().rev().find(|(_, part)| *part != Part::Unknown);
        own.is_none_or(|(_, part)| is_named(part)) && parts.iter().any(|(_, part)| *part == Part::Unknown)
    }
}

/// Puts the ARNs of one type.
fn on_type(
    request: &Request<'_>,
    known: &TypePlan,
    plan: &ActionPlan,
    arns: &mut Vec<String>,
) -> Result<(), MappingError> {
    let (path, parts) = match &known.named {
        Bound::Arn(path) => (path.as_str(), &[][..]),
        Bound::Parts(parts) => match own_member(parts) {
            Some(path) => (path, parts.as_slice()),
            None => {
                arns.push(filled(request, known, parts, None)?);
                return Ok(());
            }
        },
    };
    let texts = request.texts(path)?;
    if texts.is_empty() {
        return match known.absent {
            Missing::Refuse => Err(MappingError::MissingMember {
                member: path.to_owned(),
            }),
            Missing::Skip => Ok(()),
            Missing::Any => match parts.split_last() {
                Some(_) => {
                    arns.push(filled(request, known, parts, Some("*"))?);
                    Ok(())
                }
                None => Err(MappingError::MissingMember {
                    member: path.to_owned(),
                }),
            },
        };
    }
    for text in texts {
        if !is_plain(text) {
            return Err(wrong(path, "it is empty, or has wildcards or control characters"));
        }
        if parts.is_empty() || text.starts_with("arn:") {
            match known.read(text, request.scope) {
                Some(arn) => {
                    if !is_of_better_type(request, plan, known, &arn) {
                        arns.push(arn);
                    }
                }
                // It may be of another type of the action, which has the same member.
                None if plan.types.iter().any(|other| {
                    path_of(other) == Some(path) && other.read(text, request.scope).is_some()
                }) => {}
                None => return Err(wrong(path, "it is no ARN of such a resource here")),
            }
        } else {
            arns.push(filled(request, known, parts, Some(text))?);
        }
    }
    Ok(())
}

/// Whether an ARN fits a more particular type of the same action, which asks for it then.
fn is_of_better_type(request: &Request<'_>, plan: &ActionPlan, known: &TypePlan, arn: &str) -> bool {
    let others = plan
        .types
        .iter()
        .filter(|other| !std::ptr::eq(*other, known) && other.named == known.named);
    let mut better = others.filter(|other| other.form.fixed_len() > known.form.fixed_len());
    better.any(|other| other.form.read(arn, request.scope).is_some())
}

fn filled(
    request: &Request<'_>,
    known: &TypePlan,
    parts: &[(&'static str, Part)],
    last: Option<&str>,
) -> Result<String, MappingError> {
    let own = parts
        .iter()
        .rposition(|(_, part)| matches!(part, Part::Member(_)));
    let mut values = Vec::with_capacity(parts.len());
    for (number, (placeholder, part)) in parts.iter().enumerate() {
        let value = match part {
            Part::Any | Part::Unknown => "*",
            Part::OfArn(part) => part.read(request)?,
            Part::Member(path) => {
                let is_own = own == Some(number);
                let value = match last {
                    Some(last) if is_own => last,
                    _ => request.required(path)?,
                };
                // Fails closed: a separator in a name with something behind it would move the border between the two.
                let is_last = number + 1 == parts.len();
                let is_any = is_own && value == "*";
                if !is_any && (!is_plain(value) || (!is_last && value.contains(['/', ':']))) {
                    return Err(wrong(path, "it is no name of a parent"));
                }
                if known.form.has_separator(value) {
                    return Err(wrong(path, "it would be a resource of another type"));
                }
                value
            }
        };
        values.push((*placeholder, value));
    }
    let value = |name: &str| {
        values
            .iter()
            .find(|(placeholder, _)| *placeholder == name)
            .map(|(_, value)| *value)
    };
    let filled = known.form.filled(request.scope, value);
    let arn = filled.ok_or_else(|| request.unmapped("its resource has another form of ARN"))?;
    // Fails closed: a separator in a name can make the ARN of something else of it.
    let has_separator = values.iter().any(|(_, value)| value.contains(['/', ':']));
    if has_separator && request.tables.is_of_other_type(&known.form, &arn) {
        let path = own_member(parts).unwrap_or_default();
        return Err(wrong(path, "it would be a resource of another type"));
    }
    Ok(arn)
}

fn by_hand(
    request: &Request<'_>,
    types: &[OnType],
    actions: &[String],
) -> Result<Vec<Permission>, MappingError> {
    let mut arns = Vec::new();
    for known in types {
        by_hand_on(request, known, &mut arns)?;
    }
    let mut permissions = Vec::with_capacity(arns.len() * actions.len());
    for action in actions {
        permissions.extend(
            arns.iter()
                .map(|arn| request.permission(action.clone(), arn.clone())),
        );
    }
    Ok(permissions)
}

fn by_hand_on(request: &Request<'_>, known: &OnType, arns: &mut Vec<String>) -> Result<(), MappingError> {
    let resource_type = known.resource_type;
    let any = || request.any(resource_type);
    let path = match &known.named {
        Named::Any => {
            arns.push(any()?);
            return Ok(());
        }
        Named::Arn(path) | Named::ArnOrBy(_, path) => *path,
        Named::By(parts) => parts.last().map_or("", |(_, path)| *path),
    };
    let texts = request.texts(path)?;
    if texts.is_empty() {
        return match known.absent {
            Absent::Missing => Err(MappingError::MissingMember {
                member: path.to_owned(),
            }),
            Absent::Any => {
                arns.push(any()?);
                Ok(())
            }
            Absent::None => Ok(()),
        };
    }
    for text in texts {
        arns.push(match &known.named {
            Named::Arn(_) => request.checked_arn(resource_type, text)?,
            Named::ArnOrBy(placeholder, _) => request.arn_or_name(resource_type, placeholder, text)?,
            Named::By(parts) => {
                let count = parts.len();
                let mut values = Vec::with_capacity(count);
                for (number, (placeholder, path)) in parts.iter().enumerate() {
                    let value = if number + 1 == count {
                        text
                    } else {
                        request.required(path)?
                    };
                    values.push((*placeholder, value));
                }
                request.arn(resource_type, &values)?
            }
            Named::Any => any()?,
        });
    }
    Ok(())
}

fn wrong(path: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: path.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::is_usual_number;

    #[test]
    fn numbers_are_written_in_one_way() {
        for text in ["0", "7", "-7", "0.5", "10.25"] {
            assert!(is_usual_number(text), "{text}");
        }
        for text in ["07", "7.0", "7e0", "7.", "-0", "NaN", "1E3", "+7", "00"] {
            assert!(!is_usual_number(text), "{text}");
        }
    }
}
