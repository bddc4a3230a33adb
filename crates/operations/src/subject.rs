//! What a request is decided on: one or several asks, each an action on a resource with condition keys.
//!
//! The functions here are the vocabulary of the operations' `subject`: they find the ARN of what a request is
//! about, and put the condition keys that the request or the thing itself adds. Evidence for resources and keys:
//! the public service authorization reference of IAM and STS.
//!
//! Invariant: what does not exist is asked for under the ARN that it would have without a path, so that a denial
//! reads the same whether it exists or not.

use lanyard_aws_api::iam as api;
use lanyard_directory::Tags;
use lanyard_names::{AccountId, PolicyArn};
use lanyard_policy::{Attached, Context, ContextValue, Text};
use smallvec::{SmallVec, smallvec};

use crate::view::View;

/// Everything that must be allowed before an operation runs.
pub(crate) struct Subject {
    pub(crate) asks: SmallVec<[Ask; 1]>,
}

/// One action on one resource.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) action: &'static str,
    pub(crate) resource: String,
    pub(crate) resource_account: AccountId,
    /// The condition keys that this request adds to those of the caller and the connection.
    pub(crate) keys: Context,
    /// Whether the action takes no resource, so that only statements on `*` match.
    pub(crate) wildcard_only: bool,
    /// The trust policy, where a role is assumed.
    pub(crate) trust: Option<Attached>,
    /// What allows it beside the caller's own policies.
    pub(crate) grant: Option<Attached>,
}

impl Subject {
    /// Nothing has to be allowed: any authenticated caller may.
    pub(crate) fn open() -> Self {
        Subject {
            asks: SmallVec::new(),
        }
    }

    /// The creation of something with these tags: they ask for the action that tags such a thing as well.
    /// Evidence: denials quoted in public issues (CreateRole that is "not authorized to perform: iam:TagRole").
    pub(crate) fn creation(create: Ask, tagging: &'static str, tags: Option<&[api::Tag]>) -> Self {
        if tags.is_none_or(<[_]>::is_empty) {
            return create.into();
        }
        // Without the boundary that is given: no action of tagging knows that key.
        let tag = Ask {
            action: tagging,
            keys: Context::new(),
            ..create.clone()
        };
        Subject::all([create.request_tags(tags), tag.request_tags(tags)])
    }

    /// Several asks, all of which must be allowed.
    pub(crate) fn all(asks: impl IntoIterator<Item = Ask>) -> Self {
        Subject {
            asks: asks.into_iter().collect(),
        }
    }
}

impl From<Ask> for Subject {
    fn from(ask: Ask) -> Self {
        Subject { asks: smallvec![ask] }
    }
}

impl Ask {
    /// An action on a resource of the caller's account.
    pub(crate) fn on(action: &'static str, resource: String, view: &View<'_>) -> Self {
        Ask {
            action,
            resource,
            resource_account: view.account.id(),
            keys: Context::new(),
            wildcard_only: false,
            trust: None,
            grant: None,
        }
    }

    /// An action that takes no resource.
    pub(crate) fn on_anything(action: &'static str, view: &View<'_>) -> Self {
        Ask {
            wildcard_only: true,
            ..Ask::on(action, "*".to_owned(), view)
        }
    }

    /// An action on a user, who may not exist.
    pub(crate) fn on_user(action: &'static str, name: &str, view: &View<'_>) -> Self {
        match view.account.user(name) {
            Some(user) => Ask::on(action, user.arn().to_string(), view).resource_tags(&user.tags),
            None => Ask::on(action, unplaced("user", name, view), view),
        }
    }

    /// An action on the policies or the boundary of a user. These actions, and those that create, are the ones that
    /// know the boundary: elsewhere the key is not there, even if the user has one. A role's is known to a few more.
    pub(crate) fn on_permissions_of_user(action: &'static str, name: &str, view: &View<'_>) -> Self {
        let boundary = view.account.user(name).and_then(|user| user.boundary.as_ref());
        Ask::on_user(action, name, view).boundary(boundary.map(PolicyArn::as_str))
    }

    /// An action on a group, which may not exist.
    pub(crate) fn on_group(action: &'static str, name: &str, view: &View<'_>) -> Self {
        let arn = match view.account.group(name) {
            Some(group) => group.arn().to_string(),
            None => unplaced("group", name, view),
        };
        Ask::on(action, arn, view)
    }

    /// An action on a role, which may not exist.
    pub(crate) fn on_role(action: &'static str, name: &str, view: &View<'_>) -> Self {
        match view.account.role(name) {
            Some(role) => Ask::on(action, role.arn().to_string(), view).resource_tags(&role.tags),
            None => Ask::on(action, unplaced("role", name, view), view),
        }
    }

