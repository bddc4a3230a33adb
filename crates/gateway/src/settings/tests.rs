#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use super::{DataEvents, Mode, TagSource, UpstreamSettings};

fn nothing(_: &str) -> Option<String> {
    None
}

fn key(name: &str) -> Option<String> {
    Some(match name {
        "LANYARD_S3_ACCESS_KEY_ID" => "key".to_owned(),
        "LANYARD_S3_SECRET_ACCESS_KEY" => "s3cr3t".to_owned(),
        _ => return None,
    })
}

#[track_caller]
fn check_refused(line: &str, message: &str) {
    let error = UpstreamSettings::parse(line, &nothing).unwrap_err();
    assert_eq!(error.to_string(), message, "{line}");
}

#[test]
fn one_word_with_credentials_in_the_environment_is_enough() {
    let settings = UpstreamSettings::parse("s3=http://127.0.0.1:9000", &key).unwrap();
    assert_eq!(settings.origin.to_string(), "http://127.0.0.1:9000/");
    assert_eq!(settings.mode, Mode::Enforce);
    assert_eq!(settings.data_events, DataEvents::Denials);
    assert_eq!(settings.region, None);
    let credentials = settings.credentials.unwrap();
    assert_eq!(
        (credentials.access_key_id.as_str(), credentials.secret.as_str()),
        ("key", "s3cr3t")
    );
    assert!(!format!("{credentials:?}").contains("s3cr3t"));
}

#[test]
fn every_word_is_heard() {
    let line = "s3=https://store.example credentials=none mode=observe domain=S3.example.com domain=s3 \
                region=eu-west-1 \"ca=/a b.pem\" data-events=sampled:10 connect-seconds=1 answer-seconds=0.5 \
                idle-seconds=3";
    let settings = UpstreamSettings::parse(line, &nothing).unwrap();
    assert!(settings.credentials.is_none());
    assert_eq!(settings.mode, Mode::Observe);
    assert_eq!(settings.domains, ["s3.example.com", "s3"]);
    assert_eq!(settings.region.as_deref(), Some("eu-west-1"));
    assert_eq!(settings.ca.unwrap().to_str(), Some("/a b.pem"));
    assert_eq!(settings.data_events, DataEvents::Sampled(10));
    assert_eq!(settings.patience.connect.as_millis(), 1000);
    assert_eq!(
        settings.patience.answer,
        Some(std::time::Duration::from_millis(500))
    );
    assert_eq!(settings.patience.idle.as_millis(), 3000);
}

#[test]
fn a_profile_of_a_file_is_read() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("credentials");
    let text = "[default]\naws_access_key_id = a\naws_secret_access_key = b\n\n# other\n[store]\n\
                aws_access_key_id=c\naws_secret_access_key=d=\naws_session_token=e\n";
    std::fs::write(&file, text).unwrap();
    let read = |profile: &str| {
        let line = format!("s3=http://h credentials={}{profile}", file.display());
        let credentials = UpstreamSettings::parse(&line, &nothing)
            .unwrap()
            .credentials
            .unwrap();
        let token = credentials.session_token.map(|token| token.to_string());
        (credentials.access_key_id, credentials.secret.to_string(), token)
    };
    assert_eq!(read(""), ("a".to_owned(), "b".to_owned(), None));
    assert_eq!(
        read(" profile=store"),
        ("c".to_owned(), "d=".to_owned(), Some("e".to_owned()))
    );
}

