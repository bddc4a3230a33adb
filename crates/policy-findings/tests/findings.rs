//! The findings of every case in `tests/findings/`, whole.
//!
//! A file holds the cases of one theme. A case is a line `=== sentence | type of policy`, perhaps with
//! `| near CODE …` for the codes that it nearly raises, then the policy, a line `---` and the findings: type and
//! code, the places (path, then from line:column to line:column), and the text. With `BLESS=1` the expected
//! findings are written anew. In a policy `<x*3>` stands for `xxx`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lanyard_policy_findings::{
    Finding, FindingType, IssueCode, Location, PathElement, PolicyKind, PolicyType, ResourceType, findings,
};

struct Case {
    title: String,
    kind: PolicyKind,
    near: Vec<String>,
    policy: String,
    expected: String,
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings")
}

fn themes() -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn kind(word: &str) -> PolicyKind {
    let resource = |resource_type| PolicyKind {
        policy_type: PolicyType::Resource,
        resource_type: Some(resource_type),
    };
    match word {
        "identity" => PolicyType::Identity.into(),
        "resource" => PolicyType::Resource.into(),
        "trust" => PolicyKind::ROLE_TRUST,
        "bucket" => resource(ResourceType::S3Bucket),
        "access point" => resource(ResourceType::S3AccessPoint),
        "table" => resource(ResourceType::DynamoDbTable),
        "scp" => PolicyType::ServiceControl.into(),
        "rcp" => PolicyType::ResourceControl.into(),
        _ => panic!("no such type of policy: {word}"),
    }
}

impl Case {
    fn findings(&self) -> Vec<Finding> {
        let policy = match self.policy.split_once("<x*") {
            Some((before, rest)) => {
                let (count, after) = rest.split_once('>').unwrap();
                format!("{before}{}{after}", "x".repeat(count.parse().unwrap()))
            }
            None => self.policy.clone(),
        };
        findings(&policy, self.kind)
    }
}

/// The introduction of a theme, and its cases.
fn read(file: &Path) -> (String, Vec<Case>) {
    let text = std::fs::read_to_string(file).unwrap();
    let mut parts = text.split("=== ");
    let introduction = parts.next().unwrap().to_owned();
    let cases = parts.map(|part| {
        let (head, rest) = part.split_once('\n').unwrap();
        let mut head = head.split('|').map(str::trim);
        let (policy, expected) = rest.split_once("\n---\n").expect(part);
        Case {
            title: head.next().unwrap().to_owned(),
            kind: kind(head.next().expect(part)),
            near: head
                .next()
                .map(|near| {
                    near.strip_prefix("near ")
                        .unwrap()
                        .split(' ')
                        .map(str::to_owned)
                        .collect()
                })
                .unwrap_or_default(),
            policy: policy.to_owned(),
            expected: expected.trim_end().to_owned(),
        }
    });
    (introduction, cases.collect())
}

fn show(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        writeln!(text, "{} {}", finding.finding_type.as_str(), finding.issue_code).unwrap();
        for location in &finding.locations {
            writeln!(text, "  {}", show_location(location)).unwrap();
        }
        writeln!(text, "  {}", finding.details).unwrap();
    }
    text.trim_end().to_owned()
}

fn show_location(location: &Location) -> String {
    let path: String = location
        .path
        .iter()
        .map(|element| match element {
            PathElement::Index(index) => format!("/{index}"),
            PathElement::Key(name) => format!("/key {name}"),
            PathElement::Substring { start, length } => format!("/{start}+{length}"),
            PathElement::Value(name) => format!("/{name}"),
        })
        .collect();
    let (start, end) = (location.span.start, location.span.end);
    format!(
        "{path} {}:{}-{}:{}",
        start.line, start.column, end.line, end.column
    )
    .trim_start()
    .to_owned()
}

