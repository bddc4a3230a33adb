//! Files, functions and pages that a reader can hold in the head.

use super::Findings;
use super::source::SourceFile;
use crate::workspace;

const FILE_LINES_GOOD: usize = 400;
const FILE_LINES_MAX: usize = 800;
const FUNCTION_LINES_GOOD: usize = 70;
const FUNCTION_LINES_MAX: usize = 100;
const PAGE_WORDS_MAX: usize = 1_500;

pub(crate) fn check(files: &[String], sources: &[SourceFile], findings: &mut Findings) {
    for file in sources.iter().filter(|file| !file.is_generated()) {
        file_length(&file.path, &file.text, findings);
        for (name, line, length) in file.functions() {
            let text = format!("function `{name}` has {length} lines");
            if length > FUNCTION_LINES_MAX {
                findings.error(
                    &file.path,
                    line,
                    format!("{text}; {FUNCTION_LINES_MAX} is the limit"),
                );
            } else if length > FUNCTION_LINES_GOOD {
                findings.warning(
                    &file.path,
                    line,
                    format!("{text}; most stay under {FUNCTION_LINES_GOOD}"),
                );
            }
        }
    }
    for path in files
        .iter()
        .filter(|path| path.ends_with(".py") || path.ends_with(".sh"))
    {
        if let Some(text) = workspace::text(path) {
            file_length(path, &text, findings);
        }
    }
    for page in ["README.md", "ARCHITECTURE.md"] {
        let Some(text) = workspace::text(page) else {
            findings.error(page, 1, "is missing");
            continue;
        };
        let count = text.split_whitespace().count();
        if count > PAGE_WORDS_MAX {
            findings.error(
                page,
                1,
                format!("has {count} words; {PAGE_WORDS_MAX} is the limit"),
            );
        }
    }
}

fn file_length(path: &str, text: &str, findings: &mut Findings) {
    let lines = text.lines().count();
    if lines > FILE_LINES_MAX {
        findings.error(
            path,
            1,
            format!("has {lines} lines; {FILE_LINES_MAX} is the limit"),
        );
    } else if lines > FILE_LINES_GOOD {
        findings.warning(
            path,
            1,
            format!("has {lines} lines; most stay under {FILE_LINES_GOOD}"),
        );
    }
}
