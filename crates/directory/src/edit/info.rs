//! The account itself: alias, quotas, rules for passwords and keys.

use std::sync::Arc;

use lanyard_names::AccountAlias;

use super::AccountEdit;
use crate::error::DirectoryError;
use crate::quota::Quota;
use crate::record::{AccountInfo, KeyRules, PasswordPolicy, Record, TokenVersion};

impl AccountEdit {
    /// Gives the account its alias, replacing the one it had. The alias must have been claimed for the account
    /// in the directory before: uniqueness across accounts is not this edit's to know.
    pub fn set_alias(&mut self, alias: AccountAlias) {
        self.change_info(|info| info.alias = Some(alias));
    }

    /// Takes the account's alias away.
    pub fn delete_alias(&mut self, alias: &str) -> Result<(), DirectoryError> {
        if self
            .account
            .info()
            .alias
            .as_ref()
            .is_none_or(|kept| kept.as_str() != alias)
        {
            return Err(DirectoryError::NoSuchAlias(alias.into()));
        }
        self.change_info(|info| info.alias = None);
        Ok(())
    }

    /// Sets a quota for this account; `None` returns to the default. Only the operator may.
    pub fn set_quota(&mut self, quota: Quota, limit: Option<u64>) {
        self.change_info(|info| info.quotas.set(quota, limit));
    }

    /// Gives the account rules of its own for passwords.
    pub fn set_password_policy(&mut self, policy: PasswordPolicy) {
        self.change_info(|info| info.password_policy = Some(policy));
    }

    /// Returns to the rules for passwords of accounts that have none of their own.
    pub fn delete_password_policy(&mut self) -> Result<(), DirectoryError> {
        if self.account.info().password_policy.is_none() {
            return Err(DirectoryError::NoPasswordPolicy(self.account.id()));
        }
        self.change_info(|info| info.password_policy = None);
        Ok(())
    }

    /// Sets how old access keys may become. Only the operator may.
    pub fn set_key_rules(&mut self, rules: KeyRules) {
        self.change_info(|info| info.key_rules = rules);
    }

    /// Keeps what kind of session tokens the account asked for at the global endpoint.
    pub fn set_global_endpoint_tokens(&mut self, version: TokenVersion) {
        self.change_info(|info| info.global_endpoint_tokens = version);
    }

    /// Keeps whether the account lets AWS's Role Manager make roles from templates.
    pub fn set_role_manager_enabled(&mut self, enabled: bool) {
        self.change_info(|info| info.role_manager_enabled = enabled);
    }

    fn change_info(&mut self, change: impl FnOnce(&mut AccountInfo)) {
        let mut info = self.account.info().clone();
        change(&mut info);
        self.put(Record::Info(Arc::new(info)));
    }

    /// Makes the account's own record, when the account is made.
    pub(crate) fn put_info(&mut self, info: AccountInfo) {
        self.put(Record::Info(Arc::new(info)));
    }
}
