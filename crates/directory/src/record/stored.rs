//! Keys and bytes of stored records.
//!
//! A record is JSON within an envelope that states its format, so that a record written by a newer program
//! is refused rather than misread.

use std::sync::Arc;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use lanyard_names::{AccessKeyId, AccountId, OidcProviderUrl, SamlProviderName, UniqueId};
use lanyard_store::Cause;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{
    AccessKey, AccountInfo, AssertionHash, BucketRecord, Group, InstanceProfile, LoginProfile, ManagedPolicy,
    MfaDevice, OidcProvider, ResourcePolicy, ResourceTags, Role, RoleDeletions, SamlProvider,
    ServerCertificate, ServiceSpecificCredential, SigningCertificate, SshPublicKey, UsedAssertion, User,
    WebIdentityIssuer,
};

const FORMAT: u32 = 1;

/// Where in an account's partition a record stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    Info,
    User(UniqueId),
    Group(UniqueId),
    Role(UniqueId),
    Policy(UniqueId),
    InstanceProfile(UniqueId),
    AccessKey(AccessKeyId),
    /// By the resource's ARN.
    ResourcePolicy(Arc<str>),
    /// By the resource's ARN.
    ResourceTags(Arc<str>),
    /// By the bucket's name.
    Bucket(Arc<str>),
    /// By the serial number.
    MfaDevice(Arc<str>),
    /// By the user.
    LoginProfile(UniqueId),
    SshPublicKey(UniqueId),
    ServiceSpecificCredential(UniqueId),
    /// By the certificate's id.
    SigningCertificate(Arc<str>),
    ServerCertificate(UniqueId),
    OidcProvider(OidcProviderUrl),
    SamlProvider(SamlProviderName),
    UsedAssertion(SamlProviderName, AssertionHash),
    WebIdentityIssuer,
    RoleDeletions,
}

impl Place {
    /// The key as text.
    pub(crate) fn to_text(&self) -> Arc<str> {
        match self {
            Self::Info => "info".into(),
            Self::User(id) => format!("user/{id}").into(),
            Self::Group(id) => format!("group/{id}").into(),
            Self::Role(id) => format!("role/{id}").into(),
            Self::Policy(id) => format!("policy/{id}").into(),
            Self::InstanceProfile(id) => format!("instance-profile/{id}").into(),
            Self::AccessKey(id) => format!("key/{id}").into(),
            Self::ResourcePolicy(arn) => format!("resource-policy/{arn}").into(),
            Self::ResourceTags(arn) => format!("resource-tags/{arn}").into(),
            Self::Bucket(name) => format!("bucket/{name}").into(),
            Self::MfaDevice(serial) => format!("mfa-device/{serial}").into(),
            Self::LoginProfile(user) => format!("login-profile/{user}").into(),
            Self::SshPublicKey(id) => format!("ssh-public-key/{id}").into(),
            Self::ServiceSpecificCredential(id) => format!("service-specific-credential/{id}").into(),
            Self::SigningCertificate(id) => format!("signing-certificate/{id}").into(),
            Self::ServerCertificate(id) => format!("server-certificate/{id}").into(),
            Self::OidcProvider(url) => format!("oidc-provider/{url}").into(),
            Self::SamlProvider(name) => format!("saml-provider/{name}").into(),
            Self::UsedAssertion(provider, hash) => {
                format!("used-assertion/{provider}/{}", HEXLOWER.encode_display(hash)).into()
            }
            Self::WebIdentityIssuer => "web-identity-issuer".into(),
            Self::RoleDeletions => "role-deletions".into(),
        }
    }

    /// Reads a key; `None` for a key this program does not know.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let Some((family, id)) = text.split_once('/') else {
            return match text {
                "info" => Some(Self::Info),
                "web-identity-issuer" => Some(Self::WebIdentityIssuer),
                "role-deletions" => Some(Self::RoleDeletions),
                _ => None,
            };
        };
        Some(match family {
            "user" => Self::User(UniqueId::parse(id).ok()?),
            "group" => Self::Group(UniqueId::parse(id).ok()?),
            "role" => Self::Role(UniqueId::parse(id).ok()?),
            "policy" => Self::Policy(UniqueId::parse(id).ok()?),
            "instance-profile" => Self::InstanceProfile(UniqueId::parse(id).ok()?),
            "key" => Self::AccessKey(AccessKeyId::parse(id).ok()?),
            "resource-policy" => Self::ResourcePolicy(id.into()),
            "resource-tags" => Self::ResourceTags(id.into()),
            "bucket" => Self::Bucket(id.into()),
            "mfa-device" => Self::MfaDevice(id.into()),
            "login-profile" => Self::LoginProfile(UniqueId::parse(id).ok()?),
            "ssh-public-key" => Self::SshPublicKey(UniqueId::parse(id).ok()?),
            "service-specific-credential" => Self::ServiceSpecificCredential(UniqueId::parse(id).ok()?),
            "signing-certificate" => Self::SigningCertificate(id.into()),
            "server-certificate" => Self::ServerCertificate(UniqueId::parse(id).ok()?),
            "oidc-provider" => Self::OidcProvider(OidcProviderUrl::parse(id).ok()?),
            "saml-provider" => Self::SamlProvider(SamlProviderName::parse(id).ok()?),
            "used-assertion" => {
                let (provider, hash) = id.split_once('/')?;
                let hash = HEXLOWER.decode(hash.as_bytes()).ok()?;
                Self::UsedAssertion(SamlProviderName::parse(provider).ok()?, hash.try_into().ok()?)
            }
            _ => return None,
        })
    }
}

