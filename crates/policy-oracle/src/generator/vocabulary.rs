//! The words that questions are made of: few, so that they collide.
//!
//! Lists are written as one text with bars between the words. Of values there are usual ones, which mean something, and
//! odd ones, which can hardly be read or should mean nothing.

use crate::Choices;

pub(super) const HOME: &str = "111111111111";
pub(super) const AWAY: &str = "222222222222";

/// Kinds of callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    User,
    RoleSession,
    FederatedUser,
    ServiceLinkedRole,
    Service,
    WebIdentity,
    Saml,
    Anonymous,
}

/// A condition key of the vocabulary.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) family: Family,
    pub(super) is_multivalued: bool,
}

/// The kind of values that a key or an operator is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Text,
    Number,
    Date,
    Boolean,
    Binary,
    Address,
    Arn,
}

const fn key(name: &'static str, family: Family, is_multivalued: bool) -> Key {
    Key {
        name,
        family,
        is_multivalued,
    }
}

pub(super) const KEYS: [Key; 13] = [
    key("aws:username", Family::Text, false),
    key("aws:PrincipalTag/team", Family::Text, false),
    key("s3:prefix", Family::Text, false),
    key("aws:TagKeys", Family::Text, true),
    key("aws:CalledVia", Family::Text, true),
    key("s3:max-keys", Family::Number, false),
    key("aws:CurrentTime", Family::Date, false),
    key("aws:SecureTransport", Family::Boolean, false),
    key("example:Bytes", Family::Binary, false),
    key("aws:SourceIp", Family::Address, false),
    key("aws:SourceArn", Family::Arn, false),
    key("example:Arns", Family::Arn, true),
    key("example:Numbers", Family::Number, true),
];

/// What names of keys begin with, or not.
pub(super) const PREFIXES: [&str; 4] = [
    "aws:PrincipalTag/",
    "AWS:principaltag/",
    "s3:prefix/",
    "aws:PrincipalTag/te/",
];

impl Family {
    /// What a request may say: usual and odd values.
    fn of_requests(self) -> [&'static str; 2] {
        match self {
            Self::Text => [
                "a|bucket|ab|A|key|b|111111111111|true|a*|a?",
                "|${aws:username}|*|\u{e9}|\u{c9}|k|\u{212a}|\u{df}|SS|\u{1e9e}|s|\u{17f}|\u{10400}|\u{10428}|\u{3a3}|\u{3c2}|\u{3b1}\u{3a3}|\u{391}\u{3c2}",
            ],
            Self::Number => [
                "5|10|5.0|-3|0|9007199254740993|10.5|99999999999999999999999999999999999999999999999999",
                "|ten|+5|1e1|.5|5.| 5|00005|-|0x5|NaN|0.5e1|1E-1|1e9999999999",
            ],
            Self::Date => [
                "2013-06-30T00:00:00Z|1372550400|2013-06-30T01:00:00+01:00|2013-06-30|2013-06-30T00:00:00.5Z|2013-07|2014",
                "|soon|2013-06-30T00:00:00|-5|1372550400.0|20130630T000000Z|2013-06-30t00:00:00z|2013-02-30|\
                 2013-06-30T24:00:00Z|2013-06-30T00:00:00+0100|2013-06-30 00:00:00Z|2013-6-30|2013-06-30T00Z|2013-06-30T00:00:00.0004Z|+1372550400",
            ],
            Self::Boolean => ["true|false|TRUE", "maybe|1|"],
            Self::Binary => ["QmluYXJ5|AAEC|QQ==", "Binary|%%%|QQ|QR==|QQ=|=|A===|"],
            Self::Address => [
                "203.0.113.5|203.0.114.5|2001:db8::1|10.0.0.1|2001:db8:1::1|::ffff:203.0.113.5",
                "nonsense|203.0.113.5/32|203.0.113.0/24|fe80::1%1|203.0.113||203.000.113.005|2001:db8:::1|2001:db8::10.0.0.1|\
                 ::FFFF:cb00:7105",
            ],
            Self::Arn => [
                "arn:aws:sns:us-east-1:111111111111:topic|arn:aws:iam::111111111111:role/R|\
                 arn:aws:sns:us-east-1:222222222222:a:topic|arn:aws:s3:::bucket",
                "topic|arn:aws:sns|ARN:aws:sns:us-east-1:111111111111:topic|urn:aws:sns:us-east-1:111111111111:topic|",
            ],
        }
    }

