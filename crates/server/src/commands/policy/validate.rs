//! `lanyard policy validate`: findings about policies, and what the API would refuse them with.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lanyard_aws_api::ErrorCode;
use lanyard_policy::{DocumentKind, MalformedPolicy, validate};
use lanyard_policy_findings::{
    Excerpt, Finding, FindingType, PolicyKind, PolicyType, ResourceType, findings,
};
use serde::Serialize;
use serde_json::Value;

use super::files::count;
use super::sarif;
use crate::cli::{FindingsFormat, PolicyTypeWord, Severity, ValidateFlags};
use crate::exit::{CommandError, Exit};
use crate::terminal::{Terminal, printable};

/// What there is to say about one file.
pub(super) struct FileFindings {
    /// The file.
    pub(super) path: PathBuf,
    /// What its policy was taken for.
    pub(super) policy_type: PolicyTypeWord,
    /// Whether that was guessed.
    pub(super) guessed: bool,
    /// The text of the policy.
    text: String,
    /// The findings, in the order of the text.
    pub(super) findings: Vec<Finding>,
    /// What the API would refuse the policy with, if IAM saves policies of the type.
    pub(super) malformed: Option<MalformedPolicy>,
}

/// Looks at every file. One that cannot be read does not keep the others from being looked at.
pub(super) fn run(flags: &ValidateFlags) -> Result<(), CommandError> {
    let mut files = Vec::new();
    let mut unreadable = 0;
    for path in &flags.files {
        match super::files::read(path) {
            Ok(text) => files.push(look_at(path, text, flags.policy_type)),
            Err(error) => {
                unreadable += 1;
                super::files::complain(&error);
            }
        }
    }
    super::super::printed(match flags.format {
        FindingsFormat::Text => print_text(&files),
        FindingsFormat::Json => print_json(&Report::of(&files)),
        FindingsFormat::Sarif => print_json(&sarif::log(&files)),
    })?;
    if unreadable > 0 {
        let files = count(unreadable, "file");
        return Err(CommandError::new(
            Exit::Usage,
            format!("{files} could not be read"),
        ));
    }
    let failing = files.iter().filter(|file| file.fails(flags.fail_on)).count();
    match failing {
        0 => Ok(()),
        failing => Err(CommandError::failure(format!(
            "problems in {}",
            count(failing, "file")
        ))),
    }
}

/// What there is to say about a text. Its type is guessed if it is not stated.
pub(super) fn look_at(path: &Path, text: String, stated: Option<PolicyTypeWord>) -> FileFindings {
    let policy_type = stated.unwrap_or_else(|| guess(&text));
    let malformed = policy_type
        .saved_as()
        .and_then(|kind| validate(&text, kind).err());
    FileFindings {
        path: path.to_owned(),
        policy_type,
        guessed: stated.is_none(),
        findings: findings(&text, policy_type.kind()),
        malformed,
        text,
    }
}

impl FileFindings {
    fn fails(&self, fail_on: Severity) -> bool {
        let Some(mildest) = fail_on.mildest() else {
            return false;
        };
        // Types of findings are ordered from the gravest to the mildest.
        self.malformed.is_some()
            || self
                .findings
                .iter()
                .any(|finding| finding.finding_type <= mildest)
    }
}

impl Severity {
    fn mildest(self) -> Option<FindingType> {
        match self {
            Self::Error => Some(FindingType::Error),
            Self::SecurityWarning => Some(FindingType::SecurityWarning),
            Self::Warning => Some(FindingType::Warning),
            Self::Suggestion => Some(FindingType::Suggestion),
            Self::Never => None,
        }
    }
}

