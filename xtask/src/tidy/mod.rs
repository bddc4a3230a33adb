//! The project's own rules, checked by reading the text of the checkout.
//!
//! Each rule is one file with one `check`, which appends what it found. A finding names file,
//! line and rule, so that it can be put right without reading this code. Rules that a compiler
//! or clippy can check are left to them.

mod arrows;
mod error_codes;
mod forms;
mod ledger;
mod purity;
mod sizes;
mod source;

use source::SourceFile;

/// What is wrong, and what deserves a look.
#[derive(Default)]
pub(crate) struct Findings {
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl Findings {
    fn error(&mut self, file: &str, line: usize, text: impl std::fmt::Display) {
        self.errors.push(format!("{file}:{line}: {text}"));
    }

    fn warning(&mut self, file: &str, line: usize, text: impl std::fmt::Display) {
        self.warnings.push(format!("{file}:{line}: {text}"));
    }
}

/// Runs every rule; the warnings are shown, the errors fail.
pub(crate) fn run() -> Result<(), String> {
    let files = crate::workspace::files()?;
    let sources: Vec<SourceFile> = files.iter().filter_map(|file| SourceFile::read(file)).collect();
    let mut findings = Findings::default();
    arrows::check(&mut findings)?;
    purity::check(&sources, &mut findings);
    sizes::check(&files, &sources, &mut findings);
    forms::check(&files, &sources, &mut findings);
    error_codes::check(&sources, &mut findings);
    ledger::check(&mut findings)?;
    for problem in crate::mutants::chosen::problems()? {
        findings.error("crates/policy/mutants", 1, problem);
    }
    for warning in &findings.warnings {
        println!("warning: {warning}");
    }
    if findings.errors.is_empty() {
        println!(
            "tidy: {} files, {} warnings",
            files.len(),
            findings.warnings.len()
        );
        return Ok(());
    }
    Err(format!(
        "tidy found {}:\n{}",
        findings.errors.len(),
        findings.errors.join("\n")
    ))
}
