//! The scene: who asks for what, and in which circumstances.

use serde_json::{Map, Value, json};

use crate::Choices;
use crate::decision::Layer;

pub(super) const HOME: &str = "111111111111";
pub(super) const AWAY: &str = "222222222222";

/// Kinds of callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    User,
    RoleSession,
    FederatedUser,
    ServiceLinkedRole,
    Service,
    WebIdentity,
    Saml,
    Anonymous,
}

/// What is asked, by whom, and in which circumstances.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) kind: Kind,
    pub(super) principal: Option<String>,
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) resource_account: &'static str,
    pub(super) is_wildcard_only: bool,
    pub(super) is_about_trust: bool,
    pub(super) context: Vec<(&'static str, Value)>,
    principal_account: Option<&'static str>,
}

/// A condition key of the vocabulary.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) family: Family,
    is_multivalued: bool,
}

/// The kind of values that a key or an operator is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Text,
    Number,
    Date,
    Boolean,
    Binary,
    Address,
    Arn,
}

const fn key(name: &'static str, family: Family, is_multivalued: bool) -> Key {
    Key {
        name,
        family,
        is_multivalued,
    }
}

pub(super) const KEYS: [Key; 13] = [
    key("aws:username", Family::Text, false),
    key("aws:PrincipalTag/team", Family::Text, false),
    key("s3:prefix", Family::Text, false),
    key("aws:TagKeys", Family::Text, true),
    key("aws:CalledVia", Family::Text, true),
    key("s3:max-keys", Family::Number, false),
    key("aws:CurrentTime", Family::Date, false),
    key("aws:SecureTransport", Family::Boolean, false),
    key("example:Bytes", Family::Binary, false),
    key("aws:SourceIp", Family::Address, false),
    key("aws:SourceArn", Family::Arn, false),
    key("example:Arns", Family::Arn, true),
    key("example:Numbers", Family::Number, true),
];

impl Family {
    /// What a request may say. The last few are odd.
    pub(super) fn request_values(self) -> &'static [&'static str] {
        match self {
            Self::Text => &[
                "true",
                "é",
                "É",
                "a",
                "bucket",
                "ab",
                HOME,
                "A",
                "key",
                "b",
                "a*",
                "a?",
                "",
                "${aws:username}",
                "*",
            ],
            Self::Number => &[
                "+5",
                "1e1",
                ".5",
                "5.",
                " 5",
                "00005",
                "5",
                "10",
                "5.0",
                "-3",
                "0",
                "9007199254740993",
                "10.5",
                "ten",
                "",
            ],
            Self::Date => &[
                "2013-06-30T00:00:00",
                "-5",
                "1372550400.0",
                "20130630T000000Z",
                "2013-06-30t00:00:00z",
                "2013-06-30T00:00Z",
                "2013-02-30",
                "2013-06-30T24:00:00Z",
                "2013-06-30T00:00:00+0100",
                "2013-06-30 00:00:00Z",
                "2013-06-30T00:00:00Z",
                "1372550400",
                "2013-06-30T01:00:00+01:00",
                "2013-06-30",
                "2013-06-30T00:00:00.5Z",
                "2013-07",
                "2014",
                "soon",
            ],
            Self::Boolean => &["true", "false", "TRUE", "maybe"],
            Self::Binary => &["QmluYXJ5", "Binary", "AAEC", "%%%"],
            Self::Address => &[
                "203.0.113.5/32",
                "203.0.113.0/24",
                "fe80::1%1",
                "203.0.113",
                "203.0.113.5",
                "203.0.114.5",
                "2001:db8::1",
                "10.0.0.1",
                "2001:db8:1::1",
                "::ffff:203.0.113.5",
                "nonsense",
            ],
            Self::Arn => &[
                "arn:aws:sns",
                "ARN:aws:sns:us-east-1:111111111111:topic",
                "urn:aws:sns:us-east-1:111111111111:topic",
                "arn:aws:sns:us-east-1:111111111111:topic",
                "arn:aws:iam::111111111111:role/R",
                "arn:aws:sns:us-east-1:222222222222:a:topic",
                "arn:aws:s3:::bucket",
                "topic",
            ],
        }
    }

    /// What a policy may say besides.
    pub(super) fn policy_values(self) -> &'static [&'static str] {
        match self {
            Self::Text => &[
                "é",
                "${example:None, 'a*'}",
                "${example:None, ''}",
                "$",
                "$a",
                "?*",
                "a*",
                "?",
                "*",
                "b",
                "${aws:username}",
                "${AWS:UserName}*",
                "${aws:PrincipalTag/team, 'a'}",
                "${example:None, 'bucket'}",
                "${example:None}",
                "${aws:TagKeys}",
                "a${*}",
                "${$}{aws:username}",
                "*${?}",
                "",
            ],
            Self::Number => &[
                "+5",
                "1e1",
                "0.5",
                "10",
                "5.",
                "5",
                "5.00",
                "11",
                "-3",
                "9007199254740992",
                "six",
                "${s3:max-keys}",
            ],
            Self::Date => &[
                "-5",
                "2013",
                "2013-06-30T00:00:00",
                "2013-06",
                "20130630",
                "2013-06-30T00:00:00Z",
                "2013-06-30",
                "1372550400",
                "2013-06-29T23:00:00-01:00",
                "later",
            ],
            Self::Boolean => &[
                "${aws:username}",
                "true",
                "false",
                "False",
                "${aws:SecureTransport}",
                "perhaps",
            ],
            Self::Binary => &["QmluYXJ5", "AAEC", "Qmlu", "%%%"],
            Self::Address => &[
                "::ffff:0:0/96",
                "::ffff:203.0.113.5",
                "2001:DB8::/32",
                "203.0.113.5/024",
                "203.0.113.0/",
                "/8",
                "203.0.113.05",
                "203.0.113.0/24",
                "203.0.113.5",
                "203.0.113.77/24",
                "2001:db8::/32",
                "2001:db8::1",
                "0.0.0.0/0",
                "::/0",
                "203.0.113.5/33",
                "nowhere",
            ],
            Self::Arn => &[
                "*:*:*:*:*:*",
                "arn:*",
                "arn:aws:sns:*",
                "ARN:aws:sns:us-east-1:111111111111:topic",
                "arn:aws:sns:*:*:*",
                "arn:aws:sns:us-east-1:111111111111:t?pic",
                "arn:*:iam::111111111111:role/*",
                "arn:aws:sns:*:topic",
                "${aws:SourceArn}",
                "arn:aws:s3:::${aws:username}",
                "arn:aws:sns:us-east-1:${aws:username}:topic",
                "*",
            ],
        }
    }
}

