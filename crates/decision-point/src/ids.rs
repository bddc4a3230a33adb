//! How other systems call the users of an account: by name, or by the id that stands in a tag of theirs.
//!
//! Names come first, so that nobody takes another's name by a tag. An id that two users have is nobody's.

use std::collections::HashMap;

use lanyard_directory::{Account, User};

/// The tag of a user in which the id stands that other systems know them by.
const ID_TAG: &str = "authzen:id";

/// The ids of all users of one account, found once for all questions of a request.
pub(crate) struct Ids(HashMap<String, Option<String>>);

impl Ids {
    pub(crate) fn of(account: &Account) -> Self {
        let mut names: HashMap<String, Option<String>> = HashMap::new();
        for user in account.users(None) {
            let Some(id) = id_in_tag(user) else { continue };
            let name = user.name.as_str().to_owned();
            // Fails closed: of two with one id nobody knows who is meant.
            names
                .entry(id.to_owned())
                .and_modify(|known| *known = None)
                .or_insert(Some(name));
        }
        Self(names)
    }

    /// The name of the user with this id in a tag, if there is just one.
    pub(crate) fn name_of(&self, id: &str) -> Option<&str> {
        self.0.get(id)?.as_deref()
    }

    /// The same for one id of which there are no others yet: all users are looked at, and nothing is kept.
    pub(crate) fn one_name_of<'u>(account: &'u Account, id: &str) -> Option<&'u str> {
        let mut known = account.users(None).filter(|user| id_in_tag(user) == Some(id));
        let user = known.next()?;
        // Fails closed: of two with one id nobody knows who is meant.
        known.next().is_none().then(|| user.name.as_str())
    }

    /// By which id a user is to be called: the one under which they are found again.
    pub(crate) fn id_of<'u>(&self, account: &Account, user: &'u User) -> &'u str {
        let name = user.name.as_str();
        match id_in_tag(user) {
            Some(id) if self.name_of(id) == Some(name) && !is_name(account, id) => id,
            _ => name,
        }
    }
}

/// Whether some user has exactly this name. Names have a case here: two that differ in it are two people.
pub(crate) fn is_name(account: &Account, name: &str) -> bool {
    account.user(name).is_some_and(|user| user.name.as_str() == name)
}

fn id_in_tag(user: &User) -> Option<&str> {
    let tag = user.tags.iter().find(|tag| tag.key.as_str() == ID_TAG)?;
    Some(tag.value.as_str()).filter(|id| !id.is_empty())
}
