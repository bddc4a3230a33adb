//! The condition keys that a token fills in: the provider's URL, a colon, and a name.
//!
//! Evidence: the condition keys of AssumeRoleWithWebIdentity in AWS's catalogue of actions, and the IAM user guide's
//! page on keys for OIDC federation, for `azp` in the place of `aud`, and for what later requests keep.

use serde_json::{Map, Value};

use super::VerifiedToken;

/// Claims of one issuer that are keys for it, under their own names.
struct IssuerKeys {
    issuers: &'static [&'static str],
    names: &'static [&'static str],
}

/// An asterisk in an issuer stands for letters, digits, dots and dashes; at the end, for a path.
const ISSUER_KEYS: &[IssuerKeys] = &[
    IssuerKeys {
        issuers: &[
            "token.actions.githubusercontent.com",
            "token.actions.githubusercontent.com/*",
            "token.actions.*.ghe.com",
            "github.com/enterprises/*",
        ],
        names: &[
            "actor",
            "actor_id",
            "enterprise_id",
            "environment",
            "job_workflow_ref",
            "ref",
            "repository",
            "repository_id",
            "repository_owner_id",
            "workflow",
        ],
    },
    IssuerKeys {
        issuers: &["gitlab.com"],
        names: &[
            "namespace_id",
            "pipeline_source",
            "project_id",
            "ref_protected",
            "runner_environment",
            "user_access_level",
            "user_email",
            "user_id",
            "user_login",
        ],
    },
    IssuerKeys {
        issuers: &[
            "agent.buildkite.com",
            "agent.*.buildkite.dev",
            "agent.*.buildkite.site",
        ],
        names: &[
            "build_branch",
            "cluster_id",
            "cluster_name",
            "organization_id",
            "organization_slug",
            "pipeline_id",
            "pipeline_slug",
        ],
    },
    IssuerKeys {
        issuers: &["oidc.circleci.com/org/*"],
        names: &["oidc.circleci.com/project-id"],
    },
    IssuerKeys {
        issuers: &["idcs-*.identity.oraclecloud.com"],
        names: &["rpst_id"],
    },
    IssuerKeys {
        issuers: &["accounts.google.com"],
        names: &["google/organization_number"],
    },
];

/// What a role's trust policy can ask about.
pub(super) fn all(token: &VerifiedToken) -> Vec<(String, Vec<String>)> {
    let url = url(token);
    let mut keys = own(token);
    if let Some(party) = &token.authorized_party {
        keys.push(("azp", vec![party.clone()]));
    }
    if url == "accounts.google.com" {
        keys.push(("oaud", token.audiences.clone()));
    }
    keys.extend(text(&token.claims, "email").map(|email| ("email", vec![email])));
    let of_issuer = ISSUER_KEYS
        .iter()
        .filter(|row| row.issuers.iter().any(|issuer| matches(issuer, url)));
    for name in of_issuer.flat_map(|row| row.names) {
        keys.extend(text(&token.claims, name).map(|value| (*name, vec![value])));
    }
    named(url, keys)
}

/// Those of them that the session keeps: what every issuer says of whoever it vouches for, and to whom. Evidence: the
/// IAM user guide's page on keys for OIDC federation.
pub(super) fn lasting(token: &VerifiedToken) -> Vec<(String, Vec<String>)> {
    named(url(token), own(token))
}

fn own(token: &VerifiedToken) -> Vec<(&'static str, Vec<String>)> {
    let mut keys = vec![
        ("aud", vec![token.audience.clone()]),
        ("sub", vec![token.subject.clone()]),
    ];
    if !token.methods.is_empty() {
        keys.push(("amr", token.methods.clone()));
    }
    keys
}

fn url(token: &VerifiedToken) -> &str {
    token.issuer.strip_prefix("https://").unwrap_or(&token.issuer)
}

fn named(url: &str, keys: Vec<(&str, Vec<String>)>) -> Vec<(String, Vec<String>)> {
    keys.into_iter()
        .map(|(name, values)| ([url, ":", name].concat(), values))
        .collect()
}

