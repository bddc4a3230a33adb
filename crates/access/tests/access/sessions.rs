//! Tokens: what goes in comes out, and nothing else does.

use std::sync::Arc;

use data_encoding::BASE64;
use lanyard_access::{
    Federation, FederationKind, IssuedSession, Keyring, NewSession, OnBehalf, Origin, SESSION_SECONDS_MAX,
    SessionKind, SessionTag, TokenError,
};
use lanyard_names::{
    AccessKeyId, AccountId, FederatedUserName, IdKind, KeyKind, PolicyArn, SessionName, SourceIdentity,
    TagKey, TagValue,
};

use crate::world::{ACCOUNT, after, id, keyring, now, vault};

fn plain() -> NewSession {
    let name = SessionName::parse("botocore-session-1763812800").unwrap();
    let kind = SessionKind::AssumedRole {
        role: id(IdKind::Role, 2),
        name,
    };
    NewSession::plain(AccountId::parse(ACCOUNT).unwrap(), kind, 3, now(), 3600)
}

fn tag(key: &str, value: &str, is_transitive: bool) -> SessionTag {
    SessionTag {
        key: TagKey::parse(key).unwrap(),
        value: TagValue::parse(value).unwrap(),
        is_transitive,
    }
}

fn full() -> NewSession {
    let mut session = plain();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    session.policy = Some(policy.into());
    session.policy_arns = vec![
        PolicyArn::parse("arn:aws:iam::aws:policy/ReadOnlyAccess").unwrap(),
        PolicyArn::parse("arn:aws:iam::123456789012:policy/team/own").unwrap(),
    ];
    session.tags = vec![tag("team", "data", true), tag("Größe", "", false)];
    session.source_identity = Some(SourceIdentity::parse("carla@example.com").unwrap());
    session.mfa = true;
    session.is_chained = true;
    session.is_sign_in = true;
    session.origin = Some(origin("arn:aws:iam::123456789012:user/staff/carla"));
    session.federation = Some(Arc::new(web_identity("example.com/team", "repo:lanyard")));
    session
}

fn origin(arn: &str) -> Origin {
    let account = AccountId::parse(ACCOUNT).unwrap();
    Origin {
        arn: arn.into(),
        user: id(IdKind::User, 1),
        key: AccessKeyId::from_entropy(KeyKind::LongTerm, account, 7),
        epoch: 2,
    }
}

fn web_identity(issuer: &str, subject: &str) -> Federation {
    Federation {
        kind: FederationKind::WebIdentity,
        provider: format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}").into(),
        keys: vec![
            (format!("{issuer}:sub").into(), vec![subject.into()]),
            (format!("{issuer}:amr").into(), vec!["pwd".into(), "otp".into()]),
            ("accounts.example.org:aud".into(), vec![]),
        ],
    }
}

fn check_round_trip(session: &NewSession) -> IssuedSession {
    let keyring = keyring(&vault());
    let issued = keyring.issue(session).unwrap();
    let opened = keyring.open(issued.token.expose()).unwrap();
    assert_eq!(opened.access_key_id, issued.access_key_id);
    assert_eq!(opened.account(), session.account);
    assert_eq!(opened.kind, session.kind);
    assert_eq!(opened.epoch, session.epoch);
    assert_eq!(
        (opened.issued_at, opened.expires_at),
        (session.issued_at, issued.expires_at)
    );
    assert_eq!(opened.policy, session.policy);
    assert_eq!(opened.policy_arns, session.policy_arns);
    assert_eq!(opened.tags, session.tags);
    assert_eq!(opened.source_identity, session.source_identity);
    assert_eq!((opened.mfa, opened.is_chained), (session.mfa, session.is_chained));
    assert_eq!(opened.origin, session.origin);
    assert_eq!(opened.federation, session.federation);
    assert_eq!(opened.on_behalf, session.on_behalf);
    assert_eq!(opened.is_sign_in, session.is_sign_in);
    issued
}