#[test]
fn what_is_not_understood_is_refused() {
    check_refused(
        "",
        "an upstream begins with what it is and where: s3=http://127.0.0.1:9000, dynamodb,sqs=http://127.0.0.1:8000, or \
         aws=http://127.0.0.1:5000 for every service but s3",
    );
    let bad = |url: &str| {
        let url_error = format!(
            "{url} is not the URL of an upstream: it takes http or https, a host, a port and nothing more, as \
             http://127.0.0.1:5000"
        );
        check_refused(&format!("s3={url} credentials=none"), &url_error);
    };
    bad("ftp://h");
    bad("h:9000");
    bad("http://h/path");
    bad("http://h:99999");
    bad("http://h:");
    bad("http://h:0");
    check_refused(
        "s3=http://h credentials=none ca=/nowhere",
        "ca: it means something for https only",
    );
    check_refused(
        "s3=http://user:secret@h credentials=none",
        "h is not the URL of an upstream: it takes http or https, a host, a port and nothing more, as \
         http://127.0.0.1:5000",
    );
    check_refused(
        "s3=http://h credentials=none colour=red",
        "colour: there is no such word; there are account, answer-seconds, ca, connect-seconds, credentials, \
         data-events, domain, forward-access, idle-seconds, mode, profile, region, tags and upstream-account",
    );
    check_refused(
        "s3=http://h credentials=none mode",
        "mode: it says nothing: name=value",
    );
    check_refused(
        "s3=http://h credentials=none mode=on",
        "mode=on: a mode is enforce or observe",
    );
    check_refused("s3=http://h region=a region=b", "region: it is said twice");
    check_refused(
        "s3=http://h data-events=sampled:0",
        "data-events=sampled:0: data events are none, denials, sampled:N or all",
    );
    check_refused(
        "s3=http://h idle-seconds=inf",
        "idle-seconds=inf: it takes seconds, 0.01 to 3600",
    );
    check_refused(
        "s3=http://h credentials=none profile=p",
        "profile: there are no credentials to choose from",
    );
    check_refused(
        "s3=http://h \"credentials=none",
        "a quotation mark is never closed",
    );
    let none = UpstreamSettings::parse("s3=http://h", &nothing).unwrap_err();
    assert!(none.to_string().starts_with("the upstream needs credentials"));
}

#[test]
fn services_are_named_by_what_is_signed_for_them() {
    let environment = |name: &str| {
        let known = [
            ("LANYARD_DYNAMODB_ACCESS_KEY_ID", "a"),
            ("LANYARD_DYNAMODB_SECRET_ACCESS_KEY", "b"),
        ];
        let found = known.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let line = "dynamodb,sqs=http://h account=111122223333 upstream-account=000000000000 tags=upstream";
    let settings = UpstreamSettings::parse(line, &environment).unwrap();
    assert_eq!(settings.services().to_string(), "dynamodb,sqs");
    assert_eq!(settings.credentials.unwrap().access_key_id, "a");
    assert_eq!(settings.account.unwrap().to_string(), "111122223333");
    assert_eq!(settings.upstream_account.unwrap().to_string(), "000000000000");
    assert_eq!(settings.tags, TagSource::Upstream);
    let none = UpstreamSettings::parse("aws=http://h", &nothing).unwrap_err();
    assert!(
        none.to_string().contains("LANYARD_AWS_SECRET_ACCESS_KEY"),
        "{none}"
    );
}

#[test]
fn names_that_clients_use_for_another_service_are_told() {
    let mistakable = |services: &str| {
        let line = format!("{services}=http://h credentials=none");
        let settings = UpstreamSettings::parse(&line, &nothing).unwrap();
        let owned = settings.mistakable().into_iter();
        owned
            .map(|(name, meant)| format!("{name} {meant}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(mistakable("sqs,cloudwatch,events"), ["cloudwatch monitoring"]);
    assert_eq!(mistakable("cloudwatch,monitoring"), Vec::<String>::new());
    assert_eq!(mistakable("aws"), Vec::<String>::new());
}

#[test]
fn services_that_cannot_stand_there_are_refused() {
    check_refused(
        "sky=http://h credentials=none",
        "no such service: sky (services go by the name that requests are signed for: s3, dynamodb, sqs; aws is every \
         one but s3)",
    );
    check_refused(
        "sqs,s3=http://h credentials=none",
        "s3: it stands in a line of its own",
    );
    check_refused(
        "sqs,iam=http://h credentials=none",
        "iam: it is answered by Lanyard itself",
    );
    check_refused("sqs,sqs=http://h credentials=none", "sqs: it is said twice");
    check_refused(
        "s3=http://h credentials=none account=111122223333",
        "account: it means nothing for s3",
    );
    check_refused(
        "aws=http://h credentials=none domain=h",
        "domain: it means something for s3 only",
    );
    check_refused(
        "aws=http://h credentials=none forward-access=stacks",
        "forward-access=stacks: it is no principal of a service, such as stacks.example.com",
    );
    check_refused(
        "aws=http://h credentials=none account=1",
        "account=1: the id of an account has twelve digits",
    );
}
