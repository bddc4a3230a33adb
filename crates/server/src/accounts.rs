//! What an operator does to accounts: make them, list them, set their quotas, recover their root user.
//!
//! None of this is authorized by policies; whoever gets here has proven to be the operator of this machine.
//! Every change carries its trail record in the same commit.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{FreshAccessKey, SecretText, Vault, VaultError};
use lanyard_audit::{Parameters, Record};
use lanyard_directory::{
    AccountEdit, DirectoryError, KeyHolder, KeyOwner, NewAccessKey, NewAccount, NewGroup, NewUser, Owner,
    Quota, Revocation, SealedSecret, SessionsOf, StorageError, WriteError,
};
use lanyard_names::{
    AccessKeyId, AccountId, EntityPath, GroupName, IdKind, NameError, PolicyArn, UniqueId, UserName,
};

use crate::fresh;
use crate::node::Node;
use crate::operator::Operator;

/// The first administrator's name.
pub(crate) const ADMIN: &str = "admin";
const ADMINISTRATORS: &str = "Administrators";
const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
/// AWS's limit for the name of an account.
const NAME_CHARACTERS_MAX: usize = 50;

/// Why an operator's wish is not fulfilled.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    /// The name cannot be an account's.
    #[error("an account's name has 1 to {NAME_CHARACTERS_MAX} characters and no control characters")]
    Name,
    /// The id stands for what concerns no account.
    #[error("the account id 000000000000 is reserved")]
    ReservedId,
    /// The account id is taken.
    #[error("account {0} exists already")]
    Exists(AccountId),
    /// There is no such account.
    #[error("there is no account {0}; `lanyard account list` shows those that exist")]
    NoSuchAccount(AccountId),
    /// There is no such quota.
    #[error("there is no quota {name}; quotas are {}", quota_names())]
    NoSuchQuota {
        /// The name as it was given.
        name: String,
    },
    /// The directory's rules do not allow it.
    #[error("{0}")]
    Refused(DirectoryError),
    /// The store failed.
    #[error("{0}")]
    Storage(StorageError),
    /// A key could not be sealed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Entropy(#[from] getrandom::Error),
    /// One of the names above is not a name. Cannot happen, and is not worth a panic.
    #[error("{0}")]
    Constant(#[from] NameError),
}

impl From<WriteError<DirectoryError>> for AccountError {
    fn from(error: WriteError<DirectoryError>) -> Self {
        match error {
            WriteError::Refused(refusal) => Self::Refused(refusal),
            WriteError::NoSuchAccount(account) => Self::NoSuchAccount(account),
            WriteError::AccountExists(account) => Self::Exists(account),
            WriteError::Storage(error) => Self::Storage(error),
        }
    }
}

/// Whose the first access key of a new account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstHolder {
    /// The root user's; no administrator is made.
    Root,
    /// That of a new administrator.
    Administrator,
}

/// A key pair: drawn for the account, or given at a first start.
pub(crate) struct KeyPair {
    /// The public half.
    pub(crate) id: AccessKeyId,
    /// The secret half.
    pub(crate) secret: SecretText,
    sealed: Vec<u8>,
}

impl KeyPair {
    /// A new one.
    pub(crate) fn draw(vault: &Vault, account: AccountId) -> Result<Self, VaultError> {
        let FreshAccessKey { id, secret, sealed } = vault.new_access_key(account)?;
        Ok(Self { id, secret, sealed })
    }

    /// One from outside.
    pub(crate) fn given(vault: &Vault, id: AccessKeyId, secret: SecretText) -> Result<Self, VaultError> {
        let sealed = vault.seal_access_key(id, &secret)?;
        Ok(Self { id, secret, sealed })
    }

    pub(crate) fn to_new(&self, created: Timestamp) -> NewAccessKey {
        NewAccessKey {
            id: self.id,
            secret: SealedSecret::new(self.sealed.clone()),
            created,
        }
    }
}

/// An id nobody has yet, unless one was asked for.
pub(crate) fn choose_id(node: &Node, wanted: Option<AccountId>) -> Result<AccountId, AccountError> {
    match wanted {
        Some(AccountId::ZERO) => Err(AccountError::ReservedId),
        Some(id) => Ok(id),
        None => loop {
            let id = fresh::account_id()?;
            if node.directory.global().account(id).is_none() {
                return Ok(id);
            }
        },
    }
}

/// Checks an account's name.
pub(crate) fn check_name(name: &str) -> Result<Arc<str>, AccountError> {
    let fits = (1..=NAME_CHARACTERS_MAX).contains(&name.chars().count());
    if fits && !name.chars().any(char::is_control) {
        Ok(name.into())
    } else {
        Err(AccountError::Name)
    }
}