#[test]
fn what_goes_into_a_token_comes_out_of_it() {
    check_round_trip(&plain());
    check_round_trip(&full());
    let user = Some(id(IdKind::User, 1));
    let name = FederatedUserName::parse("visitor").unwrap();
    for kind in [
        SessionKind::SessionToken { user },
        SessionKind::SessionToken { user: None },
        SessionKind::FederatedUser {
            user,
            name: name.clone(),
        },
        SessionKind::FederatedUser { user: None, name },
    ] {
        check_round_trip(&NewSession { kind, ..full() });
    }
    let saml = Federation {
        kind: FederationKind::Saml,
        provider: format!("arn:aws:iam::{ACCOUNT}:saml-provider/company").into(),
        keys: vec![
            ("saml:sub".into(), vec!["carla".into()]),
            ("saml:namequalifier".into(), vec!["bm90IGEgaGFzaA==".into()]),
        ],
    };
    let federation = Some(Arc::new(saml));
    check_round_trip(&NewSession { federation, ..full() });
    for long_term_key in [None, Some(origin("").key)] {
        let on_behalf = Some(OnBehalf {
            services: vec!["stacks.example.com".into(), "queues.example.com".into()],
            long_term_key,
        });
        check_round_trip(&NewSession { on_behalf, ..full() });
    }
}

#[test]
fn a_plain_token_is_short_and_a_full_one_within_the_limit() {
    let issued = check_round_trip(&plain());
    assert!(
        issued.token.expose().len() < 300,
        "{}",
        issued.token.expose().len()
    );
    assert_eq!((issued.packed_percent, issued.has_packed), (0, false));
    assert_eq!(issued.secret_access_key.expose().len(), 40);
    let mut assumed = plain();
    assumed.origin = Some(origin("arn:aws:iam::123456789012:user/staff/carla"));
    assumed.source_identity = Some(SourceIdentity::parse("carla@example.com").unwrap());
    let issued = check_round_trip(&assumed);
    let len = issued.token.expose().len();
    assert!(len < 400, "{len}");

    // The longest of everything that is not packed, and the packed part as full as it can be.
    let mut session = plain();
    let name = SessionName::parse(&"n".repeat(64)).unwrap();
    session.kind = SessionKind::AssumedRole {
        role: id(IdKind::Role, 2),
        name,
    };
    session.source_identity = Some(SourceIdentity::parse(&"s".repeat(64)).unwrap());
    let name = format!("user{}{}", "/p".repeat(256), "u".repeat(64));
    session.origin = Some(origin(&format!("arn:aws:iam::123456789012:{name}")));
    check_filled(session.clone());

    session.origin = None;
    let federation = web_identity(&"i".repeat(200), &"s".repeat(255));
    session.federation = Some(Arc::new(federation));
    check_filled(session);
}

