//! `lanyard gateway coverage`: which operations of a service are mapped, and how. No server.

use std::fmt;

use lanyard_mapping::aws::{CoverageRow, How};
use lanyard_mapping::{Level, Operation};
use lanyard_service_models::{ServiceModel, service_models};
use serde::Serialize;

use crate::cli::GatewayCoverageFlags;
use crate::exit::CommandError;
use crate::terminal::{Terminal, printable};

/// All operations for which requests are signed under one name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Coverage {
    service: String,
    counts: Counts,
    operations: Vec<Covered>,
}

/// How many operations are mapped in which way.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Counts {
    operations: usize,
    rule: usize,
    r#override: usize,
    wildcard: usize,
    refused: usize,
}

/// One operation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Covered {
    operation: &'static str,
    /// The service among those of one signing name, as AWS's SDK for Python calls it.
    model: &'static str,
    how: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    actions: Vec<String>,
    resources: Vec<String>,
    condition_keys: Vec<&'static str>,
    passed_roles: Vec<String>,
}

/// Prints the operations of one service, or a line for each service.
pub(super) fn run(flags: &GatewayCoverageFlags) -> Result<(), CommandError> {
    match flags.service.as_deref() {
        Some(service) => {
            let coverage = Coverage::of(service)?;
            show(flags, &coverage, &coverage.to_string())?;
            tell_of_namesake(service);
            Ok(())
        }
        None => {
            let services: Vec<Summary> = service_models().signing_names().filter_map(Summary::of).collect();
            let all = Services {
                counts: services.iter().map(|summary| summary.counts).sum(),
                services,
            };
            show(flags, &all, &all.to_string())
        }
    }
}

fn show(flags: &GatewayCoverageFlags, json: &impl Serialize, text: &str) -> Result<(), CommandError> {
    if flags.json {
        return crate::commands::print_json(json);
    }
    for line in text.trim_end().lines() {
        crate::commands::printed(Terminal::stdout().line(&printable(line)))?;
    }
    Ok(())
}

/// Requests to what clients call so may be signed under another name, as those to CloudWatch are for `monitoring`.
fn tell_of_namesake(service: &str) {
    let namesake = service_models().service(service).map(ServiceModel::signing_name);
    if let Some(signed) = namesake.filter(|signed| *signed != service) {
        eprintln!("requests to the service that clients call {service} are signed for {signed}");
    }
}

impl Coverage {
    /// What is mapped of the requests that are signed for this name.
    fn of(service: &str) -> Result<Self, CommandError> {
        let operations: Vec<Covered> = if service == "s3" {
            Operation::ALL.iter().map(Covered::in_s3).collect()
        } else {
            let rows = super::mapping(service)?.coverage();
            rows.into_iter().map(Covered::new).collect()
        };
        Ok(Self {
            service: service.to_owned(),
            counts: Counts::of(&operations),
            operations,
        })
    }
}

impl Counts {
    fn of(operations: &[Covered]) -> Self {
        let count = |how: &str| operations.iter().filter(|covered| covered.how == how).count();
        Self {
            operations: operations.len(),
            rule: count("rule"),
            r#override: count("override"),
            wildcard: count("wildcard"),
            refused: count("refused"),
        }
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            operations: sum.operations + one.operations,
            rule: sum.rule + one.rule,
            r#override: sum.r#override + one.r#override,
            wildcard: sum.wildcard + one.wildcard,
            refused: sum.refused + one.refused,
        })
    }
}

impl Covered {
    fn new(row: CoverageRow) -> Self {
        let (how, reason) = match row.how {
            How::Rule => ("rule", None),
            How::Override => ("override", None),
            How::Wildcard => ("wildcard", None),
            How::Refused(reason) => ("refused", Some(reason.into_owned())),
        };
        Self {
            operation: row.operation.name(),
            model: row.service.id(),
            how,
            reason,
            actions: row.actions.into_iter().map(String::from).collect(),
            resources: row.resources,
            condition_keys: row.keys,
            passed_roles: row.passed_roles,
        }
    }

    /// The table of S3 is written by hand throughout, and knows more than fits here.
    fn in_s3(operation: &Operation) -> Self {
        let resource = match operation.level() {
            Level::Service => "*",
            Level::Bucket => "arn:aws:s3:::{Bucket}",
            Level::Object => "arn:aws:s3:::{Bucket}/{Key}",
        };
        let refused = operation.refused();
        Self {
            operation: operation.name(),
            model: "s3",
            how: if refused.is_some() { "refused" } else { "override" },
            reason: refused.map(str::to_owned),
            actions: vec![operation.action().to_owned()],
            resources: vec![resource.to_owned()],
            condition_keys: Vec::new(),
            passed_roles: Vec::new(),
        }
    }
}

