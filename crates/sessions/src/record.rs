//! What the trail is told: who signed in or could not, and who was given what.
//!
//! Evidence: the CloudTrail user guide's pages on console sign-in events.

use lanyard_access::Caller;
use lanyard_audit::{EventType, HIDDEN, Happening, Parameters, Record, TrailError, UserIdentity};
use lanyard_directory::{Account, User};
use lanyard_names::AccountId;

use crate::sessions::{REGION, SESSION, Visit};

/// The service that people sign in to.
const SOURCE: &str = "signin.amazonaws.com";
const SIGN_IN: &str = "ConsoleLogin";
const FAILED: &str = "Failed authentication";

fn happening(visit: &Visit<'_>, name: &'static str, recipient: AccountId) -> Happening {
    Happening {
        event_source: SOURCE.into(),
        event_name: name.into(),
        aws_region: REGION.into(),
        read_only: false,
        time: visit.now,
        request_id: visit.id.as_str().to_owned(),
        recipient,
    }
}

fn with_client(visit: &Visit<'_>, record: Record) -> Record {
    let facts = visit.facts();
    record.with_client(
        facts.source_ip.map(|ip| ip.to_canonical().to_string()),
        facts.user_agent.map(str::to_owned),
    )
}

/// A record of something that a known caller did here.
pub(crate) fn of_caller(visit: &Visit<'_>, name: &'static str, caller: &Caller) -> Record {
    let happening = happening(visit, name, caller.account);
    with_client(visit, Record::new(happening, UserIdentity::of_caller(caller)))
}

fn console_login(
    visit: &Visit<'_>,
    account: AccountId,
    identity: UserIdentity,
    used_mfa: bool,
    outcome: &'static str,
) -> Record {
    let record = Record::new(happening(visit, SIGN_IN, account), identity);
    let mut record = with_client(visit, record)
        .with_type(EventType::AwsConsoleSignIn)
        .with_additional("LoginTo", visit.site.url(SESSION))
        .with_additional("MobileVersion", "No")
        .with_additional("MFAUsed", if used_mfa { "Yes" } else { "No" });
    record.response_elements = Some(Parameters::new().with_known(SIGN_IN, outcome));
    record
}

/// A user signed in. On disk once this returns.
pub(crate) async fn signed_in(
    visit: &Visit<'_>,
    account: &Account,
    user: &User,
    used_mfa: bool,
) -> Result<(), TrailError> {
    let identity = UserIdentity::iam_user(account.id(), user.id.as_str(), user.arn(), user.name.as_str());
    let record = console_login(visit, account.id(), identity, used_mfa, "Success");
    visit.services.trail.record_synced(&record).await
}

/// Somebody came with temporary credentials. On disk once this returns.
pub(crate) async fn federated_in(visit: &Visit<'_>, caller: &Caller) -> Result<(), TrailError> {
    let identity = UserIdentity::of_caller(caller);
    let record = console_login(visit, caller.account, identity, false, "Success");
    visit.services.trail.record_synced(&record).await
}

/// Somebody could not sign in. A name that is nobody's is not repeated: it could be a password in the wrong field.
pub(crate) fn sign_in_failed(visit: &Visit<'_>, account: &Account, user: Option<&User>, used_mfa: bool) {
    let identity = match user {
        Some(user) => UserIdentity::iam_user(account.id(), user.id.as_str(), user.arn(), user.name.as_str()),
        None => UserIdentity {
            kind: "IAMUser".to_owned(),
            account_id: Some(account.id().to_string()),
            user_name: Some(HIDDEN.to_owned()),
            ..UserIdentity::default()
        },
    };
    let mut record = console_login(visit, account.id(), identity, used_mfa, "Failure");
    record.error_message = Some(FAILED.to_owned());
    visit.services.trail.record_of_stranger(&record);
}

/// A user changed the password on the way in or afterwards; to be committed together with it.
pub(crate) fn password_updated(visit: &Visit<'_>, caller: &Caller) -> Record {
    let mut record = of_caller(visit, "PasswordUpdated", caller).with_type(EventType::AwsConsoleSignIn);
    record.response_elements = Some(Parameters::new().with_known("PasswordUpdated", "Success"));
    record
}

/// A caller may not do something. On disk once this returns.
pub(crate) async fn denied(
    visit: &Visit<'_>,
    caller: &Caller,
    name: &'static str,
    code: &str,
    message: &str,
) -> Result<(), TrailError> {
    let record = of_caller(visit, name, caller).with_error(code, message);
    visit.services.trail.record_synced(&record).await
}

/// Somebody was given a token to sign in with.
pub(crate) fn signin_token(visit: &Visit<'_>, caller: &Caller) -> Record {
    let mut record = of_caller(visit, "GetSigninToken", caller).with_type(EventType::AwsConsoleSignIn);
    record.response_elements = Some(Parameters::new().with_known("GetSigninToken", "Success"));
    record
}
