//! The credentials with which the gateway calls the upstream.

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use super::SettingsError;

/// No file of credentials is larger.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A long-term key of the upstream. `Debug` does not show the secret.
pub(crate) struct UpstreamCredentials {
    pub(crate) access_key_id: String,
    pub(crate) secret: Zeroizing<String>,
    pub(crate) session_token: Option<Zeroizing<String>>,
}

impl fmt::Debug for UpstreamCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamCredentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// The credentials that the words or the environment give; `None` if it was said that there are none. `name`: how
/// variables name the service.
pub(super) fn find(
    said: Option<&str>,
    profile: Option<&str>,
    name: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<UpstreamCredentials>, SettingsError> {
    match said {
        Some("none") if profile.is_none() => Ok(None),
        Some("none") => Err(SettingsError::Word(
            "profile".to_owned(),
            "there are no credentials to choose from".into(),
        )),
        Some(file) => from_file(Path::new(file), profile.unwrap_or("default")).map(Some),
        None if profile.is_some() => Err(SettingsError::Word(
            "profile".to_owned(),
            "it belongs to credentials=FILE".into(),
        )),
        None => {
            let set = |what| {
                let value = environment(&format!("LANYARD_{name}_{what}"));
                value
                    .filter(|value| !value.is_empty())
                    .ok_or_else(|| SettingsError::NoCredentials {
                        name: name.to_owned(),
                    })
            };
            let access_key_id = set("ACCESS_KEY_ID")?;
            let secret = set("SECRET_ACCESS_KEY")?;
            Ok(Some(UpstreamCredentials {
                access_key_id,
                secret: secret.into(),
                session_token: None,
            }))
        }
    }
}

/// Reads the format of the shared credentials file of AWS's tools.
fn from_file(path: &Path, profile: &str) -> Result<UpstreamCredentials, SettingsError> {
    let refuse = |cause: String| SettingsError::CredentialsFile {
        path: path.to_owned(),
        cause,
    };
    let length = std::fs::metadata(path)
        .map_err(|error| refuse(error.to_string()))?
        .len();
    if length > FILE_BYTES_MAX {
        return Err(refuse("the file is too large".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
    let text = Zeroizing::new(text);
    let mut is_ours = false;
    let (mut key_id, mut secret, mut token) = (None, None, None);
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            is_ours = section.trim() == profile;
            continue;
        }
        let Some((name, value)) = line
            .split_once('=')
            .filter(|_| is_ours && !line.starts_with(['#', ';']))
        else {
            continue;
        };
        let value = Zeroizing::new(value.trim().to_owned());
        match name.trim().to_ascii_lowercase().as_str() {
            "aws_access_key_id" => key_id = Some(value),
            "aws_secret_access_key" => secret = Some(value),
            "aws_session_token" => token = Some(value),
            _ => {}
        }
    }
    match (key_id, secret) {
        (Some(key_id), Some(secret)) if !key_id.is_empty() && !secret.is_empty() => Ok(UpstreamCredentials {
            access_key_id: key_id.to_string(),
            secret,
            session_token: token.filter(|token| !token.is_empty()),
        }),
        _ => Err(refuse(format!(
            "there is no aws_access_key_id with aws_secret_access_key under [{profile}]"
        ))),
    }
}