    /// What a policy may say besides: usual and odd values.
    fn of_policies(self) -> [&'static str; 2] {
        match self {
            Self::Text => [
                "a*|?|*|b|${aws:username}|${AWS:UserName}*|${aws:PrincipalTag/team, 'a'}|${example:None, 'bucket'}|?*",
                "|${example:None}|${aws:TagKeys}|a${*}|${$}{aws:username}|*${?}|${aws:username|${}|${aws:username,'x'}|\
                 ${aws:username, x}|${ aws:username }|${aws:username, 'x|a${b|${aws:username,  'x'}|${a${aws:username}|\
                 $${aws:username}|${aws:username, 'it''s'}|${aws:username, ''}|${example:None, '}'}|${example:None, 'a, b'}|\
                 ${**}|\u{e9}|${example:None, 'a*'}|${example:None, ''}|$|$a|??|*?|\u{10400}?|?\u{10400}|\u{391}\u{3a3}",
            ],
            Self::Number => [
                "5|5.00|11|-3|9007199254740992|10|0.5",
                "six|${s3:max-keys}|+5|1e1|5.|.5|NaN|50e-1|0x5",
            ],
            Self::Date => [
                "2013-06-30T00:00:00Z|2013-06-30|1372550400|2013-06-29T23:00:00-01:00|2013|2013-06|20130630",
                "later|-5|2013-06-30T00:00:00|2013-06-30T00:00:00+01|2013-06-31|2013-06-30T00:00:00.0009Z",
            ],
            Self::Boolean => [
                "true|false|False",
                "${aws:SecureTransport}|perhaps|${aws:username}",
            ],
            Self::Binary => ["QmluYXJ5|AAEC|Qmlu|QQ==", "%%%|QQ|Binary"],
            Self::Address => [
                "203.0.113.0/24|203.0.113.5|203.0.113.77/24|2001:db8::/32|2001:db8::1|0.0.0.0/0|::/0|2001:DB8::/32",
                "203.0.113.5/33|nowhere|::ffff:0:0/96|::ffff:203.0.113.5|203.0.113.5/024|203.0.113.0/|/8|203.0.113.05|\
                 203.0.113.0/+24|2001:db8::5/64|2001:db8:::1/128|::ffff:cb00:7100/120|2001:db8::10.0.0.0/120|2001:db8::/129",
            ],
            Self::Arn => [
                "arn:aws:sns:*:*:*|arn:aws:sns:us-east-1:111111111111:t?pic|arn:*:iam::111111111111:role/*|${aws:SourceArn}",
                "arn:aws:sns:*:topic|arn:aws:s3:::${aws:username}|arn:aws:sns:us-east-1:${aws:username}:topic|*|*:*:*:*:*:*|\
                 arn:*|arn:aws:sns:*|ARN:aws:sns:us-east-1:111111111111:topic",
            ],
        }
    }

    /// A value of a request.
    pub(super) fn request_value(self, choices: &mut Choices) -> &'static str {
        word(choices, self.of_requests())
    }

    /// A value of a policy.
    pub(super) fn policy_value(self, choices: &mut Choices) -> &'static str {
        let words = if choices.chance(35) {
            self.of_requests()
        } else {
            self.of_policies()
        };
        word(choices, words)
    }
}

/// An action that is not asked for, usual or odd.
pub(super) fn other_action(choices: &mut Choices) -> &'static str {
    let usual = "s3:DeleteObject|ec2:RunInstances|kms:Encrypt|sqs:Receive*|sts:Get*|iam:Pass?ole";
    word(choices, [usual, "s3:|*:Delete*|S3:deleteobject|s3:D*t*t|s3:?"])
}

/// A pattern of resources that hardly fits what is asked for, usual or odd.
pub(super) fn other_resource(choices: &mut Choices) -> &'static str {
    let usual = "arn:aws:s3:::other/*|arn:aws:s3:::bucket|arn:aws:s3:::bucket/KEY|arn:aws:sqs:us-east-1:*:other|\
        arn:aws:s3:::${aws:username}|arn:aws:s3:::${aws:username}/*|\
        arn:aws:s3:::${aws:PrincipalTag/team, 'bucket'}/${s3:prefix, 'key'}|arn:aws:iam::*:role/*|\
        arn:aws:kms:*:111111111111:*|arn:aws:iam::111111111111:role/${aws:username}*";
    let odd = "arn:aws:s3:::${aws:TagKeys}/key|arn:aws:s3:::bucket/${example:None}|arn:aws:s3:::${*}|\
        arn:aws:sqs:us-east-1:${aws:username}:queue|arn:aws:s3|arn:aws:s3:*|arn:aws:*|arn:aws:iam|arn:aws:sqs:us-east-1|\
        arn:*|arn:aws:s3:::|arn:aws:*:::bucket/key|arn:aws:s?:::bucket|arn:aws:s3:::bucket/**|\
        arn:aws:s3:::bucket/${aws:username|arn:aws:s3:::${}|arn:aws:s3:::bucket/${example:None, 'a*'}|\
        arn:aws:s3:::bucket/${example:None, 'k*'}|arn:${*}:s3:::bucket/key|arn:aws:s3:::bucket:*|\
        arn:aws:s3:::bucket/\u{e9}|arn:aws:s3:::bucket/?";
    word(choices, [usual, odd])
}

