//! Whether a policy is public, as S3 means it: whether it grants anything to people nobody has named.
//!
//! Every statement that allows is public until it is shown to be for fixed principals, or tied by a condition to
//! fixed values of a key that says where a request or its caller comes from. One public statement makes the whole
//! policy public; a statement that denies neither makes it so nor saves it.
//! Evidence: the S3 user guide's page on blocking public access, the meaning of "public".
//!
//! Fails closed: what the page leaves open is public. So are role sessions in `aws:userid`, which the page sets
//! apart without saying how, and, unlike there, `s3:x-amz-server-side-encryption-aws-kms-key-id`: callers choose the
//! header themselves, and here no key service stands behind it that would refuse them.

mod addresses;

use self::addresses::Addresses;
use crate::Document;
use crate::document::{Condition, EffectWord, PrincipalKind, PrincipalValue, Statement};
use crate::operator::{Comparison, Quantifier};

/// What a fixed value of a key looks like.
#[derive(Clone, Copy)]
enum Fixed {
    /// Any text without wildcards or variables.
    Text,
    /// The number of an account.
    Account,
    /// The unique id of a user or a role, not that of a role's session, or the number of an account.
    UserId,
    /// The ARN of a principal in an account.
    PrincipalArn,
    /// An access point's ARN; the name of the access point may have wildcards.
    AccessPoint,
    /// A range of addresses that is not very wide.
    Range,
}

/// The keys by which a statement for everyone can be tied down.
const KEYS: [(&str, Fixed); 13] = [
    ("aws:SourceIp", Fixed::Range),
    ("aws:SourceArn", Fixed::Text),
    ("aws:SourceVpc", Fixed::Text),
    ("aws:SourceVpce", Fixed::Text),
    ("aws:SourceOwner", Fixed::Account),
    ("aws:SourceAccount", Fixed::Account),
    ("aws:userid", Fixed::UserId),
    ("s3:DataAccessPointArn", Fixed::AccessPoint),
    ("s3:DataAccessPointAccount", Fixed::Account),
    // Keys that name the principal itself; the page gives the first as an example of them.
    ("aws:PrincipalOrgID", Fixed::Text),
    ("aws:PrincipalOrgPaths", Fixed::Text),
    ("aws:PrincipalArn", Fixed::PrincipalArn),
    ("aws:PrincipalAccount", Fixed::Account),
];

impl Document {
    /// Whether the document, as the policy of a resource, is public as S3 means it.
    pub fn is_public(&self) -> bool {
        let mut addresses = Addresses::default();
        let is_open = self.statements.iter().any(|statement| {
            statement.effect != EffectWord::Deny
                && !self.has_fixed_principals(statement)
                && !self.is_tied(statement, &mut addresses)
        });
        is_open || addresses.are_wide()
    }

    fn has_fixed_principals(&self, statement: &Statement) -> bool {
        statement.principal.is_some_and(|element| {
            let mut values = element.values.of(&self.principals).iter();
            !element.negated && values.all(|value| self.is_fixed_principal(value))
        })
    }

    fn is_fixed_principal(&self, value: &PrincipalValue) -> bool {
        match value.kind {
            PrincipalKind::Aws | PrincipalKind::Service | PrincipalKind::CanonicalUser => {
                is_fixed(self.resolve(&value.text))
            }
            // Everybody can have an account at an identity provider.
            PrincipalKind::Everyone | PrincipalKind::Federated => false,
        }
    }

    /// Whether one of the conditions, of which all must hold, ties the statement to fixed values. Where only a range
    /// of addresses does, it is added to those of the other statements.
    fn is_tied(&self, statement: &Statement, addresses: &mut Addresses) -> bool {
        let conditions = statement.conditions.of(&self.conditions);
        conditions.iter().any(|condition| self.ties(condition))
            || conditions
                .iter()
                .any(|condition| self.ties_to_addresses(condition, addresses))
    }

    fn ties(&self, condition: &Condition) -> bool {
        let Some(fixed) = self.fixed_by(condition) else {
            return false;
        };
        let mut values = condition.values.of(&self.values).iter();
        values.all(|value| fixed.admits(self.resolve(value)))
    }

    fn ties_to_addresses(&self, condition: &Condition, addresses: &mut Addresses) -> bool {
        let is_range = matches!(self.fixed_by(condition), Some(Fixed::Range));
        let mut values = condition.values.of(&self.values).iter();
        is_range && values.all(|value| addresses.take(self.resolve(value)))
    }

    /// What the values of a condition have to be to tie its statement down, if it can.
    fn fixed_by(&self, condition: &Condition) -> Option<Fixed> {
        let operator = condition.operator;
        // Each of these holds for a request that does not have the key at all.
        if operator.negated || operator.if_exists || operator.quantifier == Quantifier::ForAll {
            return None;
        }
        let key = self.resolve(&condition.key);
        let (_, fixed) = KEYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(key))?;
        let is_compared = fixed.is_compared_by(operator.comparison) && !condition.values.is_empty();
        is_compared.then_some(*fixed)
    }
}

impl Fixed {
    /// Whether an operator compares such values at all.
    fn is_compared_by(self, comparison: Comparison) -> bool {
        match self {
            Self::Range => comparison == Comparison::IpAddress,
            Self::Text | Self::Account | Self::UserId | Self::PrincipalArn | Self::AccessPoint => matches!(
                comparison,
                Comparison::StringEquals
                    | Comparison::StringEqualsIgnoreCase
                    | Comparison::StringLike
                    | Comparison::Arn { .. }
            ),
        }
    }

    fn admits(self, value: &str) -> bool {
        match self {
            Self::Text => is_fixed(value),
            Self::Account => is_account(value),
            Self::UserId => is_unique_id(value) || is_account(value),
            Self::PrincipalArn => is_fixed(value) && value.split(':').nth(4).is_some_and(is_account),
            Self::AccessPoint => is_fixed(value) || is_access_points_of_one_account(value),
            // Ranges are added up; none of them ties by itself.
            Self::Range => false,
        }
    }
}

/// Whether a value can mean one thing only. An operator that knows no wildcards makes no difference.
fn is_fixed(value: &str) -> bool {
    !value.is_empty() && !value.contains(['*', '?']) && !value.contains("${")
}

/// Whether a value is the number of an account. Callers who are nobody have something else there, and whatever it is,
/// it stands for all of them.
fn is_account(value: &str) -> bool {
    value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_unique_id(value: &str) -> bool {
    const PREFIXES: [&str; 2] = ["AIDA", "AROA"];
    let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    PREFIXES.iter().any(|prefix| value.starts_with(prefix)) && value.bytes().all(is_letter)
}

fn is_access_points_of_one_account(value: &str) -> bool {
    let fields: Vec<&str> = value.splitn(6, ':').collect();
    let ["arn", partition, "s3", region, account, resource] = fields.as_slice() else {
        return false;
    };
    [partition, region, account]
        .into_iter()
        .all(|field| is_fixed(field))
        && resource.starts_with("accesspoint/")
        && !resource.contains("${")
}

#[cfg(test)]
mod tests;
