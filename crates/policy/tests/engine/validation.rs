//! What AWS refuses to save, and with which text.

use lanyard_policy::{DocumentKind, Policy, non_whitespace_len, validate};
use serde_json::{Value, json};

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";
const PREFIX: &str = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
const VERSION: &str = "Policy document must be version 2012-10-17 or greater.";
const NO_ACTIONS: &str = "Policy statement must contain actions.";
const NO_RESOURCES: &str = "Policy statement must contain resources.";
const SIDS: &str = "Statement IDs (SID) in a single policy must be unique.";
const VENDOR: &str = "Resource vendor must be fully qualified and cannot contain regexes.";
const IAM_PATH: &str = "IAM resource path must either be \"*\", root, or start with user/, federated-user/, role/, \
                        group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, \
                        saml-provider/, oidc-provider/, report/, access-report/.";
const TRUST_ACTIONS: &str = "AssumeRole policy may only specify STS AssumeRole actions.";

#[track_caller]
fn check(document: &Value, kind: DocumentKind, expected: Option<&str>) {
    let result = validate(&document.to_string(), kind);
    let found = result.as_ref().err().map(|error| error.message());
    assert_eq!(found, expected, "{document}");
}

/// A document of statements that allow an action on everything, each with these elements changed.
fn statements(changes: &[Value]) -> Value {
    let statements: Vec<Value> = changes
        .iter()
        .map(|changes| {
            let mut statement = json!({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"});
            let object = statement.as_object_mut().unwrap();
            for (name, value) in changes.as_object().unwrap() {
                if let Some(listed) = name.strip_prefix("Not") {
                    object.remove(listed);
                }
                if value.is_null() {
                    object.remove(name);
                } else {
                    object.insert(name.clone(), value.clone());
                }
            }
            statement
        })
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

#[track_caller]
fn refused(changes: Value, expected: &str) {
    check(
        &statements(&[changes]),
        DocumentKind::ManagedPolicy,
        Some(expected),
    );
}

#[track_caller]
fn accepted(changes: Value) {
    check(&statements(&[changes]), DocumentKind::ManagedPolicy, None);
}

#[test]
fn ordinary_policies_are_accepted() {
    accepted(json!({}));
    accepted(json!({"Action": "*"}));
    accepted(json!({"Action": "*:*"}));
    accepted(json!({"NotAction": ["iam:*", "sts:*"], "NotResource": "arn:aws:s3:::x/*"}));
    accepted(json!({"Action": "some-service.x:Anything At All "}));
    accepted(
        json!({"Resource": ["*", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::111122223333:*"]}),
    );
    accepted(json!({"Resource": "arn:aws:no-such-service:us-east-1::thing"}));
    accepted(json!({"Resource": "arn:aws:sqs"}));
    accepted(
        json!({"Sid": "A1", "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}}),
    );
    accepted(json!({"Condition": {"ForAnyValue:StringLikeIfExists": {"k": ["a*", 1, true]}, "Unknown": {}}}));
    accepted(
        json!({"Condition": {"DateLessThan": {"k": ["1767268800", "2026-01", "2016-12-13t2:00:00.5+23"]}}}),
    );
}

#[test]
fn what_does_not_follow_the_grammar_is_a_syntax_error() {
    for document in [
        json!("text"),
        json!([]),
        json!({"Version": "2012-10-17"}),
        json!({"Version": "2012-10-17", "Statement": []}),
        json!({"Version": "2013-10-17", "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}),
        json!({"Version": "2012-10-17", "Id": {}, "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}),
        json!({"Version": "2012-10-17", "Other": 1, "Statement": {"Effect": "Allow", "Action": "a:b", "Resource": "*"}}),
    ] {
        check(&document, DocumentKind::ManagedPolicy, Some(SYNTAX));
    }
    for changes in [
        json!({"Effect": "Permit"}),
        json!({"Effect": null}),
        json!({"Other": 1}),
        json!({"Sid": {}}),
        json!({"Action": {}}),
        json!({"Resource": ["adf", {}]}),
        json!({"Condition": "x"}),
        json!({"Condition": {"DateGreaterThan": []}}),
        json!({"Condition": {"x": {"a": "1"}}}),
        json!({"Condition": {"ForAnyValue::StringEquals": {"a": "1"}}}),
        json!({"Condition": {"stringequals": {"a": "1"}}}),
    ] {
        refused(changes, SYNTAX);
    }
    check(
        &json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "a:b", "NotAction": [], "Resource": "*"}}),
        DocumentKind::ManagedPolicy,
        Some(SYNTAX),
    );
}

#[test]
fn what_is_not_json_has_its_own_text_in_trust_policies() {
    let message = |kind| validate("{no json", kind).unwrap_err().message().to_owned();
    assert_eq!(
        message(DocumentKind::TrustPolicy),
        "This policy contains invalid Json"
    );
    assert_eq!(message(DocumentKind::InlinePolicy), SYNTAX);
    let shape = validate("{\"Statement\": 1}", DocumentKind::TrustPolicy).unwrap_err();
    assert_eq!(shape.message(), SYNTAX);
    let deep = "[".repeat(10_000);
    assert!(validate(&deep, DocumentKind::TrustPolicy).is_err());
}

#[test]
fn managed_policies_need_the_newer_version() {
    for version in [json!("2008-10-17"), Value::Null] {
        let mut document = statements(&[json!({"Effect": "denY"})]);
        document["Version"] = version;
        if document["Version"].is_null() {
            document.as_object_mut().unwrap().remove("Version");
        }
        check(&document, DocumentKind::ManagedPolicy, Some(VERSION));
        document["Statement"][0]["Effect"] = json!("Deny");
        check(&document, DocumentKind::InlinePolicy, None);
        check(&document, DocumentKind::SessionPolicy, None);
    }
}

#[test]
fn what_older_parsers_cannot_read_fails_legacy_parsing() {
    refused(json!({"Effect": "allow"}), LEGACY);
    refused(json!({"Effect": "DENY", "Resource": "no arn"}), LEGACY);
    for date in [
        "sdfdsf",
        "234-13",
        "2016-12-13t2:00:00.593194+1",
        "9223372036854775808",
    ] {
        refused(
            json!({"Condition": {"DateLessThan": {"k": ["2026-01-01", date]}}}),
            LEGACY,
        );
    }
    refused(json!({"Resource": "arn:aws:s3::example_bucket"}), LEGACY);
    refused(json!({"NotResource": "arn:aws:s3::example_bucket"}), LEGACY);
    refused(json!({"Resource": "arn:aws::fdsasf"}), LEGACY);
    refused(json!({"Resource": "arn:aws::::example_bucket"}), LEGACY);
    refused(
        json!({"Action": null, "Resource": "arn:aws:s3::example_bucket"}),
        LEGACY,
    );
}

#[test]
fn statement_ids_are_unique_and_plain() {
    let twice = |sid: &str| statements(&[json!({"Sid": sid}), json!({"Sid": sid, "Action": null})]);
    check(&twice("Same"), DocumentKind::ManagedPolicy, Some(SIDS));
    check(&twice(""), DocumentKind::ManagedPolicy, Some(NO_ACTIONS));
    let spaced = statements(&[json!({"Sid": "not plain", "Principal": "*"})]);
    let message = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular \
                   expression [0-9A-Za-z]*";
    check(&spaced, DocumentKind::InlinePolicy, Some(message));
    check(&spaced, DocumentKind::ResourcePolicy, None);
}

#[test]
fn actions_are_there_and_named_by_service() {
    refused(json!({"Action": null}), NO_ACTIONS);
    refused(json!({"Action": []}), NO_ACTIONS);
    refused(json!({"NotAction": []}), NO_ACTIONS);
    refused(json!({"Action": "ListBucket"}), PREFIX);
    refused(json!({"NotAction": ""}), PREFIX);
    refused(
        json!({"Action": ["s3:*", "a:b:c"]}),
        "Actions/Condition can contain only one colon.",
    );
    refused(json!({"Action": "a a:ListBucket"}), "Vendor a a is not valid");
    refused(json!({"Action": "s*:ListBucket"}), "Vendor s* is not valid");
    // It is missed that there are no resources before the actions are looked at. Evidence: a recorded answer.
    refused(json!({"Action": "invalid", "Resource": null}), NO_RESOURCES);
}

#[test]
fn resources_are_there_and_arns() {
    refused(json!({"Resource": null}), NO_RESOURCES);
    refused(json!({"Resource": []}), NO_RESOURCES);
    refused(
        json!({"Resource": ""}),
        "Resource  must be in ARN format or \"*\".",
    );
    refused(
        json!({"Resource": ["no arn"]}),
        "Resource no arn must be in ARN format or \"*\".",
    );
    refused(
        json!({"Resource": "no arn", "Action": "a:b:c"}),
        "Resource no arn must be in ARN format or \"*\".",
    );
    for (resource, shown) in [
        ("a:other", "other\" is not valid for resource \"arn:other:*:*:*:*"),
        ("a:b:c", "b\" is not valid for resource \"arn:b:c:*:*:*"),
        (
            "a:b:c:d:e:f:g:h",
            "b\" is not valid for resource \"arn:b:c:d:e:f:g:h",
        ),
        (
            "aws:s3:::bucket",
            "s3\" is not valid for resource \"arn:s3:::bucket:*",
        ),
        (
            "arn:aws-cn:s3:::b",
            "aws-cn\" is not valid for resource \"arn:aws-cn:s3:::b",
        ),
        ("arn::s3:::b", "\" is not valid for resource \"arn::s3:::b"),
    ] {
        refused(json!({"Resource": resource}), &format!("Partition \"{shown}\"."));
    }
    refused(
        json!({"Resource": ["arn:error:s3:::z", "arn:error:s3:::a", "*"]}),
        "Partition \"error\" is not valid for resource \"arn:error:s3:::a\".",
    );
    refused(json!({"Resource": "arn:aws"}), VENDOR);
    refused(json!({"Resource": "arn:aws:s*:::x"}), VENDOR);
}

#[test]
fn iam_and_s3_have_rules_of_their_own() {
    refused(
        json!({"Resource": "arn:aws:iam:us-east-1::user/x"}),
        "IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information.",
    );
    refused(
        json!({"Resource": "arn:aws:s3:us-east-1::bucket"}),
        "Resource arn:aws:s3:us-east-1::bucket can not contain region information.",
    );
    refused(json!({"Resource": "arn:aws:iam:::example"}), IAM_PATH);
    accepted(json!({"Resource": "arn:aws:iam::111122223333:role/*"}));
    // Evidence: AWS's own managed policies.
    accepted(json!({"Resource": "arn:aws:iam::*:root"}));
    accepted(json!({"Resource": "arn:aws:s3:*:*:accesspoint/*"}));
    accepted(json!({"Resource": "arn:*:s3:::bucket"}));
}

#[test]
fn only_some_policies_name_principals() {
    let named = statements(&[json!({"Principal": "*"})]);
    let unnamed = statements(&[json!({})]);
    for kind in [
        DocumentKind::Identity,
        DocumentKind::ManagedPolicy,
        DocumentKind::InlinePolicy,
        DocumentKind::SessionPolicy,
        DocumentKind::ServiceControlPolicy,
    ] {
        check(
            &named,
            kind,
            Some("Policy document should not specify a principal."),
        );
        check(&unnamed, kind, None);
    }
    for kind in [
        DocumentKind::ResourcePolicy,
        DocumentKind::ResourceControlPolicy,
        DocumentKind::EndpointPolicy,
    ] {
        check(&named, kind, None);
        check(&unnamed, kind, Some("Missing required field Principal"));
    }
    let narrow = statements(&[json!({"Principal": {"AWS": "*"}})]);
    check(&narrow, DocumentKind::ResourceControlPolicy, Some(SYNTAX));
    let excepted = json!({"NotPrincipal": {"AWS": "111122223333"}});
    check(
        &statements(std::slice::from_ref(&excepted)),
        DocumentKind::ResourcePolicy,
        Some(SYNTAX),
    );
    let mut denies = statements(&[excepted]);
    denies["Statement"][0]["Effect"] = json!("Deny");
    check(&denies, DocumentKind::ResourcePolicy, None);
}

#[track_caller]
fn trust(changes: Value, expected: Option<&str>) {
    let mut statement = json!({
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:user/bob"},
        "Action": "sts:AssumeRole",
    });
    let object = statement.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        if name == "NotPrincipal" || value.is_null() {
            object.remove(name.strip_prefix("Not").unwrap_or(name));
        }
        if !value.is_null() {
            object.insert(name.clone(), value.clone());
        }
    }
    check(
        &json!({"Version": "2012-10-17", "Statement": [statement]}),
        DocumentKind::TrustPolicy,
        expected,
    );
}

#[test]
fn trust_policies_are_about_assuming_roles() {
    trust(json!({}), None);
    for action in [
        "STS:assumerole",
        "sts:AssumeRole*",
        "sts:*",
        "sts:TagSession",
        "sts:SetSourceIdentity",
    ] {
        trust(json!({"Action": action}), None);
    }
    for action in ["sts:BadAssumeRole", "s3:GetObject", "*", "sts:Get*"] {
        trust(json!({"Action": ["sts:AssumeRole", action]}), Some(TRUST_ACTIONS));
    }
    trust(json!({"Action": "AssumeRole"}), Some(PREFIX));
    trust(json!({"Action": []}), Some(NO_ACTIONS));
    trust(json!({"Resource": "*"}), Some("Has prohibited field Resource"));
    trust(
        json!({"Resource": "*", "Action": "s3:GetObject"}),
        Some(TRUST_ACTIONS),
    );
}

#[test]
fn trust_policies_name_principals() {
    for principal in [
        json!({"AWS": "*"}),
        json!({"AWS": ["111122223333", "arn:aws:iam::111122223333:root", "AIDAAAAAAAAAAAAAAAAAB"]}),
        json!({"AWS": "arn:aws:iam::111122223333:role/a/b"}),
        json!({"AWS": "arn:aws:sts::111122223333:assumed-role/r/s"}),
        json!({"Service": "ec2.amazonaws.com"}),
        json!({"Service": ["my-service.amazonaws.com", "my_service.amazonaws.com"]}),
        json!({"Federated": ["accounts.google.com", "arn:aws:iam::111122223333:saml-provider/x"]}),
        json!({"Federated": "arn:aws:iam::111122223333:oidc-provider/token.example.com/path"}),
    ] {
        trust(json!({"Principal": principal}), None);
    }
    trust(
        json!({"Principal": null}),
        Some("Missing required field Principal"),
    );
    trust(
        json!({"Principal": "*"}),
        Some("AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\"."),
    );
    trust(
        json!({"NotPrincipal": {"AWS": "111122223333"}}),
        Some("Has prohibited field NotPrincipal"),
    );
    for (kind, label, value) in [
        ("AWS", "AWS", "arn:aws:iam::111122223333:user/*"),
        ("AWS", "AWS", "arn:aws:iam::111122223333:group/g"),
        ("AWS", "AWS", "bob"),
        ("AWS", "AWS", "AGPAAAAAAAAAAAAAAAAAB"),
        ("Service", "SERVICE", "not a service"),
        ("Service", "SERVICE", "ec2"),
        ("Service", "SERVICE", "ec2..amazonaws.com"),
        ("Service", "SERVICE", "ec2:1.amazonaws.com"),
        ("Service", "SERVICE", "ec2.amazonaws.com/*"),
        ("CanonicalUser", "CANONICALUSER", "x"),
    ] {
        trust(
            json!({"Principal": {kind: value}}),
            Some(&format!("Invalid principal in policy: \"{label}\":\"{value}\"")),
        );
    }
    for provider in [
        "arn:aws:iam::111122223333:user/bob",
        "arn:aws:iam::111122223333:saml-provider/",
        "arn:aws:iam::111122223333:saml-provider/*",
        "arn:aws:iam::1:saml-provider/x",
    ] {
        trust(
            json!({"Principal": {"Federated": provider}}),
            Some("Federated principals must be valid domain names or SAML metadata ARNs"),
        );
    }
}

#[test]
fn an_issuer_that_many_share_is_trusted_only_with_the_claim_that_tells_them_apart() {
    const GITHUB: &str = "token.actions.githubusercontent.com";
    let arn = format!("arn:aws:iam::111122223333:oidc-provider/{GITHUB}");
    let key = format!("{GITHUB}:sub");
    let message = format!(
        "The trust policy must evaluate the condition key {key} for the shared OpenID Connect provider {GITHUB}."
    );
    let github = |effect: &str, condition: Value, expected: Option<&str>| {
        let statement = json!({
            "Effect": effect,
            "Principal": {"Federated": arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": condition,
        });
        trust(statement, expected);
    };
    let other_claim = json!({"StringEquals": {format!("{GITHUB}:aud"): "sts.amazonaws.com"}});
    github("Allow", json!(null), Some(&message));
    github("Allow", other_claim.clone(), Some(&message));
    github("Allow", json!({"StringLike": {&key: "*"}}), Some(&message));
    github(
        "Allow",
        json!({"StringLike": {&key: ["repo:octo/app:*", "?*"]}}),
        Some(&message),
    );
    github(
        "Allow",
        json!({"StringNotLike": {&key: "repo:octo/app:*"}}),
        Some(&message),
    );
    github("Allow", json!({"Null": {&key: "false"}}), Some(&message));
    github(
        "Allow",
        json!({"StringLike": {key.to_uppercase(): "repo:octo/app:*"}}),
        None,
    );
    github("Deny", other_claim, None);

    let cognito = "cognito-identity.amazonaws.com";
    let pool = json!({"StringEquals": {format!("{cognito}:aud"): "us-east-1:1"}});
    trust(
        json!({"Principal": {"Federated": cognito}, "Condition": pool}),
        None,
    );
    trust(
        json!({"Principal": {"Federated": cognito}}),
        Some(&format!(
            "The trust policy must evaluate the condition key {cognito}:aud for the shared OpenID Connect provider \
             {cognito}."
        )),
    );
    let tenant = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d";
    let provider = json!({"Federated": format!("arn:aws:iam::111122223333:oidc-provider/{tenant}")});
    let named = json!({"StringEquals": {"sts:RoleSessionName": "sentinel"}});
    trust(json!({"Principal": provider, "Condition": named}), None);
}

#[test]
fn trust_policies_of_the_older_version_are_accepted() {
    let document = json!({
        "Version": "2008-10-17",
        "Statement": [{"Sid": "", "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    });
    check(&document, DocumentKind::TrustPolicy, None);
}

#[test]
fn aws_accepts_its_own_managed_policies() {
    let data = include_str!("../../../../data/aws-managed-policies.tsv");
    let (mut count, mut text_bytes, mut memory) = (0, 0, 0);
    for line in data.lines() {
        let (name, text) = (
            line.split('\t').next().unwrap(),
            line.rsplit('\t').next().unwrap(),
        );
        let document = validate(text, DocumentKind::ManagedPolicy);
        let document = document.unwrap_or_else(|error| panic!("{name}: {error}"));
        let policy = Policy::compile(&document);
        assert_eq!(policy.statement_count(), document.statement_count());
        count += 1;
        text_bytes += text.len();
        memory += policy.memory();
    }
    assert!(count > 1500);
    // Compiled, policies take little more memory than their text.
    assert!(memory < 2 * text_bytes, "{memory} of {text_bytes}");
}

#[test]
fn quotas_count_what_is_not_whitespace() {
    assert_eq!(non_whitespace_len(" {\t\"é\":\r\n1 }"), 7);
}

/// Which stretch of the document a refusal points at.
#[track_caller]
fn points_at(changes: Value, kind: DocumentKind, expected: Option<&str>) {
    let text = statements(&[changes]).to_string();
    let error = validate(&text, kind).unwrap_err();
    let stretch = error
        .span()
        .map(|span| &text[span.start as usize..span.end as usize]);
    assert_eq!(stretch, expected, "{error}");
    assert_eq!(error.to_string(), error.message());
}

#[test]
fn a_refusal_says_where() {
    let managed = DocumentKind::ManagedPolicy;
    points_at(json!({"Action": ["s3:*", "list"]}), managed, Some("\"list\""));
    points_at(json!({"Resource": "bucket"}), managed, Some("\"bucket\""));
    points_at(json!({"Sid": "a b"}), managed, Some("\"a b\""));
    points_at(json!({"Principal": "*"}), managed, Some("\"Principal\""));
    points_at(
        json!({"Condition": {"stringequals": {"k": "v"}}}),
        managed,
        Some("\"stringequals\""),
    );
    points_at(
        json!({"Action": "sts:AssumeRole", "Principal": {"AWS": "nobody"}, "Resource": null}),
        DocumentKind::TrustPolicy,
        Some("\"nobody\""),
    );
    points_at(
        json!({"Resource": []}),
        managed,
        Some(r#"{"Action":"s3:ListBucket","Effect":"Allow","Resource":[]}"#),
    );
    // No place can be named for what is missing from the whole document.
    let older = json!({"Version": "2008-10-17", "Statement": statements(&[json!({})])["Statement"]});
    assert_eq!(validate(&older.to_string(), managed).unwrap_err().span(), None);
}

#[test]
fn exceptions_are_checked_after_what_is_listed() {
    let document = statements(&[json!({"NotAction": "first"}), json!({"Action": "a:b:c"})]);
    check(
        &document,
        DocumentKind::ManagedPolicy,
        Some("Actions/Condition can contain only one colon."),
    );
    let document = statements(&[json!({"NotResource": "first"}), json!({"Resource": "second"})]);
    check(
        &document,
        DocumentKind::ManagedPolicy,
        Some("Resource second must be in ARN format or \"*\"."),
    );
}

#[test]
fn values_that_their_operator_cannot_read_are_refused() {
    let condition =
        |operator: &str, value: &str| json!({"Condition": {operator: {"aws:RequestTag/v": value}}});
    let check_kind = |operator: &str, value: &str, kind: DocumentKind, expected| {
        check(&statements(&[condition(operator, value)]), kind, expected);
    };
    for (operator, value, in_session) in [
        ("NumericEquals", "NaN", None),
        ("NumericEquals", "no-number", None),
        ("DateEquals", "not-a-date", None),
        ("ArnLike", "not-an-arn", None),
        ("IpAddress", "not-an-ip", None),
        ("IpAddress", "192.0.2.0/33", None),
        ("IpAddress", "::ffff:192.0.2.1", None),
        ("IpAddress", "2001:db8::5/64", None),
        ("BinaryEquals", "no-binary", Some(LEGACY)),
    ] {
        check_kind(operator, value, DocumentKind::InlinePolicy, Some(LEGACY));
        check_kind(operator, value, DocumentKind::SessionPolicy, in_session);
    }
    for (operator, value) in [
        ("NumericEquals", "01"),
        ("Bool", "yes"),
        ("Null", "TRUE"),
        ("ArnLike", "*"),
        ("ArnLike", "${aws:RequestTag/arn}"),
        ("IpAddress", "192.000.002.0/+24"),
        ("IpAddress", "::ffff:c000:200/120"),
        ("IpAddress", "2001:DB8::/064"),
        ("IpAddress", "2001:db8:::1/128"),
    ] {
        check_kind(operator, value, DocumentKind::InlinePolicy, None);
    }
}