    /// An action on the policies or the boundary of a role, as [`Ask::on_permissions_of_user`].
    pub(crate) fn on_permissions_of_role(action: &'static str, name: &str, view: &View<'_>) -> Self {
        let boundary = view.account.role(name).and_then(|role| role.boundary.as_ref());
        Ask::on_role(action, name, view).boundary(boundary.map(PolicyArn::as_str))
    }

    /// An action on a managed policy, by its ARN. Policies of AWS have no account; they are asked for as of the
    /// caller's.
    pub(crate) fn on_policy(action: &'static str, arn: &str, view: &View<'_>) -> Self {
        let mut ask = Ask::on(action, arn.to_owned(), view);
        let parsed = PolicyArn::parse(arn).ok();
        if let Some(policy) = parsed.as_ref().and_then(|arn| view.account.policy(arn)) {
            ask = ask.resource_tags(&policy.tags);
        }
        if let Some(account) = parsed.as_ref().and_then(PolicyArn::account) {
            ask.resource_account = account;
        }
        ask
    }

    /// An action on all things of a kind under a path prefix. Evidence: texts of denials as quoted in public
    /// issues (`… on resource: arn:aws:iam::111122223333:role/`).
    pub(crate) fn on_prefix(action: &'static str, kind: &str, prefix: Option<&str>, view: &View<'_>) -> Self {
        let prefix = prefix.map_or("", |prefix| prefix.strip_prefix('/').unwrap_or(prefix));
        Ask::on(
            action,
            format!("arn:aws:iam::{}:{kind}/{prefix}", view.account.id()),
            view,
        )
    }

    /// With the tags of the thing itself. Those of users and roles have a key of IAM's own as well.
    pub(crate) fn resource_tags(mut self, tags: &Tags) -> Self {
        let kind = self.resource.splitn(6, ':').nth(5).unwrap_or_default();
        let is_principal = kind.starts_with("user/") || kind.starts_with("role/");
        for tag in tags.iter() {
            let key = tag.key.as_str();
            self.tag(format!("aws:ResourceTag/{key}"), tag.value.to_shared().into());
            if is_principal {
                self.tag(format!("iam:ResourceTag/{key}"), tag.value.to_shared().into());
            }
        }
        self
    }

    /// With the tags that the request gives.
    pub(crate) fn request_tags(mut self, tags: Option<&[api::Tag]>) -> Self {
        let Some(tags) = tags else { return self };
        for tag in tags {
            self.tag(format!("aws:RequestTag/{}", tag.key), tag.value.clone().into());
        }
        self.keys
            .insert_many("aws:TagKeys", tags.iter().map(|tag| tag.key.clone()));
        self
    }

    /// Adds the condition key of a tag. A managed policy can have tags whose keys differ only in case, which to
    /// conditions are one key; which of the values AWS takes is not defined.
    // Fails closed: the key has all the values then, so whoever asks for the one value it has is in doubt.
    fn tag(&mut self, name: String, value: Text) {
        let values = match self.keys.get(&name) {
            None => return self.keys.insert(name, value),
            // What is in doubt stays so.
            Some(ContextValue::Unknown) => return,
            Some(ContextValue::Single(other)) => vec![other.clone(), value],
            Some(ContextValue::Many(others)) => others.iter().cloned().chain([value]).collect(),
        };
        self.keys.insert_many(name, values);
    }

    /// With the keys of the tags that the request takes away.
    pub(crate) fn tag_keys(mut self, keys: &[String]) -> Self {
        self.keys.insert_many("aws:TagKeys", keys.iter().cloned());
        self
    }

    /// With a boundary: the one that the request names, or else the one that the thing has.
    pub(crate) fn boundary(mut self, boundary: Option<&str>) -> Self {
        if let Some(boundary) = boundary {
            self.keys.insert("iam:PermissionsBoundary", boundary.to_owned());
        }
        self
    }

    /// With the managed policy that is attached or detached.
    pub(crate) fn policy_arn(mut self, arn: &str) -> Self {
        self.keys.insert("iam:PolicyARN", arn.to_owned());
        self
    }
}

/// The ARN of what is not there, or is about to be made without a path.
pub(crate) fn unplaced(kind: &str, name: &str, view: &View<'_>) -> String {
    format!("arn:aws:iam::{}:{kind}/{name}", view.account.id())
}

/// The ARN of what is about to be made under a path.
pub(crate) fn placed(kind: &str, path: Option<&str>, name: &str, view: &View<'_>) -> String {
    format!(
        "arn:aws:iam::{}:{kind}{}{name}",
        view.account.id(),
        path.unwrap_or("/")
    )
}
