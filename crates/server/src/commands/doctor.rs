//! `lanyard doctor`: looks at everything the server depends on and changes none of it.

mod certificate;
mod checks;
mod finding;
mod inspection;
mod upstream;

use crate::cli::DoctorFlags;
use crate::config::{Environment, tls_files_of, upstreams_of};
use crate::exit::CommandError;
use crate::terminal::Terminal;

use finding::{Finding, Verdict};

/// Runs every check and prints the findings.
pub(crate) fn run(flags: &DoctorFlags) -> Result<(), CommandError> {
    let dir = super::data_dir(&flags.place)?;
    let tls = tls_files_of(&flags.place, Environment::of_process())
        .map_err(|error| CommandError::usage(error.to_string()))?;
    let mut findings = checks::all(&dir, tls.as_ref());
    match upstreams_of(&flags.place, Environment::of_process()) {
        Ok(upstreams) => {
            findings.extend(upstream::accounts(&dir, &upstreams));
            findings.extend(upstreams.into_iter().map(upstream::check));
        }
        Err(error) => findings.push(Finding::bad(upstream::NAME, error.to_string())),
    }
    super::printed(print(&findings, flags.json))?;
    let failed = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Bad)
        .count();
    match failed {
        0 => Ok(()),
        1 => Err(CommandError::failure("one check failed")),
        many => Err(CommandError::failure(format!("{many} checks failed"))),
    }
}

fn print(findings: &[Finding], json: bool) -> std::io::Result<()> {
    let terminal = Terminal::stdout();
    if json {
        let checks: Vec<_> = findings
            .iter()
            .map(|finding| {
                serde_json::json!({ "Name": finding.name, "Result": finding.result(), "Note": finding.note })
            })
            .collect();
        return terminal.line(&serde_json::json!({ "Checks": checks }).to_string());
    }
    for finding in findings {
        let padded = format!("{:7}", finding.result());
        let result = match finding.verdict {
            Verdict::Good => terminal.good(&padded),
            Verdict::Doubtful => terminal.doubtful(&padded),
            Verdict::Bad => terminal.bad(&padded),
        };
        terminal.line(&format!("{result}  {:15}  {}", finding.name, finding.note))?;
    }
    Ok(())
}
