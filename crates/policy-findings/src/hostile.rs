//! Texts that are made to take long: each repeats something that some check could look at again and again.
//!
//! The work is counted in steps, which do not depend on the machine; what counts none is linear by its nature. The
//! texts are in `hostile.txt`.

use crate::sink::Sink;
use crate::view::Document;
use crate::work::STEPS_MAX;
use crate::{Finding, PolicyKind, PolicyType, ResourceType, check_all, tree};

/// Less than what is read, so that the test is quick.
const LENGTH: usize = crate::BYTES_MAX / 8;

/// Policies around what is repeated.
const AROUND: [(&str, &str, &str); 11] = [
    (
        "RESOURCES",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":["*","s3:*"],"Resource":["#,
        "]}}",
    ),
    (
        "ACTIONS",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Resource":"*","Condition":{"StringEquals":{"ec2:ResourceTag/a":"b","ec2:Region":"c"}},"Action":["#,
        "]}}",
    ),
    (
        "TAGGED",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/a":"b","aws:ResourceTag/c":"d"}},"Action":["#,
        "]}}",
    ),
    (
        "KEYS",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*","Action":["sts:AssumeRole","ec2:*","ec2:RunInstances","s3:GetObject","s3:*"],"Condition":{"StringEquals":{"#,
        "}}}}",
    ),
    (
        "OPERATORS",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*","Action":"*","Condition":{"#,
        "}}}",
    ),
    (
        "VALUES",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*","Action":"*","Condition":{"StringEquals":{"aws:SourceVpc":["#,
        "]}}}}",
    ),
    ("STATEMENTS", r#"{"Version":"2012-10-17","Statement":["#, "]}"),
    (
        "PRINCIPALS",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["arn:aws:iam::123456789012:role/r","#,
        "]}}}",
    ),
    (
        "FEDERATED",
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Federated":["#,
        "]}}}",
    ),
    ("OBJECT", "{", "}"),
    ("LIST", "[", "]"),
];

struct Shape<'t> {
    kind: PolicyKind,
    is_linear: bool,
    before: &'t str,
    part: &'t str,
    after: &'t str,
}

impl<'t> Shape<'t> {
    fn read(line: &'t str) -> Self {
        let [kind, growth, around, part] = line.splitn(4, " | ").collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let (_, before, after) = AROUND.iter().find(|(name, ..)| *name == around).unwrap();
        Self {
            kind: match kind {
                "identity" => PolicyType::Identity.into(),
                "rcp" => PolicyType::ResourceControl.into(),
                "trust" => PolicyKind::ROLE_TRUST,
                "bucket" => PolicyKind {
                    policy_type: PolicyType::Resource,
                    resource_type: Some(ResourceType::S3Bucket),
                },
                _ => panic!("{line}"),
            },
            is_linear: growth == "linear",
            before,
            part,
            after,
        }
    }

    /// The policy, about as long as is said.
    fn text(&self, length: usize) -> String {
        let mut parts = Vec::new();
        let mut left = length;
        while let Some(rest) = left.checked_sub(1).filter(|_| parts.len() < length) {
            let part = numbered(self.part, parts.len());
            left = rest.saturating_sub(part.len());
            parts.push(part);
        }
        format!("{}{}{}", self.before, parts.join(","), self.after)
    }

    /// The findings, and how many steps they took.
    fn check(&self, length: usize) -> (Vec<Finding>, usize) {
        let text = self.text(length);
        let root = tree::read(&text).unwrap();
        let document = Document::new(&text, &root, self.kind);
        let mut sink = Sink::new();
        check_all(&document, &mut sink);
        let steps = STEPS_MAX - document.work.steps_left();
        (sink.finish(&text, Some(&root)), steps)
    }
}

/// Fills in numbers, letters and repetitions.
fn numbered(part: &str, number: usize) -> String {
    let mut letters = String::new();
    let mut rest = number;
    while letters.is_empty() || rest > 0 {
        letters.push(char::from(b'a' + u8::try_from(rest % 26).unwrap()));
        rest /= 26;
    }
    let mut text = part.replace("{n}", &number.to_string()).replace("{a}", &letters);
    // A repetition ends with a star, digits and a brace.
    while let Some((head, count, tail)) = repetition(&text) {
        let (before, repeated) = head.split_at(head.find('{').unwrap());
        text = format!("{before}{}{tail}", repeated[1..].repeat(count));
    }
    text
}

fn repetition(text: &str) -> Option<(&str, usize, &str)> {
    text.match_indices('*').find_map(|(star, _)| {
        let (digits, tail) = text[star + 1..].split_once('}')?;
        Some((&text[..star], digits.parse().ok()?, tail)).filter(|(head, ..)| head.contains('{'))
    })
}

#[test]
fn texts_that_are_made_to_take_long_have_an_end() {
    let mut too_many = Vec::new();
    let lines = include_str!("hostile.txt").lines().skip(3);
    for line in lines.filter(|line| !line.starts_with('#')) {
        let shape = Shape::read(line);
        let (findings, steps) = shape.check(LENGTH);
        assert!(findings.len() <= 1_000, "{line}");
        assert!(steps <= STEPS_MAX, "{line}");
        if shape.is_linear {
            let (_, steps_of_half) = shape.check(LENGTH / 2);
            if steps > 3 * steps_of_half + 1_000 || steps > 8 * LENGTH {
                too_many.push(format!("{line}: {steps_of_half}, then {steps}"));
            }
        }
    }
    assert!(too_many.is_empty(), "{}", too_many.join("\n"));
}

/// As long as IAM and S3 take them.
#[test]
fn policies_of_the_usual_kind_need_little_of_what_there_is() {
    for (part, length) in [
        (
            r#"{"Effect":"Allow","Action":["ec2:Describe*","ec2:*Tags","ec2:RunInstances"],"Resource":["arn:aws:ec2:*:*:instance/*","arn:aws:ec2:*:*:vol*"],"Condition":{"StringEquals":{"ec2:ResourceTag/a":"b","aws:ResourceTag/c":"d"}}}"#,
            6_144,
        ),
        (
            r#"{"Effect":"Deny","Action":["s3:*Object*","s3:Put*"],"Resource":["arn:aws:s3:::b{n}","arn:aws:s3:::b{n}/*"]}"#,
            20_480,
        ),
    ] {
        let line = format!("identity | bounded | STATEMENTS | {part}");
        let (_, steps) = Shape::read(&line).check(length);
        assert!(steps < STEPS_MAX / 4, "{part}: {steps}");
    }
}
