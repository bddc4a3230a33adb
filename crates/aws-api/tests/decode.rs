//! Decoding, with the messages of AWS.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use lanyard_aws_api::iam::{
    AcquireRole, CreateAccessKey, CreateAccountAlias, CreateLoginProfile, CreateOpenIDConnectProvider,
    CreateUser, CreateUserInput, GetUser, ListEntitiesForPolicy, ListPolicies, ListUsers, PutUserPolicy, Tag,
    TagUser, UntagUser, UpdateAccessKey, UpdateAccountPasswordPolicy, UpdateLoginProfile,
};
use lanyard_aws_api::query::{ActionError, DecodeError, decode, operation, parse_form};
use lanyard_aws_api::sts::{AssumeRole, AssumeRoleWithSAML};
use lanyard_aws_api::{Operation, OperationId, Service};

fn decoded<O: Operation>(form: &str) -> Result<O::Input, DecodeError> {
    decode::<O>(&parse_form(form.as_bytes()).unwrap())
}

/// The message with which `form` is refused.
fn check<O: Operation>(form: &str, expected: &str) {
    match decoded::<O>(form) {
        Err(DecodeError::Validation(message)) => assert_eq!(message, expected),
        Err(other) => panic!("{other:?} instead of {expected}"),
        Ok(_) => panic!("accepted instead of {expected}"),
    }
}

#[test]
fn members_become_fields() {
    let form = "Action=CreateUser&Version=2010-05-08&UserName=Zo%2B&Path=%2Fa%2F\
                &Tags.member.2.Key=b&Tags.member.2.Value=&Tags.member.1.Key=a+b&Tags.member.1.Value=%C3%A9";
    let tag = |key: &str, value: &str| Tag {
        key: key.into(),
        value: value.into(),
    };
    let expected = CreateUserInput {
        path: Some("/a/".into()),
        user_name: "Zo+".into(),
        permissions_boundary: None,
        tags: Some(vec![tag("a b", "é"), tag("b", "")]),
    };
    assert_eq!(decoded::<CreateUser>(form).unwrap(), expected);
}

#[test]
fn an_absent_list_is_not_an_empty_one() {
    assert_eq!(decoded::<CreateUser>("UserName=a").unwrap().tags, None);
    assert_eq!(
        decoded::<CreateUser>("UserName=a&Tags=").unwrap().tags,
        Some(vec![])
    );
    assert_eq!(
        decoded::<UntagUser>("UserName=a&TagKeys=").unwrap().tag_keys,
        Vec::<String>::new()
    );
}

#[test]
fn the_first_of_several_parameters_with_one_name_counts() {
    assert_eq!(
        decoded::<GetUser>("UserName=a&UserName=b%2F")
            .unwrap()
            .user_name
            .as_deref(),
        Some("a")
    );
    let form = "UserName=a&TagKeys.member.1=x&TagKeys.member.1=y";
    assert_eq!(decoded::<UntagUser>(form).unwrap().tag_keys, ["x"]);
}

#[test]
fn unknown_parameters_are_ignored() {
    let form = "UserName=a&Colour=red&Tags.colour=red&Tags.member.1=a";
    assert_eq!(decoded::<CreateUser>(form).unwrap().tags, None);
}

#[test]
fn maps_become_pairs() {
    let form = "TemplateArn=arn:aws:iam::aws:role-template/x&ReplacementValues.entry.2.key=b\
                &ReplacementValues.entry.2.value.Values.member.1=y&ReplacementValues.entry.1.key=a\
                &ReplacementValues.entry.1.value.Values.member.1=x";
    let input = decoded::<AcquireRole>(form).unwrap();
    let values = input.replacement_values.unwrap();
    let keys: Vec<&str> = values.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["a", "b"]);
}

