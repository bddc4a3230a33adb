//! `lanyard policy describe`: what policies say, in plain English.

use lanyard_policy::Document;
use lanyard_policy_words::{Summary, Words};

use super::files::{count, name, without_mark};
use crate::cli::DescribeFlags;
use crate::exit::{CommandError, Exit};
use crate::terminal::Terminal;

/// Tells of every file. One that is no policy does not keep the others from being told.
pub(super) fn run(flags: &DescribeFlags) -> Result<(), CommandError> {
    let terminal = Terminal::stdout();
    let mut failed = 0;
    for (position, path) in flags.files.iter().enumerate() {
        let text = super::files::read(path);
        let told = text.and_then(|text| {
            Document::parse(without_mark(&text))
                .map(|document| {
                    let mut summary = Summary::new();
                    summary.add(None, Words::of(&document));
                    summary.text()
                })
                .map_err(|error| {
                    let (span, problem) = (error.span(), error.problem());
                    let place = format!("{}:{}:{}", name(path), span.line, u64::from(span.column) + 1);
                    CommandError::usage(format!("{place}: {problem}"))
                })
        });
        match told {
            Ok(told) => {
                // Of several files it is said which is which.
                let heading = (flags.files.len() > 1).then(|| format!("{}:", name(path)));
                let gap = (position > 0).then(String::new);
                for line in gap.into_iter().chain(heading).chain([told]) {
                    super::super::printed(terminal.line(&line))?;
                }
            }
            Err(error) => {
                failed += 1;
                super::files::complain(&error);
            }
        }
    }
    if failed > 0 {
        let files = count(failed, "file");
        return Err(CommandError::new(
            Exit::Usage,
            format!("{files} could not be described"),
        ));
    }
    Ok(())
}
