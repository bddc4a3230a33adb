//! The ARNs that name identities, sessions, policies and providers.

use std::fmt;

use super::{Arn, KIND};
use crate::{
    AccountId, EntityPath, FederatedUserName, GroupName, InstanceProfileName, ManagedPolicyName,
    MfaDeviceName, NameError, OidcProviderUrl, Problem, RoleName, SamlProviderName, SessionName, UserName,
};

/// The ARN of an identity, a session, a policy or a provider.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    missing_docs,
    reason = "the fields are the parts of the ARN that each variant shows"
)]
pub enum EntityArn {
    /// `arn:aws:iam::ACCOUNT:root`: the account, and its root user.
    Root(AccountId),
    /// `arn:aws:iam::ACCOUNT:user/PATH/NAME`
    User {
        account: AccountId,
        path: EntityPath,
        name: UserName,
    },
    /// `arn:aws:iam::ACCOUNT:role/PATH/NAME`
    Role {
        account: AccountId,
        path: EntityPath,
        name: RoleName,
    },
    /// `arn:aws:iam::ACCOUNT:group/PATH/NAME`
    Group {
        account: AccountId,
        path: EntityPath,
        name: GroupName,
    },
    /// `arn:aws:iam::ACCOUNT:policy/PATH/NAME`; no account means AWS's own.
    Policy {
        account: Option<AccountId>,
        path: EntityPath,
        name: ManagedPolicyName,
    },
    /// `arn:aws:iam::ACCOUNT:instance-profile/PATH/NAME`
    InstanceProfile {
        account: AccountId,
        path: EntityPath,
        name: InstanceProfileName,
    },
    /// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`; the role's path is not in it.
    AssumedRole {
        account: AccountId,
        role: RoleName,
        session: SessionName,
    },
    /// `arn:aws:sts::ACCOUNT:federated-user/NAME`
    FederatedUser {
        account: AccountId,
        name: FederatedUserName,
    },
    /// `arn:aws:iam::ACCOUNT:oidc-provider/URL`
    OidcProvider {
        account: AccountId,
        url: OidcProviderUrl,
    },
    /// `arn:aws:iam::ACCOUNT:saml-provider/NAME`
    SamlProvider {
        account: AccountId,
        name: SamlProviderName,
    },
    /// `arn:aws:iam::ACCOUNT:mfa/PATH/NAME`, which is also the serial number of a virtual MFA device.
    MfaDevice {
        account: AccountId,
        path: EntityPath,
        name: MfaDeviceName,
    },
}

impl EntityArn {
    /// Reads the ARN of an entity in the partition `aws`.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let form = |reason| NameError::new(KIND, Problem::Form(reason));
        let arn = Arn::parse(text)?;
        if arn.partition != "aws" || !arn.region.is_empty() {
            return Err(form("an identity is in partition aws and in no region"));
        }
        let (kind, tail) = arn
            .resource
            .split_at(arn.resource.find('/').unwrap_or(arn.resource.len()));
        if (arn.service, kind, arn.account) == ("iam", "policy", "aws") {
            let (path, name) = split_policy_path(tail)?;
            return Ok(Self::Policy {
                account: None,
                path,
                name: ManagedPolicyName::parse(name)?,
            });
        }
        let account = AccountId::parse(arn.account)?;
        match arn.service {
            "iam" => Self::in_iam(account, kind, tail),
            "sts" => Self::in_sts(account, kind, tail),
            _ => Err(form("the ARN names no kind of entity")),
        }
    }

    /// Reads what is kept: `kind` is the resource up to its first slash, `tail` the rest.
    fn in_iam(account: AccountId, kind: &str, tail: &str) -> Result<Self, NameError> {
        Ok(match kind {
            "root" if tail.is_empty() => Self::Root(account),
            "user" => {
                let (path, name) = split_path(tail)?;
                Self::User {
                    account,
                    path,
                    name: UserName::parse(name)?,
                }
            }
            "role" => {
                let (path, name) = split_path(tail)?;
                Self::Role {
                    account,
                    path,
                    name: RoleName::parse(name)?,
                }
            }
            "group" => {
                let (path, name) = split_path(tail)?;
                Self::Group {
                    account,
                    path,
                    name: GroupName::parse(name)?,
                }
            }
            "policy" => {
                let (path, name) = split_policy_path(tail)?;
                Self::Policy {
                    account: Some(account),
                    path,
                    name: ManagedPolicyName::parse(name)?,
                }
            }
            "instance-profile" => {
                let (path, name) = split_path(tail)?;
                Self::InstanceProfile {
                    account,
                    path,
                    name: InstanceProfileName::parse(name)?,
                }
            }
            "oidc-provider" => Self::OidcProvider {
                account,
                url: OidcProviderUrl::parse(after_slash(tail)?)?,
            },
            "saml-provider" => Self::SamlProvider {
                account,
                name: SamlProviderName::parse(after_slash(tail)?)?,
            },
            "mfa" => {
                let (path, name) = split_path(tail)?;
                Self::MfaDevice {
                    account,
                    path,
                    name: MfaDeviceName::parse(name)?,
                }
            }
            _ => {
                return Err(NameError::new(
                    KIND,
                    Problem::Form("the ARN names no kind of entity"),
                ));
            }
        })
    }

    /// Reads what lasts only as long as its credentials.
    fn in_sts(account: AccountId, kind: &str, tail: &str) -> Result<Self, NameError> {
        let form = |reason| NameError::new(KIND, Problem::Form(reason));
        let name = after_slash(tail)?;
        match kind {
            "assumed-role" => {
                let (role, session) = name
                    .split_once('/')
                    .ok_or_else(|| form("the ARN of a role session names role and session"))?;
                let (role, session) = (RoleName::parse(role)?, SessionName::parse(session)?);
                Ok(Self::AssumedRole {
                    account,
                    role,
                    session,
                })
            }
            "federated-user" => Ok(Self::FederatedUser {
                account,
                name: FederatedUserName::parse(name)?,
            }),
            _ => Err(form("the ARN names no kind of entity")),
        }
    }

    /// The account in the ARN; `None` for AWS's own policies.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Policy { account, .. } => *account,
            Self::Root(account)
            | Self::User { account, .. }
            | Self::Role { account, .. }
            | Self::Group { account, .. }
            | Self::InstanceProfile { account, .. }
            | Self::AssumedRole { account, .. }
            | Self::FederatedUser { account, .. }
            | Self::OidcProvider { account, .. }
            | Self::SamlProvider { account, .. }
            | Self::MfaDevice { account, .. } => Some(*account),
        }
    }
}

