//! Which policies are public.

use crate::Document;

fn check(statement: &str, public: bool) {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::b/*", {statement}}}]}}"#
    );
    assert_eq!(Document::parse(&text).unwrap().is_public(), public, "{statement}");
}

#[test]
fn a_statement_for_fixed_principals_is_not_public() {
    for (principal, public) in [
        (r#""Principal": "*""#, true),
        (r#""Principal": {"AWS": "*"}"#, true),
        (r#""Principal": {"AWS": ["111122223333", "*"]}"#, true),
        (r#""Principal": {"AWS": "111122223333"}"#, false),
        (r#""Principal": {"AWS": "arn:aws:iam::111122223333:root"}"#, false),
        (
            r#""Principal": {"AWS": ["arn:aws:iam::111122223333:role/r", "AIDAEXAMPLE"]}"#,
            false,
        ),
        (
            r#""Principal": {"AWS": "arn:aws:iam::111122223333:user/*"}"#,
            true,
        ),
        (r#""Principal": {"AWS": "${aws:PrincipalArn}"}"#, true),
        (r#""Principal": {"Service": "cloudtrail.amazonaws.com"}"#, false),
        (r#""Principal": {"Service": "*.amazonaws.com"}"#, true),
        (r#""Principal": {"CanonicalUser": "79a59df900b949e5"}"#, false),
        (r#""Principal": {"Federated": "graph.facebook.com"}"#, true),
        (
            r#""Principal": {"AWS": "111122223333", "Federated": "graph.facebook.com"}"#,
            true,
        ),
        (r#""NotPrincipal": {"AWS": "111122223333"}"#, true),
        (r#""Sid": "NoPrincipalAtAll""#, true),
    ] {
        check(principal, public);
    }
}

#[test]
fn a_statement_for_everyone_is_tied_by_fixed_values_of_some_keys() {
    for (condition, public) in [
        (r#"{"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}"#, false),
        (r#"{"StringLike": {"aws:SourceVpc": "vpc-*"}}"#, true),
        (r#"{"StringLike": {"aws:SourceVpc": "vpc-91237329"}}"#, false),
        (r#"{"StringLike": {"aws:SourceVpc": "vpc-9123732?"}}"#, true),
        (
            r#"{"StringEquals": {"aws:sourcevpce": ["vpce-1", "vpce-2"]}}"#,
            false,
        ),
        (r#"{"StringEquals": {"aws:SourceVpce": ["vpce-1", "*"]}}"#, true),
        (
            r#"{"StringEquals": {"aws:SourceVpce": "${aws:PrincipalTag/vpce}"}}"#,
            true,
        ),
        (r#"{"StringEquals": {"aws:SourceVpce": ""}}"#, true),
        (r#"{"StringEquals": {"aws:SourceVpce": []}}"#, true),
        (
            r#"{"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:t"}}"#,
            false,
        ),
        (
            r#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:t"}}"#,
            true,
        ),
        (
            r#"{"StringEquals": {"aws:SourceAccount": "111122223333"}}"#,
            false,
        ),
        (
            r#"{"StringEqualsIgnoreCase": {"aws:SourceOwner": "111122223333"}}"#,
            false,
        ),
        (r#"{"StringEquals": {"aws:PrincipalOrgID": "o-example"}}"#, false),
        (
            r#"{"ForAnyValue:StringEquals": {"aws:PrincipalOrgPaths": "o-example/r-1/"}}"#,
            false,
        ),
        (
            r#"{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-example/*"}}"#,
            true,
        ),
        (
            r#"{"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/r"}}"#,
            false,
        ),
        (
            r#"{"StringEquals": {"aws:PrincipalAccount": "111122223333"}}"#,
            false,
        ),
        (r#"{"StringEquals": {"aws:userid": "AIDAEXAMPLE"}}"#, false),
        (r#"{"StringLike": {"aws:userid": "AROAEXAMPLE:*"}}"#, true),
        (r#"{"StringEquals": {"aws:userid": "AROAEXAMPLE:session"}}"#, true),
        (
            r#"{"StringEquals": {"s3:DataAccessPointAccount": "111122223333"}}"#,
            false,
        ),
    ] {
        check(&format!(r#""Principal": "*", "Condition": {condition}"#), public);
    }
}

#[test]
fn what_callers_have_who_are_nobody_ties_nothing() {
    for condition in [
        r#"{"StringEquals": {"aws:userid": "anonymous"}}"#,
        r#"{"StringEqualsIgnoreCase": {"aws:userid": "ANONYMOUS"}}"#,
        r#"{"ForAnyValue:StringEquals": {"aws:userid": "anonymous"}}"#,
        r#"{"StringEquals": {"aws:userid": ["AIDAEXAMPLE", "anonymous"]}}"#,
        r#"{"StringEquals": {"aws:PrincipalAccount": "anonymous"}}"#,
        r#"{"StringLike": {"aws:PrincipalAccount": "Anonymous"}}"#,
        r#"{"StringEquals": {"aws:SourceAccount": "anonymous"}}"#,
        r#"{"StringEquals": {"aws:PrincipalArn": "anonymous"}}"#,
        r#"{"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::anonymous:user/u"}}"#,
    ] {
        check(&format!(r#""Principal": "*", "Condition": {condition}"#), true);
    }
    let ids = r#"{"StringEquals": {"aws:userid": ["AIDAEXAMPLE", "AROAEXAMPLE", "111122223333"]}}"#;
    check(&format!(r#""Principal": "*", "Condition": {ids}"#), false);
}

#[test]
fn other_keys_tie_nothing() {
    for condition in [
        r#"{"Bool": {"aws:SecureTransport": "true"}}"#,
        r#"{"StringEquals": {"aws:username": "carla"}}"#,
        r#"{"StringEquals": {"aws:Referer": "https://example.com"}}"#,
        r#"{"StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "k"}}"#,
    ] {
        check(&format!(r#""Principal": "*", "Condition": {condition}"#), true);
    }
}

#[test]
fn operators_that_hold_without_the_key_or_read_it_otherwise_tie_nothing() {
    for condition in [
        r#"{"NumericEquals": {"aws:SourceAccount": "111122223333"}}"#,
        r#"{"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-example/r-1/"}}"#,
        r#"{"StringEqualsIfExists": {"aws:PrincipalAccount": "111122223333"}}"#,
        r#"{"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}"#,
        r#"{"Null": {"aws:PrincipalAccount": "false"}}"#,
    ] {
        check(&format!(r#""Principal": "*", "Condition": {condition}"#), true);
    }
}

#[test]
fn the_name_of_an_access_point_may_have_wildcards_but_not_its_account() {
    for (arn, public) in [
        ("arn:aws:s3:us-west-2:123456789012:accesspoint/a", false),
        ("arn:aws:s3:us-west-2:123456789012:accesspoint/*", false),
        ("arn:aws:s3:us-west-2:*:accesspoint/*", true),
        ("arn:aws:s3:us-west-2::accesspoint/*", true),
        ("arn:aws:s3:*:123456789012:accesspoint/*", true),
        ("arn:aws:s3:us-west-2:123456789012:*", true),
        (
            "arn:aws:s3:us-west-2:123456789012:accesspoint/${aws:username}",
            true,
        ),
        ("*", true),
    ] {
        let condition = format!(r#"{{"ArnLike": {{"s3:DataAccessPointArn": "{arn}"}}}}"#);
        check(&format!(r#""Principal": "*", "Condition": {condition}"#), public);
    }
}

#[test]
fn a_very_wide_range_of_addresses_is_public() {
    for (range, public) in [
        ("203.0.113.9", false),
        ("203.0.113.0/24", false),
        ("11.0.0.0/8", false),
        ("10.0.0.0/8", false),
        ("172.16.0.0/12", false),
        ("10.0.0.0/7", true),
        ("0.0.0.0/1", true),
        ("0.0.0.0/0", true),
        ("2001:db8::/32", false),
        ("2001:db8::1", false),
        ("2001:db8::/31", true),
        ("::/0", true),
        ("::ffff:0:0/96", true),
        ("::ffff:b00:0/104", false),
        ("::ffff:11.0.0.0/104", true),
        ("203.0.113.*", true),
        ("203.0.113.0/33", true),
        ("nonsense", true),
    ] {
        let condition = format!(r#"{{"IpAddress": {{"aws:SourceIp": "{range}"}}}}"#);
        check(&format!(r#""Principal": "*", "Condition": {condition}"#), public);
    }
    let others = [
        r#"{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#,
        r#"{"StringEquals": {"aws:SourceIp": "203.0.113.9"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.9", "0.0.0.0/0"]}}"#,
        r#"{"IpAddress": {"aws:VpcSourceIp": "203.0.113.9"}}"#,
    ];
    for condition in others {
        check(&format!(r#""Principal": "*", "Condition": {condition}"#), true);
    }
}

#[test]
fn narrow_ranges_that_are_wide_together_are_public() {
    let ranges = |first: u8, last: u8| {
        let ranges = (first..=last).map(|byte| format!("\"{byte}.0.0.0/8\""));
        ranges.collect::<Vec<_>>().join(",")
    };
    for (ranges, public) in [
        (ranges(0, 255), true),
        (ranges(11, 12), true),
        (ranges(10, 11), false),
        (ranges(11, 11), false),
        // What overlaps is there once.
        (format!("{}, \"11.1.0.0/16\"", ranges(11, 11)), false),
        (r#""11.0.0.0/8", "12.0.0.1""#.to_owned(), true),
        (
            r#""10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "203.0.113.0/24""#
                .to_owned(),
            false,
        ),
        (r#""2001:db8::/32", "2001:db9::/32""#.to_owned(), true),
        (r#""2001:db8::/33", "2001:db8:8000::/33""#.to_owned(), false),
    ] {
        let condition = format!(r#"{{"IpAddress": {{"aws:SourceIp": [{ranges}]}}}}"#);
        check(&format!(r#""Principal": "*", "Condition": {condition}"#), public);
    }
    // Those of several statements too, unless something else ties them.
    let of = |more: &str| {
        let statement = |range| {
            format!(
                r#"{{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {{
                    "IpAddress": {{"aws:SourceIp": "{range}"}}{more}}}}}"#
            )
        };
        let (one, other) = (statement("11.0.0.0/8"), statement("12.0.0.0/8"));
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{one}, {other}]}}"#);
        Document::parse(&text).unwrap().is_public()
    };
    assert!(of(""));
    assert!(!of(r#", "StringEquals": {"aws:SourceVpc": "vpc-1"}"#));
}

#[test]
fn one_condition_of_several_is_enough_and_one_statement_of_several_too() {
    let tied = r#""Principal": "*", "Condition": {
        "Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}}"#;
    check(tied, false);
    let of = |statements: &str| {
        let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
        Document::parse(&text).unwrap().is_public()
    };
    let statement = |effect, principal| {
        format!(r#"{{"Effect": "{effect}", "Principal": {principal}, "Action": "*", "Resource": "*"}}"#)
    };
    let account = statement("Allow", r#"{"AWS": "111122223333"}"#);
    assert!(!of(&account));
    assert!(!of(&statement("Deny", r#""*""#)));
    assert!(of(&format!("{account}, {}", statement("Allow", r#""*""#))));
    assert!(of(&format!(
        "{}, {}",
        statement("Allow", r#""*""#),
        statement("Deny", r#""*""#)
    )));
}
