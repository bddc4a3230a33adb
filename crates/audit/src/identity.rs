//! Who did it, in the shapes that CloudTrail gives each kind of caller.

use std::collections::BTreeMap;

use jiff::Timestamp;
use lanyard_names::AccountId;
use serde::{Deserialize, Serialize};

/// The `userIdentity` element of a record. Made by one constructor per type, so that each type carries exactly
/// the fields that CloudTrail gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UserIdentity {
    /// `Root`, `IAMUser`, `AssumedRole`, `FederatedUser`, `AWSAccount`, `AWSService` and so on.
    #[serde(rename = "type")]
    pub kind: String,
    /// The unique id, with the session's name for a role session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// The caller's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// The caller's account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// The access key id the request was signed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// The friendly name; for the root user the account's alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The identity provider of a federated sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_provider: Option<String>,
    /// The service that called on somebody's behalf, or by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoked_by: Option<String>,
    /// About the session, for temporary credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_context: Option<SessionContext>,
}

/// The `sessionContext` element.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionContext {
    /// The role or user that the session was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_issuer: Option<Issuer>,
    /// When the session began and whether a second factor was shown.
    pub attributes: SessionAttributes,
    /// The source identity, which no one can change along a chain of roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    /// The issuer whose token began the session.
    #[serde(rename = "webIdFederationData", skip_serializing_if = "Option::is_none")]
    pub federation: Option<WebIdFederationData>,
    /// Differs from AWS: the ARN of the user who stands at the beginning of a chain of roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_arn: Option<String>,
}

/// The `webIdFederationData` element of a session context.
///
/// Evidence: records of CloudTrail in public documents of Kubernetes and GitHub: the provider's ARN, and attributes
/// that are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WebIdFederationData {
    /// The provider's ARN.
    pub federated_provider: String,
    /// Nothing.
    pub attributes: BTreeMap<String, String>,
}

/// The `attributes` element of a session context.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionAttributes {
    /// When the credentials were issued.
    pub creation_date: String,
    /// `"true"` or `"false"`: CloudTrail has text here, not a boolean.
    pub mfa_authenticated: String,
}

/// The `sessionIssuer` element: the entity that a session acts for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Issuer {
    /// `Role`, `IAMUser` or `Root`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The unique id of the role or user; the account id for root.
    pub principal_id: String,
    /// The ARN of the role or user.
    pub arn: String,
    /// The account of the role or user.
    pub account_id: String,
    /// The name of the role or user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
}

impl Issuer {
    /// A role that issued a session.
    pub fn role(account: AccountId, id: &str, arn: &str, name: &str) -> Self {
        Self::named("Role", account, id, arn, Some(name))
    }

    /// A user whose long-term key issued a session.
    pub fn user(account: AccountId, id: &str, arn: &str, name: &str) -> Self {
        Self::named("IAMUser", account, id, arn, Some(name))
    }

    /// The root user, whose key issued a session.
    pub fn root(account: AccountId) -> Self {
        let id = account.to_string();
        let arn = lanyard_names::arn::root(account);
        Self::named("Root", account, &id, &arn, None)
    }

    fn named(kind: &str, account: AccountId, id: &str, arn: &str, name: Option<&str>) -> Self {
        Self {
            kind: kind.to_owned(),
            principal_id: id.to_owned(),
            arn: arn.to_owned(),
            account_id: account.to_string(),
            user_name: name.map(str::to_owned),
        }
    }
}

impl UserIdentity {
    /// The root user of an account.
    pub fn root(account: AccountId) -> Self {
        let id = account.to_string();
        let arn = lanyard_names::arn::root(account);
        Self::of("Root", account, &id, &arn)
    }

    /// An IAM user with its own key, or with a session of GetSessionToken (then add [`Self::with_session`]).
    pub fn iam_user(account: AccountId, id: &str, arn: &str, name: &str) -> Self {
        Self {
            user_name: Some(name.to_owned()),
            ..Self::of("IAMUser", account, id, arn)
        }
    }

    /// A session of a role: `principal_id` is `AROA…:session`, the ARN is that of the session.
    pub fn assumed_role(account: AccountId, principal_id: &str, arn: &str) -> Self {
        Self::of("AssumedRole", account, principal_id, arn)
    }

