//! From flags, variables and profiles to one question.
//!
//! Flags win over variables, variables over profiles, in the order of AWS's tools. Evidence: the AWS SDKs and tools
//! reference guide on service-specific endpoints. `AWS_PROFILE` chooses no keys here: a program that is asked for
//! credentials by a profile would ask itself.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::aws_files::{AwsFiles, Profile};
use crate::credentials::SourceKeys;
use crate::endpoint::Endpoint;
use crate::error::ClientError;
use crate::question::{Question, Source};

const SESSION_NAME_MAX: usize = 64;

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Where the server is.
    pub endpoint_url: Option<String>,
    /// Whether secrets may go over plain HTTP to other machines.
    pub allow_plain_http: bool,
    /// Authorities of the server's certificate.
    pub ca_bundle: Option<PathBuf>,
    /// The region to sign for.
    pub region: Option<String>,
    /// The profile whose access key asks.
    pub source_profile: Option<String>,
    /// The role.
    pub role_arn: Option<String>,
    /// The name of the role's session.
    pub session_name: Option<String>,
    /// How long the credentials are to live.
    pub duration_seconds: Option<u32>,
    /// What the role's owner asks for besides.
    pub external_id: Option<String>,
    /// The second factor.
    pub mfa_serial: Option<String>,
    /// A web identity's token.
    pub web_identity_token_file: Option<PathBuf>,
    /// A SAML response.
    pub saml_assertion_file: Option<PathBuf>,
    /// The SAML provider.
    pub principal_arn: Option<String>,
}

