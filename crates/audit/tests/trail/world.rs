//! Records of one day, and a trail to keep them.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use lanyard_audit::{Filter, Happening, Parameters, Reader, Record, Trail, TrailOptions, UserIdentity};
use lanyard_names::AccountId;

pub(crate) const DAY: &str = "2026-11-22";

pub(crate) fn record_at(name: &str, time: &str) -> Record {
    let account = AccountId::parse("123456789012").unwrap();
    let happening = Happening {
        event_source: "iam.amazonaws.com".into(),
        event_name: Cow::Owned(name.to_owned()),
        aws_region: "us-east-1".into(),
        read_only: false,
        time: time.parse::<Timestamp>().unwrap(),
        request_id: format!("request-of-{name}"),
        recipient: account,
    };
    let arn = "arn:aws:iam::123456789012:user/carla";
    Record::new(
        happening,
        UserIdentity::iam_user(account, "AIDAEXAMPLE", arn, "carla"),
    )
    .with_request(Parameters::new().with("userName", "carla"))
}

pub(crate) fn record(name: &str) -> Record {
    record_at(name, &format!("{DAY}T12:00:00Z"))
}

pub(crate) fn open(directory: &Path) -> Trail {
    Trail::open(directory, &TrailOptions::default()).unwrap()
}

pub(crate) fn file_of(directory: &Path) -> PathBuf {
    directory.join(format!("{DAY}.jsonl"))
}

pub(crate) fn names(directory: &Path, filter: Filter) -> Vec<String> {
    let records = Reader::new(directory).records(filter).unwrap();
    records
        .map(|entry| entry.unwrap().record.event_name.into_owned())
        .collect()
}

pub(crate) fn all(directory: &Path) -> Vec<String> {
    names(directory, Filter::default())
}
