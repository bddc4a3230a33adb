//! A browser's form and what it means.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use lanyard_mapping::{Hosts, Meaning, explain_s3, map_post_object};

fn check(fields: &[(&str, &str)], expected: &str) {
    let fields: Vec<(String, String)> = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let actual = match map_post_object("reports", &fields) {
        Ok(mapped) => Meaning::of(&mapped).to_string(),
        Err(error) => format!("refused: {error}\n"),
    };
    assert_eq!(actual, expected);
}

#[test]
fn a_form_is_an_upload() {
    check(
        &[
            ("key", "user/carla/2026.csv"),
            ("Acl", "public-read"),
            ("Content-Type", "text/csv"),
            ("x-amz-meta-source", "2026.csv"),
            ("x-amz-storage-class", "STANDARD_IA"),
            (
                "tagging",
                "<Tagging><TagSet><Tag><Key>team</Key><Value>red</Value></Tag></TagSet></Tagging>",
            ),
            ("success_action_status", "201"),
            ("policy", "e30="),
            ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
            ("x-amz-credential", "AKIA"),
            ("x-amz-date", "20261122T110000Z"),
            ("x-amz-signature", "0"),
            ("bucket", "reports"),
            ("note", "anything"),
            ("file", "C:\\data\\2026.csv"),
        ],
        "operation: PostObject\n\
         needs: s3:PutObject on arn:aws:s3:::reports/user/carla/2026.csv\n\
         \u{20} s3:ObjectCreationOperation = true\n\
         \u{20} s3:RequestObjectTag/team = red\n\
         \u{20} s3:RequestObjectTagKeys = team\n\
         \u{20} s3:x-amz-acl = public-read\n\
         \u{20} s3:x-amz-storage-class = STANDARD_IA\n\
         needs: s3:PutObjectAcl on arn:aws:s3:::reports/user/carla/2026.csv\n\
         \u{20} s3:x-amz-acl = public-read\n\
         \u{20} s3:x-amz-storage-class = STANDARD_IA\n\
         \u{20} s3:ExistingObjectTag/… can be asked about\n\
         needs: s3:PutObjectTagging on arn:aws:s3:::reports/user/carla/2026.csv\n\
         \u{20} s3:RequestObjectTag/team = red\n\
         \u{20} s3:RequestObjectTagKeys = team\n\
         \u{20} s3:ExistingObjectTag/… can be asked about\n\
         answered by: the store\n\
         body: of any length\n\
         upstream: PUT /reports/user/carla/2026.csv\n\
         \u{20} content-type: text/csv\n\
         \u{20} x-amz-acl: public-read\n\
         \u{20} x-amz-meta-source: 2026.csv\n\
         \u{20} x-amz-storage-class: STANDARD_IA\n\
         \u{20} x-amz-tagging: team=red\n",
    );
}

#[test]
fn a_form_for_a_key_with_a_slash_at_its_end_may_write_the_object_without_it() {
    check(
        &[("key", "secret.txt/"), ("if-match", "\"e\"")],
        "operation: PostObject\n\
         needs: s3:PutObject on arn:aws:s3:::reports/secret.txt/\n\
         \u{20} s3:ObjectCreationOperation = true\n\
         \u{20} s3:if-match = \"e\"\n\
         needs: s3:GetObject on arn:aws:s3:::reports/secret.txt/\n\
         \u{20} s3:ExistingObjectTag/… can be asked about\n\
         needs: s3:PutObject on arn:aws:s3:::reports/secret.txt\n\
         \u{20} s3:ObjectCreationOperation = true\n\
         \u{20} s3:if-match = \"e\"\n\
         needs: s3:GetObject on arn:aws:s3:::reports/secret.txt\n\
         \u{20} s3:ExistingObjectTag/… can be asked about\n\
         answered by: the store\n\
         body: of any length\n\
         upstream: PUT /reports/secret.txt/\n\
         \u{20} if-match: \"e\"\n",
    );
}

