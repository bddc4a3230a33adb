//! What an operator does: what arrives on the admin socket is done here, and recorded.
//!
//! Invariant: every request leaves a record. A change carries it in its own commit; everything else, refusals
//! included, is written and synced before the answer.

mod keys;
mod mfa_devices;
mod resource_tags;
mod resources;
mod rotation;
mod saml_providers;
mod sessions;
mod words;

use jiff::Timestamp;
use lanyard_audit::{Parameters, Record};
use lanyard_aws_api::ErrorCode;
use lanyard_names::AccountId;

use crate::accounts::{self, AccountError, FirstHolder, KeyPair};
use crate::admin::protocol::{
    AccountList, AdminRequest, ListedAccount, Outcome, QuotaSet, Refusal, Refused, Status,
};
use crate::explanation;
use crate::node::Node;
use crate::operator::Operator;

use words::{issued, parse_id};

/// Does what was asked, and records it.
pub(crate) async fn obey(
    node: &Node,
    operator: Operator,
    request: &AdminRequest,
) -> Result<Outcome, Refused> {
    let done = act(node, operator, request).await;
    let recorded = done.is_ok() && !request.is_read_only();
    if recorded {
        return done;
    }
    let mut record = record_of(operator, request);
    if let Err(refused) = &done {
        record = record.with_error(code_of(refused.reason), &refused.message);
    }
    match node.trail.record_synced(&record).await {
        Ok(()) => done,
        // Fails closed: nothing is told that is not recorded.
        Err(error) => Err(Refused::new(
            Refusal::Failed,
            format!("the trail cannot be written: {error}"),
        )),
    }
}

async fn act(node: &Node, operator: Operator, request: &AdminRequest) -> Result<Outcome, Refused> {
    match request {
        AdminRequest::AccountCreate {
            name,
            id,
            root_access_key,
        } => {
            let wanted = id.as_deref().map(parse_id).transpose()?;
            let holder = if *root_access_key {
                FirstHolder::Root
            } else {
                FirstHolder::Administrator
            };
            accounts::check_name(name)?;
            let account = accounts::choose_id(node, wanted)?;
            let key = KeyPair::draw(&node.vault, account).map_err(AccountError::from)?;
            accounts::create(node, operator, name, holder, &key).await?;
            Ok(Outcome::Key(issued(&key)))
        }
        AdminRequest::AccountList => Ok(Outcome::Accounts(list(node))),
        AdminRequest::SetQuota {
            account,
            quota,
            value,
        } => {
            let account = parse_id(account)?;
            let quota = accounts::set_quota(node, operator, account, quota, *value)
                .await?
                .to_owned();
            Ok(Outcome::Quota(QuotaSet {
                account_id: account.to_string(),
                quota,
                value: *value,
            }))
        }
        AdminRequest::ResetRoot { account } => {
            let key = accounts::reset_root(node, operator, parse_id(account)?).await?;
            Ok(Outcome::Key(issued(&key)))
        }
        AdminRequest::Explain { id } => match explanation::find(node, id) {
            Some(explanation) => Ok(Outcome::Explanation(explanation)),
            None => Err(Refused::new(Refusal::NotFound, explanation::UNKNOWN)),
        },
        AdminRequest::Status => {
            let version = env!("CARGO_PKG_VERSION").to_owned();
            Ok(Outcome::Status(Status {
                version,
                problems: node.problems().await,
            }))
        }
        AdminRequest::SessionsRevoke(wish) => sessions::revoke(node, operator, wish).await,
        AdminRequest::KeysList(wish) => keys::list(node, wish).await,
        AdminRequest::KeysRules(rules) => keys::rules(node, operator, rules).await,
        AdminRequest::KeysRotate(wish) => rotation::rotate(node, operator, wish).await,
        AdminRequest::SamlProviderRules(wish) => saml_providers::rules(node, operator, wish).await,
        AdminRequest::HardwareMfaAdd(wish) => mfa_devices::add(node, operator, wish).await,
        AdminRequest::HardwareMfaList { account } => mfa_devices::list(node, account).await,
        AdminRequest::HardwareMfaRemove(wish) => mfa_devices::remove(node, operator, wish).await,
        AdminRequest::ResourceTagsPut(wish) => resource_tags::put(node, operator, wish).await,
        AdminRequest::ResourceTagsGet(wish) => resource_tags::get(node, wish).await,
        AdminRequest::ResourceTagsDelete(wish) => resource_tags::delete(node, operator, wish).await,
        AdminRequest::ResourceTagsList { account } => resource_tags::list(node, account.as_deref()).await,
        about_resources => resources::act(node, operator, about_resources).await,
    }
}

