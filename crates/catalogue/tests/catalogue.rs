//! What the catalogue knows, and what it does not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use lanyard_catalogue::{AccessLevel, Action, ConditionKey, ConditionType, catalogue};

fn action(name: &str) -> &'static Action {
    catalogue().action(name).unwrap_or_else(|| panic!("no {name}"))
}

fn key(name: &str) -> &'static ConditionKey {
    catalogue()
        .condition_key(name)
        .unwrap_or_else(|| panic!("no {name}"))
}

/// The types that an ARN can be of, as `s3 bucket`.
fn types(arn: &str) -> Vec<String> {
    let found = catalogue().resource_types_for_arn(arn);
    found
        .iter()
        .map(|(service, resource_type)| format!("{} {}", service.prefix(), resource_type.name()))
        .collect()
}

/// The actions that a pattern stands for, as `s3:GetObject`.
fn matching(pattern: &str) -> Vec<String> {
    let found = catalogue().actions_matching(pattern);
    found
        .map(|(service, action)| format!("{}:{}", service.prefix(), action.name()))
        .collect()
}

#[test]
fn actions_without_resources_are_wildcard_only() {
    for (name, expected) in [
        ("s3:ListAllMyBuckets", Some(true)),
        ("s3:GetObject", Some(false)),
        ("S3:getobject", Some(false)),
        ("sts:GetCallerIdentity", Some(true)),
        ("sts:AssumeRole", Some(false)),
        ("iam:CreateUser", Some(false)),
        ("iam:GetAccountSummary", Some(true)),
        ("ec2:DescribeInstances", Some(true)),
        ("lanyard:Authorize", Some(false)),
        ("s3:GetObjects", None),
        ("s4:GetObject", None),
        ("GetObject", None),
        ("", None),
    ] {
        assert_eq!(catalogue().is_wildcard_only(name), expected, "{name}");
    }
}

#[test]
fn lists_under_a_path_are_asked_on_it() {
    for (name, expected) in [
        ("iam:ListUsers", Some(false)),
        ("IAM:listroles", Some(false)),
        ("sts:GetWebIdentityToken", Some(false)),
        ("iam:ListPolicies", Some(true)),
        ("iam:CreateUser", Some(false)),
        ("iam:ListNothing", None),
    ] {
        assert_eq!(catalogue().is_asked_on_nothing(name), expected, "{name}");
    }
}

#[test]
fn an_action_says_what_it_acts_on() {
    let pass_role = action("iam:PassRole");
    let [role] = pass_role.resources() else {
        panic!("iam:PassRole acts on {:?}", pass_role.resources());
    };
    assert_eq!(pass_role.name(), "PassRole");
    assert_eq!(pass_role.access_level(), AccessLevel::Write);
    assert_eq!(role.resource_type().name(), "role");
    assert_eq!(
        role.resource_type().arns(),
        ["arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"]
    );
    assert!(role.is_required());
    let keys: Vec<_> = pass_role.condition_keys().iter().map(|key| key.name()).collect();
    assert_eq!(keys, ["iam:AssociatedResourceArn", "iam:PassedToService"]);
}

#[test]
fn keys_that_come_with_a_resource_are_among_those_of_the_action() {
    let run_instances = action("ec2:RunInstances");
    let image = run_instances
        .resources()
        .iter()
        .find(|resource| resource.resource_type().name() == "image")
        .expect("an image");
    let has = |keys: &[&ConditionKey], name: &str| keys.iter().any(|key| key.name() == name);
    assert!(has(image.condition_keys(), "ec2:ImageType"));
    assert!(!has(image.condition_keys(), "ec2:Region"));
    assert!(has(run_instances.condition_keys(), "ec2:ImageType"));
    assert!(has(run_instances.condition_keys(), "ec2:Region"));
}

#[test]
fn access_levels_are_those_of_the_reference() {
    for (name, level) in [
        ("s3:ListBucket", AccessLevel::List),
        ("s3:GetObject", AccessLevel::Read),
        ("s3:PutObject", AccessLevel::Write),
        ("s3:PutObjectTagging", AccessLevel::Tagging),
        ("s3:PutBucketPolicy", AccessLevel::PermissionsManagement),
    ] {
        assert_eq!(action(name).access_level(), level, "{name}");
    }
}

