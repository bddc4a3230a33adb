//! The lines of the admin socket about sessions and access keys.

use serde::{Deserialize, Serialize};

/// An access key as it is handed out once.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct IssuedKey {
    /// The account the key belongs to.
    pub(crate) account_id: String,
    /// The public half.
    pub(crate) access_key_id: String,
    /// The secret half. Shown once.
    pub(crate) secret_access_key: zeroize::Zeroizing<String>,
}

/// End sessions.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct SessionsRevoke {
    /// The account.
    pub(crate) account: String,
    /// The role that has them.
    pub(crate) role: Option<String>,
    /// The user who has them; with neither, the root user.
    pub(crate) user: Option<String>,
    /// Only those of this name.
    pub(crate) session_name: Option<String>,
    /// Only the one with this access key id.
    pub(crate) session_id: Option<String>,
}

/// The answer to `SessionsRevoke`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SessionsRevoked {
    /// Whose sessions.
    pub(crate) arn: String,
    /// The epoch that new sessions are issued under.
    pub(crate) epoch: u32,
}

/// List access keys, so many users at a time.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct KeysList {
    /// The account.
    pub(crate) account: String,
    /// The users behind this one.
    pub(crate) after: Option<String>,
}

/// Set what is given of the rules about keys' ages. Zero takes a rule away.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct KeysRules {
    /// The account.
    pub(crate) account: String,
    /// After how many days a key is warned of.
    pub(crate) warn_after: Option<u32>,
    /// After how many days a key is refused.
    pub(crate) refuse_after: Option<u32>,
    /// After how many days without use a key is flagged.
    pub(crate) unused_after: Option<u32>,
}

impl KeysRules {
    /// Whether it only asks what the rules are.
    pub(crate) fn is_question(&self) -> bool {
        self.warn_after.is_none() && self.refuse_after.is_none() && self.unused_after.is_none()
    }
}

/// Replace a user's access key.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct KeysRotate {
    /// The account.
    pub(crate) account: String,
    /// The user.
    pub(crate) user: String,
    /// Which step of it.
    pub(crate) step: RotationStep,
}

/// The steps of replacing a key.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RotationStep {
    /// Make the second key.
    Begin,
    /// Switch the first one off.
    Finish,
    /// Delete it.
    Delete,
}

/// One access key in a list.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListedKey {
    /// The account.
    pub(crate) account_id: String,
    /// Whose it is; the root user has no name.
    pub(crate) user_name: Option<String>,
    /// Its id.
    pub(crate) access_key_id: String,
    /// `Active` or `Inactive`.
    pub(crate) status: String,
    /// When it was made, RFC 3339.
    pub(crate) created: String,
    /// How old it is, in whole days.
    pub(crate) age_days: u32,
    /// When it was last used, RFC 3339.
    pub(crate) last_used: Option<String>,
    /// For which service.
    pub(crate) last_used_service: Option<String>,
    /// What is to be said of it: `inactive`, `too-old`, `old`, `unused`.
    pub(crate) flags: Vec<String>,
}

/// Access keys.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct KeyList {
    /// The keys: the root user's, then the users' in order of name.
    pub(crate) keys: Vec<ListedKey>,
    /// The user after whom to go on.
    pub(crate) next: Option<String>,
}

/// The rules about keys' ages as they are now.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct KeyRulesSet {
    /// The account.
    pub(crate) account_id: String,
    /// After how many days a key is warned of.
    pub(crate) warn_after_days: Option<u32>,
    /// After how many days a key is refused.
    pub(crate) refuse_after_days: Option<u32>,
    /// After how many days without use a key is flagged.
    pub(crate) unused_after_days: Option<u32>,
    /// How many active keys are refused by them now.
    pub(crate) refused_keys: usize,
}

/// What a step of replacing a key did.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Rotated {
    /// The key that is on its way out.
    pub(crate) old_access_key_id: String,
    /// When that was last used, RFC 3339.
    pub(crate) old_last_used: Option<String>,
    /// The key that replaces it.
    pub(crate) new_access_key_id: String,
    /// Its secret, if it was made now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issued: Option<IssuedKey>,
}