impl Wanted {
    /// The question that is meant. `environment` looks a variable up.
    pub fn resolve(self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Question, ClientError> {
        let set = |name: &str| environment(name).filter(|value| !value.is_empty());
        let files = AwsFiles::read(&set)?;
        let profile = self.profile(&files, &set)?;
        let profile = profile.as_ref();
        let setting = |name: &str| {
            profile
                .and_then(|profile| profile.setting(name))
                .map(str::to_owned)
        };
        let region = self.region.clone();
        Ok(Question {
            endpoint: self.endpoint(profile, &set)?,
            ca_bundle: self
                .ca_bundle
                .clone()
                .or_else(|| set("AWS_CA_BUNDLE").map(PathBuf::from))
                .or_else(|| setting("ca_bundle").map(PathBuf::from)),
            region: region
                .or_else(|| set("AWS_REGION"))
                .or_else(|| set("AWS_DEFAULT_REGION"))
                .or_else(|| setting("region"))
                .unwrap_or_else(|| "us-east-1".to_owned()),
            duration_seconds: self.duration_seconds,
            source: self.source(profile, &set)?,
        })
    }

    /// The profile that the keys come from; else the one in the environment, for all but keys.
    fn profile<'a>(
        &self,
        files: &'a AwsFiles,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<Profile<'a>>, ClientError> {
        if let Some(name) = &self.source_profile {
            let found = files.profile(name);
            let missing = || ClientError::Settings(format!("there is no profile {name}"));
            return found.ok_or_else(missing).map(Some);
        }
        let name = environment("AWS_PROFILE");
        Ok(files.profile(name.as_deref().unwrap_or("default")))
    }

    fn endpoint(
        &self,
        profile: Option<&Profile<'_>>,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Endpoint, ClientError> {
        if let Some(url) = &self.endpoint_url {
            return Endpoint::parse(url, self.allow_plain_http);
        }
        let ignored = environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let configured = environment("AWS_ENDPOINT_URL_STS")
            .or_else(|| environment("AWS_ENDPOINT_URL"))
            .or_else(|| profile?.sts_endpoint().map(str::to_owned))
            .filter(|_| !ignored);
        match configured {
            Some(url) => Endpoint::parse(&url, self.allow_plain_http),
            None => Endpoint::of_this_machine(),
        }
    }

    fn source(
        &self,
        profile: Option<&Profile<'_>>,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Source, ClientError> {
        let role_arn = || {
            let missing = || ClientError::Settings("which role? say --role-arn ARN".to_owned());
            self.role_arn.clone().ok_or_else(missing)
        };
        if let Some(token_file) = &self.web_identity_token_file {
            return Ok(Source::WebIdentity {
                role_arn: role_arn()?,
                session_name: self.session_name(environment),
                token_file: token_file.clone(),
            });
        }
        if let Some(assertion_file) = &self.saml_assertion_file {
            let missing = || ClientError::Settings("which provider? say --principal-arn ARN".to_owned());
            return Ok(Source::Saml {
                role_arn: role_arn()?,
                principal_arn: self.principal_arn.clone().ok_or_else(missing)?,
                assertion_file: assertion_file.clone(),
            });
        }
        let keys = match (&self.source_profile, profile) {
            (Some(_), Some(profile)) => profile.keys()?,
            _ => keys_of(environment)?,
        };
        let mfa_serial = self.mfa_serial.clone();
        Ok(match self.role_arn.clone() {
            Some(role_arn) => Source::Role {
                keys,
                role_arn,
                session_name: self.session_name(environment),
                external_id: self.external_id.clone(),
                mfa_serial,
            },
            None => Source::SessionToken { keys, mfa_serial },
        })
    }

    /// One name for all processes of one person, so that they share one session.
    fn session_name(&self, environment: &dyn Fn(&str) -> Option<String>) -> String {
        if let Some(given) = &self.session_name {
            return given.clone();
        }
        if let Some(given) = environment("AWS_ROLE_SESSION_NAME") {
            return given;
        }
        let user = environment("USER").or_else(|| environment("LOGNAME"));
        let user = user.unwrap_or_else(|| "credentials".to_owned());
        let is_allowed = |c: &char| c.is_ascii_alphanumeric() || "_=,.@-".contains(*c);
        let name = "lanyard-".chars().chain(user.chars().filter(is_allowed));
        name.take(SESSION_NAME_MAX).collect()
    }
}

fn keys_of(environment: &dyn Fn(&str) -> Option<String>) -> Result<SourceKeys, ClientError> {
    let (Some(id), Some(secret)) = (
        environment("AWS_ACCESS_KEY_ID"),
        environment("AWS_SECRET_ACCESS_KEY"),
    ) else {
        return Err(ClientError::Settings(
            "who asks? say --source-profile NAME, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                .to_owned(),
        ));
    };
    Ok(SourceKeys {
        access_key_id: id,
        secret_access_key: Zeroizing::new(secret),
        session_token: environment("AWS_SESSION_TOKEN").map(Zeroizing::new),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use super::*;

    const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret")];

    fn resolve(wanted: Wanted, variables: &[(&str, &str)]) -> Result<Question, ClientError> {
        wanted.resolve(&|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name)?;
            Some(found.1.to_owned())
        })
    }

    #[track_caller]
    fn check_endpoint(wanted: Wanted, variables: &[(&str, &str)], expected: &str) {
        let variables = [&KEYS, variables].concat();
        assert_eq!(
            resolve(wanted, &variables).unwrap().endpoint.to_string(),
            expected
        );
    }

    #[test]
    fn the_nearest_endpoint_is_taken() {
        let place = tempfile::tempdir().unwrap();
        let config = place.path().join("config");
        std::fs::write(
            &config,
            "[default]\nendpoint_url=https://default\n[profile p]\nendpoint_url=https://p\n",
        )
        .unwrap();
        let file = ("AWS_CONFIG_FILE", config.to_str().unwrap());
        let flag = Wanted {
            endpoint_url: Some("https://flag".to_owned()),
            ..Wanted::default()
        };
        let sts = ("AWS_ENDPOINT_URL_STS", "https://sts");
        let all = ("AWS_ENDPOINT_URL", "https://all");
        let profile = ("AWS_PROFILE", "p");
        let none = Wanted::default;
        check_endpoint(flag, &[file, sts, all, profile], "https://flag");
        check_endpoint(none(), &[file, sts, all, profile], "https://sts");
        check_endpoint(none(), &[file, all, profile], "https://all");
        check_endpoint(none(), &[file, profile], "https://p");
        check_endpoint(none(), &[file], "https://default");
        check_endpoint(none(), &[], "http://127.0.0.1:4260");
        let ignored = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
        check_endpoint(none(), &[file, sts, ignored], "http://127.0.0.1:4260");
    }

    #[test]
    fn without_a_role_it_is_a_session_of_the_keys() {
        let question = resolve(Wanted::default(), &KEYS).unwrap();
        assert!(matches!(question.source, Source::SessionToken { keys, .. } if keys.access_key_id == "id"));
    }

    #[test]
    fn the_session_has_a_name_that_aws_takes() {
        let wanted = || Wanted {
            role_arn: Some("arn:aws:iam::111122223333:role/R".to_owned()),
            ..Wanted::default()
        };
        let name = |variables: &[(&str, &str)]| {
            let variables = [&KEYS, variables].concat();
            match resolve(wanted(), &variables).unwrap().source {
                Source::Role { session_name, .. } => session_name,
                _ => String::new(),
            }
        };
        assert_eq!(name(&[]), "lanyard-credentials");
        assert_eq!(name(&[("USER", "ann e/x")]), "lanyard-annex");
        assert_eq!(
            name(&[("USER", "ann"), ("AWS_ROLE_SESSION_NAME", "given")]),
            "given"
        );
        assert_eq!(name(&[("USER", &"u".repeat(99))]).len(), 64);
    }

    #[test]
    fn what_is_missing_is_asked_for() {
        let refusal = |wanted| resolve(wanted, &[]).unwrap_err().to_string();
        assert!(refusal(Wanted::default()).starts_with("who asks?"));
        let profile = Wanted {
            source_profile: Some("nobody".to_owned()),
            ..Wanted::default()
        };
        assert_eq!(refusal(profile), "there is no profile nobody");
        let token = Wanted {
            web_identity_token_file: Some("token".into()),
            ..Wanted::default()
        };
        assert!(refusal(token).starts_with("which role?"));
    }
}