/// Fills a session with tags until no more fit: the token does.
fn check_filled(mut session: NewSession) {
    for number in 0_u64.. {
        let noise = BASE64.encode(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        let mut larger = session.clone();
        larger
            .tags
            .push(tag(&format!("k{number}"), noise.trim_end_matches('='), false));
        match keyring(&vault()).issue(&larger) {
            Ok(_) => session = larger,
            Err(error) => {
                assert!(
                    matches!(error, TokenError::PackedTooLarge { percent: 101.. }),
                    "{error:?}"
                );
                break;
            }
        }
    }
    let issued = check_round_trip(&session);
    assert!(issued.packed_percent > 95, "{}", issued.packed_percent);
    assert!(issued.token.expose().len() <= 4096);
}

#[test]
fn a_token_is_as_long_as_it_is_wanted_at_least() {
    for (wanted, made) in [
        (0, 0),
        (1_000, 1_000),
        (1_001, 1_004),
        (4_095, 4_096),
        (4_096, 4_096),
    ] {
        let mut session = plain();
        session.token_size_min = wanted;
        let length = check_round_trip(&session).token.expose().len();
        let plain = check_round_trip(&plain()).token.expose().len();
        assert_eq!(length, made.max(plain), "{wanted}");
    }
}

#[test]
fn what_compresses_well_unpacks_whole_whatever_its_length() {
    for letters in [1, 40, 256] {
        let mut session = plain();
        for number in 0..50 {
            session
                .tags
                .push(tag(&format!("key-{number}"), &"ü".repeat(letters), false));
        }
        session.policy = Some(" ".repeat(letters * 8).into());
        check_round_trip(&session);
    }
}

#[test]
fn packed_size_grows_with_policies_and_tags_only() {
    let percent = |session: &NewSession| keyring(&vault()).issue(session).unwrap().packed_percent;
    let mut session = plain();
    session.source_identity = Some(SourceIdentity::parse("carla").unwrap());
    assert_eq!(percent(&session), 0);
    session.tags = vec![tag("team", "data", false)];
    let one = percent(&session);
    assert!(one >= 1);
    session.tags = (0..30)
        .map(|number| tag(&format!("key{number}"), &format!("value{number}"), false))
        .collect();
    assert!(percent(&session) > one);
}

#[test]
fn a_token_with_any_bit_changed_is_refused() {
    let keyring = keyring(&vault());
    let issued = keyring.issue(&full()).unwrap();
    let token = BASE64.decode(issued.token.expose().as_bytes()).unwrap();
    for at in 0..token.len() {
        for bit in [1, 0x80] {
            let mut changed = token.clone();
            changed[at] ^= bit;
            assert_eq!(
                keyring.open(&BASE64.encode(&changed)).err(),
                Some(TokenError::Invalid),
                "byte {at}"
            );
        }
        assert!(keyring.open(&BASE64.encode(&token[..at])).is_err(), "cut at {at}");
    }
    let mut longer = token;
    longer.push(0);
    assert!(keyring.open(&BASE64.encode(&longer)).is_err());
}

#[test]
fn what_is_not_a_token_is_refused() {
    let keyring = keyring(&vault());
    let long = "A".repeat(5000);
    for text in ["", "A", "AAAA", "not base64!", "FwoGZXIvYXdzE==", long.as_str()] {
        assert_eq!(keyring.open(text).err(), Some(TokenError::Invalid), "{text}");
    }
}

#[test]
fn another_ring_opens_nothing() {
    let vault = vault();
    let issued = keyring(&vault).issue(&plain()).unwrap();
    assert_eq!(
        keyring(&vault).open(issued.token.expose()).err(),
        Some(TokenError::Invalid)
    );
    assert_eq!(
        Keyring::new().open(issued.token.expose()).err(),
        Some(TokenError::Invalid)
    );
}

#[test]
fn two_sessions_share_nothing_secret() {
    let keyring = keyring(&vault());
    let (one, other) = (keyring.issue(&plain()).unwrap(), keyring.issue(&plain()).unwrap());
    assert_ne!(one.access_key_id, other.access_key_id);
    assert_ne!(one.secret_access_key, other.secret_access_key);
    assert_ne!(one.token, other.token);
}

#[test]
fn secrets_of_sessions_cannot_be_printed() {
    let keyring = keyring(&vault());
    let issued = keyring.issue(&plain()).unwrap();
    let opened = keyring.open(issued.token.expose()).unwrap();
    for shown in [
        format!("{issued:?}"),
        format!("{opened:?}"),
        format!("{keyring:?}"),
    ] {
        assert!(!shown.contains(issued.secret_access_key.expose()), "{shown}");
        assert!(!shown.contains(issued.token.expose()), "{shown}");
    }
}

#[test]
fn sessions_of_no_length_or_too_long_are_not_made() {
    let keyring = keyring(&vault());
    for seconds in [0, SESSION_SECONDS_MAX + 1] {
        let session = NewSession { seconds, ..plain() };
        assert_eq!(keyring.issue(&session).err(), Some(TokenError::Duration));
    }
    let issued = keyring
        .issue(&NewSession {
            seconds: SESSION_SECONDS_MAX,
            ..plain()
        })
        .unwrap();
    assert_eq!(issued.expires_at, after(i64::from(SESSION_SECONDS_MAX)));
}