/// A record in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    Info(Arc<AccountInfo>),
    User(Arc<User>),
    Group(Arc<Group>),
    Role(Arc<Role>),
    Policy(Arc<ManagedPolicy>),
    InstanceProfile(Arc<InstanceProfile>),
    AccessKey(Arc<AccessKey>),
    ResourcePolicy(Arc<ResourcePolicy>),
    ResourceTags(Arc<ResourceTags>),
    Bucket(Arc<BucketRecord>),
    MfaDevice(Arc<MfaDevice>),
    LoginProfile(Arc<LoginProfile>),
    SshPublicKey(Arc<SshPublicKey>),
    ServiceSpecificCredential(Arc<ServiceSpecificCredential>),
    SigningCertificate(Arc<SigningCertificate>),
    ServerCertificate(Arc<ServerCertificate>),
    OidcProvider(Arc<OidcProvider>),
    SamlProvider(Arc<SamlProvider>),
    UsedAssertion(Arc<UsedAssertion>),
    WebIdentityIssuer(Arc<WebIdentityIssuer>),
    RoleDeletions(Arc<RoleDeletions>),
}

impl Record {
    /// Where the record stands.
    pub(crate) fn place(&self) -> Place {
        match self {
            Self::Info(_) => Place::Info,
            Self::User(user) => Place::User(user.id),
            Self::Group(group) => Place::Group(group.id),
            Self::Role(role) => Place::Role(role.id),
            Self::Policy(policy) => Place::Policy(policy.id),
            Self::InstanceProfile(profile) => Place::InstanceProfile(profile.id),
            Self::AccessKey(key) => Place::AccessKey(key.id),
            Self::ResourcePolicy(policy) => Place::ResourcePolicy(Arc::clone(&policy.arn)),
            Self::ResourceTags(tags) => Place::ResourceTags(Arc::clone(&tags.arn)),
            Self::Bucket(bucket) => Place::Bucket(Arc::clone(&bucket.name)),
            Self::MfaDevice(device) => Place::MfaDevice(Arc::clone(&device.serial)),
            Self::LoginProfile(profile) => Place::LoginProfile(profile.user),
            Self::SshPublicKey(key) => Place::SshPublicKey(key.id),
            Self::ServiceSpecificCredential(credential) => Place::ServiceSpecificCredential(credential.id),
            Self::SigningCertificate(certificate) => Place::SigningCertificate(Arc::clone(&certificate.id)),
            Self::ServerCertificate(certificate) => Place::ServerCertificate(certificate.id),
            Self::OidcProvider(provider) => Place::OidcProvider(provider.url.clone()),
            Self::SamlProvider(provider) => Place::SamlProvider(provider.name.clone()),
            Self::UsedAssertion(used) => Place::UsedAssertion(used.provider.clone(), used.hash),
            Self::WebIdentityIssuer(_) => Place::WebIdentityIssuer,
            Self::RoleDeletions(_) => Place::RoleDeletions,
        }
    }

    /// The bytes to store.
    pub(crate) fn to_bytes(&self) -> Result<Bytes, Cause> {
        match self {
            Self::Info(info) => encode(&**info),
            Self::User(user) => encode(&**user),
            Self::Group(group) => encode(&**group),
            Self::Role(role) => encode(&**role),
            Self::Policy(policy) => encode(&**policy),
            Self::InstanceProfile(profile) => encode(&**profile),
            Self::AccessKey(key) => encode(&**key),
            Self::ResourcePolicy(policy) => encode(&**policy),
            Self::ResourceTags(tags) => encode(&**tags),
            Self::Bucket(bucket) => encode(&**bucket),
            Self::MfaDevice(device) => encode(&**device),
            Self::LoginProfile(profile) => encode(&**profile),
            Self::SshPublicKey(key) => encode(&**key),
            Self::ServiceSpecificCredential(credential) => encode(&**credential),
            Self::SigningCertificate(certificate) => encode(&**certificate),
            Self::ServerCertificate(certificate) => encode(&**certificate),
            Self::OidcProvider(provider) => encode(&**provider),
            Self::SamlProvider(provider) => encode(&**provider),
            Self::UsedAssertion(used) => encode(&**used),
            Self::WebIdentityIssuer(issuer) => encode(&**issuer),
            Self::RoleDeletions(deletions) => encode(&**deletions),
        }
    }