#[test]
fn integers_are_read_as_aws_reads_them() {
    let seconds = |text: &str| {
        let form =
            format!("RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=ab&DurationSeconds={text}");
        decoded::<AssumeRole>(&form).map(|input| input.duration_seconds)
    };
    assert_eq!(seconds("%2B900"), Ok(Some(900)));
    assert_eq!(seconds("0900"), Ok(Some(900)));
    for text in ["abc", "900.0", "2147483648", "-2147483649", "%2B", "9+00"] {
        assert_eq!(seconds(text), Err(DecodeError::Malformed(None)), "{text}");
    }
    assert_eq!(
        seconds(""),
        Err(DecodeError::Malformed(Some(
            "missing value for decimal type".into()
        )))
    );
}

/// Evidence: recorded answers of IAM.
#[test]
fn a_boolean_is_true_or_false_or_a_digit() {
    let reset = |text: &str| {
        decoded::<UpdateLoginProfile>(&format!("UserName=a&PasswordResetRequired={text}"))
            .map(|input| input.password_reset_required)
    };
    assert_eq!(reset("true"), Ok(Some(true)));
    assert_eq!(reset("false"), Ok(Some(false)));
    assert_eq!(reset("1"), Ok(Some(true)));
    assert_eq!(reset("0"), Ok(Some(false)));
    for text in ["yes", "True", "FALSE", "+true", "true+", "", "null", "01"] {
        assert_eq!(reset(text), Err(DecodeError::Malformed(None)), "{text}");
    }
}

/// Evidence: probes of AWS STS, July 2026.
#[test]
fn sts_shows_values() {
    let arn = "RoleArn=arn:aws:iam::123456789012:role/r";
    check::<AssumeRole>(
        arn,
        "1 validation error detected: Value null at 'roleSessionName' failed to satisfy constraint: \
         Member must not be null",
    );
    check::<AssumeRole>(
        &format!("{arn}&RoleSessionName=bad/name"),
        r"1 validation error detected: Value 'bad/name' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*",
    );
    check::<AssumeRole>(
        &format!("{arn}&RoleSessionName=a"),
        "1 validation error detected: Value 'a' at 'roleSessionName' failed to satisfy constraint: \
         Member must have length greater than or equal to 2",
    );
    check::<AssumeRole>(
        &format!("{arn}&RoleSessionName=ab&DurationSeconds=899"),
        "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: \
         Member must have value greater than or equal to 900",
    );
    check::<AssumeRole>(
        "RoleArn=&RoleSessionName=ab",
        r"2 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; Value '' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
    );
    check::<AssumeRole>(
        &format!("{arn}&RoleSessionName=ab&TransitiveTagKeys.member.1=a!&TransitiveTagKeys.member.2=b"),
        r"1 validation error detected: Value '[a!, b]' at 'transitiveTagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+, Member must not be null]",
    );
}

/// Evidence: probes of AWS STS, July 2026: lengths count characters, and the
/// pattern of ARNs admits none beyond U+FFFF.
#[test]
fn lengths_count_characters() {
    let accepted = |letter: &str, count: usize| {
        decoded::<AssumeRole>(&format!("RoleArn={}&RoleSessionName=ab", letter.repeat(count))).map(|_| ())
    };
    assert_eq!(accepted("é", 2048), Ok(()));
    let error = accepted("é", 2049).unwrap_err();
    assert!(
        error
            .message()
            .unwrap()
            .ends_with("Member must have length less than or equal to 2048")
    );
    let error = accepted("😀", 2048).unwrap_err();
    assert!(
        error.message().unwrap().contains("1 validation error detected"),
        "{error}"
    );
    assert!(
        error.message().unwrap().contains("regular expression pattern"),
        "{error}"
    );
}

