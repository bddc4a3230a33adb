//! Random policies over a few words, so that they often meet.

use std::collections::BTreeMap;

/// A generator of random numbers that everybody can repeat.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    /// Whether something happens that does in one of so many times.
    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// A few of them, at least one, as a list in JSON.
    pub(super) fn some(&mut self, choices: &[&str]) -> String {
        let count = 1 + self.below(3);
        let chosen: Vec<String> = (0..count).map(|_| format!("\"{}\"", self.of(choices))).collect();
        format!("[{}]", chosen.join(","))
    }
}

const ACTIONS: &[&str] = &[
    "*",
    "iam:*",
    "iam:Get*",
    "iam:List*",
    "iam:*User*",
    "iam:ListUsers",
    "iam:GetUser",
    "iam:getuser",
    "iam:GetRole",
    "iam:ListGroups",
    "iam:ListAccountAliases",
    "iam:TagUser",
    "iam:AttachUserPolicy",
    "iam:ListUserTag?",
    "sts:AssumeRole",
    "sts:*",
    "s3:*",
];

const RESOURCES: &[&str] = &[
    "*",
    "*",
    "*",
    "arn:aws:iam::*:group/*",
    "arn:aws:iam::111122223333:user/*",
    "arn:aws:iam::*:role/*",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:user/staff/*",
    "arn:aws:iam::111122223333:user/*${aws:username}",
    "arn:aws:iam::111122223333:user/${aws:PrincipalTag/team, 'staff'}*",
    "arn:aws:iam::111122223333:role/C?erk",
];

/// An operator, and the key with its values.
const CONDITIONS: &[(&str, &str)] = &[
    ("IpAddress", r#""aws:SourceIp":"127.0.0.0/8""#),
    ("NotIpAddress", r#""aws:SourceIp":["127.0.0.1","10.0.0.0/8"]"#),
    ("Bool", r#""aws:SecureTransport":"false""#),
    ("BoolIfExists", r#""aws:MultiFactorAuthPresent":"true""#),
    ("Null", r#""aws:MultiFactorAuthPresent":"true""#),
    ("Null", r#""aws:TokenIssueTime":"true""#),
    ("Null", r#""aws:username":"false""#),
    ("StringLike", r#""aws:UserAgent":"scen*""#),
    ("StringLike", r#""aws:username":["user-*1","user-*2","user-*3"]"#),
    ("StringEquals", r#""aws:RequestedRegion":"us-east-1""#),
    ("StringEquals", r#""aws:PrincipalTag/team":["blue","green"]"#),
    ("StringNotEquals", r#""aws:principaltag/Team":"red""#),
    (
        "StringEquals",
        r#""aws:PrincipalTag/team":"${aws:ResourceTag/team}""#,
    ),
    ("StringEqualsIfExists", r#""iam:ResourceTag/team":"blue""#),
    ("StringEquals", r#""aws:ResourceTag/team":"red""#),
    ("StringEquals", r#""aws:PrincipalType":"User""#),
    ("StringLike", r#""aws:userid":"A*""#),
    ("StringEquals", r#""aws:PrincipalAccount":"111122223333""#),
    ("ArnLike", r#""aws:PrincipalArn":"arn:aws:iam::*:user/staff/*""#),
    ("ArnNotLike", r#""aws:PrincipalArn":"arn:aws:iam::*:role/*""#),
    ("ForAllValues:StringEquals", r#""aws:TagKeys":["team","cost"]"#),
    ("ForAnyValue:StringLike", r#""aws:TagKeys":"te?m""#),
    ("StringEquals", r#""aws:RequestTag/team":"blue""#),
    (
        "ArnEquals",
        r#""iam:PolicyARN":"arn:aws:iam::aws:policy/ReadOnlyAccess""#,
    ),
    ("DateGreaterThan", r#""aws:CurrentTime":"2020-01-01T00:00:00Z""#),
    ("DateLessThan", r#""aws:EpochTime":"1600000000""#),
    ("BoolIfExists", r#""aws:ViaAWSService":"true""#),
    ("Bool", r#""aws:PrincipalIsAWSService":"false""#),
];

pub(super) fn conditions(random: &mut Random) -> String {
    let mut chosen = BTreeMap::new();
    for _ in 0..1 + random.below(2) {
        let (operator, test) = CONDITIONS[random.below(CONDITIONS.len())];
        chosen.insert(operator, test);
    }
    let chosen: Vec<String> = chosen
        .iter()
        .map(|(operator, test)| format!(r#""{operator}":{{{test}}}"#))
        .collect();
    chosen.join(",")
}

pub(super) fn statement(random: &mut Random) -> String {
    let effect = if random.one_in(4) { "Deny" } else { "Allow" };
    let action = if random.one_in(8) { "NotAction" } else { "Action" };
    let resource = if random.one_in(10) {
        "NotResource"
    } else {
        "Resource"
    };
    let actions = random.some(ACTIONS);
    let resources = random.some(RESOURCES);
    let condition = if random.one_in(2) {
        format!(r#","Condition":{{{}}}"#, conditions(random))
    } else {
        String::new()
    };
    format!(r#"{{"Effect":"{effect}","{action}":{actions},"{resource}":{resources}{condition}}}"#)
}

pub(super) fn policy(random: &mut Random) -> String {
    let statements: Vec<String> = (0..1 + random.below(3)).map(|_| statement(random)).collect();
    let statements = statements.join(",");
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

/// A policy that allows much, so that not everything is denied.
pub(super) fn broad(random: &mut Random) -> String {
    let narrow = statement(random);
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"}},{narrow}]}}"#
    )
}

pub(super) fn trust(random: &mut Random) -> String {
    let effect = if random.one_in(6) { "Deny" } else { "Allow" };
    let principal = random.of(&["arn:aws:iam::111122223333:root", "111122223333", "*"]);
    let condition = if random.one_in(2) {
        format!(r#","Condition":{{{}}}"#, conditions(random))
    } else {
        String::new()
    };
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"{condition}}}}}"#
    )
}