    /// Reads the record stored under a key of an account.
    pub(crate) fn from_bytes(account: AccountId, key: &Place, bytes: &[u8]) -> Result<Self, Cause> {
        let record = match key {
            Place::Info => {
                let mut info: AccountInfo = decode(bytes)?;
                info.root_revocations.settle(info.root_epoch);
                Self::Info(Arc::new(info))
            }
            Place::User(_) => {
                let mut user: User = decode(bytes)?;
                user.set_arn(account);
                user.revocations.settle(user.epoch);
                Self::User(Arc::new(user))
            }
            Place::Group(_) => {
                let mut group: Group = decode(bytes)?;
                group.set_arn(account);
                Self::Group(Arc::new(group))
            }
            Place::Role(_) => {
                let mut role: Role = decode(bytes)?;
                role.set_arn(account);
                role.revocations.settle(role.epoch);
                Self::Role(Arc::new(role))
            }
            Place::Policy(_) => Self::Policy(Arc::new(decode(bytes)?)),
            Place::InstanceProfile(_) => {
                let mut profile: InstanceProfile = decode(bytes)?;
                profile.set_arn(account);
                Self::InstanceProfile(Arc::new(profile))
            }
            Place::AccessKey(_) => Self::AccessKey(Arc::new(decode(bytes)?)),
            Place::ResourcePolicy(_) => Self::ResourcePolicy(Arc::new(decode(bytes)?)),
            Place::ResourceTags(_) => Self::ResourceTags(Arc::new(decode(bytes)?)),
            Place::Bucket(_) => Self::Bucket(Arc::new(decode(bytes)?)),
            Place::MfaDevice(_) => Self::MfaDevice(Arc::new(decode(bytes)?)),
            Place::LoginProfile(_) => Self::LoginProfile(Arc::new(decode(bytes)?)),
            Place::SshPublicKey(_) => Self::SshPublicKey(Arc::new(decode(bytes)?)),
            Place::ServiceSpecificCredential(_) => Self::ServiceSpecificCredential(Arc::new(decode(bytes)?)),
            Place::SigningCertificate(_) => Self::SigningCertificate(Arc::new(decode(bytes)?)),
            Place::ServerCertificate(_) => {
                let mut certificate: ServerCertificate = decode(bytes)?;
                certificate.set_arn(account);
                Self::ServerCertificate(Arc::new(certificate))
            }
            Place::OidcProvider(_) => {
                let mut provider: OidcProvider = decode(bytes)?;
                provider.set_arn(account);
                Self::OidcProvider(Arc::new(provider))
            }
            Place::SamlProvider(_) => {
                let mut provider: SamlProvider = decode(bytes)?;
                provider.set_arn(account);
                Self::SamlProvider(Arc::new(provider))
            }
            Place::UsedAssertion(..) => Self::UsedAssertion(Arc::new(decode(bytes)?)),
            Place::WebIdentityIssuer => Self::WebIdentityIssuer(Arc::new(decode(bytes)?)),
            Place::RoleDeletions => Self::RoleDeletions(Arc::new(decode(bytes)?)),
        };
        if record.place() == *key {
            Ok(record)
        } else {
            Err(Cause::text("a record stands under a key that is not its own"))
        }
    }
}

#[derive(Serialize)]
struct EnvelopeOut<'a, T> {
    v: u32,
    r: &'a T,
}

#[derive(Deserialize)]
struct EnvelopeIn<T> {
    #[serde(rename = "v")]
    _format: Format,
    r: T,
}

/// A format this program can read: the field fails to deserialize for any other.
struct Format;

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            FORMAT => Ok(Self),
            newer => Err(serde::de::Error::custom(format_args!(
                "the record has format {newer}; this program reads {FORMAT}"
            ))),
        }
    }
}

/// Writes a record in its envelope.
pub(crate) fn encode<T: Serialize>(record: &T) -> Result<Bytes, Cause> {
    let bytes = serde_json::to_vec(&EnvelopeOut { v: FORMAT, r: record }).map_err(Cause::new)?;
    Ok(bytes.into())
}

/// Reads a record from its envelope.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Cause> {
    let envelope: EnvelopeIn<T> = serde_json::from_slice(bytes).map_err(Cause::new)?;
    Ok(envelope.r)
}

/// The ARN of a record that was just read and has not been told its account.
pub(super) fn no_arn() -> Arc<str> {
    "".into()
}
