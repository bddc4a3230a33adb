//! What STS is asked for, and by whom.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::credentials::SourceKeys;
use crate::endpoint::Endpoint;
use crate::error::ClientError;

/// The largest token or assertion that is read. AWS takes tokens of 20,000 characters and assertions of 100,000.
const FILE_BYTES_MAX: u64 = 256 << 10;

/// One question to STS. Two that are equal have one answer, so they share it.
#[derive(Debug)]
pub struct Question {
    /// Who is asked.
    pub endpoint: Endpoint,
    /// Authorities of the server's certificate in a PEM file, instead of the system's.
    pub ca_bundle: Option<PathBuf>,
    /// The region that requests are signed for.
    pub region: String,
    /// How long the credentials are to live, if not as long as they do by themselves.
    pub duration_seconds: Option<u32>,
    /// What is asked for.
    pub source: Source,
}

/// By what somebody shows who they are, and what they want.
#[derive(Debug)]
pub enum Source {
    /// A role, by access keys.
    Role {
        /// The access keys.
        keys: SourceKeys,
        /// The role.
        role_arn: String,
        /// The name of the session.
        session_name: String,
        /// What the role's owner asks for besides.
        external_id: Option<String>,
        /// The second factor of the keys' user.
        mfa_serial: Option<String>,
    },
    /// A session of the keys' user.
    SessionToken {
        /// The access keys.
        keys: SourceKeys,
        /// The second factor of the keys' user.
        mfa_serial: Option<String>,
    },
    /// A role, by an OpenID Connect token.
    WebIdentity {
        /// The role.
        role_arn: String,
        /// The name of the session.
        session_name: String,
        /// Where the token is. It is read again each time: others replace it.
        token_file: PathBuf,
    },
    /// A role, by a SAML response.
    Saml {
        /// The role.
        role_arn: String,
        /// The provider.
        principal_arn: String,
        /// Where the response is, in base64 or as XML.
        assertion_file: PathBuf,
    },
}

/// A question with all that is to be sent, but for the code of a second factor. `Debug` shows no values.
pub(crate) struct Asked<'a> {
    pub(crate) operation: &'static str,
    pub(crate) fields: Vec<(&'static str, Zeroizing<String>)>,
    pub(crate) keys: Option<&'a SourceKeys>,
    pub(crate) role_arn: Option<&'a str>,
    pub(crate) mfa_serial: Option<&'a str>,
}

impl fmt::Debug for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

impl Question {
    /// Reads the files that the question is asked with.
    pub(crate) fn ask(&self) -> Result<Asked<'_>, ClientError> {
        let mut asked = self.source.ask()?;
        if let Some(seconds) = self.duration_seconds {
            asked.push("DurationSeconds", &seconds.to_string());
        }
        Ok(asked)
    }

    /// A name under which the answer is kept: a hash of all that is asked, by whom and where. It is over the token
    /// itself, not over where it lay: another token is another workload's, perhaps.
    pub(crate) fn name(&self, asked: &Asked<'_>) -> String {
        let mut text = Zeroizing::new(Vec::new());
        let mut add = |part: &str| {
            text.extend_from_slice(&(part.len() as u64).to_be_bytes());
            text.extend_from_slice(part.as_bytes());
        };
        add(&self.endpoint.to_string());
        add(asked.operation);
        add(asked.keys.map_or("", |keys| &keys.access_key_id));
        for (name, value) in &asked.fields {
            add(name);
            add(value);
        }
        data_encoding::HEXLOWER.encode(&lanyard_sigv4::sha256(&text))
    }
}

impl Source {
    fn ask(&self) -> Result<Asked<'_>, ClientError> {
        match self {
            Self::Role {
                keys,
                role_arn,
                session_name,
                external_id,
                mfa_serial,
            } => {
                let mut asked = Asked::new("AssumeRole", Some(keys), Some(role_arn), mfa_serial.as_deref());
                asked.push("RoleArn", role_arn);
                asked.push("RoleSessionName", session_name);
                if let Some(id) = external_id {
                    asked.push("ExternalId", id);
                }
                asked.push_serial();
                Ok(asked)
            }
            Self::SessionToken { keys, mfa_serial } => {
                let mut asked = Asked::new("GetSessionToken", Some(keys), None, mfa_serial.as_deref());
                asked.push_serial();
                Ok(asked)
            }
            Self::WebIdentity {
                role_arn,
                session_name,
                token_file,
            } => {
                let mut asked = Asked::new("AssumeRoleWithWebIdentity", None, Some(role_arn), None);
                asked.push("RoleArn", role_arn);
                asked.push("RoleSessionName", session_name);
                let token = read("web identity token", token_file)?;
                asked.push("WebIdentityToken", token.trim());
                Ok(asked)
            }
            Self::Saml {
                role_arn,
                principal_arn,
                assertion_file,
            } => {
                let mut asked = Asked::new("AssumeRoleWithSAML", None, Some(role_arn), None);
                asked.push("RoleArn", role_arn);
                asked.push("PrincipalArn", principal_arn);
                let response = read("SAML assertion", assertion_file)?;
                asked.fields.push(("SAMLAssertion", in_base64(&response)));
                Ok(asked)
            }
        }
    }
}