fn word(choices: &mut Choices, [usual, odd]: [&'static str; 2]) -> &'static str {
    let words = if choices.chance(22) { odd } else { usual };
    let count = words.split('|').count();
    words.split('|').nth(choices.below(count)).unwrap_or_default()
}

pub(super) const USER: &str = "arn:aws:iam::111111111111:user/dept/ann";
pub(super) const USER_ID: &str = "AIDAJQABLZS4A3QDU576Q";
pub(super) const ROLE_ID: &str = "AROADBQP57FF2AEXAMPLE";
pub(super) const ROLE: &str = "arn:aws:iam::111111111111:role/dept/R";
const ROLE_WITHOUT_PATH: &str = "arn:aws:iam::111111111111:role/R";
pub(super) const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/R/s";
pub(super) const FEDERATED_USER: &str = "arn:aws:sts::111111111111:federated-user/fay";
pub(super) const SERVICE_LINKED_ROLE: &str =
    "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
pub(super) const SERVICE_LINKED_SESSION: &str = "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForX/s";
pub(super) const OIDC: &str = "arn:aws:iam::111111111111:oidc-provider/id.example.com";
pub(super) const SAML: &str = "arn:aws:iam::111111111111:saml-provider/P";
pub(super) const SERVICE: &str = "logs.amazonaws.com";
pub(super) const WEB: &str = "accounts.google.com";

/// Everybody whom a policy may name, as members of a principal element.
pub(super) const NAMES: [(&str, &str); 23] = [
    ("AWS", "*"),
    ("AWS", HOME),
    ("AWS", "arn:aws:iam::111111111111:root"),
    ("AWS", AWAY),
    ("AWS", "arn:aws:iam::222222222222:root"),
    ("AWS", USER),
    ("AWS", "arn:aws:iam::111111111111:user/ann"),
    ("AWS", ROLE),
    ("AWS", ROLE_WITHOUT_PATH),
    ("AWS", SESSION),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/R/t"),
    ("AWS", FEDERATED_USER),
    ("Service", SERVICE),
    ("Service", "ec2.amazonaws.com"),
    ("Federated", OIDC),
    ("Federated", WEB),
    ("AWS", USER_ID),
    ("AWS", ROLE_ID),
    ("AWS", "arn:aws-cn:iam::111111111111:root"),
    ("AWS", "arn:aws:iam::111111111111:user/*"),
    ("Service", "*"),
    ("Federated", "*"),
    ("CanonicalUser", "79a59df900b949e55d96a1e698fbaced"),
];

/// Those of the names that name a caller of the kind.
pub(super) fn names(kind: Kind) -> &'static [(&'static str, &'static str)] {
    const ACCOUNT: (&str, &str) = ("AWS", HOME);
    const ROOT: (&str, &str) = ("AWS", "arn:aws:iam::111111111111:root");
    match kind {
        Kind::Root => &[ACCOUNT, ROOT, ("AWS", "*")],
        Kind::User => &[
            ("AWS", USER),
            ACCOUNT,
            ROOT,
            ("AWS", "*"),
            ("AWS", USER_ID),
            ("AWS", USER),
        ],
        Kind::RoleSession => &[
            ("AWS", ROLE),
            ("AWS", SESSION),
            ACCOUNT,
            ("AWS", "*"),
            ("AWS", ROLE_WITHOUT_PATH),
            ("AWS", ROLE_ID),
            ROOT,
        ],
        Kind::FederatedUser => &[
            ("AWS", FEDERATED_USER),
            ("AWS", USER),
            ACCOUNT,
            ROOT,
            ("AWS", "*"),
        ],
        Kind::ServiceLinkedRole => &[
            ("AWS", SERVICE_LINKED_ROLE),
            ACCOUNT,
            ("AWS", SERVICE_LINKED_SESSION),
            ("AWS", "*"),
        ],
        Kind::Service => &[("Service", SERVICE), ("Service", SERVICE), ("AWS", "*")],
        Kind::WebIdentity => &[("Federated", OIDC), ("Federated", WEB)],
        Kind::Saml => &[("Federated", SAML)],
        Kind::Anonymous => &[("AWS", "*")],
    }
}
