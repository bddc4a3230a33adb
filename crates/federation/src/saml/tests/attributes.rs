//! The attributes of a genuine assertion, and the condition keys that come of them.

use super::contents::read;
use super::{Assertion, ENTITY, PROVIDER, RECIPIENT, attribute};
use crate::saml::SamlError;

const AWS: &str = "https://aws.amazon.com/SAML/Attributes/";

fn with(attributes: &[(&str, &[&str])]) -> Assertion {
    let mut all = Assertion::default().attributes;
    for (name, values) in attributes {
        all += &attribute(name, values);
    }
    Assertion {
        attributes: all,
        ..Assertion::default()
    }
}

#[test]
fn the_session_name_is_as_aws_wants_it() {
    let named = |values: &[&str]| Assertion {
        attributes: attribute(&format!("{AWS}RoleSessionName"), values),
        ..Assertion::default()
    };
    let malformed = || Err(SamlError::RoleSessionNameMalformed);
    PROVIDER.check(
        &Assertion {
            attributes: String::new(),
            ..Assertion::default()
        },
        Err(SamlError::RoleSessionNameMissing),
    );
    PROVIDER.check(&named(&[]), Err(SamlError::RoleSessionNameMissing));
    PROVIDER.check(&named(&[""]), Err(SamlError::RoleSessionNameMissing));
    PROVIDER.check(&named(&["a"]), malformed());
    PROVIDER.check(&named(&["alice", "bob"]), malformed());
    PROVIDER.check(&named(&["John Doe"]), malformed());
    PROVIDER.check(&named(&["é."]), malformed());
    PROVIDER.check(&named(&["ab+=,.@-_9"]), Ok(()));
    PROVIDER.check(&named(&[&"x".repeat(64)]), Ok(()));
    PROVIDER.check(&named(&[&"x".repeat(65)]), malformed());
}

#[test]
fn what_aws_reads_from_attributes() {
    let assertion = read(&with(&[
        (&format!("{AWS}SessionDuration"), &["1800"]),
        (&format!("{AWS}PrincipalTag:Project"), &["Marketing"]),
        (&format!("{AWS}PrincipalTag:Empty"), &[""]),
        (&format!("{AWS}TransitiveTagKeys"), &["Project", "Empty"]),
        (&format!("{AWS}SourceIdentity"), &["Diego"]),
        (
            &format!("{AWS}Role"),
            &[
                "arn:aws:iam::123456789012:saml-provider/idp , arn:aws:iam::123456789012:role/ops",
                "nonsense",
            ],
        ),
    ]));
    assert_eq!(assertion.session_seconds_max, Some(1800));
    assert_eq!(
        assertion.tags,
        [
            ("Project".into(), "Marketing".into()),
            ("Empty".into(), String::new())
        ]
    );
    assert_eq!(assertion.transitive_keys, ["Project", "Empty"]);
    assert_eq!(assertion.source_identity.as_deref(), Some("Diego"));
    for role in ["dev", "ops"] {
        let role = format!("arn:aws:iam::123456789012:role/{role}");
        assert!(assertion.admits(&role, "arn:aws:iam::123456789012:saml-provider/idp"));
        assert!(!assertion.admits(&role, "arn:aws:iam::123456789012:saml-provider/other"));
    }
    assert!(!assertion.admits(
        "arn:aws:iam::123456789012:role/root",
        "arn:aws:iam::123456789012:saml-provider/idp"
    ));
}

#[test]
fn attributes_of_one_value_have_one_value() {
    let check = |name: &str, values: &[&str], expected: SamlError| {
        PROVIDER.check(&with(&[(&format!("{AWS}{name}"), values)]), Err(expected));
    };
    let duration = SamlError::Malformed("a SessionDuration that is none");
    check("SessionDuration", &["899"], duration.clone());
    check("SessionDuration", &["43201"], duration.clone());
    check("SessionDuration", &["an hour"], duration);
    check(
        "SessionDuration",
        &["900", "1800"],
        SamlError::Malformed("two values of SessionDuration"),
    );
    check("SourceIdentity", &["a"], SamlError::SourceIdentityMalformed);
    check("SourceIdentity", &["aws:me"], SamlError::SourceIdentityMalformed);
    check(
        "SourceIdentity",
        &["alice", "bob"],
        SamlError::SourceIdentityMalformed,
    );
    check(
        "PrincipalTag:A",
        &["1", "2"],
        SamlError::Malformed("a tag that has not one value"),
    );
    check(
        "PrincipalTag:A",
        &[],
        SamlError::Malformed("a tag that has not one value"),
    );
    check("RoleSessionName", &["again"], SamlError::RoleSessionNameMalformed);
}

#[test]
fn an_attribute_that_cannot_be_read_refuses_all() {
    let encrypted = Assertion {
        attributes: Assertion::default().attributes + "<saml:EncryptedAttribute></saml:EncryptedAttribute>",
        ..Assertion::default()
    };
    PROVIDER.check(
        &encrypted,
        Err(SamlError::Malformed("an attribute that cannot be read")),
    );
    let nameless = Assertion {
        attributes: Assertion::default().attributes + "<saml:Attribute></saml:Attribute>",
        ..Assertion::default()
    };
    PROVIDER.check(
        &nameless,
        Err(SamlError::Malformed("an attribute without a name")),
    );
}

#[test]
fn the_name_qualifier_is_as_aws_computes_it() {
    // Computed with openssl from the three texts one after the other.
    assert_eq!(
        read(&Assertion::default()).name_qualifier("123456789012", "idp"),
        "lv1RStt9u/2Zg3N+dKI3bpBMxXE="
    );
}

#[test]
fn attributes_become_condition_keys() {
    let assertion = read(&with(&[
        ("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", &["staff", "member"]),
        (
            "urn:oid:1.3.6.1.4.1.5923.1.1.1.6",
            &["alice@example.com", "second@example.com"],
        ),
        ("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", &["faculty"]),
        (
            "urn:oid:1.3.6.1.4.1.5923.1.1.1.10",
            &["<saml:NameID>opaque</saml:NameID>"],
        ),
        ("0.9.2342.19200300.100.1.3", &["alice@example.com"]),
        ("unknown", &["x"]),
    ]));
    let keys = assertion.condition_keys("123456789012", "idp");
    let qualifier = assertion.name_qualifier("123456789012", "idp");
    let expected: [(&str, &[&str]); 10] = [
        ("saml:namequalifier", &[&qualifier]),
        ("saml:sub", &["alice"]),
        ("saml:sub_type", &["persistent"]),
        ("saml:aud", &[RECIPIENT]),
        ("saml:iss", &[ENTITY]),
        ("saml:doc", &["123456789012/idp"]),
        ("saml:edupersonaffiliation", &["staff", "member"]),
        ("saml:edupersonprincipalname", &["alice@example.com"]),
        ("saml:edupersontargetedid", &["opaque"]),
        ("saml:mail", &["alice@example.com"]),
    ];
    let expected: Vec<(String, Vec<String>)> = expected
        .iter()
        .map(|(key, values)| {
            (
                (*key).to_owned(),
                values.iter().map(|value| (*value).to_owned()).collect(),
            )
        })
        .collect();
    assert_eq!(keys, expected);
    assert_eq!(assertion.lasting_keys("123456789012", "idp"), expected[..3]);
}
