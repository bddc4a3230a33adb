//! Who asks, from the text that names them.

use std::sync::Arc;

use lanyard_names::arn::Arn;
use lanyard_names::{AccountId, IdKind, UniqueId};
use lanyard_policy::{Context, ContextValue, Principal};

/// What the name of a principal may depend on.
pub(crate) struct Circumstances<'a> {
    /// The account that the question says the principal is of.
    pub(crate) account: Option<AccountId>,
    /// Who asked for a federated user's session, if the question says so: see [`federating_user`].
    pub(crate) federating_user: Option<&'a str>,
    /// The action.
    pub(crate) action: &'a str,
    /// The condition keys.
    pub(crate) context: &'a Context,
}

/// Reads a principal: an ARN or the name of a service. `Err` says what is wrong.
pub(crate) fn read(text: &str, circumstances: &Circumstances<'_>) -> Result<Principal, &'static str> {
    if text.starts_with("arn:") {
        return of_arn(text, circumstances);
    }
    if !is_domain(text) {
        return Err("a principal is an ARN, the name of a service, or null");
    }
    // Some identity providers are known by their domain alone, with no ARN in any account.
    if circumstances
        .action
        .eq_ignore_ascii_case("sts:AssumeRoleWithWebIdentity")
    {
        return Ok(Principal::WebIdentity {
            provider: text.into(),
        });
    }
    Ok(Principal::Service { name: text.into() })
}

fn of_arn(text: &str, circumstances: &Circumstances<'_>) -> Result<Principal, &'static str> {
    let arn = Arn::parse(text).map_err(|_| "this is no ARN")?;
    let account = AccountId::parse(arn.account).map_err(|_| "the ARN names no account")?;
    let unknown = "a principal's ARN names a root user, user, role, session or identity provider";
    if !arn.region.is_empty() {
        return Err(unknown);
    }
    let (kind, name) = arn.resource.split_once('/').unwrap_or((arn.resource, ""));
    let named = !name.is_empty() && !name.ends_with('/');
    let principal = match (arn.service, kind) {
        ("iam", "root") if arn.resource == "root" => Principal::Root {
            account,
            arn: text.into(),
        },
        ("iam", "user") if named => Principal::User {
            account,
            arn: text.into(),
            id: unique_id(IdKind::User, circumstances.context),
        },
        ("iam", "role") if named => Principal::RoleSession {
            account,
            role_arn: text.into(),
            session_arn: "".into(),
            role_id: unique_id(IdKind::Role, circumstances.context),
        },
        ("sts", "assumed-role") => {
            let session = name
                .split_once('/')
                .filter(|(role, session)| !role.is_empty() && !session.is_empty() && !session.contains('/'));
            let (role, _) = session.ok_or("the ARN of a role session names role and session")?;
            Principal::RoleSession {
                account,
                role_arn: role_of_session(&arn, role, circumstances.context),
                session_arn: text.into(),
                role_id: unique_id(IdKind::Role, circumstances.context),
            }
        }
        ("sts", "federated-user") if named => Principal::FederatedUser {
            account,
            arn: text.into(),
            // If the question does not say which user asked for the session, statements for users only deny.
            user_arn: of_same_account(circumstances.federating_user, account)?.into(),
            user_id: None,
        },
        ("iam", "oidc-provider") if named => Principal::WebIdentity {
            provider: text.into(),
        },
        ("iam", "saml-provider") if named => Principal::Saml {
            provider: text.into(),
        },
        _ => return Err(unknown),
    };
    if principal.account().is_some() && circumstances.account.is_some_and(|stated| stated != account) {
        return Err("the ARN is of another account than principal_account");
    }
    Ok(principal)
}

/// The unique id of who asks: `aws:userid` has it, of a role's session with the session's name behind it.
fn unique_id(kind: IdKind, context: &Context) -> Option<UniqueId> {
    let Some(ContextValue::Single(text)) = context.get("aws:userid") else {
        return None;
    };
    let text = text.as_str();
    let id = text.split_once(':').map_or(text, |(id, _)| id);
    UniqueId::parse(id).ok().filter(|id| id.kind() == kind)
}

/// Checks the ARN of who asks for sessions of federated users: a user or the root user.
pub(crate) fn federating_user(text: String) -> Result<String, &'static str> {
    let is_user = Arn::parse(&text).is_ok_and(|arn| {
        let named = |name: &str| !name.is_empty() && !name.ends_with('/');
        let is_identity = arn.resource == "root" || arn.resource.strip_prefix("user/").is_some_and(named);
        arn.service == "iam" && arn.region.is_empty() && is_identity
    });
    if is_user {
        Ok(text)
    } else {
        Err("this is not the ARN of a user or root user")
    }
}

fn of_same_account(user: Option<&str>, account: AccountId) -> Result<&str, &'static str> {
    let Some(text) = user else { return Ok("") };
    match Arn::parse(text) {
        Ok(arn) if arn.account == account.to_string() => Ok(text),
        _ => Err("the federated user is of another account than federating_user"),
    }
}

/// The ARN of a session's role. The session's ARN leaves out the role's path; `aws:PrincipalArn` has it.
fn role_of_session(session: &Arn<'_>, role: &str, context: &Context) -> Arc<str> {
    let (partition, account) = (session.partition, session.account);
    if let Some(ContextValue::Single(text)) = context.get("aws:PrincipalArn") {
        let is_of_role = Arn::parse(text.as_str()).is_ok_and(|arn| {
            let name = arn
                .resource
                .strip_prefix("role/")
                .and_then(|path| path.rsplit('/').next());
            (arn.partition, arn.service, arn.region, arn.account) == (partition, "iam", "", account)
                && name == Some(role)
        });
        if is_of_role {
            return text.as_str().into();
        }
    }
    format!("arn:{partition}:iam::{account}:role/{role}").into()
}

/// Whether a text has the form of a domain name, as the names of services have.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    text.contains('.') && text.split('.').all(is_label)
}
