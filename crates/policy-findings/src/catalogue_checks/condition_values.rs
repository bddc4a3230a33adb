//! Whether values of condition keys have the form that values of the key have.
//!
//! Only operators that compare texts are looked at, and only values that stand for themselves: one with a variable or a
//! wildcard is passed over.

use lanyard_policy::operator::Comparison;

use super::glob::is_open;
use super::regions::is_region;
use crate::IssueCode;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Statement};

/// `INVALID_VPC_FORMAT`, `INVALID_VPCE_FORMAT`, `INVALID_REGION` and `INVALID_KMS_KEY_VALUE`.
pub(super) fn forms(statement: &Statement<'_>, _document: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let is_text = condition.operator.is_some_and(|operator| {
            use Comparison::{StringEquals, StringEqualsIgnoreCase, StringLike};
            matches!(
                operator.comparison,
                StringEquals | StringEqualsIgnoreCase | StringLike
            )
        });
        let form = FORMS
            .iter()
            .find(|form| form.key.eq_ignore_ascii_case(condition.key()));
        let Some(form) = form.filter(|_| is_text) else {
            continue;
        };
        for value in condition.values.iter().filter(|value| !is_open(value.text)) {
            if !(form.fits)(value.text) {
                sink.at(
                    form.code,
                    value.node,
                    format!("{} {}", quoted(value.text), form.details),
                );
            }
        }
    }
}

/// What the values of a key look like.
struct Form {
    key: &'static str,
    fits: fn(&str) -> bool,
    code: IssueCode,
    details: &'static str,
}

const FORMS: [Form; 4] = [
    Form {
        key: "aws:SourceVpc",
        fits: |value| is_identifier(value, "vpc-"),
        code: IssueCode::InvalidVpcFormat,
        details: "is no VPC: those are called vpc- and 8 or 17 letters and digits.",
    },
    Form {
        key: "aws:SourceVpce",
        fits: |value| is_identifier(value, "vpce-"),
        code: IssueCode::InvalidVpceFormat,
        details: "is no VPC endpoint: those are called vpce- and 8 or 17 letters and digits.",
    },
    Form {
        key: "aws:RequestedRegion",
        fits: is_region,
        code: IssueCode::InvalidRegion,
        details: "is not the name of a Region.",
    },
    Form {
        key: "s3:x-amz-server-side-encryption-aws-kms-key-id",
        fits: is_kms_key,
        code: IssueCode::InvalidKmsKeyValue,
        details: "is not the ARN of a KMS key, which this condition key holds.",
    },
];

/// A prefix and 8 or 17 letters and digits.
fn is_identifier(value: &str, prefix: &str) -> bool {
    value.strip_prefix(prefix).is_some_and(|rest| {
        matches!(rest.len(), 8 | 17) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

fn is_kms_key(value: &str) -> bool {
    let mut fields = value.splitn(6, ':');
    let service = fields.nth(2);
    let resource = fields.nth(2);
    value.starts_with("arn:")
        && service == Some("kms")
        && resource.is_some_and(|resource| resource.starts_with("key/"))
}
