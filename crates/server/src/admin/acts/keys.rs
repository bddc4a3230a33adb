//! How old access keys are, and how old they may become.

use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::key_age_days;
use lanyard_audit::Parameters;
use lanyard_directory::{AccessKey, Account, AccountEdit, Directory, DirectoryError, KeyOwner, KeyRules};
use lanyard_names::AccountId;

use super::words::parse_id;
use crate::accounts::AccountError;
use crate::admin::credentials::{KeyList, KeyRulesSet, KeysList, KeysRules, ListedKey};
use crate::admin::protocol::{Outcome, Refusal, Refused};
use crate::node::Node;
use crate::operator::Operator;

/// So many users are listed at a time.
const USERS_AT_ONCE: usize = 1_000;
/// A century is as good as never.
const DAYS_MAX: u32 = 36_500;

/// Lists the keys of an account, a part at a time.
pub(super) async fn list(node: &Node, wish: &KeysList) -> Result<Outcome, Refused> {
    let account = find(node, parse_id(&wish.account)?).await?;
    let now = Timestamp::now();
    let listed = |key: &Arc<AccessKey>, user: Option<&str>| listed(&node.directory, &account, key, user, now);
    let mut keys = Vec::new();
    if wish.after.is_none() {
        keys.extend(
            account
                .access_keys_of(KeyOwner::Root)
                .into_iter()
                .map(|key| listed(key, None)),
        );
    }
    let mut users = account.users(wish.after.as_deref());
    let mut last = None;
    for user in users.by_ref().take(USERS_AT_ONCE) {
        let name = user.name.as_str();
        let owned = account.access_keys_of(KeyOwner::User(user.id));
        keys.extend(owned.into_iter().map(|key| listed(key, Some(name))));
        last = Some(name.to_owned());
    }
    let next = last.filter(|_| users.next().is_some());
    Ok(Outcome::Keys(KeyList { keys, next }))
}

/// The account, loaded: last uses are known of accounts in memory.
pub(super) async fn find(node: &Node, id: AccountId) -> Result<Arc<Account>, Refused> {
    let account = node.directory.account(id).await.map_err(AccountError::Storage)?;
    account.ok_or_else(|| AccountError::NoSuchAccount(id).into())
}

fn listed(
    directory: &Directory,
    account: &Account,
    key: &AccessKey,
    user: Option<&str>,
    now: Timestamp,
) -> ListedKey {
    let last_use = directory.key_last_used(key.id);
    let last_used = last_use.as_ref().map(|last| last.at);
    let flags = flags(&account.info().key_rules, key, last_used, now);
    ListedKey {
        account_id: account.id().to_string(),
        user_name: user.map(str::to_owned),
        access_key_id: key.id.to_string(),
        status: if key.is_active() { "Active" } else { "Inactive" }.to_owned(),
        created: format!("{:.0}", key.created),
        age_days: key_age_days(key.created, now),
        last_used: last_used.map(|at| format!("{at:.0}")),
        last_used_service: last_use.map(|last| last.service.to_string()),
        flags: flags.into_iter().map(str::to_owned).collect(),
    }
}

/// What is to be said of a key.
fn flags(
    rules: &KeyRules,
    key: &AccessKey,
    last_used: Option<Timestamp>,
    now: Timestamp,
) -> Vec<&'static str> {
    let is_past = |days: Option<u32>, since| days.is_some_and(|days| key_age_days(since, now) >= days);
    let is_too_old = is_past(rules.age_days_max, key.created);
    let flags = [
        (!key.is_active(), "inactive"),
        (is_too_old, "too-old"),
        (!is_too_old && is_past(rules.age_days_warn, key.created), "old"),
        (
            is_past(rules.unused_days, last_used.unwrap_or(key.created)),
            "unused",
        ),
    ];
    let standing = flags.into_iter().filter(|(stands, _)| *stands);
    standing.map(|(_, flag)| flag).collect()
}

