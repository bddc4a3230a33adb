//! The condition keys with which actions are decided, against those that the catalogue lists for them.
//!
//! In one account everything has tags and a boundary, and every request carries every parameter there is: so a key
//! that can be given is given. What was given is read from the decoded message of the denial.

use std::collections::{BTreeMap, BTreeSet};

use lanyard_aws_api::{OperationId, Service};
use lanyard_catalogue::catalogue;
use lanyard_operations::is_implemented;
use lanyard_testkit::{Answer, Call, Credentials, EngineKind, Manner, World};

/// Why a key that the catalogue lists for an action is not given when it is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Because {
    /// It is of the thing's own tags, and what is about to be made has none.
    NotMadeYet,
    /// It is of the thing's own tags, and passing a role does not know them.
    NotWhenPassed,
    /// It is of the tags of a role that is asked about because it is gone.
    Gone,
    /// It is of security keys, which cannot be registered here; for all other devices it is absent.
    NoSecurityKeys,
    /// It is of what AWS's partners ask for and make in their customers' accounts, and there are none here.
    NoPartners,
    /// It is of logins by a provider's assertion, which a caller who signs has none of.
    OfLogins,
}

use Because::{Gone, NoPartners, NoSecurityKeys, NotMadeYet, NotWhenPassed, OfLogins};

/// The actions for which a key is not given.
const NOT_GIVEN: &[(&str, &[&str], Because)] = &[
    (
        "aws:ResourceTag/${TagKey}",
        &[
            "iam:CreateInstanceProfile",
            "iam:CreateOpenIDConnectProvider",
            "iam:CreatePolicy",
            "iam:CreateRole",
            "iam:CreateSAMLProvider",
            "iam:CreateServiceLinkedRole",
            "iam:CreateUser",
            "iam:CreateVirtualMFADevice",
            "iam:UploadServerCertificate",
        ],
        NotMadeYet,
    ),
    (
        "iam:ResourceTag/${TagKey}",
        &["iam:CreateRole", "iam:CreateServiceLinkedRole", "iam:CreateUser"],
        NotMadeYet,
    ),
    ("aws:ResourceTag/${TagKey}", &["iam:PassRole"], NotWhenPassed),
    ("iam:ResourceTag/${TagKey}", &["iam:PassRole"], NotWhenPassed),
    (
        "aws:ResourceTag/${TagKey}",
        &["iam:GetServiceLinkedRoleDeletionStatus"],
        Gone,
    ),
    (
        "iam:ResourceTag/${TagKey}",
        &["iam:GetServiceLinkedRoleDeletionStatus"],
        Gone,
    ),
    (
        "iam:FIDO-FIPS-140-2-certification",
        &["iam:EnableMFADevice"],
        NoSecurityKeys,
    ),
    (
        "iam:FIDO-FIPS-140-3-certification",
        &["iam:EnableMFADevice"],
        NoSecurityKeys,
    ),
    ("iam:FIDO-certification", &["iam:EnableMFADevice"], NoSecurityKeys),
    (
        "iam:RegisterSecurityKey",
        &["iam:EnableMFADevice"],
        NoSecurityKeys,
    ),
    (
        "iam:DelegationRequestOwner",
        &[
            "iam:AcceptDelegationRequest",
            "iam:AssociateDelegationRequest",
            "iam:CreateDelegationRequest",
            "iam:GetDelegationRequest",
            "iam:GetHumanReadableSummary",
            "iam:ListDelegationRequests",
            "iam:RejectDelegationRequest",
            "iam:SendDelegationToken",
        ],
        NoPartners,
    ),
    (
        "iam:RoleTemplateARN",
        &[
            "iam:AttachRolePolicy",
            "iam:CreateRole",
            "iam:GetRole",
            "iam:PutRolePermissionsBoundary",
            "iam:PutRolePolicy",
            "iam:TagRole",
        ],
        NoPartners,
    ),
    ("saml:aud", &["sts:TagSession"], OfLogins),
    ("saml:namequalifier", &["sts:AssumeRole"], OfLogins),
    ("saml:sub", &["sts:AssumeRole"], OfLogins),
    ("saml:sub_type", &["sts:AssumeRole"], OfLogins),
];

