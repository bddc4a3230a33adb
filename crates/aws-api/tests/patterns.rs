//! The model's patterns, by the shapes that have them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeMap;

use lanyard_aws_api::OperationId;
use lanyard_aws_api::shape::{Kind, Pattern, Shape, StructureShape};

/// Every pattern of the models by `service:shape`.
fn patterns() -> BTreeMap<String, &'static Pattern> {
    fn collect(service: &str, shape: &'static Shape, found: &mut BTreeMap<String, &'static Pattern>) {
        match &shape.kind {
            Kind::Text {
                pattern: Some(pattern),
                ..
            } => {
                found.insert(format!("{service}:{}", shape.name), pattern);
            }
            Kind::List { member, .. } => collect(service, member, found),
            Kind::Map { key, value, .. } => {
                collect(service, key, found);
                collect(service, value, found);
            }
            Kind::Structure(structure) => members(service, structure, found),
            _ => {}
        }
    }
    fn members(
        service: &str,
        structure: &'static StructureShape,
        found: &mut BTreeMap<String, &'static Pattern>,
    ) {
        for member in structure.members {
            collect(service, member.shape, found);
        }
    }
    let mut found = BTreeMap::new();
    for id in OperationId::ALL {
        members(id.service().name(), id.input_shape(), &mut found);
        members(id.service().name(), id.output_shape(), &mut found);
    }
    found
}

fn check(shape: &str, matching: &[&str], others: &[&str]) {
    let pattern = patterns()[shape];
    for text in matching {
        assert!(
            pattern.matches(text),
            "{shape}: {} should match {text:?}",
            pattern.text
        );
    }
    for text in others {
        assert!(
            !pattern.matches(text),
            "{shape}: {} should not match {text:?}",
            pattern.text
        );
    }
}

#[test]
fn word_characters_and_digits_are_ascii() {
    check(
        "iam:userNameType",
        &["a", "A_1+=,.@-"],
        &["", "é", "a b", "a/b", "a\n", "٣", "ａ"],
    );
    check(
        "iam:authenticationCodeType",
        &["123456"],
        &["", "12345a", "٣٣٣٣٣٣"],
    );
    check("sts:roleSessionNameType", &["", "a"], &["a b", "é"]);
}

#[test]
fn classes_reach_beyond_ascii_where_they_say_so() {
    check(
        "iam:policyDocumentType",
        &["{}\t\n\r ~¡ÿ"],
        &["", "\u{b}", "\u{7f}", "\u{a0}", "\u{100}", "😀", "\0"],
    );
    check(
        "iam:roleDescriptionType",
        &["", "é\n"],
        &["\u{7f}", "\u{a0}", "ā"],
    );
    check(
        "iam:tagKeyType",
        &["a", "ключ", "日本", "a\u{a0}b\u{2028}", "x٣½Ⅷ", "_.:/=+-@ "],
        &["", "a!", "a\t", "\u{301}", "😀", "a\u{200b}"],
    );
    check("iam:tagValueType", &["", "a"], &["#"]);
}

#[test]
fn java_reads_four_digits_of_an_escape() {
    check(
        "sts:arnType",
        &["arn", "\u{84}", "\u{85}", "\u{1000}", "\u{fffd}"],
        &["", "\u{fffe}", "\u{10000}", "\u{10ffff}", "\0"],
    );
}

#[test]
fn sequences_are_matched_whole() {
    check(
        "iam:pathType",
        &["/", "/a/", "/a/b/", "///", "/~/"],
        &["", "//", "a", "/a", "a/", "/a b/", "/é/"],
    );
    check(
        "iam:policyPathType",
        &["/", "/a/", "/a-b/c+d/"],
        &["", "//", "/a", "/a//b/", "/~/"],
    );
    check("iam:pathPrefixType", &["/", "/a", "/~/"], &["", "a", "/a b"]);
    check(
        "iam:policyVersionIdType",
        &["v1", "v10", "v2.a-B"],
        &["", "v0", "v", "v1.a_b", "1"],
    );
    check("iam:rolePathPatternType", &["//", "/a b/"], &["/", "a/", "/a"]);
    check(
        "iam:accountIdType",
        &["123456789012"],
        &["", "12345678901", "1234567890123", "12345678901a"],
    );
    check(
        "iam:organizationsPolicyIdType",
        &["p-12345678", &format!("p-{}", "_".repeat(128))],
        &["p-1234567", &format!("p-{}", "_".repeat(129)), "q-12345678"],
    );
    check(
        "iam:organizationsEntityPathType",
        &["o-1234567890/r-1234", "o-1234567890/r-1234/ou-12-34/"],
        &["o-123456789/r-1234", "o-1234567890", "o-1234567890/r-1234/A"],
    );
    check(
        "iam:redirectUrlType",
        &["http://a", "https://a.b/c?d=e#f", "http://"],
        &["ftp://a", "http:/a", "http://a?b?c", "http://a#b#c"],
    );
}

#[test]
fn an_alias_has_no_two_hyphens_together() {
    let longest = format!("a{}b", "-c".repeat(30) + "d");
    assert_eq!(longest.len(), 63);
    check(
        "iam:accountAliasType",
        &["abc", "a-b", "123", &longest],
        &[
            "",
            "a",
            "ab",
            "a--b",
            "-ab",
            "ab-",
            "Abc",
            "a_b",
            &format!("{longest}e"),
        ],
    );
}

/// A matcher that backtracked or copied would not come to an end here.
#[test]
fn long_texts_are_matched_in_one_pass() {
    let hostile = ["/a", "a", "/", "-a", "v1.", "é", "http://a?"].map(|stem| stem.repeat(50_000));
    for pattern in patterns().values() {
        for text in &hostile {
            pattern.matches(text);
        }
    }
}
