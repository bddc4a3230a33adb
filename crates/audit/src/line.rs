//! A record as its line, written member by member.
//!
//! Invariant: the line says what the record's own serialization says, in the same order; a test compares them.

use crate::identity::{SessionContext, UserIdentity};
use crate::json::Object;
use crate::{EventResource, EventType, Issuer, Record};

impl Record {
    /// Writes the record as an object of JSON.
    pub(crate) fn write(&self, out: &mut String) {
        let mut record = Object::begin(out);
        record.text("eventVersion", &self.event_version);
        write_identity(record.member("userIdentity"), &self.user_identity);
        record.displayed("eventTime", self.event_time);
        record.text("eventSource", &self.event_source);
        record.text("eventName", &self.event_name);
        record.text("awsRegion", &self.aws_region);
        record.text_or_null("sourceIPAddress", self.source_ip_address.as_deref());
        record.text_or_null("userAgent", self.user_agent.as_deref());
        record.some_text("errorCode", self.error_code.as_deref());
        record.some_text("errorMessage", self.error_message.as_deref());
        for (name, parameters) in [
            ("requestParameters", &self.request_parameters),
            ("responseElements", &self.response_elements),
        ] {
            match parameters {
                Some(parameters) => parameters.write(record.member(name)),
                None => record.member(name).push_str("null"),
            }
        }
        if let Some(additional) = &self.additional_event_data {
            additional.write(record.member("additionalEventData"));
        }
        record.text("requestID", &self.request_id);
        record.text("eventID", &self.event_id);
        record.flag("readOnly", self.read_only);
        if !self.resources.is_empty() {
            write_resources(record.member("resources"), &self.resources);
        }
        record.text("eventType", kind(self.event_type));
        record.some_text("apiVersion", self.api_version.as_deref());
        record.flag("managementEvent", self.management_event);
        record.text("recipientAccountId", &self.recipient_account_id);
        record.some_text("sharedEventID", self.shared_event_id.as_deref());
        record.text("eventCategory", &self.event_category);
        record.end();
    }
}

fn kind(event_type: EventType) -> &'static str {
    match event_type {
        EventType::AwsApiCall => "AwsApiCall",
        EventType::AwsServiceEvent => "AwsServiceEvent",
        EventType::AwsConsoleAction => "AwsConsoleAction",
        EventType::AwsConsoleSignIn => "AwsConsoleSignIn",
    }
}

fn write_identity(out: &mut String, who: &UserIdentity) {
    let mut identity = Object::begin(out);
    identity.text("type", &who.kind);
    identity.some_text("principalId", who.principal_id.as_deref());
    identity.some_text("arn", who.arn.as_deref());
    identity.some_text("accountId", who.account_id.as_deref());
    identity.some_text("accessKeyId", who.access_key_id.as_deref());
    identity.some_text("userName", who.user_name.as_deref());
    identity.some_text("identityProvider", who.identity_provider.as_deref());
    identity.some_text("invokedBy", who.invoked_by.as_deref());
    if let Some(context) = &who.session_context {
        write_context(identity.member("sessionContext"), context);
    }
    identity.end();
}

fn write_context(out: &mut String, session: &SessionContext) {
    let mut context = Object::begin(out);
    if let Some(issuer) = &session.session_issuer {
        write_issuer(context.member("sessionIssuer"), issuer);
    }
    let mut attributes = Object::begin(context.member("attributes"));
    attributes.text("creationDate", &session.attributes.creation_date);
    attributes.text("mfaAuthenticated", &session.attributes.mfa_authenticated);
    attributes.end();
    context.some_text("sourceIdentity", session.source_identity.as_deref());
    if let Some(federation) = &session.federation {
        let mut data = Object::begin(context.member("webIdFederationData"));
        data.text("federatedProvider", &federation.federated_provider);
        let mut attributes = Object::begin(data.member("attributes"));
        for (name, value) in &federation.attributes {
            attributes.text(name, value);
        }
        attributes.end();
        data.end();
    }
    context.some_text("originArn", session.origin_arn.as_deref());
    context.end();
}

fn write_issuer(out: &mut String, entity: &Issuer) {
    let mut issuer = Object::begin(out);
    issuer.text("type", &entity.kind);
    issuer.text("principalId", &entity.principal_id);
    issuer.text("arn", &entity.arn);
    issuer.text("accountId", &entity.account_id);
    issuer.some_text("userName", entity.user_name.as_deref());
    issuer.end();
}

