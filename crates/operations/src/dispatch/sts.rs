//! STS.

use lanyard_aws_api::{OperationId, OperationId as Id};

use crate::handling::{Handler, Issuing, LoggingIn, LoginHandler, Reading};
use crate::sts::{
    AssumeRole, AssumeRoleWithSAML, AssumeRoleWithWebIdentity, DecodeAuthorizationMessage, GetAccessKeyInfo,
    GetCallerIdentity, GetDelegatedAccessToken, GetFederationToken, GetSessionToken, GetWebIdentityToken,
};

/// STS.
pub(super) fn sts(operation: OperationId) -> Option<&'static dyn Handler> {
    Some(match operation {
        Id::StsAssumeRole => &Issuing::<AssumeRole>::NEW,
        Id::StsDecodeAuthorizationMessage => &Reading::<DecodeAuthorizationMessage>::NEW,
        Id::StsGetAccessKeyInfo => &Reading::<GetAccessKeyInfo>::NEW,
        Id::StsGetCallerIdentity => &Reading::<GetCallerIdentity>::NEW,
        Id::StsGetDelegatedAccessToken => &Reading::<GetDelegatedAccessToken>::NEW,
        Id::StsGetFederationToken => &Issuing::<GetFederationToken>::NEW,
        Id::StsGetSessionToken => &Issuing::<GetSessionToken>::NEW,
        Id::StsGetWebIdentityToken => &Issuing::<GetWebIdentityToken>::NEW,
        _ => return None,
    })
}

/// The code of an operation by which somebody without a key assumes a role.
pub(super) fn login(operation: OperationId) -> Option<&'static dyn LoginHandler> {
    Some(match operation {
        Id::StsAssumeRoleWithSAML => &LoggingIn::<AssumeRoleWithSAML>::NEW,
        Id::StsAssumeRoleWithWebIdentity => &LoggingIn::<AssumeRoleWithWebIdentity>::NEW,
        _ => return None,
    })
}
