//! ARNs: the six parts of any, and the ones that name identities and policies.

mod entity;
mod written;

use std::fmt;

pub use entity::EntityArn;
pub use written::{
    assumed_role, federated_user, group, instance_profile, mfa_device, oidc_provider, policy, role, root,
    saml_provider, server_certificate, user,
};

use crate::{NameError, Problem};

const KIND: &str = "ARN";

const LENGTH_MAX: usize = 2048;

/// Any ARN, taken apart. The resource is all that follows the fifth colon, further colons included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, …
    pub partition: &'a str,
    /// The service, such as `iam`.
    pub service: &'a str,
    /// The region; empty for global services.
    pub region: &'a str,
    /// The account; empty where the service leaves it out.
    pub account: &'a str,
    /// The resource in the service's own form.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Splits an ARN. Partition, service and resource must be there; nothing else is judged.
    pub fn parse(text: &'a str) -> Result<Self, NameError> {
        let form = |reason| NameError::new(KIND, Problem::Form(reason));
        if text.len() > LENGTH_MAX {
            return Err(NameError::new(KIND, Problem::TooLong { max: LENGTH_MAX }));
        }
        let rest = text
            .strip_prefix("arn:")
            .ok_or_else(|| form("an ARN begins with arn:"))?;
        let mut parts = rest.splitn(5, ':');
        let mut next = || parts.next().ok_or_else(|| form("an ARN has six parts"));
        let (partition, service, region, account, resource) = (next()?, next()?, next()?, next()?, next()?);
        if partition.is_empty() || service.is_empty() || resource.is_empty() {
            return Err(form("partition, service and resource of an ARN cannot be empty"));
        }
        Ok(Self {
            partition,
            service,
            region,
            account,
            resource,
        })
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_keeps_its_colons() {
        let arn = Arn::parse("arn:aws:logs:eu-west-1:123456789012:log-group:x:*").unwrap();
        assert_eq!(arn.resource, "log-group:x:*");
        assert_eq!(
            arn.to_string(),
            "arn:aws:logs:eu-west-1:123456789012:log-group:x:*"
        );
        for wrong in [
            "",
            "arn",
            "arn:aws:s3",
            "arn::s3:::b",
            "arn:aws::::b",
            "arn:aws:s3:::",
            "ARN:aws:s3:::b",
        ] {
            assert!(Arn::parse(wrong).is_err(), "{wrong}");
        }
    }
}