/// Evidence: answers of AWS IAM recorded in 2026.
#[test]
fn iam_shows_no_values() {
    check::<CreateUser>(
        "",
        "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must not be null",
    );
    check::<CreateUser>(
        &format!("UserName={}", "a".repeat(65)),
        "1 validation error detected: Value at 'userName' failed to satisfy constraint: \
         Member must have length less than or equal to 64",
    );
    check::<ListUsers>(
        "MaxItems=0",
        "1 validation error detected: Value at 'maxItems' failed to satisfy constraint: \
         Member must have value greater than or equal to 1",
    );
    check::<ListEntitiesForPolicy>(
        "PolicyArn=arn:aws:iam::aws:x",
        "1 validation error detected: Value at 'policyArn' failed to satisfy constraint: \
         Member must have length greater than or equal to 20",
    );
    check::<UpdateAccessKey>(
        "AccessKeyId=AKIAIOSFODNN7EXAMPLE&Status=On",
        "1 validation error detected: Value at 'status' failed to satisfy constraint: \
         Member must satisfy enum value set: [Active, Inactive, Expired]",
    );
    check::<CreateAccountAlias>(
        "AccountAlias=a--b",
        r"1 validation error detected: Value at 'accountAlias' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
    );
}

/// Evidence: answers of AWS IAM recorded in 2026. The order is neither that of the model nor the alphabet's.
#[test]
fn several_failures_stand_where_iam_lists_them() {
    check::<UpdateAccountPasswordPolicy>(
        "MinimumPasswordLength=129&MaxPasswordAge=1096&PasswordReusePrevention=25",
        "3 validation errors detected: Value at 'minimumPasswordLength' failed to satisfy constraint: Member must have \
         value less than or equal to 128; Value at 'passwordReusePrevention' failed to satisfy constraint: Member must \
         have value less than or equal to 24; Value at 'maxPasswordAge' failed to satisfy constraint: Member must have \
         value less than or equal to 1095",
    );
    check::<CreateOpenIDConnectProvider>(
        &format!(
            "Url={}&ThumbprintList.member.1={}&ClientIDList.member.1={}",
            "c".repeat(256),
            "b".repeat(41),
            "a".repeat(256)
        ),
        "3 validation errors detected: Value at 'clientIDList' failed to satisfy constraint: Member must satisfy \
         constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal \
         to 1]; Value at 'thumbprintList' failed to satisfy constraint: Member must satisfy constraint: [Member must \
         have length less than or equal to 40, Member must have length greater than or equal to 40]; Value at 'url' \
         failed to satisfy constraint: Member must have length less than or equal to 255",
    );
}

/// Evidence: answers of AWS IAM to `TagUser` and `UntagUser` recorded in 2026.
#[test]
fn failures_in_lists_say_where() {
    check::<TagUser>(
        "UserName=a&Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Value=v",
        "1 validation error detected: Value at 'tags.2.member.key' failed to satisfy constraint: \
         Member must not be null",
    );
    check::<TagUser>(
        "UserName=a&Tags.member.1.Key=&Tags.member.1.Value=v",
        r"2 validation errors detected: Value at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+",
    );
    let tags: String = (1..=51)
        .map(|n| format!("&Tags.member.{n}.Key=k{n}&Tags.member.{n}.Value="))
        .collect();
    check::<TagUser>(
        &format!("UserName=a{}", tags.replace("Key=k51", "Key=bad%23")),
        r"2 validation errors detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50; Value at 'tags.51.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+",
    );
    check::<UntagUser>(
        "UserName=a&TagKeys.member.1=bad%23&TagKeys.member.2=k&TagKeys.member.3=",
        r"1 validation error detected: Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+, Member must not be null]",
    );
}