fn list(node: &Node) -> AccountList {
    let listed = |entry: &std::sync::Arc<lanyard_directory::AccountEntry>| ListedAccount {
        account_id: entry.id.to_string(),
        name: entry.name.to_string(),
        created: format!("{:.0}", entry.created),
    };
    AccountList {
        accounts: node.directory.global().accounts().map(listed).collect(),
    }
}

/// The record of a request that changed nothing.
fn record_of(operator: Operator, request: &AdminRequest) -> Record {
    let (account, parameters) = match request {
        AdminRequest::AccountCreate { name, id, .. } => {
            (id.as_deref(), Parameters::new().with("name", name.as_str()))
        }
        AdminRequest::SetQuota {
            account,
            quota,
            value,
        } => (
            Some(account.as_str()),
            Parameters::new()
                .with("name", quota.as_str())
                .with("value", *value),
        ),
        AdminRequest::ResetRoot { account } => (Some(account.as_str()), Parameters::new()),
        AdminRequest::Explain { id } => (None, Parameters::new().with("id", id.as_str())),
        AdminRequest::SessionsRevoke(wish) => (Some(wish.account.as_str()), sessions::parameters(wish)),
        AdminRequest::KeysList(wish) => (Some(wish.account.as_str()), Parameters::new()),
        AdminRequest::KeysRules(rules) => (Some(rules.account.as_str()), keys::parameters(rules)),
        AdminRequest::KeysRotate(wish) => (
            Some(wish.account.as_str()),
            Parameters::new().with("userName", wish.user.as_str()),
        ),
        AdminRequest::HardwareMfaAdd(wish) => {
            (Some(wish.account.as_str()), mfa_devices::parameters(&wish.serial))
        }
        AdminRequest::HardwareMfaList { account } => (Some(account.as_str()), Parameters::new()),
        AdminRequest::HardwareMfaRemove(wish) => {
            (Some(wish.account.as_str()), mfa_devices::parameters(&wish.serial))
        }
        AdminRequest::SamlProviderRules(wish) => {
            (wish.arn.split(':').nth(4), saml_providers::parameters(wish))
        }
        AdminRequest::ResourceTagsPut(wish) => {
            (wish.arn.split(':').nth(4), resource_tags::parameters_of_put(wish))
        }
        AdminRequest::ResourceTagsDelete(wish) => (
            wish.arn.split(':').nth(4),
            resource_tags::parameters_of_delete(wish),
        ),
        AdminRequest::ResourceTagsGet(wish) => (
            wish.arn.split(':').nth(4),
            Parameters::new().with("arn", wish.arn.as_str()),
        ),
        AdminRequest::ResourceTagsList { account } => (account.as_deref(), Parameters::new()),
        about_resources => resources::parameters(about_resources),
    };
    let recipient = account
        .and_then(|account| AccountId::parse(account).ok())
        .unwrap_or(AccountId::ZERO);
    let record = operator.record(
        request.event_name(),
        recipient,
        request.is_read_only(),
        Timestamp::now(),
    );
    if parameters.is_empty() {
        record
    } else {
        record.with_request(parameters)
    }
}

/// Records speak AWS's language also where AWS has no such event.
fn code_of(reason: Refusal) -> &'static str {
    let code = match reason {
        Refusal::Invalid => ErrorCode::INVALID_INPUT,
        Refusal::NotFound => ErrorCode::NO_SUCH_ENTITY,
        Refusal::Failed => ErrorCode::SERVICE_FAILURE,
    };
    code.code()
}
