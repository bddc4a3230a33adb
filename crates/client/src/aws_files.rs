//! Profiles as the AWS command line and the SDKs keep them: `~/.aws/config` and `~/.aws/credentials`.
//!
//! Evidence: the AWS SDKs and tools reference guide, on the shared files and on service-specific endpoints. Read is
//! what says who asks and where; what says how (roles, single sign-on, other programs) is left alone.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::credentials::SourceKeys;
use crate::error::ClientError;

/// No file of profiles is larger.
const FILE_BYTES_MAX: u64 = 1 << 20;

type Values = BTreeMap<String, Zeroizing<String>>;

/// Both files, or what there is of them.
pub(crate) struct AwsFiles {
    /// By the words in brackets.
    config: BTreeMap<String, Values>,
    credentials: BTreeMap<String, Values>,
}

/// One profile, from both files.
pub(crate) struct Profile<'a> {
    name: String,
    config: Option<&'a Values>,
    credentials: Option<&'a Values>,
    services: Option<&'a Values>,
}

impl AwsFiles {
    /// Reads the files that variables name, or those in the home directory. A file that is not there is empty.
    pub(crate) fn read(environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, ClientError> {
        let place = |variable: &str, name: &str| {
            let home = || environment("HOME").map(|home| PathBuf::from(home).join(".aws").join(name));
            environment(variable).map(PathBuf::from).or_else(home)
        };
        let read = |what, path: Option<PathBuf>| match path {
            Some(path) => parse_file(what, &path),
            None => Ok(BTreeMap::new()),
        };
        Ok(Self {
            config: read("AWS configuration", place("AWS_CONFIG_FILE", "config"))?,
            credentials: read(
                "AWS credentials",
                place("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
            )?,
        })
    }

    /// A profile that is in one of the files.
    pub(crate) fn profile(&self, name: &str) -> Option<Profile<'_>> {
        let config = if name == "default" {
            self.config
                .get("default")
                .or_else(|| self.config.get("profile default"))
        } else {
            self.config.get(&format!("profile {name}"))
        };
        let credentials = self.credentials.get(name);
        let services = config
            .and_then(|config| config.get("services"))
            .and_then(|services| self.config.get(&format!("services {}", services.as_str())));
        (config.is_some() || credentials.is_some()).then(|| Profile {
            name: name.to_owned(),
            config,
            credentials,
            services,
        })
    }
}

impl Profile<'_> {
    /// The access key of the profile. What the file of credentials says is preferred, as by AWS's tools.
    pub(crate) fn keys(&self) -> Result<SourceKeys, ClientError> {
        for values in [self.credentials, self.config].into_iter().flatten() {
            let value = |name: &str| values.get(name).filter(|value| !value.is_empty());
            if let (Some(id), Some(secret)) = (value("aws_access_key_id"), value("aws_secret_access_key")) {
                return Ok(SourceKeys {
                    access_key_id: id.to_string(),
                    secret_access_key: secret.clone(),
                    session_token: value("aws_session_token").cloned(),
                });
            }
        }
        Err(ClientError::Settings(format!(
            "the profile {} has no aws_access_key_id with aws_secret_access_key; other kinds of profiles cannot be a \
             source",
            self.name
        )))
    }

    /// Where STS is, by the profile.
    pub(crate) fn sts_endpoint(&self) -> Option<&str> {
        let of_service = self
            .services
            .and_then(|services| services.get("sts.endpoint_url"));
        let value = of_service.or_else(|| self.config?.get("endpoint_url"))?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// Another setting.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        let value = self.config?.get(name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }
}

fn parse_file(what: &'static str, path: &Path) -> Result<BTreeMap<String, Values>, ClientError> {
    let refuse = |cause: String| ClientError::File {
        what,
        path: path.to_owned(),
        cause,
    };
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(cause) => return Err(refuse(cause.to_string())),
    };
    let mut text = Zeroizing::new(String::new());
    file.take(FILE_BYTES_MAX + 1)
        .read_to_string(&mut text)
        .map_err(|cause| refuse(cause.to_string()))?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(refuse("it is too large".to_owned()));
    }
    Ok(parse(&text))
}

/// Sections with their values. A value in lines of its own below a name (`sts =`, then `  endpoint_url = …`) is found
/// under both names, joined by a dot. Names are not case-sensitive.
fn parse(text: &str) -> BTreeMap<String, Values> {
    let mut sections: BTreeMap<String, Values> = BTreeMap::new();
    let mut section: Option<String> = None;
    let mut above: Option<String> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(words) = trimmed.strip_prefix('[').and_then(|line| line.split(']').next()) {
            section = Some(section_name(words));
            above = None;
            continue;
        }
        let (Some(section), Some((name, value))) = (&section, trimmed.split_once('=')) else {
            continue;
        };
        let name = name.trim().to_ascii_lowercase();
        let value = value.trim();
        let is_below = line.starts_with([' ', '\t']);
        let full = match &above {
            Some(above) if is_below => format!("{above}.{name}"),
            _ => name.clone(),
        };
        if !is_below {
            above = value.is_empty().then_some(name);
        }
        let values = sections.entry(section.clone()).or_default();
        values.insert(full, Zeroizing::new(value.to_owned()));
    }
    sections
}

/// `profile "a b"` and `profile   a` as one blank and no quotation marks have them.
fn section_name(words: &str) -> String {
    let words = words.trim();
    match words.split_once([' ', '\t']) {
        Some((kind, name)) => format!("{kind} {}", name.trim().trim_matches(['"', '\''])),
        None => words.trim_matches(['"', '\'']).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use super::*;

    const CONFIG: &str = "\
[default]
region = eu-west-1
[profile \"work\"]
Endpoint_URL = https://work.example
services = there
s3 =
  endpoint_url = https://not-this.example
# [profile none]
[services there]
s3 =
  endpoint_url = https://s3.example
sts =
  endpoint_url = https://sts.example
";

    fn files(config: &str, credentials: &str) -> AwsFiles {
        AwsFiles {
            config: parse(config),
            credentials: parse(credentials),
        }
    }

    #[test]
    fn the_endpoint_of_the_service_is_preferred() {
        let files = files(CONFIG, "");
        assert_eq!(
            files.profile("work").unwrap().sts_endpoint(),
            Some("https://sts.example")
        );
        assert_eq!(files.profile("default").unwrap().sts_endpoint(), None);
        assert_eq!(
            files.profile("default").unwrap().setting("region"),
            Some("eu-west-1")
        );
        assert!(files.profile("none").is_none());
    }

    #[test]
    fn keys_come_from_either_file_whole() {
        let of_config = "[profile a]\naws_access_key_id=one\naws_secret_access_key=b=\n";
        let files = files(
            of_config,
            "[a]\naws_access_key_id = two\n[b]\naws_access_key_id=3\naws_secret_access_key=4\naws_session_token=5",
        );
        let keys = |name| files.profile(name).unwrap().keys().unwrap();
        assert_eq!(
            (
                keys("a").access_key_id.as_str(),
                keys("a").secret_access_key.as_str()
            ),
            ("one", "b=")
        );
        assert_eq!(keys("b").session_token.unwrap().as_str(), "5");
    }

    #[test]
    fn a_profile_of_another_kind_is_no_source() {
        let files = files("[profile a]\ncredential_process = lanyard credentials", "");
        let refusal = files.profile("a").unwrap().keys().unwrap_err();
        assert!(
            refusal.to_string().starts_with("the profile a has no"),
            "{refusal}"
        );
    }
}
