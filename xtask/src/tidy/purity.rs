//! No async, files, network, clock or randomness where the design says so.

use super::Findings;
use super::source::{SourceFile, line_of, words};

/// Crates that only compute.
const PURE: [&str; 10] = [
    "crates/policy-suggestions/src/",
    "crates/names/src/",
    "crates/policy/src/",
    "crates/policy-words/src/",
    "crates/policy-findings/src/",
    "crates/policy-oracle/src/",
    "crates/catalogue/src/",
    "crates/service-models/src/",
    "crates/sigv4/src/",
    "crates/mapping/src/",
];

const IMPURE_WORDS: [&str; 19] = [
    "tokio",
    "async",
    "await",
    "std::fs",
    "std::env",
    "std::thread",
    "std::process",
    "std::io",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "ToSocketAddrs",
    "SystemTime",
    "std::time::Instant",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "getrandom",
];

/// Crates to which time arrives as an argument.
const CLOCKLESS: [&str; 2] = ["crates/directory/src/", "crates/aws-api/src/"];

const CLOCK_WORDS: [&str; 4] = ["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now"];

/// Engines are named only where the product is put together.
const ENGINES: [&str; 2] = ["lanyard_store_sqlite", "rusqlite"];
const NAMES_ENGINES: [&str; 3] = ["crates/server/", "crates/store-sqlite/", "testkit/"];

pub(crate) fn check(sources: &[SourceFile], findings: &mut Findings) {
    for file in sources {
        let is_in = |places: &[&str]| places.iter().any(|place| file.path.starts_with(place));
        if is_in(&PURE) && !file.is_test() {
            refuse(file, &IMPURE_WORDS, "a pure crate must not know", findings);
        }
        if is_in(&CLOCKLESS) {
            refuse(
                file,
                &CLOCK_WORDS,
                "time arrives here as an argument, not from",
                findings,
            );
        }
        if file.path.starts_with("crates/") && !is_in(&NAMES_ENGINES) {
            refuse(
                file,
                &ENGINES,
                "engines are named only in the server and the testkit, not",
                findings,
            );
        }
    }
}

fn refuse(file: &SourceFile, forbidden: &[&str], rule: &str, findings: &mut Findings) {
    let code = file.product(&file.code);
    for word in forbidden {
        for offset in words(code, word) {
            findings.error(&file.path, line_of(code, offset), format!("{rule} `{word}`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings_in(path: &str, text: &str) -> usize {
        let mut findings = Findings::default();
        check(&[SourceFile::new(path, text.to_owned())], &mut findings);
        findings.errors.len()
    }

    #[test]
    fn a_clock_is_found_in_a_pure_crate_and_a_crate_without_clock() {
        let text = "fn f() { let now = jiff::Timestamp::now(); }";
        assert_eq!(findings_in("crates/policy/src/x.rs", text), 1);
        assert_eq!(findings_in("crates/directory/src/x.rs", text), 1);
        assert_eq!(findings_in("crates/operations/src/x.rs", text), 0);
    }

    #[test]
    fn an_engine_is_named_by_the_server_only() {
        let text = "use lanyard_store_sqlite::SqliteEngine;";
        assert_eq!(findings_in("crates/directory/src/x.rs", text), 1);
        assert_eq!(findings_in("crates/server/src/x.rs", text), 0);
    }

    #[test]
    fn words_in_comments_and_strings_reach_nothing() {
        assert_eq!(
            findings_in(
                "crates/names/src/x.rs",
                "// no tokio here\nconst X: &str = \"tokio\";"
            ),
            0
        );
    }
}
