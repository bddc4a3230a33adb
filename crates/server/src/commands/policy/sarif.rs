//! Findings in SARIF 2.1.0, which code scanning reads.

use std::collections::BTreeMap;
use std::path::Path;

use lanyard_aws_api::ErrorCode;
use lanyard_policy::{MalformedPolicy, Span};
use lanyard_policy_findings::{Finding, FindingType, IssueCode, Location};
use serde_json::{Value, json};

use super::file_findings::FileFindings;
use super::files::is_standard_input;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const HELP: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html";
const HOME: &str = "https://github.com/lanyard-iam/lanyard";

/// As what the API refuses policies.
fn malformed_code() -> &'static str {
    ErrorCode::MALFORMED_POLICY_DOCUMENT.code()
}

/// A log with one run over all files.
pub(super) fn log(files: &[FileFindings]) -> Value {
    let mut rules = BTreeMap::new();
    for file in files {
        rules.extend(file.malformed.iter().map(|_| (malformed_code(), Rule::MALFORMED)));
        let findings = file.findings.iter();
        rules.extend(findings.map(|finding| (finding.issue_code.as_str(), Rule::of(finding.issue_code))));
    }
    let results: Vec<Value> = files
        .iter()
        .flat_map(|file| {
            let uri = uri(&file.path);
            let malformed = file.malformed.iter().map(malformed_result).collect::<Vec<_>>();
            let findings = file.findings.iter().map(finding_result);
            let results = malformed.into_iter().chain(findings);
            results
                .map(|result| result.placed(&uri, &rules))
                .collect::<Vec<_>>()
        })
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "lanyard",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": HOME,
                "rules": rules.iter().map(|(code, rule)| rule.described(code)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "artifacts": unique(files.iter().map(artifact)),
            "results": results,
        }],
    })
}

/// A result before it is known where in the log its rule stands.
struct Found<'a> {
    rule: &'a str,
    finding_type: FindingType,
    message: &'a str,
    regions: Vec<Value>,
}

fn finding_result(finding: &Finding) -> Found<'_> {
    Found {
        rule: finding.issue_code.as_str(),
        finding_type: finding.finding_type,
        message: &finding.details,
        regions: finding.locations.iter().map(region).collect(),
    }
}

fn malformed_result(malformed: &MalformedPolicy) -> Found<'_> {
    Found {
        rule: malformed_code(),
        finding_type: FindingType::Error,
        message: malformed.message(),
        regions: malformed.span().iter().map(start_region).collect(),
    }
}

impl Found<'_> {
    fn placed(self, uri: &str, rules: &BTreeMap<&str, Rule>) -> Value {
        let place = |region: Option<Value>| {
            let mut physical = json!({ "artifactLocation": { "uri": uri } });
            if let (Some(region), Some(members)) = (region, physical.as_object_mut()) {
                members.insert("region".to_owned(), region);
            }
            json!({ "physicalLocation": physical })
        };
        let mut regions = self.regions.into_iter();
        // Several locations of one result would all have to be changed; the others of a finding only go with it.
        let first = place(regions.next());
        json!({
            "ruleId": self.rule,
            "ruleIndex": rules.keys().position(|rule| *rule == self.rule),
            "level": level(self.finding_type),
            "message": { "text": self.message },
            "locations": [first],
            "relatedLocations": unique(regions.map(|region| place(Some(region)))),
            "properties": { "findingType": self.finding_type.as_str() },
        })
    }
}

/// What a code stands for.
struct Rule {
    finding_type: FindingType,
    description: &'static str,
}

impl Rule {
    const MALFORMED: Self = Self {
        finding_type: FindingType::Error,
        description: "IAM would refuse the policy.",
    };

    fn of(code: IssueCode) -> Self {
        Self {
            finding_type: code.finding_type(),
            description: code.description(),
        }
    }

    fn described(&self, code: &str) -> Value {
        let is_of_security = self.finding_type == FindingType::SecurityWarning;
        let tags: &[&str] = if is_of_security { &["security"] } else { &[] };
        json!({
            "id": code,
            "shortDescription": { "text": self.description },
            "helpUri": HELP,
            "defaultConfiguration": { "level": level(self.finding_type) },
            "properties": { "tags": tags },
        })
    }
}

