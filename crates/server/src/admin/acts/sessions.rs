//! Ending sessions at once, at the operator's word.

use jiff::Timestamp;
use lanyard_access::{Holder, RevocationError, RevokeSessions};
use lanyard_audit::Parameters;
use lanyard_directory::{AccountEdit, DirectoryError, WriteError};

use super::words::parse_id;
use crate::accounts::AccountError;
use crate::admin::credentials::{SessionsRevoke, SessionsRevoked};
use crate::admin::protocol::{Outcome, Refusal, Refused};
use crate::node::Node;
use crate::operator::Operator;

/// Ends sessions. Once this is answered, no request with one of them is let in.
pub(super) async fn revoke(
    node: &Node,
    operator: Operator,
    wish: &SessionsRevoke,
) -> Result<Outcome, Refused> {
    let account = parse_id(&wish.account)?;
    let holder = match (&wish.role, &wish.user) {
        (Some(role), None) => Holder::Role(role.clone()),
        (None, Some(user)) => Holder::User(user.clone()),
        (None, None) => Holder::Root,
        (Some(_), Some(_)) => {
            let message = "sessions are of a role or of a user, not of both";
            return Err(Refused::new(Refusal::Invalid, message));
        }
    };
    let (name, id) = (wish.session_name.as_deref(), wish.session_id.as_deref());
    let revocation = RevokeSessions::new(account, holder, name, id).map_err(refused)?;
    let now = Timestamp::now();
    let record = operator
        .record("RevokeSessions", account, false, now)
        .with_request(parameters(wish));
    let change = |edit: &mut AccountEdit| {
        let epoch = revocation.apply(edit, now)?;
        let arn = revocation.arn(edit.view());
        let record = record
            .clone()
            .with_response(Parameters::new().with("epoch", u64::from(epoch)));
        Ok(((arn, epoch), vec![record.to_outbox()]))
    };
    // The one node there is has applied what it has written: the snapshot that requests see is published by now.
    let written = node.directory.write(account, change).await;
    let (arn, epoch) = written.map_err(not_written)?.output;
    let arn = arn.map(|arn| arn.to_string()).unwrap_or_default();
    tracing::warn!(%account, %operator, arn, "sessions were revoked");
    Ok(Outcome::Revoked(SessionsRevoked { arn, epoch }))
}

/// What was asked, for the trail.
pub(super) fn parameters(wish: &SessionsRevoke) -> Parameters {
    let named = [
        ("roleName", &wish.role),
        ("userName", &wish.user),
        ("sessionName", &wish.session_name),
        ("sessionId", &wish.session_id),
    ];
    let named = named
        .into_iter()
        .filter_map(|(name, value)| value.as_deref().map(|value| (name, value)));
    named.fold(Parameters::new(), |parameters, (name, value)| {
        parameters.with(name, value)
    })
}

fn not_written(error: WriteError<RevocationError>) -> Refused {
    match error {
        WriteError::Refused(error) => refused(error),
        WriteError::NoSuchAccount(account) => AccountError::NoSuchAccount(account).into(),
        WriteError::AccountExists(account) => AccountError::Exists(account).into(),
        WriteError::Storage(error) => AccountError::Storage(error).into(),
    }
}

fn refused(error: RevocationError) -> Refused {
    match error {
        RevocationError::Directory(
            error @ (DirectoryError::NoSuchRole(_) | DirectoryError::NoSuchUser(_)),
        ) => Refused::new(Refusal::NotFound, error.to_string()),
        RevocationError::Directory(DirectoryError::TooManyRevocations) => Refused::new(
            Refusal::Failed,
            "too many revocations of single sessions are in force; revoke all sessions instead",
        ),
        RevocationError::Directory(error) => Refused::new(Refusal::Failed, error.to_string()),
        error @ RevocationError::ServiceLinked => Refused::new(Refusal::Failed, error.to_string()),
        error => Refused::new(Refusal::Invalid, error.to_string()),
    }
}