/// Operations that no policy of the caller's can deny, or that have no caller who signs.
const NOT_DENIED: &[&str] = &[
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:GetCallerIdentity",
    "sts:GetSessionToken",
];

/// Asked for beside AssumeRole and decided in the same context, whatever the reference lists for them.
/// Evidence: recorded answers of AWS to role assumptions.
const WITH_THE_KEYS_OF_ANOTHER: &[&str] = &["sts:SetSourceIdentity", "sts:TagSession"];

/// Every condition key that the catalogue lists for an action, beside those of the caller and the connection, is
/// given when the action is decided; no other is. An exemption that is not needed is a failure too.
#[tokio::test]
async fn the_condition_keys_of_an_action_are_those_of_the_catalogue() {
    let scene = Scene::new().await;
    let (mut missing, mut surplus) = (BTreeSet::new(), BTreeSet::new());
    for (action, operation) in decided() {
        let Some(known) = catalogue().action(action) else {
            continue;
        };
        let given = scene.keys_given(action, operation).await;
        let of_types = known.resources().iter().flat_map(|resource| {
            let of_type = resource.resource_type().condition_keys();
            of_type.iter().chain(resource.condition_keys())
        });
        let listed: Vec<_> = of_types.chain(known.condition_keys()).collect();
        for key in listed.iter().filter(|key| is_of_requests(key.name())) {
            if !given.iter().any(|given| key.is_named(given)) {
                missing.insert((key.name().to_owned(), action));
            }
        }
        let is_shared = WITH_THE_KEYS_OF_ANOTHER.contains(&action);
        for key in given.iter().filter(|key| is_of_requests(key) && !is_shared) {
            if !listed.iter().any(|listed| listed.is_named(key)) {
                surplus.insert((key.clone(), action));
            }
        }
    }
    let exempt = NOT_GIVEN
        .iter()
        .flat_map(|(key, actions, _)| actions.iter().map(|action| ((*key).to_owned(), *action)));
    let exempt: BTreeSet<_> = exempt.collect();
    let none = BTreeSet::new();
    assert_eq!(&missing - &exempt, none, "not given");
    assert_eq!(&exempt - &missing, none, "given, so the exemption is stale");
    assert_eq!(surplus, none, "given, and not in the catalogue");
}

/// Whether a key is one that subjects give, and not one of the caller or the connection.
fn is_of_requests(key: &str) -> bool {
    let prefixes = [
        "iam:",
        "sts:",
        "saml:",
        "aws:requesttag/",
        "aws:resourcetag/",
        "aws:tagkeys",
    ];
    let key = key.to_ascii_lowercase();
    prefixes.iter().any(|prefix| key.starts_with(prefix))
}

/// Each action that policies decide, and an operation that asks for it.
fn decided() -> Vec<(&'static str, OperationId)> {
    let own = OperationId::ALL
        .iter()
        .filter(|operation| is_implemented(**operation))
        .map(|operation| (operation.action(), *operation))
        .filter(|(action, _)| !NOT_DENIED.contains(action));
    let also = ALSO.iter().map(|(action, operation)| {
        let (service, name) = operation.split_once(':').unwrap();
        let service = Service::from_name(service).unwrap();
        (*action, OperationId::find(service, name).unwrap())
    });
    own.chain(also).collect()
}

/// Actions that are asked for beside the operation's own.
const ALSO: &[(&str, &str)] = &[
    ("iam:PassRole", "iam:AddRoleToInstanceProfile"),
    ("sts:SetSourceIdentity", "sts:AssumeRole"),
    ("sts:TagSession", "sts:AssumeRole"),
    ("sts:TagGetWebIdentityToken", "sts:GetWebIdentityToken"),
];

/// An account in which everything that can have tags has one, and every principal a boundary.
struct Scene {
    world: World,
    root: Credentials,
    caller: Credentials,
    /// What every request carries; an operation passes over what it does not know.
    parameters: BTreeMap<String, String>,
}

const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const BOUNDARY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]}}"#;
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