impl<'a> Asked<'a> {
    fn new(
        operation: &'static str,
        keys: Option<&'a SourceKeys>,
        role_arn: Option<&'a String>,
        mfa_serial: Option<&'a str>,
    ) -> Self {
        Self {
            operation,
            fields: Vec::new(),
            keys,
            role_arn: role_arn.map(String::as_str),
            mfa_serial,
        }
    }

    fn push(&mut self, name: &'static str, value: &str) {
        self.fields.push((name, Zeroizing::new(value.to_owned())));
    }

    fn push_serial(&mut self) {
        if let Some(serial) = self.mfa_serial {
            self.push("SerialNumber", serial);
        }
    }

    /// Whether it can be asked twice: codes and assertions count once.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.mfa_serial.is_none() && self.operation != "AssumeRoleWithSAML"
    }
}

/// Identity providers give the response in base64, browsers' tools often show it decoded.
fn in_base64(response: &str) -> Zeroizing<String> {
    let response = response.trim();
    if response.starts_with('<') {
        return Zeroizing::new(STANDARD.encode(response));
    }
    Zeroizing::new(response.split_ascii_whitespace().collect())
}

fn read(what: &'static str, path: &Path) -> Result<Zeroizing<String>, ClientError> {
    let refuse = |cause: String| ClientError::File {
        what,
        path: path.to_owned(),
        cause,
    };
    let file = std::fs::File::open(path).map_err(|cause| refuse(cause.to_string()))?;
    let mut text = Zeroizing::new(String::new());
    file.take(FILE_BYTES_MAX + 1)
        .read_to_string(&mut text)
        .map_err(|cause| refuse(cause.to_string()))?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(refuse("it is too large".to_owned()));
    }
    if text.trim().is_empty() {
        return Err(refuse("it is empty".to_owned()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use super::*;

    fn question(source: Source) -> Question {
        Question {
            endpoint: Endpoint::of_this_machine().unwrap(),
            ca_bundle: None,
            region: "us-east-1".to_owned(),
            duration_seconds: Some(900),
            source,
        }
    }

    fn role(key: &str, session_name: &str, external_id: Option<&str>) -> Question {
        question(Source::Role {
            keys: SourceKeys {
                access_key_id: key.to_owned(),
                secret_access_key: Zeroizing::new("hidden".to_owned()),
                session_token: None,
            },
            role_arn: "arn:aws:iam::111122223333:role/R".to_owned(),
            session_name: session_name.to_owned(),
            external_id: external_id.map(str::to_owned),
            mfa_serial: Some("arn:aws:iam::111122223333:mfa/m".to_owned()),
        })
    }

    fn name(question: &Question) -> String {
        question.name(&question.ask().unwrap())
    }

    fn fields(question: &Question) -> Vec<(&'static str, String)> {
        let asked = question.ask().unwrap();
        let fields = asked.fields.iter();
        fields.map(|(name, value)| (*name, value.to_string())).collect()
    }

    #[test]
    fn a_role_is_asked_for_with_all_that_was_given() {
        let expected = [
            ("RoleArn", "arn:aws:iam::111122223333:role/R"),
            ("RoleSessionName", "s"),
            ("ExternalId", "e"),
            ("SerialNumber", "arn:aws:iam::111122223333:mfa/m"),
            ("DurationSeconds", "900"),
        ];
        let expected = expected.map(|(name, value)| (name, value.to_owned()));
        assert_eq!(fields(&role("k", "s", Some("e"))), expected);
    }

    #[test]
    fn equal_questions_have_one_name_and_others_another() {
        let one = name(&role("k", "s", None));
        assert_eq!(one, name(&role("k", "s", None)));
        for other in [
            role("l", "s", None),
            role("k", "t", None),
            role("k", "s", Some("e")),
        ] {
            assert_ne!(one, name(&other));
        }
    }

    #[test]
    fn another_token_in_the_same_file_is_another_question() {
        let place = tempfile::tempdir().unwrap();
        let token_file = place.path().join("token");
        let question = question(Source::WebIdentity {
            role_arn: "arn:aws:iam::111122223333:role/R".to_owned(),
            session_name: "s".to_owned(),
            token_file: token_file.clone(),
        });
        std::fs::write(&token_file, "one\n").unwrap();
        let one = name(&question);
        assert_eq!(
            fields(&question).get(2),
            Some(&("WebIdentityToken", "one".to_owned()))
        );
        std::fs::write(&token_file, "two").unwrap();
        assert_ne!(one, name(&question));
        std::fs::write(&token_file, " \n").unwrap();
        assert!(
            question
                .ask()
                .unwrap_err()
                .to_string()
                .ends_with("token: it is empty")
        );
    }

    #[test]
    fn an_assertion_is_sent_in_base64_either_way() {
        assert_eq!(in_base64(" <a/>\n").as_str(), "PGEvPg==");
        assert_eq!(in_base64("PGEv\r\nPg==\n").as_str(), "PGEvPg==");
    }

    #[test]
    fn debug_shows_no_secret() {
        let question = role("k", "s", None);
        let shown = format!("{question:?} {:?}", question.ask().unwrap());
        assert!(!shown.contains("hidden"), "{shown}");
    }
}
