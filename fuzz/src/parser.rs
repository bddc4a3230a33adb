//! Any text, read as a policy, as a question and by Access Analyzer's checks.

use lanyard_policy::{Context, Document, DocumentKind, validate};
use lanyard_policy_cases::Question;
use lanyard_policy_findings::{PolicyKind, PolicyType, findings};
use serde::de::IgnoredAny;

use crate::engine::Asked;

const KINDS: [DocumentKind; 9] = [
    DocumentKind::Identity,
    DocumentKind::ManagedPolicy,
    DocumentKind::InlinePolicy,
    DocumentKind::SessionPolicy,
    DocumentKind::TrustPolicy,
    DocumentKind::ResourcePolicy,
    DocumentKind::ServiceControlPolicy,
    DocumentKind::ResourceControlPolicy,
    DocumentKind::EndpointPolicy,
];

/// - What the engine reads as a policy is JSON to another parser too.
/// - The canonical layout reads as the same policy, allows the same, and is its own canonical layout.
/// - What may be saved can be read.
/// - Findings stand within the text.
/// - A question that can be read is explained as it is decided.
pub fn parser(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let read = Document::parse(text);
    if let Ok(document) = &read {
        check_document(document);
    }
    for kind in KINDS {
        if validate(text, kind).is_ok() {
            assert!(read.is_ok(), "may be saved as {kind:?}, but cannot be read");
        }
    }
    for policy_type in [
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ] {
        check_findings(text, policy_type.into());
    }
    check_findings(text, PolicyKind::ROLE_TRUST);
    if let Ok(question) = Question::parse(text) {
        assert_eq!(question.decide().effect, question.explain().effect);
    }
}

fn check_document(document: &Document) {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(document.text()) {
        panic!("no JSON: {error}");
    }
    let pretty = document.to_pretty();
    let again = Document::parse(&pretty).unwrap_or_else(|error| panic!("{error} in {pretty}"));
    assert_eq!(again.to_pretty(), pretty);
    let context = Context::new();
    for (action, resource) in [("s3:GetObject", "arn:aws:s3:::a/b"), ("iam:CreateUser", "*")] {
        let asked = Asked {
            action,
            resource,
            context: &context,
        };
        assert_eq!(
            asked.is_allowed_by_policy(document),
            asked.is_allowed_by_policy(&again),
            "{pretty}"
        );
    }
}

fn check_findings(text: &str, kind: PolicyKind) {
    for finding in findings(text, kind) {
        for location in &finding.locations {
            let (start, end) = (location.span.start.offset, location.span.end.offset);
            // A text that ends too early is wrong at the place behind it.
            assert!(start <= end && end as usize <= text.len() + 1, "{finding:?}");
        }
    }
}
