//! What a genuine assertion may say, for whom and until when.

use super::{AUDIENCE, Assertion, ENTITY, PROVIDER, RECIPIENT, at, conditions, name_id, response, subject};
use crate::saml::{SamlError, VerifiedAssertion};

fn confirmed(subject: String) -> Assertion {
    Assertion {
        subject,
        ..Assertion::default()
    }
}

fn under(conditions: String) -> Assertion {
    Assertion {
        conditions,
        ..Assertion::default()
    }
}

pub(super) fn read(assertion: &Assertion) -> VerifiedAssertion {
    PROVIDER
        .verify(&response(&PROVIDER.signed(&assertion.text())))
        .unwrap()
}

#[test]
fn the_audience_must_be_ours() {
    let wrong = || Err(SamlError::WrongAudience);
    PROVIDER.check(
        &under(conditions("", "https://else.example").replace(" >", ">")),
        wrong(),
    );
    PROVIDER.check(&under(String::new()), wrong());
    PROVIDER.check(&under("<saml:Conditions></saml:Conditions>".into()), wrong());
    let one = |audience: &str| {
        format!(
            "<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>"
        )
    };
    let all = |restrictions: &[&str]| {
        let inside: String = restrictions.iter().map(|audience| one(audience)).collect();
        under(format!("<saml:Conditions>{inside}</saml:Conditions>"))
    };
    PROVIDER.check(&all(&[AUDIENCE, "https://else.example"]), wrong());
    PROVIDER.check(&all(&[AUDIENCE, AUDIENCE]), Ok(()));
    let either = format!("https://else.example</saml:Audience><saml:Audience>{AUDIENCE}");
    PROVIDER.check(&all(&[&either]), Ok(()));
}

#[test]
fn a_condition_that_is_not_known_is_not_met() {
    let extended = |inside: &str| {
        under(
            conditions("X=\"\"", AUDIENCE)
                .replace("</saml:Conditions>", &format!("{inside}</saml:Conditions>")),
        )
    };
    PROVIDER.check(&extended("<saml:OneTimeUse></saml:OneTimeUse>"), Ok(()));
    PROVIDER.check(
        &extended("<saml:Condition></saml:Condition>"),
        Err(SamlError::Malformed("a condition that is not known")),
    );
}

#[test]
fn the_recipient_must_be_ours() {
    let wrong = || Err(SamlError::WrongRecipient);
    let until = "2026-05-04T12:10:00Z";
    PROVIDER.check(
        &confirmed(subject(&name_id("a"), "https://else.example", until)),
        wrong(),
    );
    PROVIDER.check(&confirmed(subject(&name_id("a"), "", until)), wrong());
    PROVIDER.check(
        &confirmed(subject(&name_id("a"), &format!("{RECIPIENT}/"), until)),
        wrong(),
    );
    let elsewhere = response(&PROVIDER.signed(&Assertion::default().text()))
        .replace("Destination=\"https://lanyard", "Destination=\"https://else");
    assert_eq!(PROVIDER.verify(&elsewhere), Err(SamlError::WrongRecipient));
}

#[test]
fn the_subject_is_confirmed_once_and_as_bearer() {
    let plain = Assertion::default().subject;
    let changed = |from: &str, to: &str| confirmed(plain.replace(from, to));
    let (_, confirmation) = plain.split_once("</saml:NameID>").unwrap();
    let (confirmation, _) = confirmation.split_once("</saml:Subject>").unwrap();
    let once = || Err(SamlError::Malformed("there must be one SubjectConfirmation"));
    PROVIDER.check(&changed(confirmation, ""), once());
    PROVIDER.check(
        &changed(confirmation, &format!("{confirmation}{confirmation}")),
        once(),
    );
    PROVIDER.check(
        &changed("cm:bearer", "cm:holder-of-key"),
        Err(SamlError::Malformed(
            "a subject that is confirmed in another way than as bearer",
        )),
    );
    PROVIDER.check(
        &changed(" NotOnOrAfter=\"2026-05-04T12:10:00Z\"", ""),
        Err(SamlError::Malformed(
            "a SubjectConfirmationData without NotOnOrAfter",
        )),
    );
}

#[test]
fn there_must_be_a_name() {
    let until = "2026-05-04T12:10:00Z";
    PROVIDER.check(&confirmed(String::new()), Err(SamlError::NoSubject));
    PROVIDER.check(
        &confirmed(subject("", RECIPIENT, until)),
        Err(SamlError::NoSubject),
    );
    PROVIDER.check(
        &confirmed(subject(&name_id(" "), RECIPIENT, until)),
        Err(SamlError::NoSubject),
    );
    PROVIDER.check(
        &confirmed(subject(&name_id("alice "), RECIPIENT, until)),
        Err(SamlError::Malformed("white space around the NameID")),
    );
    let bare = read(&confirmed(subject(
        "<saml:NameID>alice</saml:NameID>",
        RECIPIENT,
        until,
    )));
    assert_eq!(
        bare.subject_type,
        "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
    );
}

