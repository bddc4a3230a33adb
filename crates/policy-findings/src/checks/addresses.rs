//! Ranges of addresses.

use std::net::Ipv4Addr;

use lanyard_policy::operator::Comparison;
use lanyard_policy::value::Net;

use crate::IssueCode;
use crate::locate::Place;
use crate::sink::Sink;
use crate::view::{Document, Statement, Text};

/// Private addresses as `aws:SourceIp`, which is always a public one.
pub(super) fn private(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        let Some(operator) = condition.operator else {
            continue;
        };
        if operator.comparison != Comparison::IpAddress
            || !condition.key().eq_ignore_ascii_case("aws:SourceIp")
        {
            continue;
        }
        let ranges = || {
            condition
                .values
                .iter()
                .filter_map(|value| Some((*value, Net::parse(value.text)?)))
        };
        let private: Vec<Text<'_>> = ranges()
            .filter(|(_, net)| is_private(*net))
            .map(|(value, _)| value)
            .collect();
        let all = private.len() == ranges().count();
        let (code, details) = match (private.is_empty(), all, operator.negated) {
            (true, ..) => continue,
            (_, true, false) => (
                IssueCode::PrivateIpAddress,
                "aws:SourceIp is a public address, and here are only private ones: it never holds. Use \
                 aws:VpcSourceIp.",
            ),
            (_, true, true) => (
                IssueCode::PrivateNotIpAddress,
                "aws:SourceIp is a public address, and here are only private ones: it always holds. Use \
                 aws:VpcSourceIp.",
            ),
            (_, false, false) => (
                IssueCode::PrivateIpAddressSubset,
                "aws:SourceIp is a public address, so the private ones here never match. Use aws:VpcSourceIp for \
                 them.",
            ),
            (_, false, true) => (
                IssueCode::PrivateNotIpAddressSubset,
                "aws:SourceIp is a public address, so the private ones here except nothing. Use aws:VpcSourceIp \
                 for them.",
            ),
        };
        let places: Vec<_> = private.iter().map(|value| Place::of(value.node)).collect();
        sink.report(code, &places, details);
    }
}

/// Whether the whole range is private. Evidence: RFC 1918 and RFC 4193.
fn is_private(net: Net) -> bool {
    let within = |prefix: u8, min: u8| prefix >= min;
    match net {
        Net::V4 { bits, prefix } => {
            within(prefix, 8) && bits >> 24 == 10
                || within(prefix, 12) && bits >> 20 == 0xac1
                || within(prefix, 16) && bits >> 16 == 0xc0a8
        }
        Net::V6 { bits, prefix } => within(prefix, 7) && bits >> 121 == 0xfc >> 1,
    }
}

/// Bits of IPv4 behind the prefix, which count for nothing.
pub(super) fn host_bits(statement: &Statement<'_>, _: &Document<'_>, sink: &mut Sink) {
    for condition in &statement.conditions {
        if condition
            .operator
            .is_none_or(|operator| operator.comparison != Comparison::IpAddress)
        {
            continue;
        }
        for value in &condition.values {
            if let Some(better) = Net::parse(value.text).and_then(without_host_bits) {
                let details = format!("Only the bits before the prefix length count: write {better}.");
                sink.at(IssueCode::ImproveIpRange, value.node, details);
            }
        }
    }
}

/// The range as it should be written, if it has bits that do not count.
fn without_host_bits(net: Net) -> Option<String> {
    match net {
        Net::V4 { bits, prefix } => {
            let host = u32::MAX.checked_shr(u32::from(prefix)).unwrap_or(0);
            (bits & host != 0).then(|| format!("{}/{prefix}", Ipv4Addr::from_bits(bits & !host)))
        }
        // With such bits it is no range at all, and reported as that.
        Net::V6 { .. } => None,
    }
}
