//! Tags of resources that live elsewhere.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Tags;

/// The tags of a resource that Lanyard knows by its ARN alone: a queue, a table, anything that programs ask about.
///
/// Keys are compared without regard to case, as conditions compare them, so that no resource has a tag twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceTags {
    /// The resource's ARN.
    pub arn: Arc<str>,
    /// Its tags; there is at least one.
    pub tags: Tags,
}

impl ResourceTags {
    /// The ARN under which the tags of a resource are kept: its own, or that of what it is a part of.
    ///
    /// Evidence: the pages of DynamoDB, Lambda, CloudWatch Logs and Step Functions on tags: indexes and streams have
    /// those of their table, versions and aliases those of their function or state machine, streams of a log those of
    /// its group.
    #[must_use]
    pub fn carrier(arn: &str) -> &str {
        let mut fields = arn.splitn(6, ':');
        let (service, resource) = (
            fields.nth(2).unwrap_or_default(),
            fields.nth(2).unwrap_or_default(),
        );
        let whole = match service {
            "dynamodb" => first(resource, '/', 2),
            "lambda" if resource.starts_with("function:") => first(resource, ':', 2),
            "logs" if resource.starts_with("log-group:") => first(resource, ':', 2),
            "states" if resource.starts_with("stateMachine:") => first(resource, ':', 2),
            _ => resource,
        };
        let cut = resource.len().saturating_sub(whole.len());
        arn.get(..arn.len().saturating_sub(cut)).unwrap_or(arn)
    }
}

/// So many parts of a text.
fn first(text: &str, separator: char, parts: usize) -> &str {
    let end = text.match_indices(separator).nth(parts - 1);
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::ResourceTags;

    #[test]
    fn parts_have_the_tags_of_the_whole() {
        for (resource, carrier) in [
            ("dynamodb:r:1:table/t/index/i", "dynamodb:r:1:table/t"),
            ("dynamodb:r:1:table/t/stream/2026", "dynamodb:r:1:table/t"),
            ("dynamodb:r:1:table/t", "dynamodb:r:1:table/t"),
            ("lambda:r:1:function:f:live", "lambda:r:1:function:f"),
            ("lambda:r:1:layer:l:1", "lambda:r:1:layer:l:1"),
            ("logs:r:1:log-group:g:log-stream:s", "logs:r:1:log-group:g"),
            ("logs:r:1:log-group:g:*", "logs:r:1:log-group:g"),
            ("states:r:1:stateMachine:m:2", "states:r:1:stateMachine:m"),
            ("sqs:r:1:q", "sqs:r:1:q"),
        ] {
            let arn = format!("arn:aws:{resource}");
            assert_eq!(ResourceTags::carrier(&arn), format!("arn:aws:{carrier}"));
        }
        assert_eq!(ResourceTags::carrier("*"), "*");
    }
}
