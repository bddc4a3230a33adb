//! GetAccountAuthorizationDetails: users, roles, groups, the account's managed policies, and those of AWS that somebody
//! here uses, in this order and each in order of name, as one list that is cut into pages.
//!
//! A page is walked from its marker and nothing is gathered beside it, so it costs what it shows. What it shows may be
//! long: a page ends early when its documents reach [`BYTES_MAX`].
//!
//! A marker is of the filter that it was given with, in any order of its kinds. Evidence for this, for the order and
//! for what is listed: recorded answers of AWS.
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

/// What the list is made of, in its order. Each has a letter of its own in markers.
const SECTIONS: [(EntityType, char); 5] = [
    (EntityType::User, 'u'),
    (EntityType::Role, 'r'),
    (EntityType::Group, 'g'),
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
    let wanted = Wanted::of(input.filter.as_deref());
    let page = Page::asked(input.marker.as_deref(), input.max_items).map_err(|_| wanted.mismatch())?;
    let (first, name) = wanted.start(&page)?;
    let items = SECTIONS
        .iter()
        .enumerate()
        .skip(first)
        .filter(|(_, (kind, _))| wanted.has(*kind))
        .flat_map(|(place, (kind, _))| section(*kind, name.filter(|_| place == first), account));
    Ok(page.cut_within(
        BYTES_MAX,
        items,
        |item| item.bytes(account),
        |item| wanted.key(item),
    ))
}

/// The kinds that are asked for, in the order of the sections.
struct Wanted(Vec<(EntityType, char)>);

impl Wanted {
    /// No filter, and one of nothing, stand for all kinds.
    fn of(filter: Option<&[EntityType]>) -> Self {
        let filter = filter.unwrap_or_default();
        let sections = SECTIONS.iter().copied();
        Self(
            sections
                .filter(|(kind, _)| filter.is_empty() || filter.contains(kind))
                .collect(),
        )
    }

    fn has(&self, wanted: EntityType) -> bool {
        self.0.iter().any(|(kind, _)| *kind == wanted)
    }

    /// What markers begin with.
    fn letters(&self) -> String {
        self.0.iter().map(|(_, letter)| *letter).collect()
    }

    fn key(&self, item: &Item<'_>) -> String {
        let (letter, name) = item.place();
        format!("{}/{letter}{name}", self.letters())
    }

    /// The section in which the page begins, and the name in it after which it does.
    fn start<'p>(&self, page: &'p Page) -> Result<(usize, Option<&'p str>), Refusal> {
        let Some(after) = page.after() else {
            return Ok((0, None));
        };
        let place = after
            .split_once('/')
            .filter(|(letters, _)| *letters == self.letters());
        let (_, place) = place.ok_or_else(|| self.mismatch())?;
        let mut characters = place.chars();
        let letter = characters.next();
        SECTIONS
            .iter()
            .position(|(_, own)| letter == Some(*own))
            .map(|section| (section, Some(characters.as_str())))
            .ok_or_else(|| self.mismatch())
    }

    /// A marker that was not given with this filter. AWS has a text of its own where some kind of entity is left out.
    fn mismatch(&self) -> Refusal {
        let entities = [EntityType::User, EntityType::Role, EntityType::Group];
        if entities.into_iter().all(|kind| self.has(kind)) {
            return Refusal::validation("Invalid Marker.");
        }
        Refusal::validation("Marker and Filter do not match")
    }
}

fn section<'a: 'b, 'b>(kind: EntityType, after: Option<&'b str>, account: &'a Account) -> Items<'a, 'b> {
    match kind {
        EntityType::User => Box::new(account.users(after).map(Item::User)),
        EntityType::Group => Box::new(account.groups(after).map(Item::Group)),
        EntityType::Role => Box::new(account.roles(after).map(Item::Role)),
        EntityType::LocalManagedPolicy => Box::new(account.policies(after).map(Item::OwnPolicy)),
        EntityType::AWSManagedPolicy => Box::new(
            account
                .aws_policies_used(after)
                .filter_map(|arn| account.managed_policies().get(arn))
                .map(Item::AwsPolicy),
        ),
    }
}

impl Item<'_> {
    /// The letter of its section, and its name.
    fn place(&self) -> (char, &str) {
        match self {
            Self::User(user) => ('u', user.name.as_str()),
            Self::Group(group) => ('g', group.name.as_str()),
            Self::Role(role) => ('r', role.name.as_str()),
            Self::OwnPolicy(policy) => ('l', policy.name()),
            Self::AwsPolicy(policy) => ('a', policy.name),
        }
    }

    /// About how much of documents it shows.
    fn bytes(&self, account: &Account) -> usize {
        match self {
            Self::User(user) => detail::inline_bytes(&user.inline),
            Self::Group(group) => detail::inline_bytes(&group.inline),
            Self::Role(role) => {
                // Every instance profile that it is in shows it again.
                let profiles = account.instance_profiles_of(role.id, None).count();
                detail::inline_bytes(&role.inline) + role.trust.saved_text().len() * (1 + profiles)
            }
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
