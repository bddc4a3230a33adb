//! The checks of a bucket policy, in S3's order and words.

use std::collections::HashSet;

use lanyard_names::{AccountId, UniqueId};

use super::actions::{Level, applies_to, is_known};
use super::conditions::check_conditions;
use super::json::{Fields, Json, field};
use crate::s3::answered::bucket_policy_error::BucketPolicyError;

/// The most bytes of a bucket policy. Evidence: the S3 user guide gives it 20 KB.
const BYTES_MAX: usize = 20_480;

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];
const POLICY_FIELDS: [&str; 3] = ["Version", "Id", "Statement"];
const STATEMENT_FIELDS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];
const PRINCIPAL_FIELDS: [&str; 4] = ["AWS", "CanonicalUser", "Service", "Federated"];

/// Checks what S3 checks of a policy that is put on a bucket.
///
/// A document that passes still has to pass as a resource policy: this looks at no operators and no values of
/// conditions.
pub(crate) fn check(text: &str, bucket: &str) -> Result<(), BucketPolicyError> {
    if text.len() > BYTES_MAX {
        return Err(BucketPolicyError::TooLong);
    }
    if !text.starts_with('{') {
        return Err(BucketPolicyError::NotJson);
    }
    let json: Json = serde_json::from_str(text).map_err(|_| BucketPolicyError::NotJson)?;
    let Json::Object(fields) = &json else {
        return Err(BucketPolicyError::NotJson);
    };
    check_names(fields, &POLICY_FIELDS)?;
    match field(fields, "Version") {
        None => {}
        Some(Json::Text(version)) if VERSIONS.contains(&version.as_str()) => {}
        Some(_) => return Err(BucketPolicyError::Version),
    }
    if !matches!(field(fields, "Id"), None | Some(Json::Text(_))) {
        return Err(BucketPolicyError::Syntax);
    }
    let statements = match field(fields, "Statement") {
        None => return Err(BucketPolicyError::Missing("Statement")),
        Some(Json::List(statements)) => statements.as_slice(),
        Some(statement) => std::slice::from_ref(statement),
    };
    if statements.is_empty() {
        return Err(BucketPolicyError::NoStatements);
    }
    statements
        .iter()
        .try_for_each(|statement| check_statement(statement, bucket))
}

fn check_statement(statement: &Json, bucket: &str) -> Result<(), BucketPolicyError> {
    let Json::Object(fields) = statement else {
        return Err(BucketPolicyError::Syntax);
    };
    check_names(fields, &STATEMENT_FIELDS)?;
    match field(fields, "Effect") {
        None => return Err(BucketPolicyError::Missing("Effect")),
        Some(Json::Text(effect)) if effect == "Allow" || effect == "Deny" => {}
        Some(Json::Text(effect)) => return Err(BucketPolicyError::Effect(effect.clone())),
        Some(_) => return Err(BucketPolicyError::Syntax),
    }
    let (principal, _) = one_of(fields, "Principal", "NotPrincipal")?;
    check_principal(principal)?;

    let (actions, all_but_actions) = one_of(fields, "Action", "NotAction")?;
    let actions = texts(actions, "Action")?;
    if !actions.iter().all(|action| is_action(action)) {
        return Err(BucketPolicyError::Action);
    }
    let (resources, all_but_resources) = one_of(fields, "Resource", "NotResource")?;
    let resources = texts(resources, "Resource")?;
    if !resources.iter().all(|resource| is_of_bucket(resource, bucket)) {
        return Err(BucketPolicyError::Resource);
    }
    if !all_but_actions && !all_but_resources {
        check_applies(&actions, &resources)?;
    }
    let conditions = match field(fields, "Condition") {
        None => return Ok(()),
        Some(Json::Object(conditions)) => conditions,
        Some(_) => return Err(BucketPolicyError::Syntax),
    };
    // What all actions but some can be asked about is no use to know.
    let actions = if all_but_actions { &[] } else { actions.as_slice() };
    check_conditions(conditions, actions)
}

/// The value of an element or of its negation, and whether it was the latter.
fn one_of<'a>(
    fields: &'a Fields,
    name: &'static str,
    negated: &'static str,
) -> Result<(&'a Json, bool), BucketPolicyError> {
    match (field(fields, name), field(fields, negated)) {
        (Some(_), Some(_)) => Err(BucketPolicyError::Twice(name.to_owned())),
        (Some(value), None) => Ok((value, false)),
        (None, Some(value)) => Ok((value, true)),
        (None, None) => Err(BucketPolicyError::Missing(name)),
    }
}