impl fmt::Display for EntityArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(account) => write!(f, "arn:aws:iam::{account}:root"),
            Self::User { account, path, name } => write!(f, "arn:aws:iam::{account}:user{path}{name}"),
            Self::Role { account, path, name } => write!(f, "arn:aws:iam::{account}:role{path}{name}"),
            Self::Group { account, path, name } => write!(f, "arn:aws:iam::{account}:group{path}{name}"),
            Self::Policy {
                account: Some(account),
                path,
                name,
            } => {
                write!(f, "arn:aws:iam::{account}:policy{path}{name}")
            }
            Self::Policy {
                account: None,
                path,
                name,
            } => write!(f, "arn:aws:iam::aws:policy{path}{name}"),
            Self::InstanceProfile { account, path, name } => {
                write!(f, "arn:aws:iam::{account}:instance-profile{path}{name}")
            }
            Self::AssumedRole {
                account,
                role,
                session,
            } => {
                write!(f, "arn:aws:sts::{account}:assumed-role/{role}/{session}")
            }
            Self::FederatedUser { account, name } => {
                write!(f, "arn:aws:sts::{account}:federated-user/{name}")
            }
            Self::OidcProvider { account, url } => write!(f, "arn:aws:iam::{account}:oidc-provider/{url}"),
            Self::SamlProvider { account, name } => write!(f, "arn:aws:iam::{account}:saml-provider/{name}"),
            Self::MfaDevice { account, path, name } => write!(f, "arn:aws:iam::{account}:mfa{path}{name}"),
        }
    }
}

/// Takes `/some/path/name` apart into `/some/path/` and `name`.
fn split_path(tail: &str) -> Result<(EntityPath, &str), NameError> {
    let (path, name) = tail.split_at(tail.rfind('/').map_or(0, |slash| slash + 1));
    Ok((EntityPath::parse(path)?, name))
}

fn split_policy_path(tail: &str) -> Result<(EntityPath, &str), NameError> {
    let (path, name) = tail.split_at(tail.rfind('/').map_or(0, |slash| slash + 1));
    Ok((EntityPath::parse_policy_path(path)?, name))
}

fn after_slash(tail: &str) -> Result<&str, NameError> {
    tail.strip_prefix('/')
        .ok_or(NameError::new(KIND, Problem::Form("the ARN has no name")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arn::user;
    use proptest::prelude::*;

    #[test]
    fn entity_arns_survive_the_round_trip() {
        for text in [
            "arn:aws:iam::123456789012:root",
            "arn:aws:iam::123456789012:user/Bob",
            "arn:aws:iam::123456789012:user/a/b:c/Bob",
            "arn:aws:iam::123456789012:role/service-role/R",
            "arn:aws:iam::123456789012:group/G",
            "arn:aws:iam::aws:policy/AdministratorAccess",
            "arn:aws:iam::123456789012:policy/x/P",
            "arn:aws:iam::123456789012:instance-profile/P",
            "arn:aws:sts::123456789012:assumed-role/R/session-1",
            "arn:aws:sts::123456789012:federated-user/bob",
            "arn:aws:iam::123456789012:oidc-provider/token.example.com/path",
            "arn:aws:iam::123456789012:saml-provider/Corp",
            "arn:aws:iam::123456789012:mfa/a/Bob",
        ] {
            assert_eq!(EntityArn::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_entity_is_refused() {
        for wrong in [
            "arn:aws:iam::123456789012:rooty",
            "arn:aws:iam::123456789012:root/x",
            "arn:aws:iam::123456789012:user",
            "arn:aws:iam::123456789012:user/",
            "arn:aws:iam::123456789012:user//x/*",
            "arn:aws:iam::aws:user/Bob",
            "arn:aws:iam::*:user/Bob",
            "arn:aws:iam:us-east-1:123456789012:user/Bob",
            "arn:aws-cn:iam::123456789012:user/Bob",
            "arn:aws:sts::123456789012:assumed-role/R",
            "arn:aws:sts::123456789012:assumed-role/R/s/t",
            "arn:aws:sts::123456789012:role/R",
            "arn:aws:s3:::bucket",
        ] {
            assert!(EntityArn::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn builders_and_parser_agree(number in 0..1_000_000_000_000_u64, folder in "[!-~]{1,20}", name in "[a-zA-Z0-9+=,.@_-]{1,64}") {
            let account = AccountId::from_u64(number).unwrap();
            let path = EntityPath::parse(&format!("/{folder}/")).unwrap();
            let name = UserName::parse(&name).unwrap();
            let text = user(account, &path, &name);
            let parsed = EntityArn::parse(&text).unwrap();
            prop_assert_eq!(parsed, EntityArn::User { account, path, name });
        }

        #[test]
        fn no_text_makes_parsing_panic(text in "(arn:aws:(iam|sts)::123456789012:)?.*") {
            let _ = EntityArn::parse(&text);
        }
    }
}
