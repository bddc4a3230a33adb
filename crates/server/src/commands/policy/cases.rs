//! `lanyard policy test`: the cases below a directory.

use std::fs::File;
use std::path::Path;
use std::time::Instant;

use lanyard_policy_cases::{CaseFile, case_files};

use super::case_report::{CaseReport, FileReport};
use super::files::count;
use super::junit;
use crate::cli::TestFlags;
use crate::exit::{CommandError, Exit};
use crate::terminal::{Terminal, printable};

/// Runs every case, prints those that fail and how many there are.
pub(super) fn run(flags: &TestFlags) -> Result<(), CommandError> {
    let directory = &flags.directory;
    let name = super::files::name(directory);
    let paths = case_files(directory).map_err(|error| CommandError::usage(printable(&error.to_string())))?;
    if paths.is_empty() {
        // A test that tests nothing must not pass.
        return Err(CommandError::usage(format!(
            "there is no file named *.cases.json below {name}: nothing was tested"
        )));
    }
    let reports: Vec<FileReport> = paths.iter().map(|path| report(directory, path)).collect();
    let totals = Totals::of(&reports);
    super::super::printed(print(&reports, &totals))?;
    if let Some(path) = &flags.junit {
        let written = File::create(path).and_then(|file| junit::write(file, &reports));
        written.map_err(|error| {
            CommandError::usage(format!("cannot write {}: {error}", super::files::name(path)))
        })?;
    }
    totals.verdict()
}

fn report(directory: &Path, path: &Path) -> FileReport {
    let name = path.strip_prefix(directory).unwrap_or(path);
    let cases = match CaseFile::load(path) {
        Err(error) => Err(error.problems().to_vec()),
        Ok(file) => Ok(file
            .cases()
            .iter()
            .map(|case| {
                let start = Instant::now();
                CaseReport {
                    id: case.id().to_owned(),
                    rule: case.rule().map(str::to_owned),
                    failure: case.check().err(),
                    time: start.elapsed(),
                }
            })
            .collect()),
    };
    FileReport {
        name: name.to_string_lossy().into_owned(),
        cases,
    }
}

fn print(reports: &[FileReport], totals: &Totals) -> std::io::Result<()> {
    let terminal = Terminal::stdout();
    for report in reports {
        let name = printable(&report.name);
        match &report.cases {
            Err(problems) => {
                for problem in problems {
                    let error = terminal.bad("ERROR");
                    terminal.line(&format!("{error} {name}: {}", printable(problem)))?;
                }
            }
            Ok(cases) => {
                for case in cases {
                    let Some(failure) = &case.failure else { continue };
                    let fail = terminal.bad("FAIL");
                    let case = format!("{}: {failure}", case.id);
                    terminal.line(&format!("{fail} {name}: {}", printable(&case)))?;
                }
            }
        }
    }
    terminal.line(&totals.to_string())
}

/// How many of everything there are.
struct Totals {
    files: usize,
    unreadable: usize,
    cases: usize,
    failed: usize,
}

impl Totals {
    fn of(reports: &[FileReport]) -> Self {
        let cases = || reports.iter().flat_map(|report| report.cases.iter().flatten());
        Self {
            files: reports.len(),
            unreadable: reports.iter().filter(|report| report.cases.is_err()).count(),
            cases: cases().count(),
            failed: cases().filter(|case| case.failure.is_some()).count(),
        }
    }

    fn verdict(&self) -> Result<(), CommandError> {
        if self.unreadable > 0 {
            let files = count(self.unreadable, "case file");
            return Err(CommandError::new(Exit::Usage, format!("{files} cannot be read")));
        }
        if self.failed > 0 {
            return Err(CommandError::failure(format!(
                "{} failed",
                count(self.failed, "case")
            )));
        }
        Ok(())
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (cases, files) = (count(self.cases, "case"), count(self.files, "file"));
        let passed = self.cases - self.failed;
        write!(f, "{cases} in {files}: {passed} passed, {} failed", self.failed)?;
        match self.unreadable {
            0 => Ok(()),
            unreadable => write!(f, ", {} cannot be read", count(unreadable, "file")),
        }
    }
}
