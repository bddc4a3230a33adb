//! The first start: an empty store becomes one account with one administrator.
//!
//! The profile with the administrator's secret is on disk before the account is: if the power fails between the
//! two, the next start begins anew with another key. The other way round nobody would know the secret.
//!
//! Containers and CI give the account id and the key by environment. A wrong value stops the start, because a
//! server with another administrator than the one asked for is of no use.

use lanyard_access::SecretText;
use lanyard_names::{AccessKeyId, AccountId, KeyKind};

use crate::accounts::{self, FirstHolder, KeyPair};
use crate::config::FirstCredentials;
use crate::data_dir::DataDir;
use crate::exit::CommandError;
use crate::node::Node;
use crate::operator::Operator;
use crate::profile::Profile;

/// The name of the first account.
const FIRST_ACCOUNT: &str = "first";
/// AWS's limits for a secret access key as the models have them are 16 to 128 characters.
const SECRET_CHARACTERS: std::ops::RangeInclusive<usize> = 16..=128;

/// What the environment asks for, checked.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    account: Option<AccountId>,
    key: Option<(AccessKeyId, SecretText)>,
}

impl Wanted {
    /// Checks what belongs together before anything is made on disk.
    pub(crate) fn check(given: &FirstCredentials) -> Result<Self, CommandError> {
        let account = given.account_id.as_deref().map(account_id).transpose()?;
        let key = match (&given.access_key_id, &given.secret_access_key) {
            (None, None) => return Ok(Self { account, key: None }),
            (Some(id), Some(secret)) => (access_key_id(id, account)?, secret_key(secret)?),
            (Some(_), None) => {
                return Err(half(
                    "LANYARD_ADMIN_ACCESS_KEY_ID",
                    "LANYARD_ADMIN_SECRET_ACCESS_KEY",
                ));
            }
            (None, Some(_)) => {
                return Err(half(
                    "LANYARD_ADMIN_SECRET_ACCESS_KEY",
                    "LANYARD_ADMIN_ACCESS_KEY_ID",
                ));
            }
        };
        Ok(Self {
            account: Some(key.0.account()),
            key: Some(key),
        })
    }
}

/// Makes the first account if the store has none. Gives its id if it was made.
pub(crate) async fn run(
    node: &Node,
    dir: &DataDir,
    endpoint: &str,
    wanted: Result<Wanted, CommandError>,
) -> Result<Option<AccountId>, CommandError> {
    if node.directory.global().account_count() > 0 {
        return Ok(None);
    }
    let wanted = wanted?;
    let failed = |error: &dyn std::fmt::Display| CommandError::failure(format!("the first start: {error}"));
    let account = accounts::choose_id(node, wanted.account).map_err(|error| failed(&error))?;
    let key = match wanted.key {
        Some((id, secret)) => KeyPair::given(&node.vault, id, secret),
        None => KeyPair::draw(&node.vault, account),
    };
    let key = key.map_err(|error| failed(&error))?;
    let profile = Profile {
        access_key_id: key.id.as_str(),
        secret_access_key: key.secret.expose(),
        endpoint,
    };
    profile.write(&dir.aws_config()).map_err(|error| failed(&error))?;
    accounts::create(
        node,
        Operator::FirstStart,
        FIRST_ACCOUNT,
        FirstHolder::Administrator,
        &key,
    )
    .await
    .map_err(|error| failed(&error))?;
    Ok(Some(account))
}

fn account_id(text: &str) -> Result<AccountId, CommandError> {
    match AccountId::parse(text) {
        Ok(AccountId::ZERO) | Err(_) => Err(CommandError::usage(
            "LANYARD_ACCOUNT_ID must be an account id of 12 digits, not all zero",
        )),
        Ok(account) => Ok(account),
    }
}

fn access_key_id(text: &str, account: Option<AccountId>) -> Result<AccessKeyId, CommandError> {
    let keygen = match account {
        Some(account) => format!("`lanyard keygen --id {account}` makes a pair for this account"),
        None => "`lanyard keygen` makes a valid set".to_owned(),
    };
    let refuse =
        |why: &str| Err(CommandError::usage(format!("LANYARD_ADMIN_ACCESS_KEY_ID {why}")).hint(keygen));
    let Ok(id) = AccessKeyId::parse(text) else {
        return refuse(
            "is not an access key id: 20 characters that begin with AKIA and carry the account's id",
        );
    };
    if id.kind() != KeyKind::LongTerm {
        return refuse("must begin with AKIA: an administrator's key is a long-term one");
    }
    match account {
        Some(account) if account != id.account() => refuse(&format!(
            "carries the id of account {}, which is not LANYARD_ACCOUNT_ID",
            id.account()
        )),
        _ if id.account() == AccountId::ZERO => {
            refuse("carries the account id 000000000000, which is reserved")
        }
        _ => Ok(id),
    }
}

fn secret_key(secret: &str) -> Result<SecretText, CommandError> {
    let fits =
        SECRET_CHARACTERS.contains(&secret.len()) && secret.bytes().all(|byte| byte.is_ascii_graphic());
    if fits {
        return Ok(SecretText::new(secret));
    }
    Err(CommandError::usage(
        "LANYARD_ADMIN_SECRET_ACCESS_KEY must have 16 to 128 printable ASCII characters without spaces",
    ))
}

fn half(given: &str, missing: &str) -> CommandError {
    CommandError::usage(format!("{given} is set, {missing} is not: give both or neither"))
        .hint("`lanyard keygen` makes a set that belongs together")
}
