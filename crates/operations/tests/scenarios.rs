//! Behaviour seen by callers: every file in `scenarios/` on every storage engine. `lanyard_testkit::scenario` says how
//! the files are written.
//!
//! `LANYARD_WRITE_SCENARIOS=1` writes the answers into the files instead of comparing them. Whoever does that reads
//! them before they are committed: a scenario says what is right, not what happens.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lanyard_aws_api::{OperationId, Service};
use lanyard_operations::is_implemented;
use lanyard_testkit::scenario::{Scenario, Shown};
use lanyard_testkit::{EngineKind, difference};

/// One test for each file.
macro_rules! scenarios {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(#[tokio::test]
        async fn $name() {
            check(stringify!($name)).await;
        })*
    };
}

scenarios! {
    access_key
    account_alias
    account_properties
    account_details
    account_summary
    assume_role
    authentication
    authorization_message
    boundary
    caller_identity
    context_key
    credential_report
    cross_account
    delegated_admin
    delegation_request
    delete_conflict
    denial_text
    denied
    external_id
    federation_token
    group
    group_policy
    hardware_mfa
    human_readable_summary
    instance_profile
    isolation
    login_profile
    malformed
    managed_policy
    mfa_device
    mfa_session
    missing
    none_yet
    oidc_provider
    pagination
    pagination_policies
    password_policy
    path_prefix
    policy_document
    policy_use
    quota
    request_form
    revocation
    role
    role_chaining
    role_policy
    role_template
    saml_login
    saml_provider
    service_access
    service_last_accessed
    service_last_accessed_pages
    server_certificate
    service_linked_role
    service_specific_credential
    service_specific_credential_key
    session_policy
    session_tags
    session_token
    signing_certificate
    simulation
    simulation_context_keys
    simulation_custom
    source_identity
    ssh_public_key
    tag
    tag_case
    token_size
    trust_by_id
    user
    user_policy
    web_identity
    web_identity_federation
    web_identity_token
}

