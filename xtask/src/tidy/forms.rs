//! Names that say nothing, notes to self, silent exceptions, tests that do not run.

use super::Findings;
use super::source::{SourceFile, line_of, words};
use crate::workspace;

/// If it has no name, it has no idea yet.
const NAMELESS: [&str; 7] = ["utils", "util", "helpers", "helper", "common", "misc", "manager"];

/// Written in halves, so that this file does not find itself.
const NOTES_TO_SELF: [&str; 4] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("HA", "CK"),
];

/// What stops a test from running.
const SKIPPING_TESTS: [&str; 3] = [
    concat!("pytest.", "skip"),
    concat!("mark.", "skip"),
    concat!("mark.", "xfail"),
];

pub(crate) fn check(files: &[String], sources: &[SourceFile], findings: &mut Findings) {
    for path in files {
        names(path, findings);
        if is_written_by_hand(path) {
            notes(path, findings);
        }
    }
    for file in sources {
        exceptions(file, findings);
        ignored_tests(file, findings);
        generated_header(file, findings);
        secret_formats(file, findings);
    }
    architecture_names_every_crate(files, findings);
}

fn names(path: &str, findings: &mut Findings) {
    if !(path.ends_with(".rs") || path.ends_with(".py")) {
        return;
    }
    for part in path.split('/') {
        let stem = part.split('.').next().unwrap_or(part);
        if NAMELESS.contains(&stem) {
            findings.error(path, 1, format!("`{stem}` is no name: say what it is for"));
        }
    }
}

fn is_written_by_hand(path: &str) -> bool {
    let is_text = [".rs", ".py", ".md", ".toml", ".sh", ".ini"]
        .iter()
        .any(|ending| path.ends_with(ending));
    is_text && !path.contains("/generated/") && !path.starts_with("models/")
}

fn notes(path: &str, findings: &mut Findings) {
    let text = workspace::text(path).unwrap_or_default();
    for word in NOTES_TO_SELF {
        for offset in words(&text, word) {
            findings.error(
                path,
                line_of(&text, offset),
                format!("{word}: do it, or open an issue"),
            );
        }
    }
    if path.ends_with(".py") {
        for word in SKIPPING_TESTS {
            for offset in words(&text, word) {
                findings.error(path, line_of(&text, offset), "a test is never skipped");
            }
        }
    }
}

/// Every lint exception states its reason.
fn exceptions(file: &SourceFile, findings: &mut Findings) {
    for opening in [
        "#[allow(",
        "#[expect(",
        "#![allow(",
        "#![expect(",
        ", allow(",
        ", expect(",
    ] {
        for (offset, _) in file.code.match_indices(opening) {
            if opening.starts_with(',') && !in_attribute(&file.code, offset) {
                continue;
            }
            let attribute = file
                .code
                .get(offset..)
                .and_then(|rest| rest.split(']').next())
                .unwrap_or_default();
            if !attribute.contains("reason") {
                findings.error(
                    &file.path,
                    line_of(&file.code, offset),
                    "a lint exception states its reason",
                );
            }
        }
    }
}

/// `#[cfg_attr(x, allow(…))]` as against a call with a comma before it.
fn in_attribute(code: &str, offset: usize) -> bool {
    let line = code
        .get(..offset)
        .and_then(|before| before.rsplit('\n').next())
        .unwrap_or_default();
    line.trim_start().starts_with("#[") || line.trim_start().starts_with("#![")
}

fn ignored_tests(file: &SourceFile, findings: &mut Findings) {
    for opening in ["#[ignore]", "#[ignore ="] {
        for (offset, _) in file.code.match_indices(opening) {
            findings.error(&file.path, line_of(&file.code, offset), "a test is never ignored");
        }
    }
}

fn generated_header(file: &SourceFile, findings: &mut Findings) {
    let first = file.text.lines().next().unwrap_or_default();
    if file.is_generated() && !first.contains("cargo xtask codegen") {
        findings.error(
            &file.path,
            1,
            "the first line of a generated file names its command",
        );
    }
}

/// Secrets live in types that cannot be printed: a field so named must not be a plain string.
fn secret_formats(file: &SourceFile, findings: &mut Findings) {
    if !file.path.starts_with("crates/") || file.is_test() {
        return;
    }
    let code = file.product(&file.code);
    for name in ["secret_access_key", "session_token", "password"] {
        for offset in words(code, name) {
            let rest = code.get(offset + name.len()..).unwrap_or_default();
            let is_plain = rest.starts_with(": String") || rest.starts_with(": Option<String>");
            if is_plain && !in_parameters(code, offset) {
                findings.error(
                    &file.path,
                    line_of(code, offset),
                    format!("`{name}` is a secret: it lives in a type that cannot be printed"),
                );
            }
        }
    }
}

/// Whether the place is inside round brackets that are still open on its line.
fn in_parameters(code: &str, offset: usize) -> bool {
    let line = code
        .get(..offset)
        .and_then(|before| before.rsplit('\n').next())
        .unwrap_or_default();
    line.matches('(').count() > line.matches(')').count()
}

fn architecture_names_every_crate(files: &[String], findings: &mut Findings) {
    let map = workspace::text("ARCHITECTURE.md").unwrap_or_default();
    for path in files {
        let crate_name = path
            .strip_prefix("crates/")
            .and_then(|rest| rest.strip_suffix("/Cargo.toml"));
        if let Some(name) = crate_name.filter(|name| !map.contains(name)) {
            findings.error(
                "ARCHITECTURE.md",
                1,
                format!("the code map does not name the crate `{name}`"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings_of(rule: fn(&SourceFile, &mut Findings), text: &str) -> usize {
        let mut findings = Findings::default();
        rule(
            &SourceFile::new("crates/names/src/x.rs", text.to_owned()),
            &mut findings,
        );
        findings.errors.len()
    }

    #[test]
    fn an_exception_without_reason_is_found() {
        assert_eq!(findings_of(exceptions, "#[allow(dead_code)]\nfn f() {}"), 1);
        assert_eq!(findings_of(exceptions, "#![expect(\n  dead_code\n)]"), 1);
        assert_eq!(findings_of(exceptions, "#[cfg_attr(test, allow(dead_code))]"), 1);
        assert_eq!(findings_of(exceptions, "#[allow(dead_code, reason = \"r\")]"), 0);
        assert_eq!(findings_of(exceptions, "let x = [allow(1), allow(2)];"), 0);
    }

    #[test]
    fn a_test_that_does_not_run_is_found() {
        assert_eq!(
            findings_of(ignored_tests, "#[test]\n#[ignore = \"slow\"]\nfn f() {}"),
            1
        );
        assert_eq!(findings_of(ignored_tests, "#[test]\nfn f() {}"), 0);
    }

    #[test]
    fn a_secret_in_a_plain_string_is_found() {
        assert_eq!(
            findings_of(secret_formats, "struct S {\n    secret_access_key: String,\n}"),
            1
        );
        assert_eq!(
            findings_of(
                secret_formats,
                "struct S {\n    secret_access_key: SecretText,\n}"
            ),
            0
        );
        assert_eq!(findings_of(secret_formats, "fn f(session_token: String) {}"), 0);
    }

    #[test]
    fn a_module_without_a_name_is_found() {
        let mut findings = Findings::default();
        for path in [
            "crates/x/src/utils.rs",
            "crates/x/src/common/mod.rs",
            "crates/x/src/commons.rs",
        ] {
            names(path, &mut findings);
        }
        assert_eq!(findings.errors.len(), 2);
    }
}