#[test]
fn condition_keys_have_types_and_may_be_multivalued() {
    use ConditionType::{Arn, Bool, Date, IpAddress, Numeric, String};
    for (name, template, value_type, is_multivalued) in [
        ("aws:TagKeys", "aws:TagKeys", String, true),
        ("AWS:requesttag/env", "aws:RequestTag/${TagKey}", String, false),
        (
            "aws:PrincipalTag/a/b",
            "aws:PrincipalTag/${TagKey}",
            String,
            false,
        ),
        ("aws:principalarn", "aws:PrincipalArn", Arn, false),
        ("aws:PrincipalOrgPaths", "aws:PrincipalOrgPaths", String, true),
        ("aws:CalledVia", "aws:CalledVia", String, true),
        ("aws:CurrentTime", "aws:CurrentTime", Date, false),
        ("aws:SecureTransport", "aws:SecureTransport", Bool, false),
        ("aws:SourceIp", "aws:SourceIp", IpAddress, false),
        ("aws:MultiFactorAuthAge", "aws:MultiFactorAuthAge", Numeric, false),
        (
            "s3:existingobjecttag/a",
            "s3:ExistingObjectTag/<key>",
            String,
            false,
        ),
        (
            "kms:EncryptionContext:a:b",
            "kms:EncryptionContext:${EncryptionContextKey}",
            String,
            false,
        ),
        ("iam:PermissionsBoundary", "iam:PermissionsBoundary", Arn, false),
        ("dynamodb:LeadingKeys", "dynamodb:LeadingKeys", String, true),
        ("sts:TransitiveTagKeys", "sts:TransitiveTagKeys", String, true),
        ("saml:sub", "saml:sub", String, false),
        (
            "saml:edupersonaffiliation",
            "saml:edupersonaffiliation",
            String,
            true,
        ),
        (
            "cognito-identity.amazonaws.com:amr",
            "cognito-identity.amazonaws.com:amr",
            String,
            true,
        ),
        (
            "token.actions.githubusercontent.com:aud",
            "${OidcProvider}:aud",
            String,
            false,
        ),
        (
            "token.actions.githubusercontent.com:actor",
            "token.actions.githubusercontent.com:actor",
            String,
            false,
        ),
        ("oidc.example.com/id/1:amr", "${OidcProvider}:amr", String, true),
    ] {
        let found = key(name);
        assert_eq!(
            (found.name(), found.value_type(), found.is_multivalued()),
            (template, value_type, is_multivalued),
            "{name}"
        );
    }
}

#[test]
fn unknown_names_are_none() {
    for name in [
        "aws:NoSuchKey",
        "aws:RequestTag/",
        "aws:RequestTag",
        "s3:NoSuchKey",
        "nosuchservice:Key",
        "localhost:sub",
        "example.com:nosuchclaim",
        "TagKeys",
        "",
    ] {
        assert_eq!(catalogue().condition_key(name), None, "{name}");
    }
    assert!(catalogue().service("nosuchservice").is_none());
    let s3 = catalogue().service("S3").expect("S3");
    assert!(s3.action("NoSuchAction").is_none());
    assert!(s3.resource_type("nosuchtype").is_none());
    assert!(s3.condition_key("ec2:Region").is_none());
    assert_eq!(
        s3.resource_type("BUCKET").map(|found| found.name()),
        Some("bucket")
    );
    assert_eq!((s3.prefix(), s3.name()), ("s3", "Amazon S3"));
    assert!(s3.supports_resource_control_policies());
    assert!(
        !catalogue()
            .service("ec2")
            .expect("EC2")
            .supports_resource_control_policies()
    );
}

#[test]
fn a_pattern_stands_for_its_actions() {
    for (pattern, expected) in [
        ("sts:assumerole", vec!["sts:AssumeRole"]),
        (
            "STS:AssumeRole*",
            vec![
                "sts:AssumeRole",
                "sts:AssumeRoleWithSAML",
                "sts:AssumeRoleWithWebIdentity",
            ],
        ),
        ("iam:Get?ser", vec!["iam:GetUser"]),
        (
            "iam:*MFA*s",
            vec![
                "iam:ListMFADevices",
                "iam:ListMFADeviceTags",
                "iam:ListVirtualMFADevices",
            ],
        ),
        ("iam:Get", vec![]),
        ("AssumeRole", vec![]),
        ("", vec![]),
        ("sts:", vec![]),
    ] {
        assert_eq!(matching(pattern), expected, "{pattern}");
    }
    let all = matching("*");
    let count: usize = catalogue()
        .services()
        .iter()
        .map(|service| service.actions().len())
        .sum();
    assert_eq!(all.len(), count);
    assert_eq!(matching("*:*"), all);
    assert!(matching("i?m:Create*").contains(&"iam:CreateRole".to_owned()));
}