/// What every request carries, beside ids and documents.
const PARAMETERS: &[(&str, &str)] = &[
    ("AWSServiceName", "autoscaling.amazonaws.com"),
    ("AccountAlias", "example"),
    ("ActionNames.member.1", "iam:GetUser"),
    ("Arn", "arn:aws:iam::111122223333:role/role"),
    ("AssumeRolePolicyDocument", TRUST),
    ("Audience.member.1", "api.example.com"),
    ("AuthenticationCode1", "123456"),
    ("AuthenticationCode2", "654321"),
    ("CertificateId", "ASCAIOSFODNN7EXAMPLEASCAI"),
    ("ClientID", "app"),
    ("CredentialAgeDays", "30"),
    ("DelegationRequestId", "dr-12345678901234567890"),
    (
        "DeletionTaskId",
        "task/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling/12345678-1234-1234-1234-123456789012",
    ),
    ("Description", "text"),
    ("DurationSeconds", "900"),
    ("EncodedMessage", "message"),
    ("Encoding", "PEM"),
    (
        "EntityArn",
        "arn:aws:iam::111122223333:delegation-request/dr-123456789012",
    ),
    ("ExternalId", "external"),
    ("GlobalEndpointTokenVersion", "v2Token"),
    ("GroupName", "group"),
    ("InstanceProfileName", "profile"),
    ("JobId", "12345678-1234-1234-1234-123456789012"),
    ("Name", "name"),
    ("NewPassword", "Correct-Horse-2"),
    ("NotificationChannel", "channel"),
    ("OldPassword", "Correct-Horse-1"),
    (
        "OpenIDConnectProviderArn",
        "arn:aws:iam::111122223333:oidc-provider/issuer.example.com",
    ),
    ("Password", "Correct-Horse-1"),
    (
        "Permissions.PolicyTemplateArn",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
    ),
    ("PermissionsBoundary", BOUNDARY),
    ("PolicyArn", "arn:aws:iam::111122223333:policy/policy"),
    ("PolicyDocument", POLICY),
    ("PolicyInputList.member.1", POLICY),
    ("PolicyName", "policy"),
    ("PolicySourceArn", "arn:aws:iam::111122223333:user/user"),
    ("Properties.entry.1.key", "k"),
    ("Properties.entry.1.value", "v"),
    ("RequestorWorkflowId", "workflow"),
    ("RoleArn", "arn:aws:iam::111122223333:role/role"),
    ("RoleName", "role"),
    ("RoleSessionName", "session"),
    ("SAMLProviderArn", "arn:aws:iam::111122223333:saml-provider/name"),
    ("SSHPublicKeyBody", "ssh-rsa"),
    ("SSHPublicKeyId", "APKAIOSFODNN7EXAMPLE"),
    ("SerialNumber", "arn:aws:iam::111122223333:mfa/device"),
    ("ServerCertificateName", "certificate"),
    ("ServiceName", "codecommit.amazonaws.com"),
    ("ServiceNamespace", "iam"),
    ("ServiceNamespaces.member.1", "iam"),
    ("SessionDuration", "3600"),
    ("SigningAlgorithm", "ES384"),
    ("SourceIdentity", "source"),
    ("Status", "Active"),
    ("TagKeys.member.1", "team"),
    ("Tags.member.1.Key", "team"),
    ("Tags.member.1.Value", "red"),
    (
        "TemplateArn",
        "arn:aws:iam::aws:role-template/example.amazonaws.com/Template:1",
    ),
    (
        "ThumbprintList.member.1",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ),
    ("TradeInToken", "token"),
    ("TransitiveTagKeys.member.1", "team"),
    ("Url", "https://issuer.example.com"),
    ("UserName", "user"),
    ("VersionId", "v1"),
    ("VirtualMFADeviceName", "device"),
];

