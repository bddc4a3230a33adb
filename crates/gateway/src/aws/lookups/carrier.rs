//! Which resource carries the tags of another: an item of a table has those of its table.

/// What follows the account in an ARN; nothing if it is none.
pub(in crate::aws) fn resource(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or_default()
}

/// The service in an ARN; nothing if it is none.
pub(in crate::aws) fn service(arn: &str) -> &str {
    arn.split(':').nth(2).unwrap_or_default()
}

/// The ARN under which the tags of a resource are kept: its own, or that of what it is a part of.
///
/// Evidence: the pages of DynamoDB, Lambda, CloudWatch Logs and Step Functions on tags: indexes and streams have those of
/// their table, versions and aliases those of their function or state machine, streams of a log those of its group.
pub(in crate::aws) fn of(arn: &str) -> String {
    let resource = resource(arn);
    let whole = match service(arn) {
        "dynamodb" => first(resource, '/', 2),
        "lambda" if resource.starts_with("function:") => first(resource, ':', 2),
        "logs" if resource.starts_with("log-group:") => first(resource, ':', 2),
        "states" if resource.starts_with("stateMachine:") => first(resource, ':', 2),
        _ => resource,
    };
    let cut = resource.len().saturating_sub(whole.len());
    let end = arn.len().saturating_sub(cut);
    arn.get(..end).unwrap_or(arn).to_owned()
}

/// So many parts of a text.
fn first(text: &str, separator: char, parts: usize) -> &str {
    let end = text.match_indices(separator).nth(parts - 1);
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
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
            assert_eq!(
                super::of(&format!("arn:aws:{resource}")),
                format!("arn:aws:{carrier}")
            );
        }
        assert_eq!(super::of("*"), "*");
    }
}