#[test]
fn forms_that_mean_nothing_are_refused() {
    let refused = |fields: &[(&str, &str)], reason: &str| check(fields, &format!("refused: {reason}\n"));
    refused(&[("acl", "private")], "key is missing");
    refused(
        &[("key", "a"), ("Key", "b")],
        "key is not valid: it is given twice",
    );
    refused(
        &[("key", "a"), ("acl", "private"), ("x-amz-acl", "public-read")],
        "x-amz-acl is not valid: it is given twice",
    );
    refused(
        &[("key", "a"), ("bucket", "other")],
        "bucket is not valid: it names another bucket",
    );
    refused(
        &[("key", "a"), ("AWSAccessKeyId", "b")],
        "PostObject is not implemented: signatures of version 2 are not known",
    );
    refused(
        &[("key", "a"), ("x-amz-unknown", "b")],
        "the header x-amz-unknown is not known for PostObject",
    );
    refused(
        &[("key", "a"), ("x-amz-copy-source", "abc/d")],
        "the header x-amz-copy-source is not known for PostObject",
    );
    refused(
        &[("key", "a"), ("x-amz-meta-snowball-auto-extract", "true")],
        "the header x-amz-meta-snowball-auto-extract is not known for PostObject",
    );
    refused(
        &[("key", "a"), ("x-amz-meta-a", "b\r\nx-amz-acl: c")],
        "x-amz-meta-a is not valid: it cannot be a header",
    );
    refused(
        &[("key", "a/../b")],
        "the target is not valid: a key with an empty segment, or with one of dots only",
    );
    let write_once =
        "PutObject is not implemented: If-None-Match takes nothing but * where something is written";
    refused(&[("key", "a"), ("If-None-Match", "\"e\"")], write_once);
    refused(&[("key", "a"), ("If-None-Match", "")], write_once);
    refused(
        &[("key", "a"), ("if-match", "")],
        "if-match is not valid: it is not one entity tag",
    );
    refused(
        &[
            ("key", "a"),
            (
                "tagging",
                "<Tagging><TagSet><Tag><Key>team</Key><Value> red</Value></Tag></TagSet></Tagging>",
            ),
        ],
        "the body is not valid: a tag begins or ends with white space",
    );
    refused(
        &[("key", "..")],
        "the target is not valid: a key with an empty segment, or with one of dots only",
    );
}

#[test]
fn an_explanation_says_everything() {
    let headers = [
        ("x-amz-date", "20261122T110000Z"),
        ("X-Amz-Acl", "private"),
        ("cookie", "a=b"),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let hosts = Hosts::new(["s3.example.com"]).unwrap();
    let explained = explain_s3(
        "PUT",
        "https://reports.s3.example.com/a%0Ab?x-id=PutObject&X-Amz-Signature=s",
        &headers,
        &hosts,
    );
    assert_eq!(
        explained.to_string(),
        "PUT reports.s3.example.com /a%0Ab?x-id=PutObject&X-Amz-Signature=s\n\
         operation: PutObject\n\
         needs: s3:PutObject on arn:aws:s3:::reports/a\\nb\n\
         \u{20} s3:ObjectCreationOperation = true\n\
         \u{20} s3:x-amz-acl = private\n\
         needs: s3:PutObjectAcl on arn:aws:s3:::reports/a\\nb\n\
         \u{20} s3:x-amz-acl = private\n\
         \u{20} s3:ExistingObjectTag/… can be asked about\n\
         dropped: header cookie\n\
         dropped: header x-amz-date\n\
         dropped: parameter X-Amz-Signature\n\
         dropped: parameter x-id\n\
         answered by: the store\n\
         body: of any length\n\
         upstream: PUT /reports/a%0Ab\n\
         \u{20} x-amz-acl: private\n"
    );
    let refused = |method: &str, url: &str, reason: &str| {
        let explained = explain_s3(method, url, &[], &hosts);
        assert_eq!(
            (explained.refused.as_deref(), explained.meaning),
            (Some(reason), None),
            "{url}"
        );
    };
    refused(
        "GET",
        "https://a@s3.example.com/reports",
        "the host is not valid: it is no host name",
    );
    refused("GET", "/reports/k#f", "the target is not valid: a fragment");
    refused("G T", "/reports/k", "nothing answers G T here");
}
