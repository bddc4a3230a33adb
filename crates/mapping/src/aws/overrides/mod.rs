//! What no rule knows: operations whose actions, resources or condition keys are written by hand.
//!
//! One file (or folder) for each service, found by the prefix of its actions in policies. An operation that is in a
//! table is decided by that alone, so a table must name every permission that the operation needs.

mod acm;
mod airflow;
mod amplify;
mod api_gateway;
mod application_auto_scaling;
mod athena;
mod auto_scaling;
mod backup;
mod bedrock;
mod budgets;
mod cloud_hsm;
mod cloudformation;
mod cloudfront;
mod cloudwatch;
mod code_artifact;
mod codebuild;
mod cost_explorer;
mod dynamodb;
mod ec2;
mod ecr;
mod ecs;
mod eks;
mod elasti_cache;
mod elastic_file_system;
mod elastic_load_balancing;
mod elsewhere;
mod events;
mod fault_injection;
mod glue;
mod kafka;
mod keyspaces;
mod kinesis;
mod kms;
mod lambda;
mod lex;
mod logs;
mod media_connect;
mod object_address;
mod organizations;
mod quicksight;
mod rds;
mod rds_data;
mod redshift;
mod redshift_data;
mod route53;
mod s3tables;
mod scheduler;
mod secrets_manager;
mod security_hub;
mod ses;
mod sns;
mod sqs;
mod ssm;
mod states;
mod tagging;
mod transcribe;
mod translate;
mod untyped;
mod waf;

pub(super) use cloudformation::templates;
pub(super) use ec2::tags::on_creation_by_rules as ec2_creation_tags;
pub(super) use untyped::{form as untyped_form, resource as untyped_resource};

use lanyard_service_models::ServiceModel;

use super::request::{Request, Resolved};
use crate::MappingError;

/// What is written by hand for a service.
#[derive(Debug)]
pub(crate) struct ServiceOverrides {
    /// Operations whose actions have other names, with the service's prefix: `("Invoke", &["lambda:InvokeFunction"])`.
    /// The first is the action whose resources the rules look for; each further one is asked on the same resources.
    pub(crate) actions: &'static [(&'static str, &'static [&'static str])],
    /// Operations that are not decided by rules.
    pub(crate) operations: &'static [(&'static str, Resolve)],
}