    /// A session of GetFederationToken: `principal_id` is `account:name`.
    pub fn federated_user(account: AccountId, principal_id: &str, arn: &str) -> Self {
        Self::of("FederatedUser", account, principal_id, arn)
    }

    /// A caller from another account, as the owner of the resource sees it: no ARN, no name.
    pub fn aws_account(account: AccountId, principal_id: &str) -> Self {
        Self {
            kind: "AWSAccount".to_owned(),
            principal_id: Some(principal_id.to_owned()),
            account_id: Some(account.to_string()),
            ..Self::default()
        }
    }

    /// What stands in place of an account where nothing was signed.
    pub const ANONYMOUS: &'static str = "anonymous";

    /// A caller who signed nothing.
    ///
    /// Evidence: CloudTrail's published records of anonymous requests to S3.
    pub fn anonymous() -> Self {
        Self {
            kind: "AWSAccount".to_owned(),
            principal_id: Some(String::new()),
            account_id: Some(Self::ANONYMOUS.to_owned()),
            ..Self::default()
        }
    }

    /// Whether nothing was signed.
    pub fn is_anonymous(&self) -> bool {
        self.kind == "AWSAccount" && self.account_id.as_deref() == Some(Self::ANONYMOUS)
    }

    /// A service that acts by itself. The operator's own tools come here too, as `admin.lanyard`.
    pub fn aws_service(name: &str) -> Self {
        Self {
            kind: "AWSService".to_owned(),
            invoked_by: Some(name.to_owned()),
            ..Self::default()
        }
    }

    /// Somebody who presented a token of an OpenID Connect issuer (`WebIdentityUser`) or a SAML assertion (`SAMLUser`).
    pub fn federated_login(kind: &str, principal_id: &str, subject: &str, identity_provider: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            principal_id: Some(principal_id.to_owned()),
            user_name: Some(subject.to_owned()),
            identity_provider: Some(identity_provider.to_owned()),
            ..Self::default()
        }
    }

    /// With the access key id that signed the request.
    #[must_use]
    pub fn with_access_key(mut self, access_key_id: &str) -> Self {
        self.access_key_id = Some(access_key_id.to_owned());
        self
    }

    /// With a friendly name; for the root user its account's alias.
    #[must_use]
    pub fn with_user_name(mut self, name: &str) -> Self {
        self.user_name = Some(name.to_owned());
        self
    }

    /// With what is known about the session of temporary credentials.
    #[must_use]
    pub fn with_session(mut self, issued_at: Timestamp, mfa: bool, issuer: Option<Issuer>) -> Self {
        let attributes = SessionAttributes {
            creation_date: crate::record::to_seconds(issued_at).to_string(),
            mfa_authenticated: mfa.to_string(),
        };
        self.session_context = Some(SessionContext {
            session_issuer: issuer,
            attributes,
            ..SessionContext::default()
        });
        self
    }

    /// With the source identity of the session. Without a session there is none, and nothing happens.
    #[must_use]
    pub fn with_source_identity(mut self, source_identity: &str) -> Self {
        if let Some(context) = &mut self.session_context {
            context.source_identity = Some(source_identity.to_owned());
        }
        self
    }

    /// With the provider whose token began the session. Without a session nothing happens.
    #[must_use]
    pub fn with_federated_provider(mut self, provider: &str) -> Self {
        if let Some(context) = &mut self.session_context {
            context.federation = Some(WebIdFederationData {
                federated_provider: provider.to_owned(),
                ..WebIdFederationData::default()
            });
        }
        self
    }

    /// With the user at the beginning of a chain of roles. Without a session nothing happens.
    #[must_use]
    pub fn with_origin(mut self, arn: &str) -> Self {
        if let Some(context) = &mut self.session_context {
            context.origin_arn = Some(arn.to_owned());
        }
        self
    }

    fn of(kind: &str, account: AccountId, principal_id: &str, arn: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            principal_id: Some(principal_id.to_owned()),
            arn: Some(arn.to_owned()),
            account_id: Some(account.to_string()),
            ..Self::default()
        }
    }
}
