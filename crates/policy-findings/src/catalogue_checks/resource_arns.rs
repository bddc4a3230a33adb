//! Whether ARNs of resources have the form that their service gives them.
//!
//! The forms of a service are those of its types of resources. Which of them an ARN can be is asked of its last part;
//! Region and account are then held against those forms only. Parts with wildcards or variables fit everything.
//!
//! Lists of types are not complete: AWS's own policies name resources that the reference does not have. So a last
//! part that fits no form is wrong only if it begins as the resources of a type do, in other case or punctuation or
//! with another continuation; an unknown beginning is passed over. IAM's list is complete.

use lanyard_catalogue::catalogue;

use super::arn::{Arn, Reading};
use super::glob::{has_wildcard, is_open};
use super::regions;
use super::resource_forms::{self, Forms, Slot, beginning};
use super::retired::is_retired;
use crate::IssueCode;
use crate::sink::{Sink, quoted};
use crate::view::{Document, Statement, Text};
use crate::work::Work;

/// More forms are not named in a finding.
const FORMS_MAX: usize = 3;

/// Owners other than accounts that stand in ARNs.
const OWNERS: [&str; 2] = ["aws", "aws-managed"];

/// Services of which every ARN has an account, be it AWS's. Those of others may be without one: AWS's own documents of
/// Systems Manager are, whatever the reference says.
const ALWAYS_OWNED: [&str; 7] = [
    "dynamodb",
    "iam",
    "kinesis",
    "lambda",
    "secretsmanager",
    "sns",
    "sqs",
];

/// What the last part of an ARN of IAM begins with.
///
/// Evidence: AWS's answer to policies with others.
const IAM_RESOURCES: [&str; 13] = [
    "access-report/",
    "federated-user/",
    "group/",
    "instance-profile/",
    "mfa/",
    "oidc-provider/",
    "policy/",
    "report/",
    "role/",
    "saml-provider/",
    "server-certificate/",
    "sms-mfa/",
    "user/",
];

/// The `…_ARN_…` codes, `INVALID_PARTITION`, `INVALID_SERVICE` and `WILDCARD_IN_SERVICE_NAME`.
pub(super) fn forms(statement: &Statement<'_>, document: &Document<'_>, sink: &mut Sink) {
    if document.kind.is_role_trust() {
        return;
    }
    for resource in statement.resource.iter().flat_map(|element| &element.values) {
        if sink.is_full() {
            return;
        }
        if resource.text.bytes().all(|byte| byte == b'*') && !resource.text.is_empty() {
            continue;
        }
        match Reading::of(resource.text) {
            Reading::NoPrefix => {
                let details = format!(
                    "{} is neither * nor an ARN: those begin with arn:.",
                    quoted(resource.text)
                );
                sink.at(IssueCode::InvalidArnPrefix, resource.node, details);
            }
            // A wildcard at the end can stand for the missing parts.
            Reading::Short if resource.text.ends_with('*') => {}
            Reading::Short => {
                let details = format!(
                    "{} has too few parts: an ARN has 6, arn:partition:service:region:account:resource.",
                    quoted(resource.text)
                );
                sink.at(IssueCode::MissingArnField, resource.node, details);
            }
            Reading::Arn(arn) => Check {
                resource,
                arn: &arn,
                work: &document.work,
                sink,
            }
            .run(),
        }
    }
}

struct Check<'c, 'a> {
    resource: &'c Text<'a>,
    arn: &'c Arn<'a>,
    work: &'c Work,
    sink: &'c mut Sink,
}

impl Check<'_, '_> {
    fn run(&mut self) {
        self.partition();
        if !self.service() {
            return;
        }
        self.account();
        let service = self.arn.part(Arn::SERVICE);
        let Some(forms) = Forms::of(service) else {
            return;
        };
        match forms.fitting(self.arn, self.work) {
            None => self.unknown_resource(service, forms),
            Some(slots) => {
                self.region_of(slots.region);
                self.account_of(slots.account);
            }
        }
    }

    fn at(&mut self, code: IssueCode, part: usize, details: impl Into<String>) {
        self.sink
            .part(code, self.resource.node, self.arn.range(part), details);
    }

    fn partition(&mut self) {
        let partition = self.arn.part(Arn::PARTITION);
        if !is_open(partition) && !regions::is_partition(partition) {
            let details = format!(
                "There is no partition {}; there are {}.",
                quoted(partition),
                regions::partitions()
            );
            self.at(IssueCode::InvalidPartition, Arn::PARTITION, details);
        }
    }

