//! Policies that a session is given, which cap it: one inline and up to ten managed.

use std::sync::Arc;

use lanyard_access::NewSession;
use lanyard_aws_api::ErrorCode;
use lanyard_aws_api::sts as api;
use lanyard_directory::Account;
use lanyard_names::PolicyArn;
use lanyard_policy::{DocumentKind, validate};

use crate::error::Refusal;

/// Evidence: the public API reference of AssumeRole.
const MANAGED_MAX: usize = 10;
/// What the inline policy and the ARNs of the managed ones may have together, in characters.
const PLAIN_CHARACTERS_MAX: usize = 2_048;

/// The policies of a session, checked.
#[derive(Debug)]
pub(crate) struct SessionPolicies {
    inline: Option<Arc<str>>,
    managed: Vec<PolicyArn>,
}

impl SessionPolicies {
    /// Reads the policies that a request gives. Managed ones must be AWS's or those of `owner`, which is the account
    /// of the role or user.
    pub(crate) fn read(
        policy: Option<&str>,
        arns: Option<&[api::PolicyDescriptorType]>,
        owner: &Account,
    ) -> Result<Self, Refusal> {
        let arns = read_arns(arns.unwrap_or_default())?;
        check_plain_size(policy, &arns)?;
        for arn in &arns {
            check_managed(arn, owner)?;
        }
        if let Some(text) = policy {
            validate(text, DocumentKind::SessionPolicy).map_err(|malformed| {
                Refusal::new(ErrorCode::MALFORMED_POLICY_DOCUMENT, malformed.message())
            })?;
        }
        Ok(SessionPolicies {
            inline: policy.map(Arc::from),
            managed: arns,
        })
    }

    /// Gives them to a session.
    pub(crate) fn put_into(self, session: &mut NewSession) {
        session.policy = self.inline;
        session.policy_arns = self.managed;
    }
}

fn read_arns(arns: &[api::PolicyDescriptorType]) -> Result<Vec<PolicyArn>, Refusal> {
    if arns.len() > MANAGED_MAX {
        return Err(Refusal::too_long("policyArns", MANAGED_MAX));
    }
    arns.iter()
        .map(|descriptor| {
            let text = descriptor.arn.as_deref().unwrap_or_default();
            PolicyArn::parse(text).map_err(|_| Refusal::invalid_arn(text))
        })
        .collect()
}

fn check_plain_size(policy: Option<&str>, arns: &[PolicyArn]) -> Result<(), Refusal> {
    let texts = policy.into_iter().chain(arns.iter().map(PolicyArn::as_str));
    let characters: usize = texts.map(|text| text.chars().count()).sum();
    if characters > PLAIN_CHARACTERS_MAX {
        return Err(Refusal::too_long("policy", PLAIN_CHARACTERS_MAX));
    }
    Ok(())
}

fn check_managed(arn: &PolicyArn, owner: &Account) -> Result<(), Refusal> {
    let exists = match arn.account() {
        None => owner.managed_policies().get(arn).is_some(),
        Some(account) if account == owner.id() => owner.policy(arn).is_some(),
        Some(_) => return Err(Refusal::invalid_arn(arn.as_str())),
    };
    if exists {
        Ok(())
    } else {
        Err(Refusal::no_such_session_policy(arn.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descriptors(arns: &[&str]) -> Vec<api::PolicyDescriptorType> {
        arns.iter()
            .map(|arn| api::PolicyDescriptorType {
                arn: Some((*arn).to_owned()),
            })
            .collect()
    }

    #[test]
    fn ten_managed_policies_are_enough() {
        let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        assert_eq!(read_arns(&descriptors(&[arn; 10])).unwrap().len(), 10);
        let refused = read_arns(&descriptors(&[arn; 11])).unwrap_err();
        assert!(refused.message().unwrap().ends_with("less than or equal to 10"));
    }

    #[test]
    fn what_is_no_policys_arn_is_called_invalid() {
        let refused = read_arns(&descriptors(&["arn:aws:iam::123456789012:role/reader"])).unwrap_err();
        assert_eq!(
            refused.message(),
            Some("arn:aws:iam::123456789012:role/reader is invalid")
        );
    }

    #[test]
    fn arns_count_into_the_plain_size() {
        let arns = read_arns(&descriptors(&["arn:aws:iam::aws:policy/ReadOnlyAccess"])).unwrap();
        let room = PLAIN_CHARACTERS_MAX - "arn:aws:iam::aws:policy/ReadOnlyAccess".len();
        // Characters count, not bytes.
        assert!(check_plain_size(Some(&"é".repeat(room)), &arns).is_ok());
        assert!(check_plain_size(Some(&"é".repeat(room + 1)), &arns).is_err());
    }
}
