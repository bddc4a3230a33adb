//! The checks of a bucket policy, in S3's order and words.

use std::collections::HashSet;
use std::fmt;

use lanyard_names::{AccountId, UniqueId};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::actions::{Level, applies_to, is_known};

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

/// What is wrong with a bucket policy, as S3 says it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BucketPolicyError {
    /// It is not JSON, or not an object.
    #[error("Policies must be valid JSON and the first byte must be '{{'")]
    NotJson,
    /// It is longer than a policy may be.
    #[error("Policy exceeds the maximum allowed document size.")]
    TooLong,
    /// A value is of a kind that cannot stand there.
    #[error("Invalid policy syntax.")]
    Syntax,
    /// A field that the language does not have.
    #[error("Unknown field {0}")]
    UnknownField(String),
    /// A field stands twice, or beside its negation.
    #[error("Statement/policy already has instance of {0}")]
    Twice(String),
    /// A field is not there.
    #[error("Missing required field {0}")]
    Missing(&'static str),
    /// A list has nothing in it.
    #[error("Missing required field {0} cannot be empty!")]
    Empty(&'static str),
    /// There are no statements.
    #[error("Could not parse the policy: Statement is empty!")]
    NoStatements,
    /// The version is none.
    #[error("The policy must contain a valid version string")]
    Version,
    /// The effect is neither of the two.
    #[error("Invalid effect: {0}")]
    Effect(String),
    /// A principal that cannot be one, or that does not exist.
    #[error("Invalid principal in policy")]
    Principal,
    /// An action that is not one of S3.
    #[error("Policy has invalid action")]
    Action,
    /// A resource outside of the bucket.
    #[error("Policy has invalid resource")]
    Resource,
    /// An action about objects with no object to be about, or one about buckets with no bucket.
    #[error("Action does not apply to any resource(s) in statement")]
    ActionWithoutResource,
}

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
    match field(fields, "Condition") {
        None | Some(Json::Object(_)) => Ok(()),
        Some(_) => Err(BucketPolicyError::Syntax),
    }
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
            "CanonicalUser" => true,
            _ => false,
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

fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a Json> {
    fields
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value)
}

type Fields = Vec<(String, Json)>;

/// JSON that remembers names standing twice, which S3 names and most readers swallow.
#[derive(Debug)]
enum Json {
    Text(String),
    List(Vec<Json>),
    Object(Fields),
    Other,
}

