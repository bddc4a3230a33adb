//! What the rules found when the mapping was made, filled with what a request says.

use std::borrow::Cow;

use super::{PERMISSIONS_MAX, TOO_MANY, wrong};
use crate::MappingError;
use crate::aws::arn_form::is_plain;
use crate::aws::bind::{Bound, Missing, Part, TypePlan};
use crate::aws::call::Permission;
use crate::aws::compile::ActionPlan;
use crate::aws::request::Request;

pub(super) fn by_rules(request: &Request<'_>, plans: &[ActionPlan]) -> Result<Vec<Permission>, MappingError> {
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
        // What a request names besides is as much as it has room for.
        if arns.len() > PERMISSIONS_MAX {
            return Err(request.unmapped(TOO_MANY));
        }
        partly_known.sort_unstable();
        permissions.extend(arns.into_iter().map(|arn| {
            let partly_known = partly_known.binary_search(&arn).is_ok();
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
