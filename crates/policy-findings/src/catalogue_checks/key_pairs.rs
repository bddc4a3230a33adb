//! Keys that say little alone, because private addresses are used in every network, and keys that not every service
//! sends.
//!
//! Evidence: AWS documentation, policy check reference and global condition context keys.

use crate::IssueCode;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Statement};

/// A key, and those of which one has to come with it.
const PAIRS: [(&str, &[&str]); 2] = [
    (
        "aws:VpcSourceIp",
        &["aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce"],
    ),
    ("aws:Ec2InstanceSourcePrivateIPv4", &["aws:Ec2InstanceSourceVpc"]),
];

/// Keys that only some services send. Which ones changes from month to month, so a service that is named is taken to
/// be one of them.
const OF_SOME_SERVICES: [&str; 3] = ["aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"];

/// `MISSING_PAIRED_CONDITION_KEYS`.
pub(super) fn missing(statement: &Statement<'_>, _document: &Document<'_>, sink: &mut Sink) {
    for (lone, partners) in PAIRS {
        let has_partner = statement.conditions.iter().any(|condition| {
            partners
                .iter()
                .any(|partner| condition.key().eq_ignore_ascii_case(partner))
        });
        if has_partner {
            continue;
        }
        for condition in statement
            .conditions
            .iter()
            .filter(|condition| condition.key().eq_ignore_ascii_case(lone))
        {
            let details = format!(
                "The addresses of {} exist in many networks. Also say which network: {}.",
                quoted(lone),
                partners.join(" or ")
            );
            sink.at(
                IssueCode::MissingPairedConditionKeys,
                &condition.member.name,
                details,
            );
        }
    }
}

/// `USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES`.
pub(super) fn unscoped(statement: &Statement<'_>, _document: &Document<'_>, sink: &mut Sink) {
    let is_unscoped = statement
        .action
        .as_ref()
        .is_some_and(|element| element.negated || element.values.iter().any(|action| action.text == "*"));
    if !is_unscoped {
        return;
    }
    for condition in &statement.conditions {
        if OF_SOME_SERVICES
            .iter()
            .any(|key| condition.key().eq_ignore_ascii_case(key))
        {
            let details = format!(
                "Only some services send {}. Name the services that this statement is about.",
                quoted(condition.key())
            );
            sink.at(
                IssueCode::UseConditionKeyOnlyWithSupportedServices,
                &condition.member.name,
                details,
            );
        }
    }
}