/// Makes an account whose first key is `key`.
pub(crate) async fn create(
    node: &Node,
    operator: Operator,
    name: &str,
    holder: FirstHolder,
    key: &KeyPair,
) -> Result<(), AccountError> {
    let account = key.id.account();
    let now = Timestamp::now();
    let new = NewAccount {
        id: account,
        name: check_name(name)?,
        created: now,
    };
    let administrator = Administrator::draw()?;
    let record = operator
        .record("CreateAccount", account, false, now)
        .with_request(
            Parameters::new()
                .with("name", name)
                .with("account", account.to_string()),
        )
        .with_response(Parameters::new().with("accessKeyId", key.id.to_string()));
    let setup = |edit: &mut AccountEdit| {
        let holder = match holder {
            FirstHolder::Root => KeyHolder::Root,
            FirstHolder::Administrator => {
                administrator.make(edit, now)?;
                KeyHolder::User(ADMIN)
            }
        };
        edit.create_access_key(holder, key.to_new(now))?;
        Ok(((), vec![record.to_outbox()]))
    };
    node.directory.create_account(new, setup).await?;
    tracing::info!(%account, "account made");
    Ok(())
}

/// Deletes every access key of the root user, takes its MFA devices from it, revokes its sessions, and gives it a new
/// key.
pub(crate) async fn reset_root(
    node: &Node,
    operator: Operator,
    account: AccountId,
) -> Result<KeyPair, AccountError> {
    let now = Timestamp::now();
    let key = KeyPair::draw(&node.vault, account)?;
    let record = operator
        .record("ResetRoot", account, false, now)
        .with_request(Parameters::new().with("account", account.to_string()))
        .with_response(Parameters::new().with("accessKeyId", key.id.to_string()));
    let change = |edit: &mut AccountEdit| {
        let old: Vec<_> = edit
            .view()
            .access_keys_of(KeyOwner::Root)
            .iter()
            .map(|key| key.id)
            .collect();
        for id in old {
            edit.delete_access_key(KeyHolder::Root, id.as_str())?;
        }
        let devices: Vec<_> = edit.view().mfa_devices_of(KeyOwner::Root).cloned().collect();
        for device in devices {
            edit.deactivate_mfa_device(KeyHolder::Root, &device.serial)?;
        }
        edit.revoke(SessionsOf::Root, Revocation::All, now)?;
        edit.create_access_key(KeyHolder::Root, key.to_new(now))?;
        Ok(((), vec![record.to_outbox()]))
    };
    node.directory.write(account, change).await?;
    tracing::warn!(%account, %operator, "the root user was given a new access key and lost its old ones");
    Ok(key)
}

/// Sets a quota. Gives its name in AWS's spelling.
pub(crate) async fn set_quota(
    node: &Node,
    operator: Operator,
    account: AccountId,
    name: &str,
    limit: u64,
) -> Result<&'static str, AccountError> {
    let quota = Quota::find(name).ok_or_else(|| AccountError::NoSuchQuota {
        name: name.to_owned(),
    })?;
    let record: Record = operator
        .record("SetQuota", account, false, Timestamp::now())
        .with_request(Parameters::new().with("name", quota.name()).with("value", limit));
    let change = |edit: &mut AccountEdit| -> Result<_, DirectoryError> {
        edit.set_quota(quota, Some(limit));
        Ok(((), vec![record.to_outbox()]))
    };
    node.directory.write(account, change).await?;
    Ok(quota.name())
}

/// The first administrator: a user who can do everything, by way of a group.
struct Administrator {
    user_id: UniqueId,
    group_id: UniqueId,
    user: UserName,
    group: GroupName,
    policy: PolicyArn,
}

impl Administrator {
    fn draw() -> Result<Self, AccountError> {
        Ok(Self {
            user_id: fresh::unique_id(IdKind::User)?,
            group_id: fresh::unique_id(IdKind::Group)?,
            user: UserName::parse(ADMIN)?,
            group: GroupName::parse(ADMINISTRATORS)?,
            policy: PolicyArn::parse(ADMINISTRATOR_ACCESS)?,
        })
    }

    fn make(&self, edit: &mut AccountEdit, now: Timestamp) -> Result<(), DirectoryError> {
        edit.create_group(NewGroup {
            id: self.group_id,
            name: self.group.clone(),
            path: EntityPath::default(),
            created: now,
        })?;
        edit.attach_policy(Owner::Group(ADMINISTRATORS), &self.policy)?;
        edit.create_user(NewUser {
            id: self.user_id,
            name: self.user.clone(),
            path: EntityPath::default(),
            created: now,
            tags: Vec::new(),
            boundary: None,
        })?;
        edit.add_user_to_group(ADMINISTRATORS, ADMIN)
    }
}

fn quota_names() -> String {
    Quota::ALL.map(Quota::name).join(", ")
}
