//! What EC2 tells of its things where a request names them by something that no policy is about: an association, a
//! name, the version of a launch template.

use std::collections::BTreeSet;

/// A question that EC2 answers with a list of what it describes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ec2Question {
    /// The operation: one that only reads.
    pub operation: &'static str,
    /// What narrows the answer down, by the names of parameters of the form.
    pub input: Vec<(&'static str, String)>,
    /// The element of the answer that holds the list.
    pub list: &'static str,
}

/// An element of an answer: a value, or elements in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Described {
    /// The element's name: `subnetId`.
    pub name: String,
    /// What stands in it, if no elements do.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Described>,
}

impl Ec2Question {
    /// What has this value, by a filter of the operation's.
    pub(crate) fn filter(operation: &'static str, list: &'static str, filter: &str, value: &str) -> Self {
        let input = vec![
            ("Filter.1.Name", filter.to_owned()),
            ("Filter.1.Value.1", value.to_owned()),
        ];
        Self {
            operation,
            input,
            list,
        }
    }

    /// What has this value, by a parameter of the operation's.
    pub(crate) fn named(
        operation: &'static str,
        list: &'static str,
        parameter: &'static str,
        value: &str,
    ) -> Self {
        let input = vec![(parameter, value.to_owned())];
        Self {
            operation,
            input,
            list,
        }
    }
}

impl Described {
    /// The only element of a name; `None` if there is none, or two of them: nobody could say which is meant.
    pub(crate) fn only(&self, name: &str) -> Option<&Self> {
        let mut found = self.children.iter().filter(|child| child.name == name);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The text of the only element of a name. An empty one is none.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let found = self.only(name)?;
        let is_text = found.children.is_empty() && !found.text.is_empty();
        is_text.then_some(found.text.as_str())
    }

    /// The text at the end of a path such as `accepterVpcInfo.vpcId`.
    pub(crate) fn text_at(&self, path: &str) -> Option<&str> {
        match path.split_once('.') {
            Some((first, rest)) => self.only(first)?.text_at(rest),
            None => self.text(path),
        }
    }

    /// The elements of a list, or the one structure where the answer has no list.
    pub(crate) fn items(&self, list: &str) -> &[Self] {
        let Some(list) = self.only(list) else { return &[] };
        if list.children.iter().all(|child| child.name == "item") {
            &list.children
        } else {
            std::slice::from_ref(list)
        }
    }

    /// Whether two elements in it have one name, and it is no list.
    pub(crate) fn has_twins(&self) -> bool {
        let names: BTreeSet<_> = self.children.iter().map(|child| &child.name).collect();
        names.len() != self.children.len()
    }
}
