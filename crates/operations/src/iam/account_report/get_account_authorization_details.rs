//! GetAccountAuthorizationDetails: users, groups, roles, the account's managed policies, and those of AWS that somebody
//! here uses, in this order and each in order of name, as one list that is cut into pages.
//!
//! A page is walked from its marker and nothing is gathered beside it, so it costs what it shows. What it shows may be
//! long: a page ends early when its documents reach [`BYTES_MAX`].
//!
//! The action takes no resource.

use std::collections::BTreeSet;
use std::sync::Arc;

use lanyard_aws_api::iam::{
    self, EntityType, GetAccountAuthorizationDetailsInput, GetAccountAuthorizationDetailsOutput,
};
use lanyard_directory::{Account, AwsManagedPolicy, Group, ManagedPolicy, Role, User};
use lanyard_names::AccountId;

use super::detail;
use crate::error::Refusal;
use crate::operation::{Described, Read};
use crate::page::{Page, Paged};
use crate::subject::{Ask, Subject};
use crate::view::View;

pub(crate) struct GetAccountAuthorizationDetails;

/// A page ends with the item whose documents make it as long as this.
const BYTES_MAX: usize = 1 << 20;

impl Described for GetAccountAuthorizationDetails {
    type Model = iam::GetAccountAuthorizationDetails;

    fn concerned(input: &GetAccountAuthorizationDetailsInput, account: &Account) -> BTreeSet<AccountId> {
        let Ok(paged) = page_of(input, account) else {
            return BTreeSet::new();
        };
        let roles = paged.items.iter().filter_map(|item| match item {
            Item::Role(role) => Some(role),
            _ => None,
        });
        roles
            .flat_map(|role| role.trust.accounts_bound(account.id()))
            .collect()
    }

    fn subject(_: &GetAccountAuthorizationDetailsInput, view: &View<'_>) -> Result<Subject, Refusal> {
        Ok(Ask::on_anything(Self::ACTION, view).into())
    }
}

impl Read for GetAccountAuthorizationDetails {
    fn run(
        input: &GetAccountAuthorizationDetailsInput,
        view: &View<'_>,
    ) -> Result<GetAccountAuthorizationDetailsOutput, Refusal> {
        let paged = page_of(input, view.account)?;
        let (mut users, mut groups, mut roles, mut policies) = (vec![], vec![], vec![], vec![]);
        let is_truncated = paged.is_truncated();
        for item in paged.items {
            match item {
                Item::User(user) => users.push(detail::user(user, view.account)),
                Item::Group(group) => groups.push(detail::group(group)),
                Item::Role(role) => roles.push(detail::role(role, view)),
                Item::OwnPolicy(policy) => policies.push(detail::policy(policy, view.account)),
                Item::AwsPolicy(policy) => policies.push(detail::aws_policy(&policy, view.account)),
            }
        }
        Ok(GetAccountAuthorizationDetailsOutput {
            user_detail_list: Some(users),
            group_detail_list: Some(groups),
            role_detail_list: Some(roles),
            policies: Some(policies),
            is_truncated: Some(is_truncated),
            marker: paged.marker,
        })
    }
}

/// What the list is made of, in its order. Each begins the keys of its items with a letter of its own.
const SECTIONS: [(EntityType, char); 5] = [
    (EntityType::User, 'u'),
    (EntityType::Group, 'g'),
    (EntityType::Role, 'r'),
    (EntityType::LocalManagedPolicy, 'l'),
    (EntityType::AWSManagedPolicy, 'a'),
];

/// One thing in the list.
enum Item<'a> {
    User(&'a Arc<User>),
    Group(&'a Arc<Group>),
    Role(&'a Arc<Role>),
    OwnPolicy(&'a Arc<ManagedPolicy>),
    AwsPolicy(AwsManagedPolicy),
}

type Items<'a, 'b> = Box<dyn Iterator<Item = Item<'a>> + 'b>;

fn page_of<'a>(
    input: &GetAccountAuthorizationDetailsInput,
    account: &'a Account,
) -> Result<Paged<Item<'a>>, Refusal> {
    let page = Page::asked(input.marker.as_deref(), input.max_items)?;
    let (first, name) = start(&page)?;
    let filter = input.filter.as_deref().unwrap_or_default();
    let items = SECTIONS
        .iter()
        .enumerate()
        .skip(first)
        .filter(|(_, (kind, _))| filter.is_empty() || filter.contains(kind))
        .flat_map(|(place, (kind, _))| section(*kind, name.filter(|_| place == first), account));
    Ok(page.cut_within(BYTES_MAX, items, Item::bytes, Item::key))
}

/// The section in which the page begins, and the name in it after which it does.
fn start(page: &Page) -> Result<(usize, Option<&str>), Refusal> {
    let Some(after) = page.after() else {
        return Ok((0, None));
    };
    let mut letters = after.chars();
    let letter = letters.next();
    SECTIONS
        .iter()
        .position(|(_, own)| letter == Some(*own))
        .map(|place| (place, Some(letters.as_str())))
        .ok_or_else(|| Refusal::validation("Invalid Marker."))
}

fn section<'a: 'b, 'b>(kind: EntityType, after: Option<&'b str>, account: &'a Account) -> Items<'a, 'b> {
    match kind {
        EntityType::User => Box::new(account.users(after).map(Item::User)),
        EntityType::Group => Box::new(account.groups(after).map(Item::Group)),
        EntityType::Role => Box::new(account.roles(after).map(Item::Role)),
        EntityType::LocalManagedPolicy => Box::new(account.policies(after).map(Item::OwnPolicy)),
        // Evidence: public collectors of accounts, which list the policies that nobody uses by another call.
        EntityType::AWSManagedPolicy => Box::new(
            account
                .aws_policies_used(after)
                .filter_map(|arn| account.managed_policies().get(arn))
                .map(Item::AwsPolicy),
        ),
    }
}

impl Item<'_> {
    fn key(&self) -> String {
        match self {
            Self::User(user) => format!("u{}", user.name),
            Self::Group(group) => format!("g{}", group.name),
            Self::Role(role) => format!("r{}", role.name),
            Self::OwnPolicy(policy) => format!("l{}", policy.name()),
            Self::AwsPolicy(policy) => format!("a{}", policy.name),
        }
    }

    /// About how much of documents it shows.
    fn bytes(&self) -> usize {
        match self {
            Self::User(user) => detail::inline_bytes(&user.inline),
            Self::Group(group) => detail::inline_bytes(&group.inline),
            Self::Role(role) => detail::inline_bytes(&role.inline) + role.trust.saved_text().len(),
            Self::OwnPolicy(policy) => {
                let versions = policy.versions.iter();
                versions.map(|version| version.document.text().len()).sum()
            }
            // None of them is longer, and they are not unpacked to be measured.
            Self::AwsPolicy(_) => 1 << 14,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sections_have_different_letters() {
        let letters: BTreeSet<char> = SECTIONS.iter().map(|(_, letter)| *letter).collect();
        assert_eq!(letters.len(), SECTIONS.len());
    }
}