impl Json {
    /// A text, or a list of texts.
    fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::Text(text) => Some(vec![text]),
            Self::List(items) => items
                .iter()
                .map(|item| match item {
                    Self::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            fields.push(entry);
        }
        Ok(Json::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    /// A statement that is in order, with some of its fields replaced; an empty value takes a field away.
    fn statement(changes: &[(&str, &str)]) -> String {
        let mut fields = vec![
            ("Effect", "\"Allow\""),
            ("Principal", "\"*\""),
            ("Action", "\"s3:GetObject\""),
            ("Resource", "\"arn:aws:s3:::reports/*\""),
        ];
        for change in changes {
            match fields.iter_mut().find(|field| field.0 == change.0) {
                Some(field) => *field = *change,
                None => fields.push(*change),
            }
        }
        let fields: Vec<String> = fields
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{{}}}]}}",
            fields.join(",")
        )
    }

    fn check_text(text: &str, expected: &str) {
        let found = check(text, "reports").map_or_else(|error| error.to_string(), |()| "accepted".to_owned());
        assert_eq!(found, expected, "{text}");
    }

    fn check_statement(changes: &[(&str, &str)], expected: &str) {
        check_text(&statement(changes), expected);
    }

    #[test]
    fn a_policy_about_the_bucket_and_what_is_in_it_is_accepted() {
        check_statement(&[], "accepted");
        check_statement(
            &[(
                "Resource",
                "[\"arn:aws:s3:::reports\",\"arn:aws:s3:::reports/a/*\"]",
            )],
            "accepted",
        );
        check_statement(
            &[(
                "Principal",
                "{\"AWS\":[\"111122223333\",\"arn:aws:iam::111122223333:user/a\"]}",
            )],
            "accepted",
        );
        check_statement(
            &[("Principal", "{\"Service\":\"logging.s3.amazonaws.com\"}")],
            "accepted",
        );
        check_statement(&[("Action", "\"s3:*\"")], "accepted");
        check_statement(&[("Action", "\"*\"")], "accepted");
        check_statement(&[("Action", ""), ("NotAction", "\"s3:ListBucket\"")], "accepted");
    }

    #[test]
    fn what_is_not_an_object_of_json_is_named_so() {
        let expected = "Policies must be valid JSON and the first byte must be '{'";
        for text in ["", "[]", " {}", "{", "file.json", "\u{feff}{}", "{\"Version\":}"] {
            check_text(text, expected);
        }
        let long = format!("{{{}}}", " ".repeat(20_480));
        check_text(&long, "Policy exceeds the maximum allowed document size.");
    }

    #[test]
    fn fields_of_the_policy() {
        check_text("{}", "Missing required field Statement");
        check_text(
            "{\"Statement\":[]}",
            "Could not parse the policy: Statement is empty!",
        );
        check_text("{\"Statement\":[1]}", "Invalid policy syntax.");
        check_text(
            "{\"Version\":\"2013-01-01\"}",
            "The policy must contain a valid version string",
        );
        check_text("{\"Statements\":[]}", "Unknown field Statements");
        check_text(
            "{\"Id\":\"a\",\"Id\":\"b\"}",
            "Statement/policy already has instance of Id",
        );
        check_text("{\"Id\":1,\"Statement\":[]}", "Invalid policy syntax.");
    }

    #[test]
    fn fields_of_a_statement() {
        check_statement(&[("Effect", "")], "Missing required field Effect");
        check_statement(&[("Effect", "\"allow\"")], "Invalid effect: allow");
        check_statement(&[("Principal", "")], "Missing required field Principal");
        check_statement(&[("Action", "")], "Missing required field Action");
        check_statement(
            &[("Action", "[]")],
            "Missing required field Action cannot be empty!",
        );
        check_statement(&[("Resource", "")], "Missing required field Resource");
        check_statement(
            &[("NotAction", "\"s3:*\"")],
            "Statement/policy already has instance of Action",
        );
        check_statement(&[("Conditions", "{}")], "Unknown field Conditions");
        check_statement(&[("Condition", "[]")], "Invalid policy syntax.");
    }

    #[test]
    fn principals_that_cannot_be_any() {
        for principal in [
            "\"111122223333\"",
            "{}",
            "{\"AWS\":[]}",
            "{\"AWS\":\"carla\"}",
            "{\"AWS\":\"arn:aws:s3:::reports\"}",
            "{\"Aws\":\"*\"}",
            "{\"CanonicalUser\":\"79a5\"}",
        ] {
            check_statement(&[("Principal", principal)], "Invalid principal in policy");
        }
    }

    #[test]
    fn actions_of_other_services_are_none_of_s3() {
        for action in [
            "\"GetObject\"",
            "\"iam:GetUser\"",
            "\"s3:\"",
            "\"s3:Get Object\"",
            "\"\"",
        ] {
            check_statement(&[("Action", action)], "Policy has invalid action");
        }
    }

    #[test]
    fn resources_outside_of_the_bucket_are_refused() {
        for resource in [
            "\"*\"",
            "\"arn:aws:s3:::*\"",
            "\"arn:aws:s3:::report\"",
            "\"arn:aws:s3:::reports-2/*\"",
            "\"arn:aws:s3:::reports*\"",
            "\"arn:aws:s3:::other/*\"",
            "\"arn:aws-cn:s3:::reports/*\"",
            "[\"arn:aws:s3:::reports/*\",\"arn:aws:s3:::other/*\"]",
        ] {
            check_statement(&[("Resource", resource)], "Policy has invalid resource");
        }
    }

    #[test]
    fn each_action_needs_a_resource_that_it_is_about() {
        let expected = "Action does not apply to any resource(s) in statement";
        check_statement(&[("Resource", "\"arn:aws:s3:::reports\"")], expected);
        check_statement(&[("Action", "\"s3:ListBucket\"")], expected);
        check_statement(&[("Action", "[\"s3:GetObject\",\"s3:listbucket\"]")], expected);
        check_statement(&[("Action", "\"s3:ListBucket*\"")], expected);
        check_statement(&[("Action", "\"s3:List*\"")], "accepted");
    }
}
