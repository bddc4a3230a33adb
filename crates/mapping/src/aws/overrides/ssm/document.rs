//! Documents, some of which are AWS's own.

use super::super::own_action;
use super::{invalid, on};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

/// The ARN of the document that a member names, by name or by ARN.
///
/// Evidence: recorded responses for AWS's own documents, which are in no account, and the API reference for how the
/// names of nobody else's begin.
pub(super) fn arn(request: &Request<'_>, path: &str, text: &str) -> Result<String, MappingError> {
    let name = text.rsplit_once("/").map_or(text, |(_, name)| name);
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !is_name {
        return Err(invalid(path, "it names no document"));
    }
    let region = request.scope.region;
    let owned = format!("arn:aws:ssm:{region}::document/{name}");
    let is_owned = ["aws", "amazon", "amzn"].iter().any(|prefix| {
        name.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    });
    if is_owned && (text == name || text == owned) {
        return Ok(owned);
    }
    if text != name && !text.starts_with("arn:") {
        return Err(invalid(path, "it names no document"));
    }
    request.arn_or_name("document", "DocumentName", text)
}

pub(super) fn named(request: &Request<'_>) -> Result<Resolved, MappingError> {
    Ok(on(request, arn(request, "Name", request.required("Name")?)?))
}

pub(super) fn calendars(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let permissions = request
        .texts("CalendarNames")?
        .into_iter()
        .map(|name| Ok(request.permission(own_action(request), arn(request, "CalendarNames", name)?)))
        .collect::<Result<Vec<_>, MappingError>>()?;
    if permissions.is_empty() {
        return Err(MappingError::MissingMember {
            member: "CalendarNames".to_owned(),
        });
    }
    Ok(Resolved::Permissions(permissions))
}
