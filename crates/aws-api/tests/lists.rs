//! Lists: their numbers, what is missing from them, and the messages about them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use lanyard_aws_api::Operation;
use lanyard_aws_api::iam::{
    CreateUser, GetAccountAuthorizationDetails, GetContextKeysForCustomPolicy, PutAccountProperties,
    UntagUser,
};
use lanyard_aws_api::query::{DecodeError, decode, parse_form};
use lanyard_aws_api::sts::GetWebIdentityToken;

fn decoded<O: Operation>(form: &str) -> Result<O::Input, DecodeError> {
    decode::<O>(&parse_form(form.as_bytes()).unwrap())
}

/// How a list with the members `numbers` is read: its texts, or the message.
fn check(numbers: &[&str], expected: Result<&[&str], Option<&str>>) {
    let members = numbers
        .iter()
        .map(|number| format!("&PolicyInputList.member.{number}=p{number}"));
    let form = format!("A=b{}", members.collect::<String>());
    match decoded::<GetContextKeysForCustomPolicy>(&form) {
        Ok(input) => assert_eq!(
            Ok(input.policy_input_list.as_slice()),
            expected
                .map(|texts| { texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>() })
                .as_deref()
                .map_err(|_| ()),
            "{numbers:?}"
        ),
        Err(error) => assert_eq!(Err(error.message()), expected.map(|_| ()), "{numbers:?}"),
    }
}

/// The message with which `form` is refused.
fn refused<O: Operation>(form: &str, expected: &str) {
    match decoded::<O>(form) {
        Err(error) => assert_eq!(error.message(), Some(expected)),
        Ok(_) => panic!("accepted instead of {expected}"),
    }
}

const POLICIES: &str = r"1 validation error detected: Value at 'policyInputList' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 131072, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]+]";

/// Evidence: recorded answers of IAM.
#[test]
fn members_are_put_in_the_order_of_their_numbers() {
    check(&["1"], Ok(&["p1"]));
    check(&["2", "1"], Ok(&["p1", "p2"]));
    check(&["01"], Ok(&["p01"]));
}

/// Evidence: recorded answers of IAM.
#[test]
fn what_is_no_number_is_refused() {
    let start = Err(Some("Start of list found where not expected"));
    check(&["%2B1"], start);
    check(&["one"], start);
    check(&["0"], Err(Some("0 is not a valid index")));
    check(&["-1"], Err(Some("Key -1 may not have a leading '-'")));
}

/// Evidence: recorded answers of IAM.
#[test]
fn a_list_may_not_be_sparse() {
    let skipped = |numbers: &[&str], count: u32| {
        let message = format!("Excessively sparse input would skip {count} list elements");
        check(numbers, Err(Some(&message)));
    };
    skipped(&["12"], 11);
    skipped(&["22"], 21);
    skipped(&["1", "12"], 11);
    skipped(&["12", "1"], 11);
    skipped(&["1", "22", "43"], 21);
    skipped(&["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "21"], 11);
    check(&["11"], Err(Some(POLICIES)));
    check(&["1", "8", "15"], Err(Some(POLICIES)));
}

#[test]
fn numbers_that_can_be_read_in_two_ways_or_not_at_all_are_refused() {
    check(&["1", "01"], Err(None));
    check(&["99999999999999999999"], Err(None));
    check(&[&"1".repeat(1_000_000)], Err(None));
    check(&[&format!("-{}", "1".repeat(1_000_000))], Err(None));
    check(
        &["4294967295"],
        Err(Some(
            "Excessively sparse input would skip 4294967294 list elements",
        )),
    );
}

#[test]
fn structures_are_numbered_likewise() {
    let start = "Start of list found where not expected";
    refused::<CreateUser>("UserName=a&Tags.member.Key=a", start);
    refused::<CreateUser>("UserName=a&Tags.member.x.Key=a", start);
    refused::<CreateUser>("UserName=a&Tags.member.0.Key=a", "0 is not a valid index");
    refused::<CreateUser>(
        "UserName=a&Tags.member.4294967296.Key=a",
        "Excessively sparse input would skip 4294967295 list elements",
    );
    refused::<CreateUser>(
        "UserName=a&Tags.member.2.Key=a&Tags.member.2.Value=b",
        "1 validation error detected: Value at 'tags.1.member' failed to satisfy constraint: Member must not be null",
    );
    let twice = "UserName=a&Tags.member.1.Key=a&Tags.member.01.Value=b";
    assert_eq!(decoded::<CreateUser>(twice), Err(DecodeError::Malformed(None)));
    refused::<PutAccountProperties>(
        "Properties.entry.2.key=a&Properties.entry.2.value=b",
        "1 validation error detected: Value at 'properties.1' failed to satisfy constraint: Member must not be null",
    );
}

/// Evidence: recorded answers of IAM and STS. In which order IAM names the
/// values of a set is its own.
#[test]
fn a_list_names_the_constraints_of_its_members() {
    refused::<GetAccountAuthorizationDetails>(
        "Filter.member.1=user",
        "1 validation error detected: Value at 'filter' failed to satisfy constraint: Member must satisfy constraint: \
         [Member must satisfy enum value set: [User, Role, Group, LocalManagedPolicy, AWSManagedPolicy]]",
    );
    refused::<GetWebIdentityToken>(
        "SigningAlgorithm=RS256&Audience.member.1=",
        "1 validation error detected: Value '[]' at 'audience' failed to satisfy constraint: Member must satisfy \
         constraint: [Member must have length less than or equal to 1000, Member must have length greater than or \
         equal to 1]",
    );
    refused::<GetWebIdentityToken>(
        "SigningAlgorithm=RS256&Audience.member.1=a&Audience.member.3=b",
        "1 validation error detected: Value '[a, null, b]' at 'audience' failed to satisfy constraint: Member must \
         satisfy constraint: [Member must have length less than or equal to 1000, Member must have length greater \
         than or equal to 1]",
    );
    refused::<UntagUser>(
        "UserName=a&TagKeys.member.2=k",
        r"1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+, Member must not be null]",
    );
}

/// Evidence: a recorded answer of STS.
#[test]
fn structures_are_shown_with_their_members() {
    let tags = |count: u32| {
        let members = (1..=count).map(|n| format!("&Tags.member.{n}.Key={n}&Tags.member.{n}.Value=test"));
        format!(
            "SigningAlgorithm=RS256&Audience.member.1=a{}",
            members.collect::<String>()
        )
    };
    let shown: Vec<String> = (1..=51).map(|n| format!("Tag(key={n}, value=test)")).collect();
    refused::<GetWebIdentityToken>(
        &tags(51),
        &format!(
            "1 validation error detected: Value '[{}]' at 'tags' failed to satisfy constraint: Member must have length \
             less than or equal to 50",
            shown.join(", ")
        ),
    );
    let long = decoded::<GetWebIdentityToken>(&tags(4000)).unwrap_err();
    assert!(long.message().unwrap().len() < 10_000);
}