/// Sets the rules that are given, or shows those there are.
pub(super) async fn rules(node: &Node, operator: Operator, wish: &KeysRules) -> Result<Outcome, Refused> {
    let id = parse_id(&wish.account)?;
    let given = [wish.warn_after, wish.refuse_after, wish.unused_after];
    if given.into_iter().flatten().any(|days| days > DAYS_MAX) {
        let message = format!("a number of days is at most {DAYS_MAX}");
        return Err(Refused::new(Refusal::Invalid, message));
    }
    if !wish.is_question() {
        let record = operator
            .record("SetKeyRules", id, false, Timestamp::now())
            .with_request(parameters(wish));
        let change = |edit: &mut AccountEdit| -> Result<_, DirectoryError> {
            let changed = changed(edit.view().info().key_rules, wish);
            edit.set_key_rules(changed);
            Ok(((), vec![record.to_outbox()]))
        };
        node.directory
            .write(id, change)
            .await
            .map_err(AccountError::from)?;
    }
    let account = find(node, id).await?;
    let rules = account.info().key_rules;
    Ok(Outcome::KeyRules(KeyRulesSet {
        account_id: id.to_string(),
        warn_after_days: rules.age_days_warn,
        refuse_after_days: rules.age_days_max,
        unused_after_days: rules.unused_days,
        refused_keys: refused_keys(&account, &rules, Timestamp::now()),
    }))
}

/// Zero takes a rule away.
fn changed(rules: KeyRules, wish: &KeysRules) -> KeyRules {
    let one = |rule: Option<u32>, wish: Option<u32>| match wish {
        None => rule,
        Some(0) => None,
        Some(days) => Some(days),
    };
    KeyRules {
        age_days_warn: one(rules.age_days_warn, wish.warn_after),
        age_days_max: one(rules.age_days_max, wish.refuse_after),
        unused_days: one(rules.unused_days, wish.unused_after),
    }
}

fn refused_keys(account: &Account, rules: &KeyRules, now: Timestamp) -> usize {
    let Some(days_max) = rules.age_days_max else {
        return 0;
    };
    let users = account.users(None).map(|user| KeyOwner::User(user.id));
    let keys = std::iter::once(KeyOwner::Root)
        .chain(users)
        .flat_map(|owner| account.access_keys_of(owner));
    keys.filter(|key| key.is_active() && key_age_days(key.created, now) >= days_max)
        .count()
}

/// What was asked, for the trail.
pub(super) fn parameters(wish: &KeysRules) -> Parameters {
    let given = [
        ("warnAfterDays", wish.warn_after),
        ("refuseAfterDays", wish.refuse_after),
        ("unusedAfterDays", wish.unused_after),
    ];
    let given = given.into_iter().filter_map(|(name, days)| Some((name, days?)));
    given.fold(Parameters::new(), |parameters, (name, days)| {
        parameters.with(name, u64::from(days))
    })
}

#[cfg(test)]
mod tests {
    use lanyard_directory::{KeyStatus, SealedSecret};
    use lanyard_names::{AccessKeyId, KeyKind};

    use super::*;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + day * 86_400).unwrap()
    }

    fn check(status: KeyStatus, last_used: Option<i64>, today: i64, want: &[&str]) {
        let rules = KeyRules {
            age_days_warn: Some(60),
            age_days_max: Some(90),
            unused_days: Some(30),
        };
        let key = AccessKey {
            id: AccessKeyId::from_entropy(KeyKind::LongTerm, AccountId::ZERO, 1),
            owner: KeyOwner::Root,
            secret: SealedSecret::new(Vec::new()),
            status,
            created: day(0),
        };
        assert_eq!(flags(&rules, &key, last_used.map(day), day(today)), want);
    }

    #[test]
    fn a_key_is_flagged_for_its_age_and_for_lying_about() {
        check(KeyStatus::Active, None, 29, &[]);
        check(KeyStatus::Active, None, 30, &["unused"]);
        check(KeyStatus::Active, Some(25), 54, &[]);
        check(KeyStatus::Active, Some(55), 60, &["old"]);
        check(KeyStatus::Active, Some(85), 90, &["too-old"]);
        check(
            KeyStatus::Inactive,
            Some(1),
            95,
            &["inactive", "too-old", "unused"],
        );
    }

    #[test]
    fn only_rules_that_are_given_change_and_zero_takes_one_away() {
        let rules = KeyRules {
            age_days_warn: Some(60),
            age_days_max: Some(90),
            unused_days: None,
        };
        let wish = KeysRules {
            account: String::new(),
            warn_after: Some(0),
            refuse_after: None,
            unused_after: Some(30),
        };
        let want = KeyRules {
            age_days_warn: None,
            age_days_max: Some(90),
            unused_days: Some(30),
        };
        assert_eq!(changed(rules, &wish), want);
    }
}