impl Scene {
    /// A scene in which the layer, if one is meant, has a say.
    pub(super) fn choose(choices: &mut Choices, layer: Option<Layer>) -> Self {
        let kind = kind(choices, layer);
        let principal_account = match kind {
            Kind::Service | Kind::Anonymous | Kind::WebIdentity | Kind::Saml => None,
            _ => Some(HOME),
        };
        let resource_account = if choices.chance(25) { AWAY } else { HOME };
        let (action, resource, is_wildcard_only) = subject(choices, kind, layer, resource_account);
        // Without a resource, there is none of another account.
        let resource_account = if is_wildcard_only { HOME } else { resource_account };
        let is_about_trust = action.to_ascii_lowercase().starts_with("sts:");
        let action = if choices.chance(8) {
            action.to_ascii_uppercase()
        } else {
            action.to_owned()
        };
        let mut scene = Self {
            kind,
            principal: principal(choices, kind),
            action,
            resource,
            resource_account,
            is_wildcard_only,
            is_about_trust,
            context: Vec::new(),
            principal_account,
        };
        scene.context = scene.circumstances(choices);
        scene
    }

    /// The question without policies.
    pub(super) fn question(&self) -> Map<String, Value> {
        let context: Map<String, Value> = self
            .context
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()))
            .collect();
        let question = json!({
            "principal": self.principal,
            "principal_account": self.principal_account,
            "action": self.action,
            "resource": self.resource,
            "resource_account": self.resource_account,
            "wildcard_only_action": self.is_wildcard_only,
            "context": context,
        });
        match question {
            Value::Object(question) => question,
            _ => Map::new(),
        }
    }

    /// Whether policies of the layer exist for such a caller and such a resource.
    pub(super) fn can_have(&self, layer: Layer) -> bool {
        let has_identity = !matches!(
            self.kind,
            Kind::Root | Kind::Service | Kind::Anonymous | Kind::WebIdentity | Kind::Saml
        );
        let is_session = matches!(self.kind, Kind::RoleSession | Kind::FederatedUser);
        match layer {
            Layer::Identity => has_identity,
            Layer::Boundary => has_identity && self.kind != Kind::ServiceLinkedRole,
            Layer::Session => is_session,
            Layer::ServiceControl | Layer::ResourceControl | Layer::Endpoint => true,
            Layer::Resource | Layer::Trust => !self.is_wildcard_only,
        }
    }

    /// Whether nothing is allowed without a policy of the resource.
    pub(super) fn needs_resource_policy(&self) -> bool {
        self.is_about_trust
            || self.action.to_ascii_lowercase().starts_with("kms:")
            || self.principal_account != Some(self.resource_account)
    }

    /// What the request says of a key.
    pub(super) fn values_of(&self, key: &str) -> Option<Vec<String>> {
        let (_, value) = self.context.iter().find(|(name, _)| *name == key)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Some(match value {
            Value::Array(list) => list.iter().map(text).collect(),
            one => vec![text(one)],
        })
    }

    /// Whether the request has several values of a key, or might have.
    pub(super) fn is_multivalued(&self, key: &str) -> bool {
        self.context
            .iter()
            .any(|(name, value)| *name == key && value.is_array())
    }

    fn circumstances(&self, choices: &mut Choices) -> Vec<(&'static str, Value)> {
        let mut context = Vec::new();
        for key in &KEYS {
            if !choices.chance(60) {
                continue;
            }
            let values = key.family.request_values();
            let first = json!(choices.pick(values));
            let value = if key.is_multivalued {
                let second = json!(choices.pick(values));
                match (choices.below(8), first == second) {
                    (0, _) => json!([]),
                    (1..=3, _) | (_, true) => json!([first]),
                    _ => json!([first, second]),
                }
            } else if choices.chance(4) {
                json!([first])
            } else {
                first
            };
            context.push((key.name, value));
        }
        if self.kind == Kind::RoleSession && choices.chance(70) {
            context.push(("aws:PrincipalArn", json!(ROLE)));
        }
        if self.kind == Kind::ServiceLinkedRole {
            context.push(("aws:PrincipalArn", json!(SERVICE_LINKED_ROLE)));
        }
        context
    }
}

