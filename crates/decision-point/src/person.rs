//! Somebody who is asked about, under whatever name they were asked about.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{Subject, SubjectError, account_of_principal};
use lanyard_directory::Account;
use lanyard_names::AccountId;

use crate::refusal::Refusal;
use crate::snapshots::Snapshots;

/// What whoever asks called somebody: all that a refusal may say of them.
pub(crate) enum Called {
    /// By the very ARN by which permission to ask about them is given.
    ByArn,
    /// By another name, such as that of a session.
    Otherwise(String),
    /// By a key or token.
    Nothing,
}

/// Somebody who is asked about, as far as they were found.
pub(crate) struct Person {
    /// By which permission to ask about them is given.
    pub(crate) arn: Arc<str>,
    pub(crate) account: AccountId,
    pub(crate) called: Called,
    /// Only to be told to those who may ask.
    pub(crate) subject: Result<Subject, Refusal>,
}

impl Person {
    pub(crate) fn found(subject: Subject, called: Option<&str>) -> Self {
        Self::of(subject.arn(), subject.identity().account, called, Ok(subject))
    }

    /// Somebody who is not there, under the name that they would have.
    pub(crate) fn missing(arn: &str, account: AccountId, called: Option<&str>) -> Self {
        Self::of(arn.into(), account, called, Err(SubjectError::NotFound.into()))
    }

    fn of(
        arn: Arc<str>,
        account: AccountId,
        called: Option<&str>,
        subject: Result<Subject, Refusal>,
    ) -> Self {
        let called = match called {
            Some(text) if *text == *arn => Called::ByArn,
            Some(text) => Called::Otherwise(text.to_owned()),
            None => Called::Nothing,
        };
        Self {
            arn,
            account,
            called,
            subject,
        }
    }

    /// Somebody by their ARN.
    pub(crate) async fn of_arn(
        arn: &str,
        now: Timestamp,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<Self, Refusal> {
        let id = account_of_principal(arn)?;
        let account = snapshots.account(id).await?;
        let subject = account
            .ok_or(SubjectError::NotFound)
            .and_then(|account| Subject::of_arn(&account, arn, now));
        match subject {
            Ok(subject) => Ok(Self::found(subject, Some(arn))),
            Err(SubjectError::NotFound) => Ok(Self::missing(&would_be(arn, id), id, Some(arn))),
            Err(error) => Err(error.into()),
        }
    }
}

/// What somebody is who is called by a name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    User,
    Role,
}

impl Person {
    /// A user or role of an account, by the name they have. `asked` is what they were called, which may be another.
    pub(crate) fn named(
        account: Option<&Account>,
        id: AccountId,
        kind: Kind,
        name: Option<&str>,
        asked: &str,
        now: Timestamp,
    ) -> Self {
        let shown: String = asked.chars().filter(char::is_ascii_graphic).take(64).collect();
        let called = match kind {
            Kind::User => format!("arn:aws:iam::{id}:user/{shown}"),
            Kind::Role => format!("arn:aws:iam::{id}:role/{shown}"),
        };
        let arn = account.zip(name).and_then(|(account, name)| match kind {
            // Names have a case here: two that differ in it are two people.
            Kind::User => (account.user(name))
                .filter(|user| user.name.as_str() == name)
                .map(|user| user.arn()),
            Kind::Role => (account.role(name))
                .filter(|role| role.name.as_str() == name)
                .map(|role| role.arn()),
        });
        let subject = account
            .zip(arn)
            .and_then(|(account, arn)| Subject::of_arn(account, arn, now).ok());
        match subject {
            Some(subject) => Self::found(subject, Some(&called)),
            None => Self::missing(&called, id, Some(&called)),
        }
    }
}

/// On which ARN permission to ask about somebody is decided who is not there: for a session on its role's, as if the
/// role were there.
fn would_be(arn: &str, account: AccountId) -> String {
    let session = arn.split_once(":assumed-role/").map(|(_, session)| session);
    match session.and_then(|session| session.split('/').next()) {
        Some(role) => format!("arn:aws:iam::{account}:role/{role}"),
        None => arn.to_owned(),
    }
}