fn texts<'a>(value: &'a Json, name: &'static str) -> Result<Vec<&'a str>, BucketPolicyError> {
    let texts = value.texts().ok_or(BucketPolicyError::Syntax)?;
    if texts.is_empty() {
        return Err(BucketPolicyError::Empty(name));
    }
    Ok(texts)
}

fn check_principal(principal: &Json) -> Result<(), BucketPolicyError> {
    let kinds = match principal {
        Json::Text(everyone) if everyone == "*" => return Ok(()),
        Json::Object(kinds) if !kinds.is_empty() => kinds,
        _ => return Err(BucketPolicyError::Principal),
    };
    for (kind, values) in kinds {
        let known = PRINCIPAL_FIELDS.contains(&kind.as_str());
        let values = values.texts().filter(|values| known && !values.is_empty());
        let Some(values) = values else {
            return Err(BucketPolicyError::Principal);
        };
        let is_wrong = match kind.as_str() {
            "AWS" => !values.iter().all(|value| is_aws_principal(value)),
            // Differs from AWS, where an owner can be named by its canonical user id. Here it would name nobody.
            "CanonicalUser" => return Err(BucketPolicyError::CanonicalUser),
            "Service" => !values.iter().all(|value| is_service(value)),
            _ => !values.iter().all(|value| is_provider(value)),
        };
        if is_wrong {
            return Err(BucketPolicyError::Principal);
        }
    }
    Ok(())
}

/// Whether a text can be an AWS principal. Whether it exists is found out when it is bound.
fn is_aws_principal(text: &str) -> bool {
    if text == "*" || AccountId::parse(text).is_ok() || UniqueId::parse(text).is_ok() {
        return true;
    }
    let mut fields = text.splitn(6, ':');
    let mut next = || fields.next().unwrap_or_default();
    let (arn, _partition, service, region) = (next(), next(), next(), next());
    let (account, resource) = (next(), next());
    arn == "arn"
        && matches!(service, "iam" | "sts")
        && region.is_empty()
        && AccountId::parse(account).is_ok()
        && !resource.is_empty()
}

/// Whether a text can be a service of AWS: `logging.s3.amazonaws.com`.
fn is_service(text: &str) -> bool {
    let name = text.strip_suffix(".amazonaws.com").unwrap_or_default();
    let is_allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    !name.is_empty() && name.bytes().all(is_allowed)
}

/// Whether a text can be an identity provider of an account.
fn is_provider(text: &str) -> bool {
    let Some((account, provider)) = text
        .strip_prefix("arn:aws:iam::")
        .and_then(|rest| rest.split_once(':'))
    else {
        return false;
    };
    let named = |kind| provider.strip_prefix(kind).is_some_and(|name| !name.is_empty());
    AccountId::parse(account).is_ok() && (named("saml-provider/") || named("oidc-provider/"))
}

fn is_action(action: &str) -> bool {
    if action == "*" {
        return true;
    }
    let Some((vendor, name)) = action.split_once(':') else {
        return false;
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'*' || byte == b'?';
    vendor.eq_ignore_ascii_case("s3") && name.bytes().all(allowed) && is_known(action)
}

/// Whether a resource is the bucket or something in it.
fn is_of_bucket(resource: &str, bucket: &str) -> bool {
    resource
        .strip_prefix("arn:aws:s3:::")
        .and_then(|path| path.strip_prefix(bucket))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn check_applies(actions: &[&str], resources: &[&str]) -> Result<(), BucketPolicyError> {
    let has_objects = resources.iter().any(|resource| resource.contains('/'));
    let has_bucket = resources.iter().any(|resource| !resource.contains('/'));
    let applies = |action: &&str| {
        has_bucket && applies_to(action, Level::Bucket) || has_objects && applies_to(action, Level::Object)
    };
    if actions.iter().all(applies) {
        Ok(())
    } else {
        Err(BucketPolicyError::ActionWithoutResource)
    }
}

fn check_names(fields: &Fields, known: &[&str]) -> Result<(), BucketPolicyError> {
    let mut seen = HashSet::new();
    for (name, _) in fields {
        if !known.contains(&name.as_str()) {
            return Err(BucketPolicyError::UnknownField(name.clone()));
        }
        if !seen.insert(name.as_str()) {
            return Err(BucketPolicyError::Twice(name.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
