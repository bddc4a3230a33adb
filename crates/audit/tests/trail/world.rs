//! Records of one day, and a trail to keep them.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use lanyard_audit::{
    EventResource, Filter, Happening, Parameters, Reader, Record, Trail, TrailOptions, Transfer, UserIdentity,
};
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

pub(crate) fn bucket_owner() -> AccountId {
    AccountId::parse("210987654321").unwrap()
}

/// A data event: an object of another account's bucket was read.
pub(crate) fn data_event(identity: UserIdentity, recipient: AccountId) -> Record {
    let happening = Happening {
        event_source: "s3.amazonaws.com".into(),
        event_name: "GetObject".into(),
        aws_region: "us-east-1".into(),
        read_only: true,
        time: format!("{DAY}T12:00:00Z").parse().unwrap(),
        request_id: "request-of-GetObject".into(),
        recipient,
    };
    let transfer = Transfer {
        signature_version: (!identity.is_anonymous()).then_some("SigV4"),
        authentication_method: (!identity.is_anonymous()).then_some("AuthHeader"),
        bytes_in: 0,
        bytes_out: 7,
    };
    Record::new(happening, identity)
        .into_data_event()
        .with_request(
            Parameters::new()
                .with_s3("bucketName", "logs")
                .with_s3("key", "k"),
        )
        .with_resource(EventResource::s3_object("arn:aws:s3:::logs/k"))
        .with_resource(EventResource::s3_bucket("arn:aws:s3:::logs", bucket_owner()))
        .with_transfer(&transfer)
}

pub(crate) fn carla() -> UserIdentity {
    let account = AccountId::parse("123456789012").unwrap();
    let arn = "arn:aws:iam::123456789012:user/carla";
    UserIdentity::iam_user(account, "AIDAEXAMPLE", arn, "carla")
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
