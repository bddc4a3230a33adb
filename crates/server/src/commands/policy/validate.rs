//! `lanyard policy validate`: findings about policies, and what the API would refuse them with.

use std::borrow::Cow;
use std::io::{self, Write};

use lanyard_aws_api::ErrorCode;
use lanyard_policy_findings::{Excerpt, Finding, FindingType, ResourceType};
use serde::Serialize;

use super::file_findings::{FileFindings, look_at};
use super::files::count;
use super::sarif;
use crate::cli::{FindingsFormat, ValidateFlags};
use crate::exit::{CommandError, Exit};
use crate::terminal::{Terminal, printable};

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
