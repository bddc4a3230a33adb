//! Translate: most texts are translated without a terminology.

use super::{Resolve, ServiceOverrides};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        ("TranslateDocument", Resolve::Custom(document, WORDS)),
        ("TranslateText", Resolve::Custom(text, WORDS)),
    ],
};

const WORDS: &str = "each of the terminologies {TerminologyNames}; `*` if none is named";

fn document(request: &Request<'_>) -> Result<Resolved, MappingError> {
    with_terminologies(request, "translate:TranslateDocument")
}

fn text(request: &Request<'_>) -> Result<Resolved, MappingError> {
    with_terminologies(request, "translate:TranslateText")
}

fn with_terminologies(request: &Request<'_>, action: &'static str) -> Result<Resolved, MappingError> {
    let names = request.texts("TerminologyNames")?;
    if names.is_empty() {
        return Ok(Resolved::Permissions(vec![request.wildcard(action)]));
    }
    let mut permissions = Vec::new();
    for name in names {
        let arn = request.arn("terminology", &[("ResourceName", name)])?;
        permissions.push(request.permission(action, arn));
    }
    Ok(Resolved::Permissions(permissions))
}
