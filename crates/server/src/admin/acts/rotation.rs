//! Replacing a user's access key without a moment in which none works: a second key is made, whoever uses the first
//! takes it over, and only once it was used is the first switched off.

use jiff::Timestamp;
use lanyard_audit::{Parameters, Record};
use lanyard_directory::{
    AccessKey, Account, AccountEdit, DirectoryError, KeyHolder, KeyOwner, KeyStatus, WriteError,
};

use super::words::{issued, parse_id};
use crate::accounts::{AccountError, KeyPair};
use crate::admin::credentials::{KeysRotate, Rotated, RotationStep};
use crate::admin::protocol::{Outcome, Refusal, Refused};
use crate::node::Node;
use crate::operator::Operator;

/// Why a step of replacing a key cannot be done.
#[derive(Debug, thiserror::Error)]
enum RotationError {
    #[error("user {0} has no access key to replace; `aws iam create-access-key` makes a first one")]
    NoKey(String),
    #[error(
        "user {user} has two keys in use already, {old} and {new}; when {new} is used everywhere, go on with --finish"
    )]
    TwoInUse { user: String, old: String, new: String },
    #[error(
        "user {user} has a second key already, {new}, which was not used yet; give it to whoever uses {old}, then go on with --finish"
    )]
    NotUsedYet { user: String, old: String, new: String },
    #[error("user {user} has two keys, and {old} is switched off; delete it first, with --finish --delete")]
    NotDeleted { user: String, old: String },
    #[error("user {0} has one key only; begin without --finish")]
    NotBegun(String),
    #[error("the new key {new} was not used yet; {old} stays as it is until it was")]
    NewIsUnused { old: String, new: String },
    #[error("the new key {new} is switched off; {old} stays as it is")]
    NewIsInactive { old: String, new: String },
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

/// Does one step.
pub(super) async fn rotate(node: &Node, operator: Operator, wish: &KeysRotate) -> Result<Outcome, Refused> {
    let account = parse_id(&wish.account)?;
    // Last uses are known of accounts in memory.
    super::keys::find(node, account).await?;
    let now = Timestamp::now();
    let fresh = match wish.step {
        RotationStep::Begin => Some(KeyPair::draw(&node.vault, account).map_err(AccountError::from)?),
        RotationStep::Finish | RotationStep::Delete => None,
    };
    let record = operator.record("RotateAccessKey", account, false, now);
    let is_used = |key: &AccessKey| node.directory.key_last_used(key.id).is_some();
    let change = |edit: &mut AccountEdit| {
        let pair = match &fresh {
            Some(fresh) => begin(edit, &wish.user, fresh, now, is_used)?,
            None => finish(edit, &wish.user, wish.step, is_used)?,
        };
        Ok((pair.clone(), vec![told(&record, wish, &pair).to_outbox()]))
    };
    let written = node.directory.write(account, change).await;
    let (old, new) = written.map_err(not_written)?.output;
    let last_used = node.directory.key_last_used(old.id);
    Ok(Outcome::Rotated(Rotated {
        old_access_key_id: old.id.to_string(),
        old_last_used: last_used.map(|last| format!("{:.0}", last.at)),
        new_access_key_id: new,
        issued: fresh.as_ref().map(issued),
    }))
}

/// The key on its way out, and the id of the one that replaces it.
type Pair = (AccessKey, String);

/// The user's keys, oldest first.
fn keys_of(account: &Account, user: &str) -> Result<Vec<AccessKey>, RotationError> {
    let owner = account
        .user(user)
        .ok_or_else(|| DirectoryError::NoSuchUser(user.into()))?;
    let keys = account.access_keys_of(KeyOwner::User(owner.id));
    Ok(keys.into_iter().map(|key| AccessKey::clone(key)).collect())
}

fn begin(
    edit: &mut AccountEdit,
    user: &str,
    fresh: &KeyPair,
    now: Timestamp,
    is_used: impl Fn(&AccessKey) -> bool,
) -> Result<Pair, RotationError> {
    let keys = keys_of(edit.view(), user)?;
    let old = match keys.as_slice() {
        [] => return Err(RotationError::NoKey(user.to_owned())),
        [old] => old.clone(),
        [old, .., new] => {
            let (user, ids) = (user.to_owned(), |key: &AccessKey| key.id.to_string());
            let off = [old, new].into_iter().find(|key| !key.is_active());
            return Err(match off {
                Some(off) => RotationError::NotDeleted { user, old: ids(off) },
                None if is_used(new) => RotationError::TwoInUse {
                    user,
                    old: ids(old),
                    new: ids(new),
                },
                None => RotationError::NotUsedYet {
                    user,
                    old: ids(old),
                    new: ids(new),
                },
            });
        }
    };
    edit.create_access_key(KeyHolder::User(user), fresh.to_new(now))?;
    Ok((old, fresh.id.to_string()))
}

fn finish(
    edit: &mut AccountEdit,
    user: &str,
    step: RotationStep,
    is_used: impl Fn(&AccessKey) -> bool,
) -> Result<Pair, RotationError> {
    let keys = keys_of(edit.view(), user)?;
    let (old, new) = match keys.as_slice() {
        [] => return Err(RotationError::NoKey(user.to_owned())),
        [_] => return Err(RotationError::NotBegun(user.to_owned())),
        // Of two keys the one that is switched off is on its way out, else the older.
        [first, .., last] if first.is_active() && !last.is_active() => (last, first),
        [first, .., last] => (first, last),
    };
    let (old_id, new_id) = (old.id.to_string(), new.id.to_string());
    if !new.is_active() {
        return Err(RotationError::NewIsInactive {
            old: old_id,
            new: new_id,
        });
    }
    // A key that works is taken away only when the other one is known to work where it is needed.
    if old.is_active() && !is_used(new) {
        return Err(RotationError::NewIsUnused {
            old: old_id,
            new: new_id,
        });
    }
    let holder = KeyHolder::User(user);
    if step == RotationStep::Delete {
        edit.delete_access_key(holder, &old_id)?;
    } else {
        edit.update_access_key(holder, &old_id, KeyStatus::Inactive)?;
    }
    Ok((old.clone(), new_id))
}

fn told(record: &Record, wish: &KeysRotate, (old, new): &Pair) -> Record {
    let status = match wish.step {
        RotationStep::Begin => "Active",
        RotationStep::Finish => "Inactive",
        RotationStep::Delete => "Deleted",
    };
    let touched = if wish.step == RotationStep::Begin {
        new.as_str()
    } else {
        old.id.as_str()
    };
    record
        .clone()
        .with_request(Parameters::new().with("userName", wish.user.as_str()))
        .with_response(
            Parameters::new()
                .with("accessKeyId", touched)
                .with("status", status),
        )
}

fn not_written(error: WriteError<RotationError>) -> Refused {
    match error {
        WriteError::Refused(RotationError::Directory(error @ DirectoryError::NoSuchUser(_))) => {
            Refused::new(Refusal::NotFound, error.to_string())
        }
        WriteError::Refused(error) => Refused::new(Refusal::Failed, error.to_string()),
        WriteError::NoSuchAccount(account) => AccountError::NoSuchAccount(account).into(),
        WriteError::AccountExists(account) => AccountError::Exists(account).into(),
        WriteError::Storage(error) => AccountError::Storage(error).into(),
    }
}
