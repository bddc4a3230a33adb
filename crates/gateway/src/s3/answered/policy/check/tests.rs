//! Bucket policies, row by row.

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
        "{\"Service\":\"nonsense\"}",
        "{\"Service\":\"*\"}",
        "{\"Service\":\"*.amazonaws.com\"}",
        "{\"Federated\":\"graph.facebook.com\"}",
        "{\"Federated\":\"arn:aws:iam::111122223333:saml-provider/\"}",
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

fn check_condition(action: &str, operator: &str, key: &str, value: &str, expected: &str) {
    let condition = format!("{{\"{operator}\":{{\"{key}\":{value}}}}}");
    let resource = "[\"arn:aws:s3:::reports\",\"arn:aws:s3:::reports/*\"]";
    let changes = [
        ("Action", action),
        ("Resource", resource),
        ("Condition", &condition),
    ];
    check_statement(&changes, expected);
}

#[test]
fn conditions_are_on_keys_that_there_are() {
    let check =
        |key: &str, expected: &str| check_condition("\"s3:*\"", "StringEquals", key, "\"a\"", expected);
    for key in [
        "aws:SourceAccount",
        "AWS:principaltag/team",
        "s3:prefix",
        "s3:ExistingObjectTag/a",
        "s3:RequestObjectTagKeys",
        "s3:if-none-match",
    ] {
        check(key, "accepted");
    }
    for key in ["aws:SourceIpp", "s3:NoSuchKey", "SourceIp", "aws", ""] {
        check(key, "Policy has an invalid condition key");
    }
    check_statement(
        &[("Condition", "{\"StringEquals\":[]}")],
        "Invalid policy syntax.",
    );
}

#[test]
fn conditions_are_on_keys_that_the_actions_have() {
    let check = |action: &str, key: &str, expected: &str| {
        check_condition(action, "StringEquals", key, "\"a\"", expected);
    };
    for (action, key) in [
        ("\"s3:ListBucket\"", "s3:prefix"),
        ("\"s3:List*\"", "s3:delimiter"),
        ("\"s3:GetObject\"", "s3:ExistingObjectTag/a"),
        ("\"s3:GetObject\"", "S3:existingobjecttag/a"),
        ("\"s3:PutObject\"", "s3:RequestObjectTag/a"),
        ("\"s3:PutObject\"", "s3:x-amz-server-side-encryption"),
        ("\"s3:GetObjectVersion\"", "s3:VersionId"),
    ] {
        check(action, key, "accepted");
    }
    // These come with every request.
    for action in [
        "GetObject",
        "PutObject",
        "DeleteObject",
        "ListBucket",
        "GetBucketPolicy",
    ] {
        for key in [
            "authType",
            "signatureversion",
            "signatureAge",
            "TlsVersion",
            "ResourceAccount",
        ] {
            check(&format!("\"s3:{action}\""), &format!("s3:{key}"), "accepted");
        }
    }
    let expected = "Conditions do not apply to combination of actions and resources in statement";
    check("\"s3:GetObject\"", "s3:prefix", expected);
    check("\"s3:DeleteObject\"", "s3:ExistingObjectTag/a", expected);
    check("[\"s3:ListBucket\",\"s3:GetObject\"]", "s3:prefix", expected);
}

#[test]
fn conditions_compare_with_values_that_there_are() {
    let check = |operator: &str, value: &str, is_right: bool| {
        let expected = if is_right {
            "accepted"
        } else {
            "Invalid policy syntax."
        };
        check_condition("\"s3:*\"", operator, "aws:SourceIp", value, expected);
    };
    for value in [
        "\"10.0.0.0/8\"",
        "[\"10.0.0.1\",\"2001:db8::/32\"]",
        "\"${aws:username}\"",
    ] {
        check("IpAddress", value, true);
        check("ForAnyValue:NotIpAddressIfExists", value, true);
    }
    for value in ["\"10.0.0/8\"", "\"10.0.0.0/33\"", "[\"10.0.0.1\",\"*\"]", "\"\""] {
        check("IpAddress", value, false);
        check("ForAnyValue:NotIpAddressIfExists", value, false);
    }
    check("Bool", "true", true);
    check("Bool", "\"FALSE\"", true);
    check("Bool", "\"no\"", false);
    check("Null", "\"maybe\"", false);
    check("NumericLessThan", "\"1.2\"", true);
    check("NumericLessThanIfExists", "\"abc\"", false);
}