const USER: &str = "arn:aws:iam::111111111111:user/dept/ann";
const ROLE: &str = "arn:aws:iam::111111111111:role/dept/R";
const ROLE_WITHOUT_PATH: &str = "arn:aws:iam::111111111111:role/R";
const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/R/s";
const FEDERATED_USER: &str = "arn:aws:sts::111111111111:federated-user/fay";
const SERVICE_LINKED_ROLE: &str =
    "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
const SERVICE_LINKED_SESSION: &str = "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForX/s";
const OIDC: &str = "arn:aws:iam::111111111111:oidc-provider/id.example.com";
const SAML: &str = "arn:aws:iam::111111111111:saml-provider/P";
const SERVICE: &str = "logs.amazonaws.com";
const WEB: &str = "accounts.google.com";

/// Everybody whom a policy may name, as members of a principal element.
pub(super) const NAMES: [(&str, &str); 16] = [
    ("AWS", "*"),
    ("AWS", HOME),
    ("AWS", "arn:aws:iam::111111111111:root"),
    ("AWS", AWAY),
    ("AWS", "arn:aws:iam::222222222222:root"),
    ("AWS", USER),
    ("AWS", "arn:aws:iam::111111111111:user/ann"),
    ("AWS", ROLE),
    ("AWS", ROLE_WITHOUT_PATH),
    ("AWS", SESSION),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/R/t"),
    ("AWS", FEDERATED_USER),
    ("Service", SERVICE),
    ("Service", "ec2.amazonaws.com"),
    ("Federated", OIDC),
    ("Federated", WEB),
];