#[test]
fn every_case_has_its_findings() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for file in themes() {
        let (introduction, cases) = read(&file);
        let mut blessed = introduction;
        for case in &cases {
            let found = show(&case.findings());
            if found != case.expected {
                wrong.push(format!("{}: {}\n{found}\n", file.display(), case.title));
            }
            let head_end = format!("=== {} |", case.title);
            let text = std::fs::read_to_string(&file).unwrap();
            let head = text.lines().find(|line| line.starts_with(&head_end)).unwrap();
            writeln!(blessed, "{head}\n{}\n---", case.policy).unwrap();
            blessed.push_str(&found);
            blessed.push_str(if found.is_empty() { "\n" } else { "\n\n" });
        }
        if bless && std::fs::read_to_string(&file).unwrap() != blessed {
            std::fs::write(&file, blessed).unwrap();
        }
    }
    assert!(bless || wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_case_and_a_near_miss() {
    let mut raised = BTreeSet::new();
    let mut missed = BTreeSet::new();
    for case in themes().iter().flat_map(|file| read(file).1) {
        let codes: BTreeSet<_> = case
            .findings()
            .iter()
            .map(|finding| finding.issue_code.as_str())
            .collect();
        for near in &case.near {
            assert!(
                IssueCode::ALL.iter().any(|code| code.as_str() == near),
                "no such code: {near}"
            );
            assert!(!codes.contains(near.as_str()), "{} raises {near}", case.title);
            missed.insert(near.clone());
        }
        raised.extend(codes);
    }
    let without_case: Vec<_> = IssueCode::ALL
        .iter()
        .filter(|code| !raised.contains(code.as_str()))
        .collect();
    let without_near: Vec<_> = IssueCode::ALL
        .iter()
        .filter(|code| !missed.contains(code.as_str()))
        .collect();
    assert!(
        without_case.is_empty() && without_near.is_empty(),
        "never raised: {without_case:?}\nno near miss: {without_near:?}"
    );
}

/// Codes that AWS has or had and no check raises, each with the reason. None of them needs the data of an account:
/// those checks (which principals or resources exist) are not part of policy validation.
const LEFT_OUT: [(&str, &str); 6] = [
    (
        "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
        "service control policies may have wildcards anywhere in actions since September 2025",
    ),
    (
        "SCP_SYNTAX_ERROR_ALLOW_CONDITION",
        "service control policies may have conditions with Allow since September 2025",
    ),
    (
        "SCP_SYNTAX_ERROR_ALLOW_NOTACTION",
        "service control policies may have NotAction with Allow since September 2025",
    ),
    (
        "SCP_SYNTAX_ERROR_ALLOW_RESOURCE",
        "service control policies may name resources with Allow since September 2025",
    ),
    (
        "SCP_SYNTAX_ERROR_NOTRESOURCE",
        "service control policies may have NotResource since September 2025",
    ),
    (
        "VARIABLE_USAGE_TOO_PERMISSIVE",
        "AWS itself advises to compare aws:ResourceOrgID with ${aws:PrincipalOrgID}, and does not say which \
         variables it means instead",
    ),
];

#[test]
fn what_is_left_out_is_left_out_for_a_reason() {
    for (code, reason) in LEFT_OUT {
        assert!(
            IssueCode::ALL.iter().all(|known| known.as_str() != code),
            "{code}: {reason}"
        );
    }
}

/// The page of the documentation that lists all codes. With `BLESS=1` it is written anew.
#[test]
fn the_documentation_lists_every_code() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policy-findings.md");
    let text = std::fs::read_to_string(&page).unwrap_or_default();
    let introduction = text.split("\n## ").next().unwrap().trim_end();
    let mut expected = format!("{introduction}\n");
    for (finding_type, title) in [
        (FindingType::Error, "Errors"),
        (FindingType::SecurityWarning, "Security warnings"),
        (FindingType::Warning, "Warnings"),
        (FindingType::Suggestion, "Suggestions"),
    ] {
        let word = finding_type.as_str();
        write!(
            expected,
            "\n## {title} (`{word}`)\n\n| code | meaning |\n|---|---|\n"
        )
        .unwrap();
        for code in IssueCode::ALL
            .iter()
            .filter(|code| code.finding_type() == finding_type)
        {
            writeln!(expected, "| `{code}` | {} |", code.description()).unwrap();
        }
    }
    expected.push_str("\n## Left out\n\n| code | why |\n|---|---|\n");
    for (code, reason) in LEFT_OUT {
        writeln!(expected, "| `{code}` | {reason} |").unwrap();
    }
    if std::env::var_os("BLESS").is_some() && text != expected {
        std::fs::write(&page, &expected).unwrap();
        return;
    }
    assert_eq!(text, expected);
}

#[test]
fn titles_are_unique() {
    let mut seen = BTreeSet::new();
    for case in themes().iter().flat_map(|file| read(file).1) {
        assert!(seen.insert(case.title.clone()), "{}", case.title);
    }
}
