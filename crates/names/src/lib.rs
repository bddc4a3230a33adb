//! Names: account ids, unique ids, access key ids, entity names, paths and ARNs.
//!
//! Each kind of identifier has a type of its own. A value is parsed once at the edge and is valid from then
//! on: there is no way to make one that breaks its limit or its pattern, also not by deserializing it from
//! storage. Types that are compared without regard to case keep the spelling they were made with and give a
//! [`FoldedName`] as the key to look them up by.
//!
//! All are cheap to clone: numbers and fixed arrays are `Copy`, texts are behind an `Arc`.
//!
//! What is deliberately absent: whether a thing exists, wildcards and policy patterns, and AWS's error texts.

mod access_key_id;
mod account;
pub mod arn;
mod error;
mod folded;
mod issuer_id;
mod path;
mod policy_arn;
mod text;
mod unique_id;
mod version_id;

pub use access_key_id::{AccessKeyId, KeyKind};
pub use account::AccountId;
pub use error::{NameError, Problem};
pub use folded::FoldedName;
pub use issuer_id::IssuerId;
pub use path::EntityPath;
pub use policy_arn::PolicyArn;
pub use text::{
    AccountAlias, FederatedUserName, GroupName, InlinePolicyName, InstanceProfileName, ManagedPolicyName,
    MfaDeviceName, OidcProviderUrl, RoleName, SamlProviderName, ServerCertificateName, SessionName,
    SourceIdentity, TagKey, TagValue, UserName,
};
pub use unique_id::{IdKind, UniqueId};
pub use version_id::PolicyVersionId;

/// Gives a type with `parse`, `as_str`-like display and `FromStr` its place in serde: a string, checked when
/// it is read, so that stored data cannot smuggle in an invalid name.
macro_rules! serde_as_string {
    ($name:ty) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl ::serde::de::Visitor<'_> for Visitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str(concat!("a valid ", stringify!($name)))
                    }
                    fn visit_str<E: ::serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        <$name>::parse(text).map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::NameError;
            fn from_str(text: &str) -> Result<Self, $crate::NameError> {
                <$name>::parse(text)
            }
        }
    };
}
pub(crate) use serde_as_string;
