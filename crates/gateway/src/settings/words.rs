//! The words of a line of configuration.

use std::path::PathBuf;
use std::time::Duration;

use lanyard_access::OnBehalf;
use lanyard_names::AccountId;

use super::{DataEvents, Mode, SettingsError, TagSource};

/// The words of a line as names and values. Quotation marks stand around a value, or around any part of it.
pub(super) fn split(text: &str) -> Result<Vec<(String, String)>, SettingsError> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut is_quoted = false;
    for c in text.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            c if c.is_whitespace() && !is_quoted => words.extend(named(&mut word)),
            c => word.push(c),
        }
    }
    if is_quoted {
        return Err(SettingsError::Quote);
    }
    words.extend(named(&mut word));
    Ok(words)
}

fn named(word: &mut String) -> Option<(String, String)> {
    let word = std::mem::take(word);
    if word.is_empty() {
        return None;
    }
    let (name, value) = word.split_once('=').unwrap_or((&word, ""));
    Some((name.to_owned(), value.to_owned()))
}

/// What the words said.
#[derive(Default)]
pub(super) struct Read {
    pub(super) mode: Option<Mode>,
    pub(super) credentials: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) domains: Vec<String>,
    pub(super) region: Option<String>,
    pub(super) account: Option<AccountId>,
    pub(super) upstream_account: Option<AccountId>,
    pub(super) tags: Option<TagSource>,
    pub(super) forward_access: Option<String>,
    pub(super) ca: Option<PathBuf>,
    pub(super) data_events: Option<DataEvents>,
    pub(super) connect: Option<Duration>,
    pub(super) answer: Option<Duration>,
    pub(super) idle: Option<Duration>,
}

impl Read {
    pub(super) fn take(&mut self, name: &str, value: &str) -> Result<(), SettingsError> {
        let refuse = |why: &'static str| SettingsError::Word(format!("{name}={value}"), why.into());
        let seconds = |text: &str| seconds(text).ok_or_else(|| refuse(SECONDS));
        let account =
            |text: &str| AccountId::parse(text).map_err(|_| refuse("the id of an account has twelve digits"));
        let once = |is_first: bool| {
            if is_first {
                Ok(())
            } else {
                Err(SettingsError::Word(name.to_owned(), "it is said twice".into()))
            }
        };
        if value.is_empty() {
            return Err(SettingsError::Word(
                name.to_owned(),
                "it says nothing: name=value".into(),
            ));
        }
        match name {
            "mode" => {
                let mode = mode(value).ok_or_else(|| refuse("a mode is enforce or observe"))?;
                once(self.mode.replace(mode).is_none())
            }
            "credentials" => once(self.credentials.replace(value.to_owned()).is_none()),
            "profile" => once(self.profile.replace(value.to_owned()).is_none()),
            "domain" => {
                let domain = domain(value).ok_or_else(|| refuse("it is not a domain name"))?;
                once(!self.domains.contains(&domain))?;
                self.domains.push(domain);
                Ok(())
            }
            "region" => {
                if !is_region(value) {
                    return Err(refuse("it is not the name of a region"));
                }
                once(self.region.replace(value.to_owned()).is_none())
            }
            "account" => once(self.account.replace(account(value)?).is_none()),
            "upstream-account" => once(self.upstream_account.replace(account(value)?).is_none()),
            "tags" => {
                let source =
                    tag_source(value).ok_or_else(|| refuse("tags come from registry, upstream or none"))?;
                once(self.tags.replace(source).is_none())
            }
            "forward-access" => {
                if !OnBehalf::is_service(value) {
                    return Err(refuse(
                        "it is no principal of a service, such as stacks.example.com",
                    ));
                }
                once(self.forward_access.replace(value.to_owned()).is_none())
            }
            "ca" => once(self.ca.replace(value.into()).is_none()),
            "data-events" => {
                let events = data_events(value)
                    .ok_or_else(|| refuse("data events are none, denials, sampled:N or all"))?;
                once(self.data_events.replace(events).is_none())
            }
            "connect-seconds" => once(self.connect.replace(seconds(value)?).is_none()),
            "answer-seconds" => once(self.answer.replace(seconds(value)?).is_none()),
            "idle-seconds" => once(self.idle.replace(seconds(value)?).is_none()),
            _ => Err(SettingsError::Word(name.to_owned(), NO_WORD.into())),
        }
    }

    /// Refuses words that mean nothing for what the upstream stands for.
    pub(super) fn check(&self, is_s3: bool) -> Result<(), SettingsError> {
        let refuse = |name: &str, why: &'static str| Err(SettingsError::Word(name.to_owned(), why.into()));
        if is_s3 {
            // Each bucket has its own owner, and is found by its name alone.
            const WHY: &str = "it means nothing for s3";
            return match self {
                Self { account: Some(_), .. } => refuse("account", WHY),
                Self {
                    upstream_account: Some(_),
                    ..
                } => refuse("upstream-account", WHY),
                Self { tags: Some(_), .. } => refuse("tags", WHY),
                Self {
                    forward_access: Some(_),
                    ..
                } => refuse("forward-access", WHY),
                _ => Ok(()),
            };
        }
        if self.domains.is_empty() {
            Ok(())
        } else {
            refuse("domain", "it means something for s3 only")
        }
    }
}

const NO_WORD: &str = "there is no such word; there are account, answer-seconds, ca, connect-seconds, credentials, \
                       data-events, domain, forward-access, idle-seconds, mode, profile, region, tags and \
                       upstream-account";
const SECONDS: &str = "it takes seconds, 0.01 to 3600";

fn seconds(value: &str) -> Option<Duration> {
    let seconds: f64 = value.parse().ok()?;
    (0.01..=3600.0)
        .contains(&seconds)
        .then(|| Duration::from_secs_f64(seconds))
}

fn mode(value: &str) -> Option<Mode> {
    match value {
        "enforce" => Some(Mode::Enforce),
        "observe" => Some(Mode::Observe),
        _ => None,
    }
}

fn tag_source(value: &str) -> Option<TagSource> {
    match value {
        "registry" => Some(TagSource::Registry),
        "upstream" => Some(TagSource::Upstream),
        "none" => Some(TagSource::None),
        _ => None,
    }
}

fn is_region(value: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    value.len() <= 64 && value.bytes().all(is_letter)
}

fn data_events(value: &str) -> Option<DataEvents> {
    match value {
        "none" => Some(DataEvents::None),
        "denials" => Some(DataEvents::Denials),
        "all" => Some(DataEvents::All),
        _ => {
            let one_of: u32 = value.strip_prefix("sampled:")?.parse().ok()?;
            (one_of > 0).then_some(DataEvents::Sampled(one_of))
        }
    }
}

/// A domain in lower case, without a port.
fn domain(value: &str) -> Option<String> {
    let is_label = |label: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(is_letter)
    };
    (value.len() <= 253 && value.split('.').all(is_label)).then(|| value.to_ascii_lowercase())
}
