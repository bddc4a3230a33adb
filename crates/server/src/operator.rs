//! Who the operator of this machine is, and how what they do is recorded.

use std::fmt;

use jiff::Timestamp;
use lanyard_audit::{EventType, Happening, Record, UserIdentity};
use lanyard_names::AccountId;

/// Who the operator is, by the kernel's word.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operator {
    /// The first start itself.
    FirstStart,
    /// A process of this user on the admin socket.
    User(u32),
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstStart => f.write_str("first start"),
            Self::User(uid) => write!(f, "uid {uid}"),
        }
    }
}

impl Operator {
    /// The record of something an operator did. What concerns no account belongs to account 000000000000.
    pub(crate) fn record(
        self,
        event_name: &'static str,
        account: AccountId,
        read_only: bool,
        time: Timestamp,
    ) -> Record {
        let happening = Happening {
            event_source: SERVICE.into(),
            event_name: event_name.into(),
            aws_region: crate::profile::REGION.into(),
            read_only,
            time,
            request_id: uuid::Uuid::new_v4().to_string(),
            recipient: account,
        };
        let identity = UserIdentity::aws_service(SERVICE).with_user_name(&self.to_string());
        let source = Some(SERVICE.to_owned());
        let agent = Some(concat!("lanyard/", env!("CARGO_PKG_VERSION")).to_owned());
        Record::new(happening, identity)
            .with_client(source, agent)
            .with_type(EventType::AwsServiceEvent)
    }
}

/// The event source of operators' acts.
const SERVICE: &str = "admin.lanyard";
