//! Keys that say little alone: private addresses are used in every network.
//!
//! Evidence: AWS documentation, policy check reference and global condition context keys.

use crate::IssueCode;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Statement};

/// A key, and those of which one has to come with it.
const PAIRS: [(&str, &[&str]); 2] = [
    ("aws:VpcSourceIp", &["aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce"]),
    ("aws:Ec2InstanceSourcePrivateIPv4", &["aws:Ec2InstanceSourceVpc"]),
];

/// `MISSING_PAIRED_CONDITION_KEYS`.
pub(super) fn missing(statement: &Statement<'_>, _document: &Document<'_>, sink: &mut Sink) {
    for (lone, partners) in PAIRS {
        let has_partner = statement
            .conditions
            .iter()
            .any(|condition| partners.iter().any(|partner| condition.key().eq_ignore_ascii_case(partner)));
        if has_partner {
            continue;
        }
        for condition in statement.conditions.iter().filter(|condition| condition.key().eq_ignore_ascii_case(lone)) {
            let details = format!(
                "The addresses of {} exist in many networks. Also say which network: {}.",
                quoted(lone),
                partners.join(" or ")
            );
            sink.at(IssueCode::MissingPairedConditionKeys, &condition.member.name, details);
        }
    }
}