impl PolicyTypeWord {
    /// What findings are made for.
    pub(super) fn kind(self) -> PolicyKind {
        let of_resource = |resource_type| PolicyKind {
            policy_type: PolicyType::Resource,
            resource_type: Some(resource_type),
        };
        match self {
            Self::Identity | Self::Session => PolicyType::Identity.into(),
            Self::Resource => PolicyType::Resource.into(),
            Self::S3Bucket => of_resource(ResourceType::S3Bucket),
            Self::DynamodbTable => of_resource(ResourceType::DynamoDbTable),
            Self::Trust => PolicyKind::ROLE_TRUST,
            Self::Scp => PolicyType::ServiceControl.into(),
            Self::Rcp => PolicyType::ResourceControl.into(),
        }
    }

    /// What IAM or STS would check it as, if it is for one of them.
    fn saved_as(self) -> Option<DocumentKind> {
        match self {
            Self::Identity => Some(DocumentKind::Identity),
            Self::Session => Some(DocumentKind::SessionPolicy),
            Self::Trust => Some(DocumentKind::TrustPolicy),
            Self::Resource | Self::S3Bucket | Self::DynamodbTable | Self::Scp | Self::Rcp => None,
        }
    }

    /// For people.
    fn described(self) -> &'static str {
        match self {
            Self::Identity => "an identity policy",
            Self::Session => "a session policy",
            Self::Resource => "a resource policy",
            Self::S3Bucket => "the policy of a bucket",
            Self::DynamodbTable => "the policy of a table",
            Self::Trust => "a trust policy",
            Self::Scp => "a service control policy",
            Self::Rcp => "a resource control policy",
        }
    }
}

/// What a policy seems to be for: with principals, for a resource, or for a role if it is about assuming one only.
fn guess(text: &str) -> PolicyTypeWord {
    let document: Value = serde_json::from_str(text).unwrap_or_default();
    let statements = list(document.get("Statement"));
    let has_principal =
        |statement: &&Value| statement.get("Principal").is_some() || statement.get("NotPrincipal").is_some();
    if !statements.iter().any(has_principal) {
        return PolicyTypeWord::Identity;
    }
    let assumes = |statement: &&Value| {
        let actions = list(statement.get("Action"));
        !actions.is_empty()
            && actions
                .iter()
                .all(|action| action.as_str().is_some_and(is_of_trust))
    };
    let has_resource =
        |statement: &&Value| statement.get("Resource").is_some() || statement.get("NotResource").is_some();
    if statements.iter().all(assumes) && !statements.iter().any(has_resource) {
        PolicyTypeWord::Trust
    } else {
        PolicyTypeWord::Resource
    }
}

/// What stands alone or in a list.
fn list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().collect(),
        Some(item) => vec![item],
    }
}

fn is_of_trust(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    action.starts_with("sts:assumerole")
        || ["sts:tagsession", "sts:setsourceidentity", "sts:setcontext"].contains(&action.as_str())
}

fn print_text(files: &[FileFindings]) -> io::Result<()> {
    let terminal = Terminal::stdout();
    for file in files {
        let name = super::files::name(&file.path);
        if file.guessed {
            let described = file.policy_type.described();
            terminal.line(&format!("{name}: taken for {described} (--type says otherwise)"))?;
        }
        if let Some(malformed) = &file.malformed {
            let (line, column) = malformed
                .span()
                .map_or((1, 1), |span| (span.line, span.column + 1));
            let word = terminal.bad(ErrorCode::MALFORMED_POLICY_DOCUMENT.code());
            let message = printable(malformed.message());
            terminal.line(&format!("{name}:{line}:{column}: {word}: {message}"))?;
        }
        for finding in &file.findings {
            terminal.line(&format!("{name}:{}", described(finding, &terminal)))?;
            if let Some(location) = finding.locations.first() {
                terminal.line(&Excerpt::of(&file.text, location.span).to_string())?;
            }
        }
    }
    terminal.line(&summary(files))
}

