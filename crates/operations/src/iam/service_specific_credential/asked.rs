//! What requests about service-specific credentials are decided on.

use lanyard_directory::CredentialService;
use lanyard_names::UniqueId;

use crate::error::Refusal;
use crate::subject::{Ask, Subject};
use crate::view::View;

const SERVICE_NAME: &str = "iam:ServiceSpecificCredentialServiceName";
const AGE_DAYS: &str = "iam:ServiceSpecificCredentialAgeDays";

/// The service of a name. Evidence: recorded answers, in which names are taken in any case.
pub(super) fn service(name: &str) -> Result<CredentialService, Refusal> {
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
    {
        return Err(Refusal::not_a_service_name());
    }
    CredentialService::find(name).ok_or_else(|| Refusal::no_such_credential_service(name))
}

/// A creation is decided on the user, the service and the days, if the request has them.
// Fails closed: the service is the one that the name stands for, so that its spelling gets around no denial.
pub(super) fn creation(
    action: &'static str,
    user: &str,
    service: &str,
    age_days: Option<i32>,
    view: &View<'_>,
) -> Subject {
    let mut ask = Ask::on_user(action, user, view);
    let service = CredentialService::find(service).map_or(service, |service| service.name());
    ask.keys.insert(SERVICE_NAME, service.to_owned());
    if let Some(days) = age_days {
        ask.keys.insert(AGE_DAYS, days.to_string());
    }
    ask.into()
}

/// What is done to a credential is decided on the user, and on the service if there is such a credential.
pub(super) fn change(
    action: &'static str,
    user: Option<&str>,
    id: &str,
    view: &View<'_>,
) -> Result<Subject, Refusal> {
    let mut ask = Ask::on_user(action, view.user_or_caller(user)?, view);
    let credential = UniqueId::parse(id)
        .ok()
        .and_then(|id| view.account.service_specific_credential(id));
    if let Some(credential) = credential {
        ask.keys
            .insert(SERVICE_NAME, credential.service.name().to_owned());
    }
    Ok(ask.into())
}
