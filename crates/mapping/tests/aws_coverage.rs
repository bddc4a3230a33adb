//! How many operations of each service are mapped, and how: a table that may only get better.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lanyard_mapping::aws::{How, ServiceMapping};
use lanyard_service_models::service_models;

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/coverage.txt");

/// Counts by rule, override, wildcard and refused.
type Counts = [usize; 4];

fn counted() -> BTreeMap<&'static str, Counts> {
    let mut services: BTreeMap<&str, Counts> = BTreeMap::new();
    for name in service_models().signing_names() {
        // Its own table maps it.
        if name == "s3" {
            continue;
        }
        for row in ServiceMapping::new(name).unwrap().coverage() {
            let counts = services.entry(row.service.id()).or_default();
            let place = match row.how {
                How::Rule => 0,
                How::Override => 1,
                How::Wildcard => 2,
                How::Refused(_) => 3,
            };
            counts[place] += 1;
        }
    }
    services
}

fn written(services: &BTreeMap<&str, Counts>) -> String {
    let mut out = String::from("# service: by rule, by override, on *, refused\n");
    let mut sum = [0; 4];
    for (service, counts) in services {
        let [rule, by_hand, wildcard, refused] = counts;
        writeln!(out, "{service} {rule} {by_hand} {wildcard} {refused}").unwrap();
        for (sum, count) in sum.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    let [rule, by_hand, wildcard, refused] = sum;
    writeln!(out, "= {rule} {by_hand} {wildcard} {refused}").unwrap();
    out
}

/// `LANYARD_WRITE_COVERAGE=1` writes the table anew.
#[test]
fn no_service_is_mapped_worse_than_the_table_says() {
    let services = counted();
    if std::env::var_os("LANYARD_WRITE_COVERAGE").is_some() {
        std::fs::write(TABLE, written(&services)).unwrap();
    }
    let table = std::fs::read_to_string(TABLE).unwrap();
    let mut worse = Vec::new();
    for line in table.lines().filter(|line| !line.starts_with(['#', '='])) {
        let mut words = line.split(' ');
        let service = words.next().unwrap();
        let refused: usize = words.nth(3).unwrap().parse().unwrap();
        let now = services.get(service).copied().unwrap_or_default()[3];
        if now > refused {
            worse.push(format!("{service}: {now} operations are refused, {refused} were"));
        }
    }
    assert!(worse.is_empty(), "{worse:#?}");
}

#[test]
fn every_refusal_has_a_reason() {
    for name in service_models().signing_names().filter(|name| *name != "s3") {
        for row in ServiceMapping::new(name).unwrap().coverage() {
            let title = format!("{} {}", row.service.id(), row.operation.name());
            match row.how {
                How::Refused(reason) => assert!(!reason.is_empty(), "{title}"),
                How::Rule | How::Wildcard => assert!(!row.actions.is_empty(), "{title}"),
                How::Override => {}
            }
        }
    }
}
