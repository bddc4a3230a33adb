//! Whom policies see behind a key: the user, the role session, the federated user or the root user.

use std::sync::Arc;

use lanyard_names::{AccountId, arn};
use lanyard_policy::Principal;

use crate::entity::Entity;
use crate::{Session, SessionKind};

pub(super) fn principal_of(
    account: AccountId,
    entity: &Entity,
    session: Option<&Session>,
) -> Option<(Principal, Arc<str>)> {
    let kind = session.map(|session| &session.kind);
    Some(match (kind, entity) {
        (None | Some(SessionKind::SessionToken { .. }), Entity::Root) => {
            let arn = arn::root(account).into();
            (Principal::Root { account, arn }, account.to_string().into())
        }
        (None | Some(SessionKind::SessionToken { .. }), Entity::User(user)) => {
            let arn = Arc::clone(user.arn());
            (
                Principal::User {
                    account,
                    arn,
                    id: Some(user.id),
                },
                user.id.as_str().into(),
            )
        }
        (Some(SessionKind::AssumedRole { name, .. }), Entity::Role(role)) => {
            let principal = Principal::RoleSession {
                account,
                role_arn: Arc::clone(role.arn()),
                session_arn: arn::assumed_role(account, &role.name, name).into(),
                role_id: Some(role.id),
            };
            (principal, format!("{}:{name}", role.id).into())
        }
        (Some(SessionKind::FederatedUser { name, .. }), Entity::Root | Entity::User(_)) => {
            let user_arn = match entity {
                Entity::User(user) => Arc::clone(user.arn()),
                _ => arn::root(account).into(),
            };
            let arn = arn::federated_user(account, name.as_str()).into();
            let principal = Principal::FederatedUser {
                account,
                arn,
                user_arn,
                user_id: entity.id(),
            };
            (principal, format!("{account}:{name}").into())
        }
        // Fails closed: a session of one kind for an entity of another.
        _ => return None,
    })
}
