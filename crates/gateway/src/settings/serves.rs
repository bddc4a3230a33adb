//! What an upstream stands for: the first word of its line.

use std::fmt;

use lanyard_service_models::service_models;

use super::SettingsError;

/// Services that Lanyard answers itself, so that nothing can stand for them.
const OWN: [&str; 4] = ["iam", "sts", "lanyard", "signin"];

/// Every service that no other line names.
const EVERY_OTHER: &str = "aws";

/// Whether requests that are signed for this name are answered by Lanyard itself, and by nobody behind it.
pub fn is_answered_here(signing_name: &str) -> bool {
    OWN.contains(&signing_name)
}

/// What an upstream stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Serves {
    /// A store.
    S3,
    /// Services, by the names that requests are signed for.
    Services(Vec<String>),
    /// Every service but S3 and those of other lines.
    EveryOther,
}

impl Serves {
    pub(super) fn parse(text: &str) -> Result<Self, SettingsError> {
        match text {
            "s3" => return Ok(Self::S3),
            EVERY_OTHER => return Ok(Self::EveryOther),
            _ => {}
        }
        let mut names: Vec<String> = Vec::new();
        for name in text.split(',') {
            let refuse = |why| SettingsError::Services(name.to_owned(), why);
            match name {
                "s3" | EVERY_OTHER => return Err(refuse("it stands in a line of its own")),
                name if is_answered_here(name) => return Err(refuse("it is answered by Lanyard itself")),
                name if names.iter().any(|known| known == name) => return Err(refuse("it is said twice")),
                name if service_models().signed_as(name).is_empty() => {
                    return Err(no_such(name));
                }
                name => names.push(name.to_owned()),
            }
        }
        Ok(Self::Services(names))
    }

    /// The names that clients use for other services than those whose requests are signed for them.
    pub(super) fn mistakable(&self) -> Vec<(&str, &'static str)> {
        let Self::Services(names) = self else {
            return Vec::new();
        };
        let meant = |name: &'_ String| {
            service_models()
                .service(name)
                .map(|service| service.signing_name())
        };
        let pairs = names
            .iter()
            .filter_map(|name| Some((name.as_str(), meant(name)?)));
        pairs
            .filter(|(_, signed)| !names.iter().any(|name| name == signed))
            .collect()
    }

    /// How variables of the environment name it: by the first of its services.
    pub(super) fn variable_name(&self) -> String {
        let name = match self {
            Self::S3 => "s3",
            Self::Services(names) => names.first().map_or("", String::as_str),
            Self::EveryOther => EVERY_OTHER,
        };
        name.to_ascii_uppercase().replace(['-', '.'], "_")
    }
}

/// The error for a name that nothing is signed for, with those that may be meant.
fn no_such(name: &str) -> SettingsError {
    let mut meant = service_models().like(name);
    if meant.is_empty() {
        meant = vec!["s3", "dynamodb", "sqs"];
    }
    SettingsError::Service(name.to_owned(), meant.join(", "))
}

impl fmt::Display for Serves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 => f.write_str("s3"),
            Self::Services(names) => f.write_str(&names.join(",")),
            Self::EveryOther => f.write_str(EVERY_OTHER),
        }
    }
}