#[test]
fn time_is_looked_at_everywhere() {
    let message = response(&PROVIDER.signed(&Assertion::default().text()));
    let check = |now: &str, expected: Result<(), SamlError>| {
        assert_eq!(
            PROVIDER.verify_at(&message, at(now)).map(|_| ()),
            expected,
            "{now}"
        );
    };
    let issued = at("2026-05-04T12:00:00Z");
    check("2026-05-04T11:58:59Z", Err(SamlError::NotYet { begins: issued }));
    check("2026-05-04T11:59:00Z", Ok(()));
    check("2026-05-04T12:04:59Z", Ok(()));
    check("2026-05-04T12:05:00Z", Err(SamlError::Stale { issued }));
    check("2027-05-04T12:05:00Z", Err(SamlError::Stale { issued }));
}

#[test]
fn the_earliest_end_counts() {
    let ended = || {
        Err(SamlError::Expired {
            expired: at("2026-05-04T12:01:00Z"),
        })
    };
    PROVIDER.check(
        &confirmed(subject(&name_id("a"), RECIPIENT, "2026-05-04T12:01:00Z")),
        ended(),
    );
    PROVIDER.check(
        &under(conditions("NotOnOrAfter=\"2026-05-04T12:01:00Z\"", AUDIENCE)),
        ended(),
    );
    PROVIDER.check(
        &under(conditions("NotOnOrAfter=\"2026-05-04T12:01:00.001Z\"", AUDIENCE)),
        Ok(()),
    );
    let session = |end: &str| Assertion {
        statement: format!("<saml:AuthnStatement SessionNotOnOrAfter=\"{end}\"></saml:AuthnStatement>"),
        ..Assertion::default()
    };
    PROVIDER.check(&session("2026-05-04T12:01:00Z"), ended());
    let assertion = read(&session("2026-05-04T13:00:00Z"));
    assert_eq!(
        assertion.session_not_on_or_after,
        Some(at("2026-05-04T13:00:00Z"))
    );
    let short = read(&under(conditions(
        "NotOnOrAfter=\"2026-05-04T12:02:00Z\"",
        AUDIENCE,
    )));
    assert_eq!(short.expires, at("2026-05-04T12:02:00Z"));
    PROVIDER.check(
        &under(conditions("NotBefore=\"2026-05-04T12:02:01Z\"", AUDIENCE)),
        Err(SamlError::NotYet {
            begins: at("2026-05-04T12:02:01Z"),
        }),
    );
}

#[test]
fn a_time_that_is_none_is_refused() {
    for time in [
        "",
        "now",
        "2026-05-04",
        "2026-05-04T12:10:00",
        "2026-05-04 12:10:00Z",
        "9999999-05-04T12:10:00Z",
    ] {
        let assertion = under(conditions(&format!("NotOnOrAfter=\"{time}\""), AUDIENCE));
        PROVIDER.check(&assertion, Err(SamlError::Malformed("a time that is none")));
    }
    PROVIDER.check(
        &under(conditions(
            "NotOnOrAfter=\"2026-05-04T14:10:00.5+02:00\"",
            AUDIENCE,
        )),
        Ok(()),
    );
}

#[test]
fn the_issuer_is_the_entity_of_the_metadata() {
    PROVIDER.check(
        &Assertion {
            issuer: "https://else.example",
            ..Assertion::default()
        },
        Err(SamlError::WrongIssuer),
    );
    let message = response(&PROVIDER.signed(&Assertion::default().text()));
    let other = message.replacen(ENTITY, "https://else.example", 1);
    assert_eq!(PROVIDER.verify(&other), Err(SamlError::WrongIssuer));
}

#[test]
fn a_failure_is_none_of_ours() {
    let message = response(&PROVIDER.signed(&Assertion::default().text()));
    let failed = message.replace("status:Success", "status:Responder");
    assert_eq!(PROVIDER.verify(&failed), Err(SamlError::NotSuccessful));
}

#[test]
fn an_end_of_the_metadata_is_an_end_of_trust() {
    let mut metadata = PROVIDER.metadata.clone();
    metadata.valid_until = Some(super::now());
    let (recipients, audiences) = (vec![RECIPIENT.to_owned()], vec![AUDIENCE.to_owned()]);
    let message = super::base64(response(&PROVIDER.signed(&Assertion::default().text())).as_bytes());
    let result = crate::saml::verify(
        &message,
        &super::trust(&metadata, &recipients, &audiences, &[]),
        super::now(),
    );
    assert_eq!(
        result,
        Err(SamlError::BadSignature("the metadata is no longer valid"))
    );
}