/// Evidence: answers of AWS IAM quoted in public issues and recorded in 2026.
#[test]
fn iam_has_words_of_its_own_for_some_patterns() {
    let name = "It must contain only alphanumeric characters and/or the following: +=,.@_-";
    check::<CreateUser>(
        "UserName=bad/name",
        &format!("The specified value for userName is invalid. {name}"),
    );
    check::<CreateUser>(
        "UserName=a&Path=bad",
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
         characters and/or / characters.",
    );
    let prefix = "The specified value for pathPrefix is invalid. It must begin with the / character and contain \
                  only alphanumeric characters and/or / characters.";
    check::<ListUsers>("PathPrefix=", prefix);
    check::<ListPolicies>(&format!("PathPrefix=/{}", "a".repeat(512)), prefix);
    check::<ListUsers>(
        &format!("PathPrefix=/{}/", "a".repeat(511)),
        "1 validation error detected: Value at 'pathPrefix' failed to satisfy constraint: \
         Member must have length less than or equal to 512",
    );
    check::<PutUserPolicy>(
        "UserName=a&PolicyName=p&PolicyDocument=%F0%9F%98%80",
        "The specified value for policyDocument is invalid. It must contain only printable ASCII characters.",
    );
}

#[test]
fn secrets_are_not_repeated() {
    let error = decoded::<AssumeRoleWithSAML>(
        "RoleArn=arn:aws:iam::123456789012:role/r&PrincipalArn=arn:aws:iam::123456789012:saml-provider/p&SAMLAssertion=abc",
    )
    .unwrap_err();
    assert_eq!(
        error.message().unwrap(),
        "1 validation error detected: Value at 'sAMLAssertion' failed to satisfy constraint: \
         Member must have length greater than or equal to 4"
    );
    let form = "UserName=a&Password=hunter2hunter2";
    let input = decoded::<CreateLoginProfile>(form).unwrap();
    assert!(!format!("{input:?}").contains("hunter2"));
    assert!(!format!("{:?}", parse_form(form.as_bytes()).unwrap()).contains("hunter2"));
}

#[test]
fn messages_stay_short_whatever_is_sent() {
    let tags: String = (1..=4000)
        .map(|n| format!("&Tags.member.{n}.Key={}", "!".repeat(100)))
        .collect();
    let arn = "RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=ab";
    let error = decoded::<AssumeRole>(&format!("{arn}{tags}")).unwrap_err();
    assert!(
        error
            .message()
            .unwrap()
            .starts_with("8001 validation errors detected: ")
    );
    assert!(error.message().unwrap().len() < 20_000);
    let error = decoded::<AssumeRole>(&format!("{arn}&TokenCode={}", "x".repeat(1_000_000))).unwrap_err();
    assert!(error.message().unwrap().len() < 20_000);
}

/// Evidence: probes against AWS, July 2026.
#[test]
fn action_and_version_name_an_operation() {
    let asked = |form: &str| operation(Service::Sts, &parse_form(form.as_bytes()).unwrap());
    let refused = |form: &str| asked(form).unwrap_err().to_string();
    let identity = OperationId::StsGetCallerIdentity;
    assert_eq!(asked("Action=GetCallerIdentity&Version=2011-06-15"), Ok(identity));
    assert_eq!(
        asked("Action=GetCallerIdentity&Action=X&Version=2011-06-15&Version=1"),
        Ok(identity)
    );
    assert_eq!(asked("Version=2011-06-15"), Err(ActionError::Missing));
    assert_eq!(
        refused("Action=NoSuchAction&Version=2011-06-15"),
        "Could not find operation NoSuchAction for version 2011-06-15"
    );
    assert_eq!(
        refused("Action=GetCallerIdentity"),
        "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED"
    );
    assert_eq!(
        refused("Action=GetCallerIdentity&Version="),
        "Could not find operation GetCallerIdentity for version "
    );
    assert_eq!(
        refused("Action=&Version=2011-06-15"),
        "Could not find operation  for version 2011-06-15"
    );
    assert_eq!(
        refused("Action=CreateUser&Version=2010-05-08"),
        "Could not find operation CreateUser for version 2010-05-08"
    );
}

#[test]
fn an_operation_may_have_nothing_required() {
    assert_eq!(decoded::<CreateAccessKey>("").unwrap().user_name, None);
    decoded::<lanyard_aws_api::iam::GetAccountSummary>("UserName=whatever").unwrap();
}