/// The counts of every service, and of all together.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Services {
    services: Vec<Summary>,
    counts: Counts,
}

/// The counts of one service.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    service: String,
    counts: Counts,
}

impl Summary {
    /// Nothing for what Lanyard answers itself.
    fn of(service: &str) -> Option<Self> {
        let Coverage { service, counts, .. } = Coverage::of(service).ok()?;
        Some(Self { service, counts })
    }
}

impl fmt::Display for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for summary in &self.services {
            writeln!(f, "{summary}")?;
        }
        writeln!(f, "all services: {}", self.counts)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.service, self.counts)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} operations: {} rule, {} override, {} wildcard, {} refused",
            self.operations, self.rule, self.r#override, self.wildcard, self.refused
        )
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.operations.first().map(|covered| covered.model);
        let has_several = self.operations.iter().any(|covered| Some(covered.model) != first);
        for covered in &self.operations {
            let model = if has_several {
                format!(" of {}", covered.model)
            } else {
                String::new()
            };
            writeln!(f, "{}{model}: {covered}", covered.operation)?;
        }
        writeln!(f, "{}: {}", self.service, self.counts)
    }
}

impl fmt::Display for Covered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(reason) = &self.reason {
            return write!(f, "refused: {reason}");
        }
        write!(f, "{}: {}", self.how, self.actions.join(", "))?;
        for resource in &self.resources {
            write!(f, "\n  on {resource}")?;
        }
        if !self.condition_keys.is_empty() {
            write!(f, "\n  keys {}", self.condition_keys.join(", "))?;
        }
        if !self.passed_roles.is_empty() {
            write!(f, "\n  passes {}", self.passed_roles.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn row(id: &str, operation: &str, how: How) -> CoverageRow {
        let service = service_models().service(id).unwrap();
        CoverageRow {
            service,
            operation: service.operation(operation).unwrap(),
            how,
            actions: Vec::new(),
            resources: Vec::new(),
            keys: Vec::new(),
            passed_roles: Vec::new(),
        }
    }

    fn check(rows: Vec<CoverageRow>, expected: &str) {
        let operations: Vec<Covered> = rows.into_iter().map(Covered::new).collect();
        let coverage = Coverage {
            service: "the service".to_owned(),
            counts: Counts::of(&operations),
            operations,
        };
        assert_eq!(coverage.to_string(), expected);
    }

    #[test]
    fn every_operation_says_how_it_is_mapped_and_the_last_line_counts() {
        let send = CoverageRow {
            actions: vec![Cow::Borrowed("sqs:SendMessage")],
            resources: vec!["arn:aws:sqs:{region}:{account}:{QueueUrl}".to_owned()],
            keys: vec!["aws:TagKeys"],
            passed_roles: vec!["RoleArn".to_owned()],
            ..row("sqs", "SendMessage", How::Override)
        };
        let list = CoverageRow {
            actions: vec![Cow::Borrowed("sqs:ListQueues")],
            resources: vec!["*".to_owned()],
            ..row("sqs", "ListQueues", How::Wildcard)
        };
        let refused = row("sqs", "PurgeQueue", How::Refused(Cow::Borrowed("nobody knows")));
        check(
            vec![send, list, refused],
            "\
SendMessage: override: sqs:SendMessage
  on arn:aws:sqs:{region}:{account}:{QueueUrl}
  keys aws:TagKeys
  passes RoleArn
ListQueues: wildcard: sqs:ListQueues
  on *
PurgeQueue: refused: nobody knows
the service: 3 operations: 0 rule, 1 override, 1 wildcard, 1 refused
",
        );
    }

    #[test]
    fn services_of_one_name_are_told_apart() {
        let reason = || How::Refused(Cow::Borrowed("odd"));
        check(
            vec![
                row("elb", "CreateLoadBalancer", reason()),
                row("elbv2", "CreateLoadBalancer", reason()),
            ],
            "\
CreateLoadBalancer of elb: refused: odd
CreateLoadBalancer of elbv2: refused: odd
the service: 2 operations: 0 rule, 0 override, 0 wildcard, 2 refused
",
        );
    }

    #[test]
    fn the_store_has_a_table_of_its_own() {
        let coverage = Coverage::of("s3").unwrap();
        let shown = coverage.to_string();
        assert!(shown.contains("\nGetObject: override: s3:GetObject\n  on arn:aws:s3:::{Bucket}/{Key}\n"));
        assert!(coverage.counts.refused < coverage.counts.r#override);
    }
}
