//! ARNs of managed policies, which callers use to name them.

use std::fmt;
use std::sync::Arc;

use crate::arn::Arn;
use crate::{AccountId, EntityPath, ManagedPolicyName, NameError, Problem, serde_as_string};

const KIND: &str = "policy ARN";

/// The ARN of a managed policy: one of an account, or one of AWS's own (`arn:aws:iam::aws:policy/…`).
#[derive(Clone)]
pub struct PolicyArn {
    text: Arc<str>,
    account: Option<AccountId>,
    path_start: usize,
    name_start: usize,
}

impl PolicyArn {
    /// Reads the ARN of a managed policy.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let form = |reason| NameError::new(KIND, Problem::Form(reason));
        let arn = Arn::parse(text)?;
        if arn.partition != "aws" || arn.service != "iam" || !arn.region.is_empty() {
            return Err(form("a policy ARN begins with arn:aws:iam::"));
        }
        let account = if arn.account == "aws" {
            None
        } else {
            Some(AccountId::parse(arn.account)?)
        };
        let tail = arn
            .resource
            .strip_prefix("policy")
            .filter(|tail| tail.starts_with('/'))
            .ok_or_else(|| form("the ARN is not that of a policy"))?;
        let (path, name) = tail.split_at(tail.rfind('/').map_or(0, |slash| slash + 1));
        EntityPath::parse_policy_path(path)?;
        ManagedPolicyName::parse(name)?;
        Ok(Self {
            account,
            path_start: text.len() - tail.len(),
            name_start: text.len() - name.len(),
            text: text.into(),
        })
    }

    /// The ARN of the policy of this name; `None` for the account means AWS's own.
    /// The path has to be one that a policy can have.
    pub fn new(
        account: Option<AccountId>,
        path: &EntityPath,
        name: &ManagedPolicyName,
    ) -> Result<Self, NameError> {
        match account {
            Some(account) => Self::parse(&crate::arn::policy(account, path, name)),
            None => Self::parse(&format!("arn:aws:iam::aws:policy{path}{name}")),
        }
    }

    /// The whole ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The whole ARN to share.
    pub fn to_shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The account that owns the policy; `None` for AWS's own policies.
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// Whether the policy is one of AWS's own.
    pub fn is_aws_managed(&self) -> bool {
        self.account.is_none()
    }

    /// The policy's path, slashes included.
    pub fn path(&self) -> &str {
        self.text
            .get(self.path_start..self.name_start)
            .unwrap_or_default()
    }

    /// The policy's name.
    pub fn name(&self) -> &str {
        self.text.get(self.name_start..).unwrap_or_default()
    }
}

// The text determines all else, so it alone is compared.
impl PartialEq for PolicyArn {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for PolicyArn {}

impl PartialOrd for PolicyArn {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PolicyArn {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl std::hash::Hash for PolicyArn {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl std::borrow::Borrow<str> for PolicyArn {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for PolicyArn {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for PolicyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for PolicyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PolicyArn({:?})", &*self.text)
    }
}

serde_as_string!(PolicyArn);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_of_aws_and_of_accounts_are_told_apart() {
        let aws = PolicyArn::parse("arn:aws:iam::aws:policy/service-role/AWSLambdaRole").unwrap();
        assert_eq!(
            (aws.account(), aws.path(), aws.name()),
            (None, "/service-role/", "AWSLambdaRole")
        );
        let own = PolicyArn::parse("arn:aws:iam::123456789012:policy/P").unwrap();
        assert_eq!(own.account(), AccountId::parse("123456789012").ok());
        assert_eq!((own.path(), own.name()), ("/", "P"));
    }

    #[test]
    fn other_arns_are_not_policy_arns() {
        for wrong in [
            "arn:aws:iam::123456789012:user/P",
            "arn:aws:iam::123456789012:policy",
            "arn:aws:iam::123456789012:policy/",
            "arn:aws:iam::123456789012:policyP",
            "arn:aws:iam::123456789012:policy//P",
            "arn:aws:iam::123456789012:policy/a:b",
            "arn:aws:iam:us-east-1:123456789012:policy/P",
            "arn:aws:s3::123456789012:policy/P",
            "arn:aws-cn:iam::123456789012:policy/P",
            "arn:aws:iam::12345678901:policy/P",
            "arn:aws:iam:::policy/P",
            "P",
        ] {
            assert!(PolicyArn::parse(wrong).is_err(), "{wrong}");
        }
    }
}