/// `LINE:COLUMN: TYPE CODE: details`, columns from 1 as editors count.
fn described(finding: &Finding, terminal: &Terminal) -> String {
    let start = finding.locations.first().map(|location| location.span.start);
    let (line, column) = start.map_or((1, 1), |start| (start.line, start.column + 1));
    let word = finding.finding_type.as_str();
    let word = match finding.finding_type {
        FindingType::Error | FindingType::SecurityWarning => terminal.bad(word),
        FindingType::Warning => terminal.doubtful(word),
        FindingType::Suggestion => word.to_owned(),
    };
    let code = terminal.bold(finding.issue_code.as_str());
    format!("{line}:{column}: {word} {code}: {}", printable(&finding.details))
}

fn summary(files: &[FileFindings]) -> String {
    let of_type = |finding_type, noun| {
        let findings = files.iter().flat_map(|file| &file.findings);
        count(
            findings
                .filter(|finding| finding.finding_type == finding_type)
                .count(),
            noun,
        )
    };
    format!(
        "{}: {}, {}, {}, {}",
        count(files.len(), "file"),
        of_type(FindingType::Error, "error"),
        of_type(FindingType::SecurityWarning, "security warning"),
        of_type(FindingType::Warning, "warning"),
        of_type(FindingType::Suggestion, "suggestion"),
    )
}

/// What is printed for programs.
#[derive(Serialize)]
struct Report<'a> {
    files: Vec<FileReport<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileReport<'a> {
    file: Cow<'a, str>,
    policy_type: &'static str,
    validate_policy_resource_type: Option<&'static str>,
    policy_type_guessed: bool,
    findings: &'a [Finding],
    malformed_policy_document: Option<MalformedReport<'a>>,
}

/// Lines from 1, columns from 0, as in findings.
#[derive(Serialize)]
struct MalformedReport<'a> {
    message: &'a str,
    line: Option<u32>,
    column: Option<u32>,
}

impl<'a> Report<'a> {
    fn of(files: &'a [FileFindings]) -> Self {
        let files = files.iter().map(|file| {
            let kind = file.policy_type.kind();
            let malformed = file.malformed.as_ref().map(|malformed| MalformedReport {
                message: malformed.message(),
                line: malformed.span().map(|span| span.line),
                column: malformed.span().map(|span| span.column),
            });
            FileReport {
                file: file.path.to_string_lossy(),
                policy_type: kind.policy_type.as_str(),
                validate_policy_resource_type: kind.resource_type.map(ResourceType::as_str),
                policy_type_guessed: file.guessed,
                findings: &file.findings,
                malformed_policy_document: malformed,
            }
        });
        Self {
            files: files.collect(),
        }
    }
}

fn print_json(value: &impl Serialize) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: PolicyTypeWord) {
        assert_eq!(guess(text), expected, "{text}");
    }

    #[test]
    fn a_policy_without_principals_is_taken_for_an_identity_policy() {
        check(
            r#"{"Statement":[{"Action":"sts:AssumeRole","Resource":"*"}]}"#,
            PolicyTypeWord::Identity,
        );
        check("no policy at all", PolicyTypeWord::Identity);
        check("[]", PolicyTypeWord::Identity);
    }

    #[test]
    fn a_policy_with_principals_is_taken_for_a_resource_policy() {
        check(
            r#"{"Statement":[{"Action":"s3:*"},{"Principal":"*"}]}"#,
            PolicyTypeWord::Resource,
        );
        check(
            r#"{"Statement":{"NotPrincipal":"*","Action":"s3:*"}}"#,
            PolicyTypeWord::Resource,
        );
        check(
            r#"{"Statement":{"Principal":"*","Action":"sts:AssumeRole","Resource":"*"}}"#,
            PolicyTypeWord::Resource,
        );
        check(
            r#"{"Statement":{"Principal":"*","Action":["sts:AssumeRole","s3:GetObject"]}}"#,
            PolicyTypeWord::Resource,
        );
    }

    #[test]
    fn one_about_assuming_a_role_alone_is_taken_for_a_trust_policy() {
        check(
            r#"{"Statement":{"Principal":"*","Action":["STS:assumerolewithsaml","sts:TagSession"]}}"#,
            PolicyTypeWord::Trust,
        );
    }
}
