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
mod tests {
    use crate::Document;

    fn check(statement: &str, public: bool) {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::b/*", {statement}}}]}}"#
        );
        assert_eq!(Document::parse(&text).unwrap().is_public(), public, "{statement}");
    }

    #[test]
    fn a_statement_for_fixed_principals_is_not_public() {
        for (principal, public) in [
            (r#""Principal": "*""#, true),
            (r#""Principal": {"AWS": "*"}"#, true),
            (r#""Principal": {"AWS": ["111122223333", "*"]}"#, true),
            (r#""Principal": {"AWS": "111122223333"}"#, false),
            (r#""Principal": {"AWS": "arn:aws:iam::111122223333:root"}"#, false),
            (
                r#""Principal": {"AWS": ["arn:aws:iam::111122223333:role/r", "AIDAEXAMPLE"]}"#,
                false,
            ),
            (
                r#""Principal": {"AWS": "arn:aws:iam::111122223333:user/*"}"#,
                true,
            ),
            (r#""Principal": {"AWS": "${aws:PrincipalArn}"}"#, true),
            (r#""Principal": {"Service": "cloudtrail.amazonaws.com"}"#, false),
            (r#""Principal": {"Service": "*.amazonaws.com"}"#, true),
            (r#""Principal": {"CanonicalUser": "79a59df900b949e5"}"#, false),
            (r#""Principal": {"Federated": "graph.facebook.com"}"#, true),
            (
                r#""Principal": {"AWS": "111122223333", "Federated": "graph.facebook.com"}"#,
                true,
            ),
            (r#""NotPrincipal": {"AWS": "111122223333"}"#, true),
            (r#""Sid": "NoPrincipalAtAll""#, true),
        ] {
            check(principal, public);
        }
    }

    #[test]
    fn a_statement_for_everyone_is_tied_by_fixed_values_of_some_keys() {
        for (condition, public) in [
            (r#"{"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}"#, false),
            (r#"{"StringLike": {"aws:SourceVpc": "vpc-*"}}"#, true),
            (r#"{"StringLike": {"aws:SourceVpc": "vpc-91237329"}}"#, false),
            (r#"{"StringLike": {"aws:SourceVpc": "vpc-9123732?"}}"#, true),
            (
                r#"{"StringEquals": {"aws:sourcevpce": ["vpce-1", "vpce-2"]}}"#,
                false,
            ),
            (r#"{"StringEquals": {"aws:SourceVpce": ["vpce-1", "*"]}}"#, true),
            (
                r#"{"StringEquals": {"aws:SourceVpce": "${aws:PrincipalTag/vpce}"}}"#,
                true,
            ),
            (r#"{"StringEquals": {"aws:SourceVpce": ""}}"#, true),
            (r#"{"StringEquals": {"aws:SourceVpce": []}}"#, true),
            (
                r#"{"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:t"}}"#,
                false,
            ),
            (
                r#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:t"}}"#,
                true,
            ),
            (
                r#"{"StringEquals": {"aws:SourceAccount": "111122223333"}}"#,
                false,
            ),
            (
                r#"{"StringEqualsIgnoreCase": {"aws:SourceOwner": "111122223333"}}"#,
                false,
            ),
            (r#"{"StringEquals": {"aws:PrincipalOrgID": "o-example"}}"#, false),
            (
                r#"{"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": "o-example/r-1/"}}"#,
                false,
            ),
            (
                r#"{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-example/*"}}"#,
                true,
            ),
            (
                r#"{"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/r"}}"#,
                false,
            ),
            (
                r#"{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}"#,
                false,
            ),
            (r#"{"StringEquals": {"aws:userid": "AIDAEXAMPLE"}}"#, false),
            (r#"{"StringLike": {"aws:userid": "AROAEXAMPLE:*"}}"#, true),
            (r#"{"StringEquals": {"aws:userid": "AROAEXAMPLE:session"}}"#, true),
            (
                r#"{"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}}"#,
                false,
            ),
        ] {
            check(&format!(r#""Principal": "*", "Condition": {condition}"#), public);
        }
    }

    #[test]
    fn what_callers_have_who_are_nobody_ties_nothing() {
        for condition in [
            r#"{"StringEquals": {"aws:userid": "anonymous"}}"#,
            r#"{"StringEqualsIgnoreCase": {"aws:userid": "ANONYMOUS"}}"#,
            r#"{"ForAnyValue:StringEquals": {"aws:userid": "anonymous"}}"#,
            r#"{"StringEquals": {"aws:userid": ["AIDAEXAMPLE", "anonymous"]}}"#,
            r#"{"StringEquals": {"aws:PrincipalAccount": "anonymous"}}"#,
            r#"{"StringLike": {"aws:PrincipalAccount": "Anonymous"}}"#,
            r#"{"StringEquals": {"aws:SourceAccount": "anonymous"}}"#,
            r#"{"StringEquals": {"aws:PrincipalArn": "anonymous"}}"#,
            r#"{"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::anonymous:user/u"}}"#,
        ] {
            check(&format!(r#""Principal": "*", "Condition": {condition}"#), true);
        }
        let ids = r#"{"StringEquals": {"aws:userid": ["AIDAEXAMPLE", "AROAEXAMPLE", "111122223333"]}}"#;
        check(&format!(r#""Principal": "*", "Condition": {ids}"#), false);
    }

    #[test]
    fn other_keys_tie_nothing() {
        for condition in [
            r#"{"Bool": {"aws:SecureTransport": "true"}}"#,
            r#"{"StringEquals": {"aws:username": "carla"}}"#,
            r#"{"StringEquals": {"aws:Referer": "https://example.com"}}"#,
            r#"{"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "k"}}"#,
        ] {
            check(&format!(r#""Principal": "*", "Condition": {condition}"#), true);
        }
    }

    #[test]
    fn operators_that_hold_without_the_key_or_read_it_otherwise_tie_nothing() {
        for condition in [
            r#"{"NumericEquals": {"aws:SourceAccount": "111122223333"}}"#,
            r#"{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-example/r-1/"}}"#,
            r#"{"StringEqualsIfExists": {"aws:PrincipalAccount": "111122223333"}}"#,
            r#"{"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}"#,
            r#"{"Null": {"aws:PrincipalAccount": "false"}}"#,
        ] {
            check(&format!(r#""Principal": "*", "Condition": {condition}"#), true);
        }
    }

    #[test]
    fn the_name_of_an_access_point_may_have_wildcards_but_not_its_account() {
        for (arn, public) in [
            ("arn:aws:s3:us-west-2:123456789012:accesspoint/a", false),
            ("arn:aws:s3:us-west-2:123456789012:accesspoint/*", false),
            ("arn:aws:s3:us-west-2:*:accesspoint/*", true),
            ("arn:aws:s3:us-west-2::accesspoint/*", true),
            ("arn:aws:s3:*:123456789012:accesspoint/*", true),
            ("arn:aws:s3:us-west-2:123456789012:*", true),
            (
                "arn:aws:s3:us-west-2:123456789012:accesspoint/${aws:username}",
                true,
            ),
            ("*", true),
        ] {
            let condition = format!(r#"{{"ArnLike": {{"s3:DataAccessPointArn": "{arn}"}}}}"#);
            check(&format!(r#""Principal": "*", "Condition": {condition}"#), public);
        }
    }

    #[test]
    fn a_very_wide_range_of_addresses_is_public() {
        for (range, public) in [
            ("203.0.113.9", false),
            ("203.0.113.0/24", false),
            ("11.0.0.0/8", false),
            ("10.0.0.0/8", false),
            ("172.16.0.0/12", false),
            ("10.0.0.0/7", true),
            ("0.0.0.0/1", true),
            ("0.0.0.0/0", true),
            ("2001:db8::/32", false),
            ("2001:db8::1", false),
            ("2001:db8::/31", true),
            ("::/0", true),
            ("::ffff:0:0/96", true),
            ("::ffff:11.0.0.0/104", false),
            ("203.0.113.*", true),
            ("203.0.113.0/33", true),
            ("nonsense", true),
        ] {
            let condition = format!(r#"{{"IpAddress": {{"aws:SourceIp": "{range}"}}}}"#);
            check(&format!(r#""Principal": "*", "Condition": {condition}"#), public);
        }
        let others = [
            r#"{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#,
            r#"{"StringEquals": {"aws:SourceIp": "203.0.113.9"}}"#,
            r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.9", "0.0.0.0/0"]}}"#,
            r#"{"IpAddress": {"aws:VpcSourceIp": "203.0.113.9"}}"#,
        ];
        for condition in others {
            check(&format!(r#""Principal": "*", "Condition": {condition}"#), true);
        }
    }

    #[test]
    fn narrow_ranges_that_are_wide_together_are_public() {
        let ranges = |first: u8, last: u8| {
            let ranges = (first..=last).map(|byte| format!("\"{byte}.0.0.0/8\""));
            ranges.collect::<Vec<_>>().join(",")
        };
        for (ranges, public) in [
            (ranges(0, 255), true),
            (ranges(11, 12), true),
            (ranges(10, 11), false),
            (ranges(11, 11), false),
            // What overlaps is there once.
            (format!("{}, \"11.1.0.0/16\"", ranges(11, 11)), false),
            (r#""11.0.0.0/8", "12.0.0.1""#.to_owned(), true),
            (
                r#""10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "203.0.113.0/24""#
                    .to_owned(),
                false,
            ),
            (r#""2001:db8::/32", "2001:db9::/32""#.to_owned(), true),
            (r#""2001:db8::/33", "2001:db8:8000::/33""#.to_owned(), false),
        ] {
            let condition = format!(r#"{{"IpAddress": {{"aws:SourceIp": [{ranges}]}}}}"#);
            check(&format!(r#""Principal": "*", "Condition": {condition}"#), public);
        }
        // Those of several statements too, unless something else ties them.
        let of = |more: &str| {
            let statement = |range| {
                format!(
                    r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {{
                        "IpAddress": {{"aws:SourceIp": "{range}"}}{more}}}}}"#
                )
            };
            let (one, other) = (statement("11.0.0.0/8"), statement("12.0.0.0/8"));
            let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{one}, {other}]}}"#);
            Document::parse(&text).unwrap().is_public()
        };
        assert!(of(""));
        assert!(!of(r#", "StringEquals": {"aws:SourceVpc": "vpc-1"}"#));
    }

    #[test]
    fn one_condition_of_several_is_enough_and_one_statement_of_several_too() {
        let tied = r#""Principal": "*", "Condition": {
            "Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}}"#;
        check(tied, false);
        let of = |statements: &str| {
            let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
            Document::parse(&text).unwrap().is_public()
        };
        let statement = |effect, principal| {
            format!(r#"{{"Effect": "{effect}", "Principal": {principal}, "Action": "*", "Resource": "*"}}"#)
        };
        let account = statement("Allow", r#"{"AWS": "111122223333"}"#);
        assert!(!of(&account));
        assert!(!of(&statement("Deny", r#""*""#)));
        assert!(of(&format!("{account}, {}", statement("Allow", r#""*""#))));
        assert!(of(&format!(
            "{}, {}",
            statement("Allow", r#""*""#),
            statement("Deny", r#""*""#)
        )));
    }
}
