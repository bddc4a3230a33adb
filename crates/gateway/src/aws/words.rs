//! The words that services have of their own for a denial.
//!
//! Evidence: recorded denials of AWS. SQS has its actions in small letters and SNS its name in capitals; services that
//! name no resource where an action takes none say nothing of it, and the others `*`.

use std::borrow::Cow;

use lanyard_mapping::aws::Permission;
use lanyard_service_models::ServiceModel;

/// Services, by the prefix of their actions, that name no resource where an action takes none.
const NAME_NOTHING: [&str; 9] = [
    "autoscaling",
    "cloudformation",
    "cloudfront",
    "cloudtrail",
    "cloudwatch",
    "codebuild",
    "ec2",
    "elasticloadbalancing",
    "secretsmanager",
];

/// A denial in the words of the service that answers.
pub(super) fn in_words_of(service: &ServiceModel, permission: &Permission, message: String) -> String {
    let action = permission.action.as_ref();
    let own = spelled(service.iam_prefix(), action);
    let names_nothing = permission.resource == "*" && NAME_NOTHING.contains(&service.iam_prefix());
    if matches!(own, Cow::Borrowed(_)) && !names_nothing {
        return message;
    }
    let said = format!(": {action} on resource: {}", permission.resource);
    let saying = if names_nothing {
        format!(": {own}")
    } else {
        format!(": {own} on resource: {}", permission.resource)
    };
    let message = message.replacen(&said, &saying, 1);
    match message.strip_suffix(&format!(" allows the {action} action")) {
        Some(before) => format!("{before} allows the {own} action"),
        None => message,
    }
}

/// An action as the service spells it.
fn spelled<'a>(prefix: &str, action: &'a str) -> Cow<'a, str> {
    match action.split_once(':') {
        Some(("sqs", _)) if prefix == "sqs" => action.to_ascii_lowercase().into(),
        Some(("sns", name)) if prefix == "sns" => format!("SNS:{name}").into(),
        _ => action.into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use std::borrow::Cow;

    use lanyard_mapping::aws::Permission;
    use lanyard_policy::Context;
    use lanyard_service_models::service_models;

    use super::in_words_of;

    fn check(service: &str, action: &'static str, resource: &str, because: &str, expected: &str) {
        let permission = Permission {
            action: Cow::Borrowed(action),
            resource: resource.to_owned(),
            resource_type: None,
            wildcard_only: resource == "*",
            partly_known: false,
            context: Context::new(),
            unknown_keys: Vec::new(),
            takes_resource_tags: false,
        };
        let message =
            format!("User: u is not authorized to perform: {action} on resource: {resource}{because}");
        let service = service_models().service(service).unwrap();
        assert_eq!(
            in_words_of(service, &permission, message),
            format!("User: u is not authorized to perform: {expected}")
        );
    }

    #[test]
    fn denials_are_worded_as_the_service_was_seen_to_word_them() {
        check(
            "sqs",
            "sqs:SendMessage",
            "arn:aws:sqs:eu-west-1:111122223333:q",
            " because no identity-based policy allows the sqs:SendMessage action",
            "sqs:sendmessage on resource: arn:aws:sqs:eu-west-1:111122223333:q because no identity-based policy allows the \
             sqs:sendmessage action",
        );
        check(
            "sns",
            "sns:Publish",
            "arn:aws:sns:us-east-1:111122223333:t",
            " with an explicit deny in a resource-based policy",
            "SNS:Publish on resource: arn:aws:sns:us-east-1:111122223333:t with an explicit deny in a resource-based policy",
        );
        check(
            "secretsmanager",
            "secretsmanager:ListSecrets",
            "*",
            " because no identity-based policy allows the secretsmanager:ListSecrets action",
            "secretsmanager:ListSecrets because no identity-based policy allows the secretsmanager:ListSecrets action",
        );
        check(
            "kms",
            "kms:ListKeys",
            "*",
            " because no identity-based policy allows the kms:ListKeys action",
            "kms:ListKeys on resource: * because no identity-based policy allows the kms:ListKeys action",
        );
        check(
            "lambda",
            "sqs:SendMessage",
            "arn:aws:sqs:eu-west-1:111122223333:q",
            "",
            "sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:111122223333:q",
        );
    }
}