#[test]
fn an_arn_is_of_the_most_specific_type_first() {
    assert_eq!(
        types("arn:aws:s3:::photos/a"),
        ["s3 object", "s3 bucket", "ssm bucket"]
    );
    assert_eq!(types("arn:aws:s3:::photos"), ["s3 bucket", "ssm bucket"]);
    assert_eq!(types("arn:aws:sqs:eu-west-1:123456789012:jobs"), ["sqs queue"]);
    assert_eq!(types("arn:aws:sqs:eu-west-1::jobs"), Vec::<String>::new());
    assert_eq!(types("arn:aws:nosuchservice:::a"), Vec::<String>::new());
    let roles = types("arn:aws:iam::123456789012:role/*");
    assert!(
        roles.contains(&"iam role".to_owned()) && roles.contains(&"sts role".to_owned()),
        "{roles:?}"
    );
    assert!(!roles.contains(&"iam user".to_owned()));
    // One type, several forms: it is there once.
    let authorizers = types("arn:aws:apigateway:eu-west-1::/*");
    let count = authorizers
        .iter()
        .filter(|name| name.as_str() == "apigateway Authorizer")
        .count();
    assert_eq!(count, 1, "{authorizers:?}");
    let everything: usize = catalogue()
        .services()
        .iter()
        .map(|service| service.resource_types().len())
        .sum();
    assert_eq!(types("*").len(), everything);
}

/// The whole data set, so that a change of the package that loses half of it does not go unseen.
#[test]
fn every_service_is_read_whole() {
    let services = catalogue().services();
    let sum = |count: fn(&lanyard_catalogue::Service) -> usize| services.iter().map(count).sum::<usize>();
    let found = [
        services.len(),
        sum(|service| service.actions().len()),
        sum(|service| service.resource_types().len()),
        sum(|service| service.condition_keys().len()),
        sum(|service| usize::from(service.supports_resource_control_policies())),
    ];
    assert_eq!(found, [458, 22_325, 2_352, 2_598, 62]);
}

#[test]
fn everything_is_found_by_its_name_in_any_case() {
    for service in catalogue().services() {
        let upper = service.prefix().to_ascii_uppercase();
        assert!(
            std::ptr::eq(catalogue().service(&upper).unwrap(), service),
            "{upper}"
        );
        for action in service.actions() {
            let name = format!("{upper}:{}", action.name().to_ascii_uppercase());
            assert!(std::ptr::eq(catalogue().action(&name).unwrap(), action), "{name}");
        }
        for resource_type in service.resource_types() {
            let name = resource_type.name().to_ascii_uppercase();
            assert!(
                std::ptr::eq(service.resource_type(&name).unwrap(), resource_type),
                "{name}"
            );
        }
        for key in service.condition_keys() {
            let name = key.name().to_ascii_uppercase();
            assert!(std::ptr::eq(service.condition_key(&name).unwrap(), key), "{name}");
            assert!(catalogue().condition_key(&name).is_some(), "{name}");
        }
    }
}

#[test]
fn what_actions_refer_to_is_in_the_tables_of_their_service() {
    for service in catalogue().services() {
        for action in service.actions() {
            for resource in action.resources() {
                let name = resource.resource_type().name();
                assert!(service.resource_type(name).is_some(), "{} {name}", action.name());
                for key in resource.condition_keys() {
                    assert!(
                        action.condition_keys().contains(key),
                        "{} {}",
                        action.name(),
                        key.name()
                    );
                }
            }
            for key in action.condition_keys() {
                assert!(
                    service.condition_key(key.name()).is_some(),
                    "{} {}",
                    action.name(),
                    key.name()
                );
            }
        }
        for resource_type in service.resource_types() {
            assert!(!resource_type.arns().is_empty(), "{}", resource_type.name());
        }
    }
}

/// Where a service repeats a key that is global, it must say the same of it.
#[test]
fn services_agree_with_the_table_of_global_keys() {
    let global = catalogue().global_condition_keys();
    let mut differences = Vec::new();
    for service in catalogue().services() {
        for key in service.condition_keys() {
            let Some(known) = global
                .iter()
                .find(|known| known.name().eq_ignore_ascii_case(key.name()))
            else {
                assert!(
                    !key.name().starts_with("aws:"),
                    "{} is not in the table",
                    key.name()
                );
                continue;
            };
            if (known.value_type(), known.is_multivalued()) != (key.value_type(), key.is_multivalued()) {
                differences.push(format!("{} {}", service.prefix(), key.name()));
            }
        }
    }
    // Amazon Q knows several identifiers of one user.
    assert_eq!(
        differences,
        ["q identitystore:UserId", "qbusiness identitystore:UserId"]
    );
}
