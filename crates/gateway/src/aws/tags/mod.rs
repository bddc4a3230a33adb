//! The tags that a resource has, for policies that ask about them (`aws:ResourceTag/…`).
//!
//! Where they are found is configured for each upstream: in Lanyard's own registry, by asking the upstream, or nowhere.
//! Entities of IAM are Lanyard's own, and so are their tags. Nobody is asked unless a policy that applies could ask.
//!
//! Invariant: what is not known is in doubt and never absent; only what is known not to be there is.

mod read;
mod table;

use std::sync::Arc;

use lanyard_catalogue::catalogue;
use lanyard_directory::Account;
use lanyard_mapping::aws::Permission;
use lanyard_names::AccountId;
use lanyard_policy::Context;

use super::lookups::{Inquiry, NoReplyError, Question, Reply, Tags, carrier};
use crate::error::ServiceError;
use crate::owners;
use crate::s3;
use crate::settings::TagSource;

/// What keys of tags of resources begin with.
const GLOBAL: &str = "aws:ResourceTag/";

impl Inquiry<'_> {
    /// Enters the tags of a permission's resource, if they can have a say. `is_mentioned`: whether a policy that applies
    /// names a condition key that begins like this (`lanyard_access::mentions`).
    ///
    /// Has the last word on keys of tags of resources: of such keys nothing else is to be entered as unknown.
    pub(super) async fn enter_resource_tags(
        &self,
        permission: &Permission,
        context: &mut Context,
        is_mentioned: impl Fn(&str) -> bool,
    ) -> Result<(), ServiceError> {
        if !permission.takes_resource_tags {
            // There are none, or the mapping knows of some that nobody can tell.
            for key in &permission.unknown_keys {
                if let Some(prefix) = prefix_of(key) {
                    context.insert_unknown_under(prefix);
                }
            }
            return Ok(());
        }
        let of_service = key_of_service(&permission.action);
        let keys: Vec<&str> = [Some(GLOBAL), of_service.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        if !keys.iter().any(|key| is_mentioned(key)) {
            return Ok(());
        }
        let tags = if permission.partly_known {
            None
        } else {
            self.resource_tags(&permission.resource).await?
        };
        match tags {
            Some(tags) => {
                for (key, value) in tags.iter() {
                    for prefix in &keys {
                        s3::enter_tag(context, format!("{prefix}{key}"), value.clone());
                    }
                }
            }
            // Fails closed: what cannot be found out may be anything.
            None => {
                for prefix in keys {
                    context.insert_unknown_under(prefix.to_owned());
                }
            }
        }
        Ok(())
    }

    /// The tags of a resource; `None` if nobody can know them.
    async fn resource_tags(&self, arn: &str) -> Result<Option<Tags>, ServiceError> {
        // What is about to be made has no tags yet, and all things together have none.
        // Evidence: the IAM guide: a key is absent from a request if the resource does not exist before it.
        if arn.contains(['*', '?']) {
            return Ok(Some(Arc::default()));
        }
        let arn = carrier::of(arn);
        if carrier::service(&arn) == "iam" {
            return self.tags_of_entity(&arn).await;
        }
        match self.knowledge.tags_from {
            TagSource::Registry => self.registered(&arn).await,
            TagSource::None => Ok(None),
            TagSource::Upstream => {
                let Some((question, row)) = table::question(self, &arn) else {
                    return Ok(None);
                };
                let asking = self
                    .knowledge
                    .tags
                    .get(&arn, async || self.asked(question, row).await);
                Ok(Some(asking.await?))
            }
        }
    }

    /// What the registry has; what is not in it has no tags.
    async fn registered(&self, arn: &str) -> Result<Option<Tags>, ServiceError> {
        let Some(account) = owners::account(self.services, self.account_of(arn)).await? else {
            return Ok(None);
        };
        let kept = account.resource_tags(arn);
        let tags = kept.into_iter().flat_map(|kept| kept.tags.iter());
        Ok(Some(together(tags)))
    }

    /// The tags of a role or user, which are here. Others of IAM's things are not passed to services.
    async fn tags_of_entity(&self, arn: &str) -> Result<Option<Tags>, ServiceError> {
        let Some(account) = owners::account(self.services, self.account_of(arn)).await? else {
            return Ok(None);
        };
        Ok(entity(&account, arn))
    }

    fn account_of(&self, arn: &str) -> AccountId {
        let named = arn.split(':').nth(4).unwrap_or_default();
        AccountId::parse(named).unwrap_or(self.owner)
    }

    /// What the upstream says.
    async fn asked(&self, question: Question, row: &table::Row) -> Result<Tags, ServiceError> {
        let mut tags = Vec::new();
        let read = |question: &Question, reply: &Reply| {
            if matches!(reply, Reply::NotThere) {
                return Ok(None);
            }
            let unreadable = || NoReplyError::Unreadable(question.operation());
            let page = read::tags(reply, row).ok_or_else(unreadable)?;
            let last = page.last().map(|(key, _)| key.clone());
            tags.extend(page);
            Ok(read::next(reply, row, last).map(|(name, place)| question.from(name, place)))
        };
        self.ask(question, read).await?;
        Ok(tags.into())
    }
}

fn together<'t>(tags: impl Iterator<Item = &'t lanyard_directory::Tag>) -> Tags {
    tags.map(|tag| (tag.key.as_str().to_owned(), tag.value.as_str().to_owned()))
        .collect()
}

/// The tags of a role or user of this very ARN; one that is not there has none.
fn entity(account: &Account, arn: &str) -> Option<Tags> {
    let (kind, path) = carrier::resource(arn).split_once('/')?;
    let name = path.rsplit('/').next().unwrap_or(path);
    match kind {
        "role" => {
            let role = account.role(name).filter(|role| role.arn().as_ref() == arn);
            Some(role.map(|role| together(role.tags.iter())).unwrap_or_default())
        }
        "user" => {
            let user = account.user(name).filter(|user| user.arn().as_ref() == arn);
            Some(user.map(|user| together(user.tags.iter())).unwrap_or_default())
        }
        _ => None,
    }
}

/// What a key of the catalogue begins with, if it is one of tags of resources: `iam:ResourceTag/`.
fn prefix_of(key: &'static str) -> Option<&'static str> {
    let (prefix, _) = key.split_once('/')?;
    let (_, name) = prefix.split_once(':')?;
    name.eq_ignore_ascii_case("ResourceTag")
        .then(|| key.get(..=prefix.len()))
        .flatten()
}

/// What a service's own key for tags begins with, where it has one: `secretsmanager:ResourceTag/`.
fn key_of_service(action: &str) -> Option<String> {
    let (prefix, _) = action.split_once(':')?;
    catalogue().service(prefix)?.resource_tag_prefix()
}
