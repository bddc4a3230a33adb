//! Chapter: the request.
//!
//! Who asks for what, in which circumstances. Condition keys are found without regard to case; a key that
//! was given as a list is multivalued, however many values it has. Nothing is derived: what the question
//! does not state about the circumstances is not known.
//! Evidence: AWS documentation, request context; single-valued and multivalued context keys.

use serde_json::Value;

use crate::QuestionError;
use crate::document::{object, texts};

/// What is asked.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) principal: Principal,
    pub(crate) action: String,
    pub(crate) resource: String,
    resource_account: Option<String>,
    /// Who asked for the session of a federated user.
    federating_user: Option<String>,
    /// Whether the action takes no resource, so that only `*` grants it.
    pub(crate) is_wildcard_only: bool,
    /// Whether each `*` of the resource stands for what only its service knows.
    pub(crate) is_partly_known: bool,
    context: Vec<(String, ContextValue)>,
}

/// Who asks.
#[derive(Debug)]
pub(crate) enum Principal {
    Root {
        arn: String,
    },
    User {
        arn: String,
        id: Option<String>,
    },
    RoleSession {
        session: String,
        role: String,
        /// Whether the role's path is known, which the ARN of a session leaves out.
        is_path_known: bool,
        role_id: Option<String>,
    },
    /// The user behind it is known only if the question tells.
    FederatedUser {
        arn: String,
        user: Option<String>,
    },
    Service {
        name: String,
    },
    /// A web identity or a SAML identity: known by its provider alone.
    Federated {
        provider: String,
    },
    Anonymous,
}

/// What is known of a condition key that is present.
#[derive(Debug, Clone)]
pub(crate) enum ContextValue {
    Single(String),
    Many(Vec<String>),
    /// Not even whether it is there.
    Unknown,
}

impl Request {
    pub(crate) fn read(question: &Value) -> Result<Self, QuestionError> {
        let action = required_text(question, "action")?;
        let mut context = Vec::new();
        if let Some(stated) = question.get("context").filter(|context| !context.is_null()) {
            for (key, value) in object(stated, "the context")? {
                let values = if value.is_null() {
                    Vec::new()
                } else {
                    texts(value)?
                };
                let value = match (value, values.as_slice()) {
                    (Value::Null, _) => ContextValue::Unknown,
                    (Value::Array(_), _) | (_, []) => ContextValue::Many(values),
                    (_, [single, ..]) => ContextValue::Single(single.clone()),
                };
                if context
                    .iter()
                    .any(|(known, _): &(String, _)| known.eq_ignore_ascii_case(key))
                {
                    return Err(QuestionError(format!("the context has {key} twice")));
                }
                context.push((key.to_ascii_lowercase(), value));
            }
        }
        let mut request = Self {
            principal: Principal::Anonymous,
            resource: required_text(question, "resource")?,
            resource_account: optional_text(question, "resource_account"),
            federating_user: optional_text(question, "federating_user"),
            is_wildcard_only: question
                .get("wildcard_only_action")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            is_partly_known: question
                .get("partly_known")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            action,
            context,
        };
        if let Some(name) = optional_text(question, "principal") {
            request.principal = Principal::read(&name, &request)?;
            let stated_account = optional_text(question, "principal_account");
            if let (Some(account), Some(stated)) = (request.principal.account(), stated_account)
                && account != stated
            {
                return Err(QuestionError(format!("{name} is not of account {stated}")));
            }
        }
        Ok(request)
    }

