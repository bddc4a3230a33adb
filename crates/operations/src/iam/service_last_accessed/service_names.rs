//! What services are called in reports. Mostly as in the service authorization reference, which the catalogue follows.

use lanyard_catalogue::Service;

/// Where reports call a service otherwise. Evidence: a report of all services, recorded in 2026.
const OTHERWISE: [(&str, &str); 12] = [
    ("apigateway", "Manage - Amazon API Gateway"),
    ("aws-marketplace", "AWS Marketplace"),
    ("cloudformation", "AWS CloudFormation"),
    ("consoleapp", "AWS Console Mobile App"),
    ("elasticloadbalancing", "Elastic Load Balancing"),
    ("greengrass", "AWS IoT Greengrass"),
    ("iam", "AWS Identity and Access Management"),
    ("importexport", "AWS Import Export"),
    ("kinesisanalytics", "Amazon Kinesis Analytics"),
    ("lex", "Amazon Lex"),
    ("ses", "Amazon SES"),
    ("sms-voice", "Amazon Pinpoint SMS and Voice Service"),
];

/// The name of a service.
pub(super) fn name(service: &Service) -> &'static str {
    let otherwise = OTHERWISE.iter().find(|(prefix, _)| *prefix == service.prefix());
    otherwise.map_or(service.name(), |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use lanyard_catalogue::catalogue;

    use super::*;

    #[test]
    fn names_that_differ_are_of_services_and_differ() {
        for (prefix, name) in OTHERWISE {
            let known = catalogue().service(prefix).map(Service::name);
            assert!(known.is_some_and(|known| known != name), "{prefix}");
        }
    }
}