/// Code that finds what an operation is decided on.
pub(crate) type Custom = fn(&Request<'_>) -> Result<Resolved, MappingError>;

/// How an operation finds what it is decided on.
#[derive(Debug)]
pub(crate) enum Resolve {
    /// On these resources: a permission for each, for every action of the operation.
    On(&'static [OnType]),
    /// On `*`: its action takes no resource.
    Wildcard,
    /// Never: it is refused, for this reason.
    Refused(&'static str),
    /// As this says, and in words on what that is.
    Custom(Custom, &'static str),
    /// As this says, and in words on what each operation is that it is for.
    ByTable(Custom, fn(&str) -> Vec<String>),
}

/// One kind of resource that an operation is decided on. A list at a path gives one permission for each value.
#[derive(Debug)]
pub(crate) struct OnType {
    /// The catalogue's name of the type.
    pub(crate) resource_type: &'static str,
    /// What names it.
    pub(crate) named: Named,
    /// What a request that does not name it means.
    pub(crate) absent: Absent,
}

/// What names a resource. Paths are as for [`Request::text`].
#[derive(Debug)]
pub(crate) enum Named {
    /// The member at this path is its ARN.
    Arn(&'static str),
    /// The members at these paths stand for the placeholders of its ARN: `&[("TableName", "Table.Name")]`.
    By(&'static [(&'static str, &'static str)]),
    /// The member at the path is its ARN, or stands for the placeholder: `("TableName", "TableName")`.
    ArnOrBy(&'static str, &'static str),
    /// Nothing: it is being made, or any of them is meant.
    Any,
}

/// What a request that does not name a resource means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// It is incomplete, and refused.
    Missing,
    /// Any resource of the type.
    Any,
    /// None of this type. If no resource at all is named, the request is refused.
    None,
}

/// The action that has the operation's own name.
fn own_action(request: &Request<'_>) -> String {
    request.compiled.own_action.clone()
}

/// Services that share a prefix with another one, and names of operations that mean something else there.
const OTHERS: [&str; 4] = ["eventbridgev2", "lambda-core", "lambda-microvms", "lambda-web"];

/// What is written for a service, by the prefix of its actions.
pub(crate) fn of(service: &ServiceModel) -> Option<&'static ServiceOverrides> {
    if OTHERS.contains(&service.id()) {
        return None;
    }
    match service.iam_prefix() {
        "acm" => Some(&acm::OVERRIDES),
        "airflow" => Some(&airflow::OVERRIDES),
        "amplify" => Some(&amplify::OVERRIDES),
        "apigateway" => Some(&api_gateway::OVERRIDES),
        "application-autoscaling" => Some(&application_auto_scaling::OVERRIDES),
        "athena" => Some(&athena::OVERRIDES),
        "autoscaling" => Some(&auto_scaling::OVERRIDES),
        "backup" => Some(&backup::OVERRIDES),
        "bedrock" => Some(&bedrock::OVERRIDES),
        "budgets" => Some(&budgets::OVERRIDES),
        "cassandra" => Some(&keyspaces::OVERRIDES),
        "ce" => Some(&cost_explorer::OVERRIDES),
        "cloudformation" => Some(&cloudformation::OVERRIDES),
        "cloudfront" => Some(&cloudfront::OVERRIDES),
        "cloudhsm" => Some(&cloud_hsm::OVERRIDES),
        "cloudwatch" => Some(&cloudwatch::OVERRIDES),
        "codeartifact" => Some(&code_artifact::OVERRIDES),
        "codebuild" => Some(&codebuild::OVERRIDES),
        "dynamodb" => Some(&dynamodb::OVERRIDES),
        "ec2" => Some(&ec2::OVERRIDES),
        "ecr" => Some(&ecr::OVERRIDES),
        "ecs" => Some(&ecs::OVERRIDES),
        "eks" => Some(&eks::OVERRIDES),
        "elasticache" => Some(&elasti_cache::OVERRIDES),
        "elasticfilesystem" => Some(&elastic_file_system::OVERRIDES),
        "elasticloadbalancing" => Some(&elastic_load_balancing::OVERRIDES),
        "events" => Some(&events::OVERRIDES),
        "fis" => Some(&fault_injection::OVERRIDES),
        "glue" => Some(&glue::OVERRIDES),
        "kafka" => Some(&kafka::OVERRIDES),
        "kinesis" => Some(&kinesis::OVERRIDES),
        "kms" => Some(&kms::OVERRIDES),
        "lambda" => Some(&lambda::OVERRIDES),
        "lex" => Some(&lex::OVERRIDES),
        "logs" => Some(&logs::OVERRIDES),
        "mediaconnect" => Some(&media_connect::OVERRIDES),
        "organizations" => Some(&organizations::OVERRIDES),
        "quicksight" => Some(&quicksight::OVERRIDES),
        "rds" => Some(&rds::OVERRIDES),
        "rds-data" => Some(&rds_data::OVERRIDES),
        "redshift" => Some(&redshift::OVERRIDES),
        "redshift-data" => Some(&redshift_data::OVERRIDES),
        "route53" => Some(&route53::OVERRIDES),
        "s3tables" => Some(&s3tables::OVERRIDES),
        "scheduler" => Some(&scheduler::OVERRIDES),
        "secretsmanager" => Some(&secrets_manager::OVERRIDES),
        "securityhub" => Some(&security_hub::OVERRIDES),
        "ses" => Some(&ses::OVERRIDES),
        "sns" => Some(&sns::OVERRIDES),
        "sqs" => Some(&sqs::OVERRIDES),
        "ssm" => Some(&ssm::OVERRIDES),
        "states" => Some(&states::OVERRIDES),
        "tag" => Some(&tagging::OVERRIDES),
        "transcribe" => Some(&transcribe::OVERRIDES),
        "translate" => Some(&translate::OVERRIDES),
        "waf-regional" => Some(&waf::REGIONAL),
        "wafv2" => Some(&waf::OVERRIDES),
        _ => None,
    }
}
