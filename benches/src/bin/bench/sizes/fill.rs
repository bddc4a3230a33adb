//! Filling an account: over HTTP by many connections, as its owner would.

use std::error::Error;

use super::Filled;
use super::calls::{account_in, numbered};
use crate::Outcome;
use crate::client::{self, Each, Source};
use crate::process::Lanyard;
use crate::requests::{self, Identity, Request};

const CONNECTIONS: usize = 16;

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/${aws:username}/*"],"Condition":{"Bool":{"aws:SecureTransport":"true"}}},{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}"#;

/// What is made of everything: an action, and parameters in which `{n}` stands for the number.
type Made = (&'static str, &'static [(&'static str, &'static str)]);

const OF_EACH_POLICY: [Made; 1] = [(
    "CreatePolicy",
    &[
        ("PolicyName", "p-{n}"),
        ("PolicyDocument", DOCUMENT),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "red"),
    ],
)];

/// One user has a path of its own, so that a list under that path shows as much in any account.
const FIRST_USER: [Made; 1] = [(
    "CreateUser",
    &[
        ("UserName", "u-{n}"),
        ("Path", "/rare/"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "red"),
    ],
)];

const EACH_USER: [Made; 1] = [(
    "CreateUser",
    &[
        ("UserName", "u-{n}"),
        ("Path", "/filler/"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "red"),
    ],
)];

const OF_EACH_USER: [Made; 4] = [
    (
        "PutUserPolicy",
        &[
            ("UserName", "u-{n}"),
            ("PolicyName", "own"),
            ("PolicyDocument", DOCUMENT),
        ],
    ),
    (
        "AttachUserPolicy",
        &[
            ("UserName", "u-{n}"),
            ("PolicyArn", "arn:aws:iam::{account}:policy/p-00000"),
        ],
    ),
    // Fifty policies are in use in any account.
    (
        "AttachUserPolicy",
        &[
            ("UserName", "u-{n}"),
            ("PolicyArn", "arn:aws:iam::{account}:policy/p-{n50}"),
        ],
    ),
    (
        "AddUserToGroup",
        &[("UserName", "u-{n}"), ("GroupName", "everybody")],
    ),
];

const EACH_ROLE: [Made; 1] = [(
    "CreateRole",
    &[
        ("RoleName", "r-{n}"),
        ("AssumeRolePolicyDocument", TRUST),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "red"),
    ],
)];

const OF_EACH_ROLE: [Made; 2] = [
    (
        "PutRolePolicy",
        &[
            ("RoleName", "r-{n}"),
            ("PolicyName", "own"),
            ("PolicyDocument", DOCUMENT),
        ],
    ),
    (
        "AttachRolePolicy",
        &[
            ("RoleName", "r-{n}"),
            ("PolicyArn", "arn:aws:iam::{account}:policy/p-00000"),
        ],
    ),
];

const EACH_PROFILE: [Made; 1] = [(
    "CreateInstanceProfile",
    &[
        ("InstanceProfileName", "i-{n}"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "red"),
    ],
)];

const OF_EACH_PROFILE: [Made; 1] = [(
    "AddRoleToInstanceProfile",
    &[("InstanceProfileName", "i-{n}"), ("RoleName", "r-{n}")],
)];

const EACH_GROUP: [Made; 1] = [("CreateGroup", &[("GroupName", "g-{n}")])];

/// What there is once in any account.
const ONCE: [Made; 12] = [
    ("CreateGroup", &[("GroupName", "everybody")]),
    (
        "PutGroupPolicy",
        &[
            ("GroupName", "everybody"),
            ("PolicyName", "own"),
            ("PolicyDocument", DOCUMENT),
        ],
    ),
    (
        "AttachGroupPolicy",
        &[
            ("GroupName", "everybody"),
            ("PolicyArn", "arn:aws:iam::aws:policy/IAMReadOnlyAccess"),
        ],
    ),
    ("CreateUser", &[("UserName", "someone"), ("Path", "/filler/")]),
    (
        "CreateLoginProfile",
        &[("UserName", "someone"), ("Password", "Correct-Horse-1")],
    ),
    ("CreateAccessKey", &[("UserName", "someone")]),
    ("UpdateAccountPasswordPolicy", &[("MinimumPasswordLength", "12")]),
    ("CreateAccountAlias", &[("AccountAlias", "sizes-{account}")]),
    (
        "CreateOpenIDConnectProvider",
        &[
            ("Url", "https://issuer.example.com"),
            ("ClientIDList.member.1", "app"),
            (
                "ThumbprintList.member.1",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            ),
        ],
    ),
    (
        "CreateVirtualMFADevice",
        &[
            ("VirtualMFADeviceName", "phone"),
            ("Tags.member.1.Key", "team"),
            ("Tags.member.1.Value", "red"),
        ],
    ),
    ("CreateVirtualMFADevice", &[("VirtualMFADeviceName", "spare")]),
    ("EnableOutboundWebIdentityFederation", &[]),
];

/// As many groups and instance profiles as an ordinary account has.
const GROUPS: usize = 100;
const PROFILES: usize = 100;

/// An account with so many users and roles, and so many policies.
pub(super) fn account(
    lanyard: &Lanyard,
    name: &str,
    entities: usize,
    policies: usize,
) -> Result<Filled, Box<dyn Error>> {
    let identity = lanyard.account(name)?;
    let quotas = [
        ("UsersPerAccount", entities + 1),
        ("RolesPerAccount", entities),
        ("PoliciesPerAccount", policies),
        ("GroupsPerAccount", GROUPS + 1),
        ("InstanceProfilesPerAccount", PROFILES),
    ];
    for (quota, count) in quotas {
        lanyard.set_quota(&identity, quota, count)?;
    }
    let make = |what: &[Made], numbers: std::ops::Range<usize>| make(lanyard, &identity, what, numbers);
    for once in ONCE {
        make(&[once], 0..1)?;
    }
    make(&OF_EACH_POLICY, 0..policies)?;
    make(&EACH_GROUP, 0..GROUPS)?;
    make(&FIRST_USER, 0..1)?;
    make(&EACH_USER, 1..entities)?;
    make(&EACH_ROLE, 0..entities)?;
    make(&EACH_PROFILE, 0..PROFILES)?;
    make(&OF_EACH_PROFILE, 0..PROFILES)?;
    make(&OF_EACH_USER, 0..entities)?;
    make(&OF_EACH_ROLE, 0..entities)?;
    Ok(Filled { identity, entities })
}

/// Makes everything of these kinds for each of the numbers; what is made of one number is made in order.
fn make(lanyard: &Lanyard, identity: &Identity, what: &[Made], numbers: std::ops::Range<usize>) -> Outcome {
    let port = lanyard.running.port;
    let sources = (0..CONNECTIONS)
        .map(|connection| {
            let requests: Vec<Request> = numbers
                .clone()
                .skip(connection)
                .step_by(CONNECTIONS)
                .flat_map(|number| what.iter().map(move |made| (number, made)))
                .map(|(number, (action, parameters))| {
                    let parameters: Vec<(&str, String)> = parameters
                        .iter()
                        .map(|(name, value)| (*name, account_in(&numbered(value, number), identity)))
                        .collect();
                    let parameters: Vec<(&str, &str)> = parameters
                        .iter()
                        .map(|(name, value)| (*name, value.as_str()))
                        .collect();
                    requests::iam(identity, action, &parameters, port)
                })
                .collect();
            Box::new(Each(requests.into_iter())) as Box<dyn Source>
        })
        .collect();
    client::run(port, sources, None)?;
    Ok(())
}
