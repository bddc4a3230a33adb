//! What a record is about.

use lanyard_names::AccountId;
use serde::{Deserialize, Serialize};

/// A resource that a record is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventResource {
    /// The account that owns it. Objects have none: that of their bucket is meant.
    #[serde(rename = "accountId", default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Its type, as `AWS::S3::Object`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its ARN.
    #[serde(rename = "ARN", default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// What the ARNs begin with, where many resources are meant.
    #[serde(rename = "ARNPrefix", default, skip_serializing_if = "Option::is_none")]
    pub arn_prefix: Option<String>,
}

// Evidence: CloudTrail's published records of STS, and those of data events of S3: an object with its ARN and no account, objects that
// are listed or deleted together with what their ARNs begin with, and the bucket with its owner's account.
/// Services whose names in types are not those of their ARNs in capitals.
const SERVICES: [(&str, &str); 11] = [
    ("apigateway", "ApiGateway"),
    ("cloudwatch", "CloudWatch"),
    ("dynamodb", "DynamoDB"),
    ("events", "Events"),
    ("firehose", "KinesisFirehose"),
    ("kinesis", "Kinesis"),
    ("lambda", "Lambda"),
    ("logs", "Logs"),
    ("route53", "Route53"),
    ("secretsmanager", "SecretsManager"),
    ("states", "StepFunctions"),
];

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

impl EventResource {
    /// An object of S3.
    pub fn s3_object(arn: &str) -> Self {
        Self::of("AWS::S3::Object").with_arn(arn)
    }

    /// The objects of S3 whose ARNs begin with a text: those that are listed, or deleted together.
    pub fn s3_objects(arn_prefix: &str) -> Self {
        Self {
            arn_prefix: Some(arn_prefix.to_owned()),
            ..Self::of("AWS::S3::Object")
        }
    }

    /// A bucket of S3 and the account that owns it.
    pub fn s3_bucket(arn: &str, owner: AccountId) -> Self {
        Self::owned("AWS::S3::Bucket", arn, owner)
    }

    /// A role.
    pub fn iam_role(arn: &str, owner: AccountId) -> Self {
        Self::owned("AWS::IAM::Role", arn, owner)
    }

    /// A SAML provider.
    pub fn saml_provider(arn: &str, owner: AccountId) -> Self {
        Self::owned("AWS::IAM::SAMLProvider", arn, owner)
    }

    /// A resource of any service, by the service and the type of its ARN. The type is spelt as the trail spells types
    /// as far as that follows from its words: `AWS::SQS::Queue` of the `queue` of `sqs`.
    pub fn of_service(service: &str, kind: &str, arn: &str, owner: Option<AccountId>) -> Self {
        let service = SERVICES
            .iter()
            .find(|(prefix, _)| *prefix == service)
            .map_or_else(|| service.to_ascii_uppercase(), |(_, name)| (*name).to_owned());
        let words = kind.split(['-', '/', ' ', '_']).map(capitalized);
        let kind: String = words.collect();
        Self {
            account_id: owner.map(|owner| owner.to_string()),
            ..Self::of(&format!("AWS::{service}::{kind}")).with_arn(arn)
        }
    }

    fn owned(kind: &str, arn: &str, owner: AccountId) -> Self {
        Self {
            account_id: Some(owner.to_string()),
            ..Self::of(kind).with_arn(arn)
        }
    }

    fn of(kind: &str) -> Self {
        Self {
            account_id: None,
            kind: kind.to_owned(),
            arn: None,
            arn_prefix: None,
        }
    }

    fn with_arn(mut self, arn: &str) -> Self {
        self.arn = Some(arn.to_owned());
        self
    }
}