    /// Whether the resource is of another account than the caller. Who owns a resource whose ARN does not tell
    /// has to be stated; if it is not, it is the caller's.
    pub(crate) fn is_cross_account(&self) -> bool {
        // It may be, if that is what nobody knows.
        if self.is_partly_known
            && self.resource_account.is_none()
            && arn_part(&self.resource, 4).contains('*')
        {
            return self.principal.account().is_some();
        }
        let is_number =
            |account: &&str| account.chars().all(|digit| digit.is_ascii_digit()) && !account.is_empty();
        let of_arn = Some(arn_part(&self.resource, 4)).filter(is_number);
        match (
            self.principal.account(),
            self.resource_account.as_deref().or(of_arn),
        ) {
            (Some(account), Some(owner)) => account != owner || self.is_cross_partition(),
            _ => self.is_cross_partition(),
        }
    }

    /// Whether the resource is of another partition than the caller, so that nothing brings them together.
    pub(crate) fn is_cross_partition(&self) -> bool {
        let is_other = |partition| arn_part(&self.resource, 1) != partition;
        !self.is_wildcard_only
            && self.resource.starts_with("arn:")
            && self.principal.partition().is_some_and(is_other)
    }

    /// Whether an identity provider vouches that is of another account than the resource.
    pub(crate) fn is_by_provider_elsewhere(&self) -> bool {
        let Principal::Federated { provider } = &self.principal else {
            return false;
        };
        let owner = self
            .resource_account
            .as_deref()
            .unwrap_or(arn_part(&self.resource, 4));
        let is_at_home =
            arn_part(provider, 4) == owner && arn_part(provider, 1) == arn_part(&self.resource, 1);
        provider.starts_with("arn:") && !is_at_home
    }

    /// What the request says of a key.
    pub(crate) fn key(&self, name: &str) -> Option<&ContextValue> {
        let found = self
            .context
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        // A name that ends with a slash stands for all that begin so, and is there only to say that they are unknown.
        let is_under = |(key, value): &&(String, ContextValue)| {
            let begins_so = key.ends_with('/') && name.to_ascii_lowercase().starts_with(key);
            begins_so && matches!(value, ContextValue::Unknown)
        };
        let found = found.or_else(|| self.context.iter().find(is_under));
        found.map(|(_, value)| value)
    }

    /// Whether a role is asked for, so that the resource's policy is a trust policy.
    pub(crate) fn is_about_trust(&self) -> bool {
        let action = self.action.to_ascii_lowercase();
        let is_role =
            arn_part(&self.resource, 2) == "iam" && resource_part(&self.resource).starts_with("role/");
        // Nobody assumes a role that does not say so, whatever the question calls it.
        action.starts_with("sts:assumerole")
            || is_role && (action == "sts:tagsession" || action == "sts:setsourceidentity")
    }

    /// Whether a KMS key is asked for.
    pub(crate) fn is_about_key(&self) -> bool {
        self.action.to_ascii_lowercase().starts_with("kms:")
            && resource_part(&self.resource).starts_with("key/")
    }
}

impl ContextValue {
    pub(crate) fn values(&self) -> Vec<String> {
        match self {
            Self::Single(value) => vec![value.clone()],
            Self::Many(values) => values.clone(),
            Self::Unknown => Vec::new(),
        }
    }
}

impl Principal {
    fn read(name: &str, request: &Request) -> Result<Self, QuestionError> {
        if !name.starts_with("arn:") {
            let is_provider = request
                .action
                .eq_ignore_ascii_case("sts:AssumeRoleWithWebIdentity");
            return Ok(if is_provider {
                Self::Federated {
                    provider: name.to_owned(),
                }
            } else {
                Self::Service {
                    name: name.to_owned(),
                }
            });
        }
        let arn = name.to_owned();
        let kind = resource_part(name);
        if kind == "root" {
            Ok(Self::Root { arn })
        } else if kind.starts_with("user/") {
            let id = id_of(request, "AIDA");
            Ok(Self::User { arn, id })
        } else if kind.starts_with("federated-user/") {
            let user = request.federating_user.clone();
            Ok(Self::FederatedUser { arn, user })
        } else if kind.starts_with("assumed-role/") {
            let (role, is_path_known) = role_of(name, request);
            let role_id = id_of(request, "AROA");
            Ok(Self::RoleSession {
                role,
                is_path_known,
                session: arn,
                role_id,
            })
        } else if kind.starts_with("role/") {
            let (session, role_id) = (String::new(), id_of(request, "AROA"));
            Ok(Self::RoleSession {
                role: arn,
                is_path_known: true,
                session,
                role_id,
            })
        } else if kind.starts_with("oidc-provider/") || kind.starts_with("saml-provider/") {
            Ok(Self::Federated { provider: arn })
        } else {
            Err(QuestionError(format!("no kind of principal: {name}")))
        }
    }

