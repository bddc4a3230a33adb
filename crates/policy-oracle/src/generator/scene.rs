//! The scene: who asks for what, and in which circumstances.

use serde_json::{Map, Value, json};

use crate::Choices;
use crate::decision::Layer;

use super::vocabulary::{
    AWAY, FEDERATED_USER, HOME, KEYS, Kind, OIDC, PREFIXES, ROLE, ROLE_ID, SAML, SERVICE,
    SERVICE_LINKED_ROLE, SERVICE_LINKED_SESSION, SESSION, USER, USER_ID, WEB,
};

/// What is asked, by whom, and in which circumstances.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) kind: Kind,
    pub(super) principal: Option<String>,
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) resource_account: &'static str,
    pub(super) is_wildcard_only: bool,
    is_partly_known: bool,
    pub(super) is_about_trust: bool,
    pub(super) context: Vec<(&'static str, Value)>,
    principal_account: Option<&'static str>,
    federating_user: Option<&'static str>,
}

impl Scene {
    /// A scene in which the layer, if one is meant, has a say.
    pub(super) fn choose(choices: &mut Choices, layer: Option<Layer>) -> Self {
        let kind = kind(choices, layer);
        let principal_account = match kind {
            Kind::Service | Kind::Anonymous | Kind::WebIdentity | Kind::Saml => None,
            _ => Some(HOME),
        };
        let away = if matches!(kind, Kind::WebIdentity | Kind::Saml) {
            8
        } else {
            25
        };
        let resource_account = if choices.chance(away) { AWAY } else { HOME };
        let (action, resource, is_wildcard_only) = subject(choices, kind, layer, resource_account);
        // Without a resource, there is none of another account.
        let resource_account = if is_wildcard_only { HOME } else { resource_account };
        let is_about_trust = action.starts_with("sts:") && !is_wildcard_only;
        // Of what is known in part only, the end is not.
        let has_part = !is_about_trust && !is_wildcard_only && resource.matches(':').count() >= 5;
        let is_partly_known = has_part && choices.chance(8);
        let resource = match resource.rfind([':', '/']) {
            Some(at) if is_partly_known => {
                let known = at + 1 + choices.below(2);
                format!("{}*", resource.get(..known).unwrap_or_default())
            }
            _ => resource,
        };
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
            is_partly_known,
            is_about_trust,
            context: Vec::new(),
            principal_account,
            federating_user: (kind == Kind::FederatedUser && choices.chance(60)).then_some(USER),
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
            "federating_user": self.federating_user,
            "action": self.action,
            "resource": self.resource,
            "resource_account": self.resource_account,
            "wildcard_only_action": self.is_wildcard_only,
            "partly_known": self.is_partly_known,
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
            // The root user has one in a session for a single task.
            Layer::Session => is_session || self.kind == Kind::Root,
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
            Value::Null => return None,
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
            let first = json!(key.family.request_value(choices));
            let value = if choices.chance(5) {
                // Of which nothing is known.
                Value::Null
            } else if key.is_multivalued {
                let second = json!(key.family.request_value(choices));
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
        if choices.chance(8) {
            let prefix = choices.pick(&PREFIXES).unwrap_or("aws:PrincipalTag/");
            // Of none that begin so anything is known, but of those that are there; or it is a name like any other.
            let value = if choices.chance(75) {
                Value::Null
            } else {
                json!("a")
            };
            context.push((prefix, value));
        }
        if self.kind == Kind::RoleSession && choices.chance(70) {
            context.push(("aws:PrincipalArn", json!(ROLE)));
        }
        match self.kind {
            Kind::User if choices.chance(40) => context.push(("aws:userid", json!(USER_ID))),
            Kind::RoleSession if choices.chance(40) => {
                context.push(("aws:userid", json!(format!("{ROLE_ID}:s"))));
            }
            _ => {}
        }
        if self.kind == Kind::ServiceLinkedRole {
            context.push(("aws:PrincipalArn", json!(SERVICE_LINKED_ROLE)));
        }
        context
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
    if choices.chance(1) {
        return Some(name.replace("arn:aws:", "arn:aws-cn:"));
    }
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
    if choices.chance(2) {
        let action = choices.pick(&["sts:GetCallerIdentity", "sts:GetSessionToken"]);
        return (action.unwrap_or_default(), "*".to_owned(), true);
    }
    if choices.chance(1) {
        let resource = choices.pick(&["*", "bucket", "arn:aws:s3", "arn:aws:s3:::"]);
        return ("s3:GetObject", resource.unwrap_or_default().to_owned(), false);
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
        8 if choices.chance(30) => ("iam:ListRoles", format!("arn:aws:iam::{account}:role/*"), false),
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