fn matches(pattern: &str, url: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else {
        return pattern == url;
    };
    let middle = url.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    middle.is_some_and(|middle| !middle.is_empty() && (after.is_empty() || middle.bytes().all(is_label)))
}

/// A claim's text; a slash in its name also leads into a claim that is an object.
fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let nested = || {
        let (outer, inner) = name.split_once('/')?;
        claims.get(outer)?.as_object()?.get(inner)
    };
    match claims.get(name).or_else(nested)? {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    fn token(issuer: &str, claims: &Value) -> VerifiedToken {
        VerifiedToken {
            issuer: format!("https://{issuer}"),
            subject: "me".to_owned(),
            audience: "a".to_owned(),
            audiences: vec!["a".to_owned()],
            authorized_party: None,
            methods: Vec::new(),
            tags: Vec::new(),
            source_identity: None,
            roles: None,
            expires: Timestamp::UNIX_EPOCH,
            id: None,
            claims: Arc::new(claims.as_object().cloned().unwrap()),
        }
    }

    fn check(token: &VerifiedToken, expected: &[&str]) {
        let shown = |(key, values): (String, Vec<String>)| format!("{key}={}", values.join(","));
        let keys: Vec<String> = token.condition_keys().into_iter().map(shown).collect();
        assert_eq!(keys, expected);
    }

    #[test]
    fn every_issuer_fills_in_subject_and_audience() {
        check(
            &token(
                "host.example/path",
                &json!({"email": "me@x", "groups": ["g"], "actor": "x"}),
            ),
            &[
                "host.example/path:aud=a",
                "host.example/path:sub=me",
                "host.example/path:email=me@x",
            ],
        );
    }

    #[test]
    fn the_authorized_party_and_the_methods_are_keys() {
        let mut token = token("h", &json!({}));
        token.audience = "party".to_owned();
        token.authorized_party = Some("party".to_owned());
        token.methods = vec!["pwd".to_owned(), "otp".to_owned()];
        check(
            &token,
            &["h:aud=party", "h:sub=me", "h:amr=pwd,otp", "h:azp=party"],
        );
        let lasting: Vec<String> = token.lasting_keys().into_iter().map(|(key, _)| key).collect();
        assert_eq!(lasting, ["h:aud", "h:sub", "h:amr"]);
    }

    #[test]
    fn an_issuers_own_claims_are_keys_for_it_alone() {
        let claims = json!({
            "repository": "o/r", "repository_id": 7, "ref_protected": true, "user_login": "ada", "rpst_id": "r",
            "cluster_id": ["no text"], "pipeline_slug": "p", "oidc.circleci.com/project-id": "c",
            "google": {"organization_number": "12"},
        });
        for (issuer, names) in [
            (
                "token.actions.githubusercontent.com",
                &["repository=o/r", "repository_id=7"][..],
            ),
            (
                "token.actions.githubusercontent.com/octo",
                &["repository=o/r", "repository_id=7"],
            ),
            (
                "token.actions.octo.ghe.com",
                &["repository=o/r", "repository_id=7"],
            ),
            ("token.actions.evil.example/x.ghe.com", &[]),
            ("token.actions.ghe.com", &[]),
            ("gitlab.com", &["ref_protected=true", "user_login=ada"]),
            ("gitlab.com/x", &[]),
            ("agent.buildkite.com", &["pipeline_slug=p"]),
            ("agent.x.buildkite.dev", &["pipeline_slug=p"]),
            ("oidc.circleci.com/org/o-1", &["oidc.circleci.com/project-id=c"]),
            ("oidc.circleci.com/org/", &[]),
            ("idcs-abc.identity.oraclecloud.com", &["rpst_id=r"]),
            (
                "accounts.google.com",
                &["oaud=a", "google/organization_number=12"],
            ),
        ] {
            let mut expected = vec![format!("{issuer}:aud=a"), format!("{issuer}:sub=me")];
            expected.extend(names.iter().map(|name| format!("{issuer}:{name}")));
            let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
            check(&token(issuer, &claims), &expected);
        }
    }
}