/// Those of the names that name a caller of the kind.
pub(super) fn names(kind: Kind) -> &'static [(&'static str, &'static str)] {
    const ACCOUNT: (&str, &str) = ("AWS", HOME);
    const ROOT: (&str, &str) = ("AWS", "arn:aws:iam::111111111111:root");
    match kind {
        Kind::Root => &[ACCOUNT, ROOT, ("AWS", "*")],
        Kind::User => &[("AWS", USER), ACCOUNT, ROOT, ("AWS", "*"), ("AWS", USER)],
        Kind::RoleSession => &[
            ("AWS", ROLE),
            ("AWS", SESSION),
            ACCOUNT,
            ("AWS", "*"),
            ("AWS", ROLE_WITHOUT_PATH),
            ROOT,
        ],
        Kind::FederatedUser => &[("AWS", FEDERATED_USER), ACCOUNT, ROOT, ("AWS", "*")],
        Kind::ServiceLinkedRole => &[
            ("AWS", SERVICE_LINKED_ROLE),
            ACCOUNT,
            ("AWS", SERVICE_LINKED_SESSION),
            ("AWS", "*"),
        ],
        Kind::Service => &[("Service", SERVICE), ("Service", SERVICE), ("AWS", "*")],
        Kind::WebIdentity => &[("Federated", OIDC), ("Federated", WEB)],
        Kind::Saml => &[("Federated", SAML)],
        Kind::Anonymous => &[("AWS", "*")],
    }
}

fn kind(choices: &mut Choices, layer: Option<Layer>) -> Kind {
    let kinds: &[Kind] = match layer {
        Some(Layer::Identity | Layer::Boundary) => &[
            Kind::User,
            Kind::User,
            Kind::RoleSession,
            Kind::RoleSession,
            Kind::FederatedUser,
        ],
        Some(Layer::Session) => &[Kind::RoleSession, Kind::RoleSession, Kind::FederatedUser],
        _ => &[
            Kind::User,
            Kind::User,
            Kind::User,
            Kind::RoleSession,
            Kind::RoleSession,
            Kind::RoleSession,
            Kind::FederatedUser,
            Kind::Root,
            Kind::ServiceLinkedRole,
            Kind::Service,
            Kind::WebIdentity,
            Kind::Saml,
            Kind::Anonymous,
        ],
    };
    kinds
        .get(choices.below(kinds.len()))
        .copied()
        .unwrap_or(Kind::User)
}

fn principal(choices: &mut Choices, kind: Kind) -> Option<String> {
    let name = match kind {
        Kind::Root => "arn:aws:iam::111111111111:root",
        Kind::User => USER,
        Kind::RoleSession if choices.chance(15) => ROLE,
        Kind::RoleSession => SESSION,
        Kind::FederatedUser => FEDERATED_USER,
        Kind::ServiceLinkedRole => SERVICE_LINKED_SESSION,
        Kind::Service => SERVICE,
        Kind::WebIdentity if choices.chance(50) => WEB,
        Kind::WebIdentity => OIDC,
        Kind::Saml => SAML,
        Kind::Anonymous => return None,
    };
    Some(name.to_owned())
}

/// What is asked for: action, resource, and whether the action takes none.
fn subject(
    choices: &mut Choices,
    kind: Kind,
    layer: Option<Layer>,
    account: &str,
) -> (&'static str, String, bool) {
    let role = if choices.chance(30) {
        "role/path/T"
    } else {
        "role/T"
    };
    let role = format!("arn:aws:iam::{account}:{role}");
    match kind {
        Kind::WebIdentity => return ("sts:AssumeRoleWithWebIdentity", role, false),
        Kind::Saml => return ("sts:AssumeRoleWithSAML", role, false),
        _ => {}
    }
    let (first, count) = match layer {
        Some(Layer::Trust) => (11, 4),
        Some(Layer::Resource) => (0, 9),
        Some(Layer::Identity | Layer::Boundary | Layer::Session) => (0, 13),
        _ => (0, 15),
    };
    match first + choices.below(count) {
        0 | 1 => ("s3:GetObject", "arn:aws:s3:::bucket/key".to_owned(), false),
        2 => ("s3:PutObject", "arn:aws:s3:::bucket/a/b:c".to_owned(), false),
        3 => ("s3:ListBucket", "arn:aws:s3:::bucket".to_owned(), false),
        4 | 5 => (
            "sqs:SendMessage",
            format!("arn:aws:sqs:us-east-1:{account}:queue"),
            false,
        ),
        6 | 7 => (
            "kms:Decrypt",
            format!("arn:aws:kms:us-east-1:{account}:key/1a"),
            false,
        ),
        8 => ("iam:GetRole", role, false),
        9 => ("s3:ListAllMyBuckets", "*".to_owned(), true),
        10 => (
            "ec2:DescribeInstances",
            if choices.chance(30) { role } else { "*".to_owned() },
            true,
        ),
        11 | 12 => ("sts:AssumeRole", role, false),
        13 => ("sts:TagSession", role, false),
        _ => ("sts:SetSourceIdentity", role, false),
    }
}