/// Lists of artifacts and places have nothing twice in SARIF, whatever files are named on the command line.
fn unique(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut seen: Vec<Value> = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}

fn level(finding_type: FindingType) -> &'static str {
    match finding_type {
        FindingType::Error => "error",
        FindingType::SecurityWarning | FindingType::Warning => "warning",
        FindingType::Suggestion => "note",
    }
}

fn artifact(file: &FileFindings) -> Value {
    let kind = file.policy_type.kind();
    json!({
        "location": { "uri": uri(&file.path) },
        "properties": {
            "policyType": kind.policy_type.as_str(),
            "policyTypeGuessed": file.guessed,
        },
    })
}

/// Lines and columns count from 1 in SARIF.
fn region(location: &Location) -> Value {
    let (start, end) = (location.span.start, location.span.end);
    json!({
        "startLine": start.line,
        "startColumn": start.column + 1,
        "endLine": end.line,
        "endColumn": end.column + 1,
        "byteOffset": start.offset,
        "byteLength": end.offset.saturating_sub(start.offset),
    })
}

fn start_region(span: &Span) -> Value {
    json!({
        "startLine": span.line,
        "startColumn": span.column + 1,
        "byteOffset": span.start,
        "byteLength": span.end.saturating_sub(span.start),
    })
}

/// A path as a URI reference: relative ones stay relative, so that a log fits every checkout.
fn uri(path: &Path) -> String {
    if is_standard_input(path) {
        return "stdin".to_owned();
    }
    let scheme = if path.is_absolute() { "file://" } else { "" };
    let text = path.to_string_lossy();
    let encoded = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    format!("{scheme}{}", encoded.collect::<String>())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cli::PolicyTypeWord;
    use crate::commands::policy::file_findings::look_at;

    /// The members that the schema of SARIF 2.1.0 requires, and the bounds of those that are here.
    #[test]
    fn a_log_has_what_the_schema_requires() {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"ü","Effect":"Allow","Action":["s3:Get","iam:PassRole"],"Resource":"*"},{"Sid":"ü"}]}"#;
        let file = || {
            look_at(
                Path::new("a.json"),
                text.to_owned(),
                Some(PolicyTypeWord::Identity),
            )
        };
        let log = log(&[file(), file()]);
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        assert_eq!(run["artifacts"].as_array().map(Vec::len), Some(1));
        let driver = &run["tool"]["driver"];
        assert_eq!(driver["name"], "lanyard");
        let rules = driver["rules"].as_array().unwrap();
        for rule in rules {
            assert!(
                rule["id"].is_string() && rule["shortDescription"]["text"].is_string(),
                "{rule}"
            );
        }
        let mut levels = BTreeSet::new();
        for result in run["results"].as_array().unwrap() {
            levels.insert(result["level"].as_str().unwrap());
            let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], result["ruleId"]);
            assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
            assert!(result["message"]["text"].is_string(), "{result}");
            let places = [&result["locations"], &result["relatedLocations"]];
            for place in places.into_iter().flat_map(|places| places.as_array().unwrap()) {
                let physical = &place["physicalLocation"];
                assert_eq!(physical["artifactLocation"]["uri"], "a.json");
                let region = &physical["region"];
                assert!(region["startLine"].as_u64().unwrap() >= 1, "{region}");
                assert!(region["startColumn"].as_u64().unwrap() >= 1, "{region}");
            }
        }
        assert_eq!(levels, BTreeSet::from(["error", "warning"]));
    }

    #[test]
    fn types_of_findings_become_levels() {
        let levels = [
            FindingType::Error,
            FindingType::SecurityWarning,
            FindingType::Warning,
            FindingType::Suggestion,
        ]
        .map(level);
        assert_eq!(levels, ["error", "warning", "warning", "note"]);
    }

    #[test]
    fn paths_become_references() {
        for (path, expected) in [
            ("a/b.json", "a/b.json"),
            ("a b/ü.json", "a%20b/%C3%BC.json"),
            ("/tmp/x.json", "file:///tmp/x.json"),
            ("-", "stdin"),
        ] {
            assert_eq!(uri(Path::new(path)), expected);
        }
    }
}
