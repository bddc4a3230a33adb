//! What a table by hand says, filled with what a request says.

use crate::MappingError;
use crate::aws::call::Permission;
use crate::aws::overrides::{Absent, Named, OnType};
use crate::aws::request::Request;

pub(super) fn by_hand(
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
