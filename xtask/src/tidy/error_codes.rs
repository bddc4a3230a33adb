//! Error codes come from the model, never from a string in code.

use std::collections::BTreeSet;

use super::Findings;
use super::source::{SourceFile, line_of};

/// Places that may spell a code: the model's own, the verifier, which names its verdicts, and the one table each of
/// those faces whose codes are in no model of an API.
const SPELLS_CODES: [&str; 5] = [
    "crates/aws-api/",
    "crates/sigv4/",
    "crates/gateway/src/error/",
    "crates/decision-point/src/refusal.rs",
    "crates/sessions/src/refusal.rs",
];

pub(crate) fn check(sources: &[SourceFile], findings: &mut Findings) {
    let codes = codes(sources);
    for file in sources {
        let is_free = SPELLS_CODES.iter().any(|place| file.path.starts_with(place));
        if is_free || !file.path.starts_with("crates/") || file.is_test() {
            continue;
        }
        let text = file.product(&file.uncommented);
        for (offset, literal) in literals(text) {
            if codes.contains(literal) {
                findings.error(
                    &file.path,
                    line_of(text, offset),
                    format!("`{literal}` is an error code: take it from `ErrorCode`"),
                );
            }
        }
    }
}

/// The wire codes in the generated table of errors.
fn codes(sources: &[SourceFile]) -> BTreeSet<String> {
    let table = sources
        .iter()
        .filter(|file| file.path.ends_with("/generated/error_codes.rs"));
    let literals = table.flat_map(|file| literals(&file.uncommented));
    literals
        .map(|(_, literal)| literal.to_owned())
        .filter(|word| is_code(word))
        .collect()
}

fn is_code(word: &str) -> bool {
    word.len() > 8
        && word.starts_with(|letter: char| letter.is_ascii_uppercase())
        && word.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// Simple string literals with their offsets.
fn literals(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('"').filter_map(|(offset, _)| {
        let rest = text.get(offset + 1..)?;
        let end = rest.find(['"', '\n', '\\'])?;
        rest.get(end..)?
            .starts_with('"')
            .then(|| rest.get(..end).map(|literal| (offset, literal)))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_texts(texts: &[(&str, &str)]) -> usize {
        let sources: Vec<SourceFile> = texts
            .iter()
            .map(|(path, text)| SourceFile::new(path, (*text).to_owned()))
            .collect();
        let mut findings = Findings::default();
        check(&sources, &mut findings);
        findings.errors.len()
    }

    #[test]
    fn a_code_in_a_string_is_found_in_the_product_only() {
        let table = (
            "crates/aws-api/src/generated/error_codes.rs",
            "const X: C = C::new(\"NoSuchEntity\");",
        );
        let uses = "fn f() -> &'static str { \"NoSuchEntity\" }";
        assert_eq!(check_texts(&[table, ("crates/server/src/x.rs", uses)]), 1);
        assert_eq!(
            check_texts(&[table, ("crates/server/src/x.rs", "// \"NoSuchEntity\"")]),
            0
        );
        assert_eq!(check_texts(&[table, ("crates/server/tests/x.rs", uses)]), 0);
        let in_test = format!("#[cfg(test)]\nmod tests {{ {uses} }}");
        assert_eq!(check_texts(&[table, ("crates/server/src/x.rs", &in_test)]), 0);
    }
}