    /// Whether the service is known.
    fn service(&mut self) -> bool {
        let service = self.arn.part(Arn::SERVICE);
        if has_wildcard(service) {
            let details = "A wildcard in the name of a service also matches services that do not exist yet. Name each \
                           service.";
            self.at(IssueCode::WildcardInServiceName, Arn::SERVICE, details);
            return false;
        }
        if is_service(service) {
            return true;
        }
        let lowered = service.to_ascii_lowercase();
        if is_service(&lowered) {
            let details = format!(
                "The service of an ARN is written in lower case: {}.",
                quoted(&lowered)
            );
            self.at(IssueCode::InvalidArnServiceCase, Arn::SERVICE, details);
        } else if !is_retired(service) && !service.contains("${") {
            let details = format!("There is no service {}.", quoted(service));
            self.at(IssueCode::InvalidService, Arn::SERVICE, details);
        }
        false
    }

    fn account(&mut self) {
        let account = self.arn.part(Arn::ACCOUNT);
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if !account.is_empty() && !is_open(account) && !is_account && !is_owner(account) {
            let details = format!("{} is no account: those have 12 digits.", quoted(account));
            self.at(IssueCode::InvalidArnAccount, Arn::ACCOUNT, details);
        }
    }

    fn region_of(&mut self, slot: Slot) {
        let (region, service) = (self.arn.part(Arn::REGION), self.arn.part(Arn::SERVICE));
        if is_open(region) {
            return;
        }
        if region.is_empty() {
            if slot.is_always_filled() {
                let details = format!(
                    "An ARN of this kind of {} has a Region, or * in its place.",
                    quoted(service)
                );
                self.sink
                    .at(IssueCode::MissingArnRegion, self.resource.node, details);
            }
        } else if slot.is_always_empty() {
            let details = format!("An ARN of this kind of {} has no Region.", quoted(service));
            self.at(IssueCode::ArnRegionNotAllowed, Arn::REGION, details);
        } else if !self.is_region(region) {
            let details = format!("There is no Region {} in this partition.", quoted(region));
            self.at(IssueCode::InvalidArnRegion, Arn::REGION, details);
        }
    }

    fn is_region(&self, region: &str) -> bool {
        let partition = self.arn.part(Arn::PARTITION);
        if is_open(partition) || !regions::is_partition(partition) {
            regions::is_region(region)
        } else {
            regions::is_region_of(partition, region)
        }
    }

    fn account_of(&mut self, slot: Slot) {
        let (account, service) = (self.arn.part(Arn::ACCOUNT), self.arn.part(Arn::SERVICE));
        if is_open(account) {
            return;
        }
        if account.is_empty() {
            if ALWAYS_OWNED.contains(&service) && slot.is_always_filled() {
                let details = format!(
                    "An ARN of this kind of {} has an account, or * in its place.",
                    quoted(service)
                );
                self.sink
                    .at(IssueCode::MissingArnAccount, self.resource.node, details);
            }
        } else if slot.is_always_empty() {
            let details = format!("An ARN of this kind of {} has no account.", quoted(service));
            self.at(IssueCode::ArnAccountNotAllowed, Arn::ACCOUNT, details);
        }
    }

    fn unknown_resource(&mut self, service: &str, forms: &Forms) {
        let resource = self.arn.part(Arn::RESOURCE);
        if resource.is_empty() {
            let details = format!(
                "{} names no resource: its last part is empty.",
                quoted(self.resource.text)
            );
            return self
                .sink
                .at(IssueCode::InvalidArnResource, self.resource.node, details);
        }
        let begins = beginning(resource);
        let mut forms = match begins {
            "" => Vec::new(),
            _ => forms.like(begins).to_vec(),
        };
        let is_wrong = if service == "iam" {
            !IAM_RESOURCES.iter().any(|begins| resource.starts_with(begins))
        } else {
            !forms.is_empty()
        };
        if !is_wrong || is_open(begins) {
            return;
        }
        forms.dedup();
        forms.truncate(FORMS_MAX);
        let mut details = format!(
            "{} is not how a resource of {} is written.",
            quoted(resource),
            quoted(service)
        );
        if service == "iam" {
            details.push_str(" It begins with one of ");
            details.push_str(&IAM_RESOURCES.join(", "));
            details.push('.');
        } else {
            details.push_str(" Known are ");
            details.push_str(&forms.join(", "));
            details.push('.');
        }
        self.at(IssueCode::InvalidArnResource, Arn::RESOURCE, details);
    }
}

fn is_service(service: &str) -> bool {
    Forms::of(service).is_some()
        || catalogue()
            .service(service)
            .is_some_and(|known| known.prefix() == service)
}

fn is_owner(account: &str) -> bool {
    OWNERS.contains(&account) || resource_forms::is_owner(account)
}
