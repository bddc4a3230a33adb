//! Security Hub: products of others are in no account.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::arn_form::is_plain;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[(
        "BatchImportFindings",
        Resolve::Custom(
            products,
            "each product that a finding names; those of others are in no account",
        ),
    )],
};

/// Where a request names the product that a finding, or one that belongs to it, comes from.
const PRODUCTS: [&str; 3] = [
    "Findings.ProductArn",
    "Findings.FindingProviderFields.RelatedFindings.ProductArn",
    "Findings.Detection.Sequence.Signals.ProductArn",
];

/// Evidence: a denial of AWS that users quote, of findings of a product whose ARN has no account.
fn products(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut arns = Vec::new();
    for path in PRODUCTS {
        for text in request.texts(path)? {
            arns.push(product(request, text)?);
        }
    }
    if arns.is_empty() {
        return Err(MappingError::MissingMember {
            member: "Findings.ProductArn".to_owned(),
        });
    }
    arns.sort_unstable();
    arns.dedup();
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Ok(Resolved::Permissions(permissions.collect()))
}

fn product(request: &Request<'_>, text: &str) -> Result<String, MappingError> {
    let start = format!("arn:aws:securityhub:{}::product/", request.scope.region);
    let named = text.strip_prefix(&start).and_then(|rest| rest.split_once('/'));
    let is_word = |word: &str| is_plain(word) && !word.contains(['/', ':']);
    match named {
        Some((company, id)) if is_word(company) && is_word(id) => Ok(text.to_owned()),
        _ => request.checked_arn("product", text),
    }
}