impl Scene {
    async fn new() -> Self {
        let world = World::new(EngineKind::Memory).await;
        let root = world.account("111122223333").await;
        let parameters = PARAMETERS
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut scene = Scene {
            world,
            caller: root.clone(),
            root,
            parameters: parameters.collect(),
        };
        for (parameter, file, name) in [
            ("SAMLMetadataDocument", "saml_provider", "metadata"),
            ("CertificateBody", "server_certificate", "body"),
            ("PrivateKey", "server_certificate", "key"),
        ] {
            scene.parameters.insert(parameter.to_owned(), text_of(file, name));
        }
        for maker in [
            "CreateUser",
            "CreateGroup",
            "CreateRole",
            "CreatePolicy",
            "CreateInstanceProfile",
            "CreateVirtualMFADevice",
            "CreateOpenIDConnectProvider",
            "CreateSAMLProvider",
            "UploadServerCertificate",
        ] {
            scene.make(maker, &[]).await;
        }
        for (maker, id) in [
            ("CreateAccessKey", "AccessKeyId"),
            ("CreateServiceSpecificCredential", "ServiceSpecificCredentialId"),
        ] {
            let made = scene.make(maker, &[]).await;
            let made = made.element(id).unwrap().to_owned();
            scene.parameters.insert(id.to_owned(), made);
        }
        let caller = [("UserName", "caller"), ("PermissionsBoundary", ADMINISTRATOR)];
        scene.make("CreateUser", &caller).await;
        let key = scene.make("CreateAccessKey", &[("UserName", "caller")]).await;
        scene.caller = Credentials {
            access_key_id: key.element("AccessKeyId").unwrap().to_owned(),
            secret: key.element("SecretAccessKey").unwrap().to_owned(),
            session_token: None,
        };
        scene
    }

    async fn make(&self, maker: &str, changed: &[(&str, &str)]) -> Answer {
        let made = self.ask(&self.root, "iam", maker, changed).await;
        assert_eq!(made.status, 200, "{maker}: {}", made.xml);
        made
    }

    /// The names of the condition keys with which an action is decided.
    async fn keys_given(&self, action: &str, operation: OperationId) -> BTreeSet<String> {
        let all_else = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","NotAction":"{action}","Resource":"*"}}}}"#
        );
        let put = [("UserName", "caller"), ("PolicyDocument", &all_else)];
        self.make("PutUserPolicy", &put).await;
        let (service, name) = operation.action().split_once(':').unwrap();
        let denial = self.ask(&self.caller, service, name, &[]).await;
        let message = [("EncodedMessage", denial.element("RequestId").unwrap())];
        let decoded = self
            .ask(&self.root, "sts", "DecodeAuthorizationMessage", &message)
            .await;
        let decoded = decoded.element("DecodedMessage").unwrap_or_else(|| {
            panic!(
                "{name} is not denied: what parameters does it lack?\n{}",
                denial.xml
            )
        });
        let decoded = decoded.replace("&quot;", "\"").replace("&amp;", "&");
        let decoded: serde_json::Value = serde_json::from_str(&decoded).unwrap();
        assert_eq!(decoded["context"]["action"], action);
        let conditions = decoded["context"]["conditions"]["items"].as_array().unwrap();
        let names = conditions
            .iter()
            .map(|condition| condition["key"].as_str().unwrap().to_owned());
        names.collect()
    }

    async fn ask(&self, who: &Credentials, service: &str, action: &str, changed: &[(&str, &str)]) -> Answer {
        let mut parameters = self.parameters.clone();
        for (name, value) in changed {
            parameters.insert((*name).to_owned(), (*value).to_owned());
        }
        if service == "sts" {
            // Whoever names a device has to show its code.
            parameters.remove("SerialNumber");
        }
        let parameters: Vec<(String, String)> = parameters.into_iter().collect();
        let call = Call {
            service,
            action,
            parameters: &parameters,
            manner: Manner::Post,
        };
        self.world.call(Some(who), &call).await
    }
}

/// A text that a scenario has by a `let`.
fn text_of(scenario: &str, name: &str) -> String {
    let file = format!("{}/tests/scenarios/{scenario}.txt", env!("CARGO_MANIFEST_DIR"));
    let scenario = std::fs::read_to_string(file).unwrap();
    let start = format!("let {name} = ");
    let line = scenario.lines().find_map(|line| line.strip_prefix(&start));
    line.unwrap().to_owned()
}