fn write_resources(out: &mut String, resources: &[EventResource]) {
    out.push('[');
    for (index, about) in resources.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let mut resource = Object::begin(out);
        resource.some_text("accountId", about.account_id.as_deref());
        resource.text("type", &about.kind);
        resource.some_text("ARN", about.arn.as_deref());
        resource.some_text("ARNPrefix", about.arn_prefix.as_deref());
        resource.end();
    }
    out.push(']');
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use jiff::Timestamp;
    use lanyard_names::AccountId;

    use super::*;
    use crate::{Happening, Parameters, Shown};

    fn account() -> AccountId {
        AccountId::parse("123456789012").unwrap()
    }

    fn record(identity: UserIdentity) -> Record {
        let happening = Happening {
            event_source: "iam.amazonaws.com".into(),
            event_name: "CreateUser".into(),
            aws_region: "us-east-1".into(),
            read_only: false,
            time: "2026-11-22T12:00:00.5Z".parse().unwrap(),
            request_id: "request \"1\"".to_owned(),
            recipient: account(),
        };
        Record::new(happening, identity)
    }

    fn session() -> UserIdentity {
        let issuer = Issuer::role(account(), "AROAEXAMPLE", "arn:aws:iam::123456789012:role/a", "a");
        let mut identity = UserIdentity::assumed_role(account(), "AROAEXAMPLE:s", "arn:aws:sts::1:s")
            .with_access_key("ASIAEXAMPLE")
            .with_user_name("a\\b")
            .with_session(Timestamp::UNIX_EPOCH, true, Some(issuer))
            .with_source_identity("Zoë")
            .with_federated_provider("arn:aws:iam::123456789012:oidc-provider/x")
            .with_origin("arn:aws:iam::123456789012:user/o");
        identity.identity_provider = Some("provider".to_owned());
        identity.invoked_by = Some("s3.amazonaws.com".to_owned());
        identity
    }

    fn check(record: &Record) {
        let line = String::from_utf8(record.to_line()).unwrap();
        assert_eq!(line, serde_json::to_string(record).unwrap());
    }

    #[test]
    fn a_line_is_the_record_as_it_serializes() {
        check(&record(UserIdentity::anonymous()));
        let resource = EventResource::s3_objects("arn:aws:s3:::b/\n");
        let resources = record(session())
            .with_resource(resource.clone())
            .with_resource(EventResource::iam_role("arn", account()));
        check(&resources.with_type(EventType::AwsConsoleSignIn));
        let answered = record(session())
            .with_client(Some("203.0.113.9".into()), Some("a\tb".into()))
            .with_request(Parameters::new().with("userName", "a"))
            .with_response(Parameters::of(vec![
                ("UserName", Shown::Text("\u{1}".into())),
                ("MaxItems", Shown::Integer(-7)),
            ]))
            .with_api_version("2010-05-08")
            .with_observed();
        let (own, owners) = answered.into_cross_account(account());
        check(&own);
        check(&owners);
        check(
            &record(session())
                .with_error("AccessDenied", "\"no\"")
                .into_data_event(),
        );
        for event_type in [
            EventType::AwsApiCall,
            EventType::AwsServiceEvent,
            EventType::AwsConsoleAction,
        ] {
            check(&record(session()).with_type(event_type));
        }
    }

    #[test]
    fn parameters_told_at_once_are_those_put_together_one_by_one() {
        let text = |text| Shown::Text(Cow::Borrowed(text));
        let at_once = Parameters::of(vec![
            ("UserName", text("ana")),
            ("Password", text("secret")),
            (
                "Tags",
                Shown::List(vec![Shown::Structure(vec![
                    ("Value", text("v")),
                    ("Key", text("k")),
                ])]),
            ),
            (
                "AccessKey",
                Shown::Structure(vec![
                    ("SecretAccessKey", text("s")),
                    ("Status", Shown::Boolean(true)),
                ]),
            ),
            ("MaxItems", Shown::Integer(1)),
            ("MaxItems", Shown::Integer(2)),
            ("RoleName", Shown::Hidden),
        ]);
        let one_by_one = Parameters::new()
            .with("UserName", "ana")
            .with("Password", "secret")
            .with("Tags", serde_json::json!([{"Value": "v", "Key": "k"}]))
            .with(
                "AccessKey",
                serde_json::json!({"SecretAccessKey": "s", "Status": true}),
            )
            .with("MaxItems", 2)
            .with("RoleName", crate::HIDDEN);
        let written = |parameters: &Parameters| {
            let mut out = String::new();
            parameters.write(&mut out);
            out
        };
        assert_eq!(written(&at_once), written(&one_by_one));
        assert_eq!(at_once, one_by_one);
        assert_eq!(
            at_once.clone().with("Path", "/"),
            one_by_one.clone().with("Path", "/")
        );
        assert!(Parameters::of(Vec::new()).into_non_empty().is_none());
        let long = "x".repeat(600 << 10);
        let bounded = |parameters: Parameters| written(&parameters.bounded("requestParameters"));
        assert_eq!(
            bounded(Parameters::of(vec![
                ("PolicyDocument", text(&long)),
                ("UserName", text("ana"))
            ])),
            bounded(
                Parameters::new()
                    .with("policyDocument", &*long)
                    .with("userName", "ana")
            )
        );
    }

    #[test]
    fn what_lies_too_deep_is_hidden() {
        let deep = |levels: usize| {
            let mut value = serde_json::json!("x");
            let mut shown = Shown::Text(Cow::Borrowed("x"));
            for _ in 0..levels {
                value = serde_json::json!({"Key": value});
                shown = Shown::Structure(vec![("Key", shown)]);
            }
            (
                Parameters::new().with("Key", value),
                Parameters::of(vec![("Key", shown)]),
            )
        };
        for levels in 0..12 {
            let (one_by_one, at_once) = deep(levels);
            assert_eq!(one_by_one, at_once, "{levels}");
        }
    }
}