fn file(name: &str) -> PathBuf {
    directory().join(format!("{name}.txt"))
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

async fn check(name: &str) {
    let mut expected = std::fs::read_to_string(file(name)).unwrap();
    let writes = std::env::var_os("LANYARD_WRITE_SCENARIOS").is_some();
    for kind in EngineKind::ALL {
        let mut ran = Scenario::parse(&expected).run(kind).await;
        if writes && ran.text != expected {
            std::fs::write(file(name), &ran.text).unwrap();
            expected.clone_from(&ran.text);
        }
        if let Some(difference) = difference(&expected, &ran.text) {
            panic!("{name} is answered otherwise on {kind:?}\n{difference}");
        }
        let before = (ran.identities().await, ran.census().await);
        ran.restart().await;
        // The other way round, because telling who somebody is uses a key, which the census shows.
        let census = ran.census().await;
        for (before, after) in [(before.1, census), (before.0, ran.identities().await)] {
            if let Some(difference) = difference(&before, &after) {
                panic!("{name}: a restart changes what there is on {kind:?}\n{difference}");
            }
        }
    }
}

#[test]
fn every_scenario_file_is_run() {
    let files = std::fs::read_dir(directory()).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let files: BTreeSet<String> = files
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let run: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(files, run);
}

#[test]
fn every_operation_is_shown_allowed() {
    let exempt = [
        // What they take is signed for the moment: tests of their own make it.
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:DecodeAuthorizationMessage",
        // There is nothing that they could take: no partner, no request of one, no template, no security key.
        "iam:AcceptDelegationRequest",
        "iam:AcquireRole",
        "iam:AssociateDelegationRequest",
        "iam:CreateDelegationRequest",
        "iam:GetDelegationRequest",
        "iam:GetMFADevice",
        "iam:GetRoleTemplateVersion",
        "iam:RejectDelegationRequest",
        "iam:SendDelegationToken",
        "iam:UpdateDelegationRequest",
        "sts:GetDelegatedAccessToken",
    ];
    assert_shown(&exempt, |shown| shown.status == 200);
}

#[test]
fn every_operation_is_shown_denied() {
    let exempt = [
        // What it takes is signed for the moment: tests of its own make it.
        "sts:AssumeRoleWithSAML",
        // Nothing can deny a caller to be told who it is.
        "sts:GetCallerIdentity",
    ];
    assert_shown(&exempt, |shown| shown.code == Some("AccessDenied"));
}

#[test]
fn every_operation_is_shown_malformed() {
    // They have no parameters that could be wrong.
    let exempt = [
        "iam:DeleteAccountPasswordPolicy",
        "iam:DisableOutboundWebIdentityFederation",
        "iam:EnableOutboundWebIdentityFederation",
        "iam:GenerateCredentialReport",
        "iam:GetAccountPasswordPolicy",
        "iam:GetAccountProperties",
        "iam:GetAccountSummary",
        "iam:GetCredentialReport",
        "iam:GetOutboundWebIdentityFederationInfo",
        "iam:ListOpenIDConnectProviders",
        "iam:ListSAMLProviders",
        "sts:GetCallerIdentity",
    ];
    assert_shown(&exempt, |shown| {
        shown.status == 400 && shown.code != Some("InvalidAction")
    });
}

#[test]
fn every_operation_on_something_is_shown_with_nothing_there() {
    let exempt = [
        // They make something new, under a name that nothing has to have.
        "iam:CreateAccountAlias",
        "iam:CreateDelegationRequest",
        "iam:CreateGroup",
        "iam:CreateInstanceProfile",
        "iam:CreateOpenIDConnectProvider",
        "iam:CreatePolicy",
        "iam:CreateSAMLProvider",
        "iam:CreateVirtualMFADevice",
        "iam:UploadServerCertificate",
        // They list all there is.
        "iam:ListAccountAliases",
        "iam:ListDelegationRequests",
        "iam:ListGroups",
        "iam:ListInstanceProfiles",
        "iam:ListOpenIDConnectProviders",
        "iam:ListPolicies",
        "iam:ListRoles",
        "iam:ListSAMLProviders",
        "iam:ListServerCertificates",
        "iam:ListUsers",
        "iam:ListVirtualMFADevices",
        // They are about the policies that they are given.
        "iam:GetContextKeysForCustomPolicy",
        "iam:SimulateCustomPolicy",
        // They are about the account.
        "iam:DisableOutboundWebIdentityFederation",
        "iam:EnableOutboundWebIdentityFederation",
        "iam:GenerateCredentialReport",
        "iam:GetAccountAuthorizationDetails",
        "iam:GetAccountProperties",
        "iam:GetAccountSummary",
        "iam:GetCredentialReport",
        "iam:GetOutboundWebIdentityFederationInfo",
        "iam:PutAccountProperties",
        "iam:SetSecurityTokenServicePreferences",
        "iam:UpdateAccountPasswordPolicy",
        // They never tell what is there: a role that is not is denied like one that trusts somebody else.
        "iam:GetAccessKeyLastUsed",
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "sts:DecodeAuthorizationMessage",
        "sts:GetAccessKeyInfo",
        "sts:GetDelegatedAccessToken",
        // They are about the caller.
        "sts:GetCallerIdentity",
        "sts:GetFederationToken",
        "sts:GetSessionToken",
        "sts:GetWebIdentityToken",
    ];
    assert_shown(&exempt, |shown| shown.code == Some("NoSuchEntity"));
}

/// Every implemented operation but the exempt is answered so in some scenario. An exemption that is not needed is a
/// failure too.
fn assert_shown(exempt: &[&str], is_so: impl Fn(&Shown<'_>) -> bool) {
    let scenarios: Vec<Scenario> = NAMES
        .iter()
        .map(|name| Scenario::parse(&std::fs::read_to_string(file(name)).unwrap()))
        .collect();
    let shown: BTreeSet<&str> = scenarios
        .iter()
        .flat_map(Scenario::shown)
        .filter(is_so)
        .filter_map(|shown| OperationId::find(Service::from_name(shown.service)?, shown.action))
        .map(|operation| operation.action())
        .collect();
    let implemented = OperationId::ALL
        .iter()
        .filter(|operation| is_implemented(**operation));
    let not_shown: BTreeSet<&str> = implemented
        .map(|operation| operation.action())
        .filter(|action| !shown.contains(action))
        .collect();
    assert_eq!(not_shown, exempt.iter().copied().collect::<BTreeSet<_>>());
}