    /// The ARN of whoever holds the permissions, if it is somebody of an account.
    fn arn(&self) -> Option<&str> {
        match self {
            Self::Root { arn } | Self::User { arn, .. } | Self::FederatedUser { arn, .. } => Some(arn),
            Self::RoleSession { role, .. } => Some(role),
            Self::Service { .. } | Self::Federated { .. } | Self::Anonymous => None,
        }
    }

    /// The account whose administrators govern the principal, if there is one.
    pub(crate) fn account(&self) -> Option<&str> {
        self.arn().map(|arn| arn_part(arn, 4))
    }

    pub(crate) fn partition(&self) -> Option<&str> {
        self.arn().map(|arn| arn_part(arn, 1))
    }

    /// Whether the principal is a service-linked role.
    pub(crate) fn is_service_linked(&self) -> bool {
        match self {
            Self::RoleSession { role, .. } => {
                let path_and_name = resource_part(role).strip_prefix("role/aws-service-role/");
                let name = path_and_name
                    .and_then(|path| path.rsplit('/').next())
                    .unwrap_or_default();
                name.starts_with("AWSServiceRoleFor")
            }
            _ => false,
        }
    }
}

/// The role of a session, and whether its path is known: `aws:PrincipalArn` tells it.
fn role_of(session: &str, request: &Request) -> (String, bool) {
    let role_name = resource_part(session).split('/').nth(1).unwrap_or_default();
    if let Some(ContextValue::Single(arn)) = request.key("aws:PrincipalArn") {
        let resource = resource_part(arn);
        let is_of_account = [1, 4]
            .iter()
            .all(|part| arn_part(arn, *part) == arn_part(session, *part));
        if is_of_account && resource.starts_with("role/") && resource.rsplit('/').next() == Some(role_name) {
            return (arn.clone(), true);
        }
    }
    let (partition, account) = (arn_part(session, 1), arn_part(session, 4));
    (format!("arn:{partition}:iam::{account}:role/{role_name}"), false)
}

/// The unique id of who asks, which `aws:userid` begins with.
fn id_of(request: &Request, prefix: &str) -> Option<String> {
    let Some(ContextValue::Single(text)) = request.key("aws:userid") else {
        return None;
    };
    let id = text.split(':').next().unwrap_or_default();
    is_id(id, prefix).then(|| id.to_owned())
}

/// Whether a text is a unique id: a kind of four letters and 17 more characters.
pub(crate) fn is_id(text: &str, prefix: &str) -> bool {
    text.starts_with(prefix)
        && text.len() == 21
        && text
            .chars()
            .all(|character| character.is_ascii_uppercase() || character.is_ascii_digit())
}

/// One of the six parts of an ARN, empty if it is missing.
pub(crate) fn arn_part(arn: &str, index: usize) -> &str {
    arn.splitn(6, ':').nth(index).unwrap_or_default()
}

/// What follows the fifth colon.
pub(crate) fn resource_part(arn: &str) -> &str {
    arn_part(arn, 5)
}

fn required_text(question: &Value, field: &str) -> Result<String, QuestionError> {
    optional_text(question, field).ok_or_else(|| QuestionError(format!("{field} is missing")))
}

fn optional_text(question: &Value, field: &str) -> Option<String> {
    question.get(field).and_then(Value::as_str).map(str::to_owned)
}
