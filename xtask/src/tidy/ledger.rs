//! `not_implemented.txt` only shrinks.
//!
//! Read from the history: an operation that left the list may not come back, and a new one may
//! enter only in a commit that also brings a newer API model.

use std::collections::BTreeSet;
use std::process::Command;

use super::Findings;
use crate::{process, workspace};

const LEDGER: &str = "crates/operations/not_implemented.txt";
const COMMIT_MARK: &str = "commit ";

pub(crate) fn check(findings: &mut Findings) -> Result<(), String> {
    let Some(text) = workspace::text(LEDGER) else {
        findings.error(LEDGER, 1, "is missing");
        return Ok(());
    };
    is_sorted_and_unique(&text, findings);
    let mut log = Command::new("git");
    log.current_dir(workspace::root());
    log.args([
        "log",
        "--reverse",
        "--unified=0",
        "--format=commit %h",
        "--patch",
        "--",
        LEDGER,
    ]);
    let history = process::output(&mut log)?;
    let (removed, first) = read_history(&history, findings)?;
    for name in entries(&text) {
        if removed.contains(name) {
            findings.error(
                LEDGER,
                1,
                format!("{name} was implemented once and may not come back"),
            );
        } else if !first.is_empty() && !first.contains(name) && !brings_a_model()? {
            findings.error(LEDGER, 1, format!("{name} is new here, but the API model is not"));
        }
    }
    Ok(())
}

fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn is_sorted_and_unique(text: &str, findings: &mut Findings) {
    let names: Vec<&str> = entries(text).collect();
    for (number, pair) in names.windows(2).enumerate() {
        if let [first, second] = pair
            && first >= second
        {
            findings.error(
                LEDGER,
                number + 2,
                format!("{second} stands out of order or twice"),
            );
        }
    }
}

/// The names that are gone for good, and all that ever entered.
fn read_history(
    history: &str,
    findings: &mut Findings,
) -> Result<(BTreeSet<String>, BTreeSet<String>), String> {
    let (mut removed, mut known) = (BTreeSet::new(), BTreeSet::new());
    for (number, commit) in history.split(COMMIT_MARK).skip(1).enumerate() {
        let id = commit.lines().next().unwrap_or_default();
        let left: BTreeSet<&str> = commit.lines().filter_map(|line| change(line, '-')).collect();
        let entered: BTreeSet<&str> = commit.lines().filter_map(|line| change(line, '+')).collect();
        for name in entered.difference(&left) {
            if removed.contains(*name) {
                findings.error(LEDGER, 1, format!("{name} came back with {id}"));
            } else if number > 0 && !touches_models(id)? {
                findings.error(
                    LEDGER,
                    1,
                    format!("{name} was added by {id}, which brings no model"),
                );
            }
        }
        removed.extend(left.difference(&entered).map(|name| (*name).to_owned()));
        known.extend(entered.into_iter().map(str::to_owned));
    }
    Ok((removed, known))
}

fn change(line: &str, sign: char) -> Option<&str> {
    let name = line.strip_prefix(sign)?.trim();
    let is_header = name.starts_with("--") || name.starts_with("++");
    (!is_header && !name.is_empty() && !name.starts_with('#')).then_some(name)
}

fn touches_models(commit: &str) -> Result<bool, String> {
    let mut show = Command::new("git");
    show.current_dir(workspace::root())
        .args(["show", "--name-only", "--format=", commit, "--", "models"]);
    Ok(!process::output(&mut show)?.trim().is_empty())
}

/// Whether the work tree holds a newer model that is not committed yet.
fn brings_a_model() -> Result<bool, String> {
    let mut status = Command::new("git");
    status
        .current_dir(workspace::root())
        .args(["status", "--porcelain", "--", "models"]);
    Ok(!process::output(&mut status)?.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_diff_are_read_without_its_headers() {
        assert_eq!(change("+iam:CreateUser", '+'), Some("iam:CreateUser"));
        assert_eq!(change("+++ b/not_implemented.txt", '+'), None);
        assert_eq!(change("--- a/not_implemented.txt", '-'), None);
        assert_eq!(change("+# a comment", '+'), None);
    }

    #[test]
    fn what_left_and_came_back_is_found() {
        let history = "commit a\n+++ b/x\n+iam:A\n+iam:B\ncommit b\n-iam:A\ncommit c\n-iam:B\n+iam:A\n";
        let mut findings = Findings::default();
        let (removed, known) = read_history(history, &mut findings).unwrap();
        assert_eq!(findings.errors.len(), 1);
        assert!(removed.contains("iam:B") && known.contains("iam:A"));
    }

    #[test]
    fn disorder_is_found() {
        let mut findings = Findings::default();
        is_sorted_and_unique("iam:A\niam:C\niam:B\niam:B\n", &mut findings);
        assert_eq!(findings.errors.len(), 2);
    }
}
