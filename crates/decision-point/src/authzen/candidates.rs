//! What a search looks at: nobody knows all resources and actions of an application, so those are candidates that
//! policies name.

use std::collections::BTreeMap;
use std::sync::Arc;

use lanyard_access::Subject;
use lanyard_catalogue::{Service, catalogue};
use lanyard_directory::{Account, Group, InlinePolicy};
use lanyard_names::PolicyArn;
use lanyard_policy::{Document, Principal};

use super::terms::Kinds;
use crate::question::{Question, Who, check_action, check_resource};

/// One of those that may be what is looked for.
pub(super) struct Candidate {
    /// Its place in the order of all.
    pub(super) place: String,
    pub(super) part: Part,
    /// As it is shown.
    pub(super) shown: String,
}

/// What a candidate is in the question, which is the same for all otherwise.
pub(super) enum Part {
    Subject(Who<'static>),
    Resource(String),
    Action(String),
}

/// What is gone through.
pub(super) struct Field {
    /// The question; one part of it is that of no candidate yet.
    pub(super) question: Question<'static>,
    pub(super) candidates: Vec<Candidate>,
}

impl Part {
    /// Makes a question about this. Whether it is one: what has another spelling than the one is asked about by nobody.
    pub(super) fn put_into(self, question: &mut Question<'static>) -> bool {
        match self {
            Self::Subject(who) => question.principal = who,
            Self::Resource(arn) => question.resource = arn.into(),
            Self::Action(action) => question.action = action.into(),
        }
        check_action(&question.action).is_ok() && check_resource(&question.resource).is_ok()
    }
}

/// The documents that are in force for somebody. A session's own policies take away only.
pub(crate) fn documents(account: &Account, subject: &Subject) -> Vec<Document> {
    let arn = subject.identity().entity_arn();
    let name = arn.rsplit('/').next().unwrap_or_default();
    let mut texts = Texts {
        account,
        documents: Vec::new(),
    };
    if matches!(subject.identity().principal, Principal::Root { .. }) {
        texts.add(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);
    } else if let Some(user) = account.user(name).filter(|user| *user.arn() == arn) {
        texts.all(&user.inline, &user.attached);
        for Group { inline, attached, .. } in account.groups_of(user).into_iter().map(Arc::as_ref) {
            texts.all(inline, attached);
        }
    } else if let Some(role) = account.role(name).filter(|role| *role.arn() == arn) {
        texts.all(&role.inline, &role.attached);
    }
    texts.documents
}

struct Texts<'a> {
    account: &'a Account,
    documents: Vec<Document>,
}

impl Texts<'_> {
    fn all(&mut self, inline: &[Arc<InlinePolicy>], attached: &[PolicyArn]) {
        for policy in inline {
            self.add(policy.document.text());
        }
        for arn in attached {
            if let Some((_, text)) = self.account.managed_policy_in_force(arn) {
                self.add(&text);
            }
        }
    }

    fn add(&mut self, text: &str) {
        // One that cannot be read names nothing; decisions take it as a denial.
        self.documents.extend(Document::parse(text));
    }
}

/// The actions of a service that documents name: those that are written out, and of a service in the catalogue those
/// that a pattern stands for.
pub(crate) struct Actions<'s> {
    service: &'s str,
    known: Option<&'static Service>,
    /// In order, by their names in small letters.
    pub(crate) found: BTreeMap<String, String>,
}

impl<'s> Actions<'s> {
    pub(crate) fn of(service: &'s str) -> Self {
        Self {
            service,
            known: catalogue().service(service),
            found: BTreeMap::new(),
        }
    }

    /// Those that one more document names. It can have a thousand patterns, each of them for every action of the service.
    pub(crate) fn add(&mut self, document: &Document) {
        for listed in document.outline().filter_map(|statement| statement.actions) {
            for pattern in &listed.values {
                self.add_listed(pattern, listed.negated);
            }
            // Everything but some: any of them may be allowed.
            if listed.negated {
                let all = self.known.map_or(&[][..], Service::actions);
                all.iter().for_each(|action| self.add_named(action.name()));
            }
        }
    }

    fn add_listed(&mut self, pattern: &str, is_negated: bool) {
        let names = pattern.split_once(':');
        let of_service = names.filter(|(prefix, _)| prefix.eq_ignore_ascii_case(self.service));
        match (of_service, self.known) {
            (Some((_, name)), _) if is_literal(name) => self.add_named(name),
            (_, Some(known)) if !is_negated => {
                known
                    .actions_matching(pattern)
                    .for_each(|action| self.add_named(action.name()));
            }
            _ => {}
        }
    }

    fn add_named(&mut self, name: &str) {
        let action = || format!("{}:{name}", self.service);
        self.found
            .entry(action().to_ascii_lowercase())
            .or_insert_with(action);
    }
}

/// The first resources of some kinds that documents name, or that have a policy or tags in the account, in order and
/// behind one, each with its id.
pub(crate) fn resources(
    account: &Account,
    documents: &[Document],
    kinds: &Kinds,
    after: Option<&str>,
    count_max: usize,
) -> BTreeMap<String, String> {
    let is_behind = |arn: &&str| after.is_none_or(|after| after < *arn) && is_literal(arn);
    let with_id = |arn: &str| Some((arn.to_owned(), kinds.id_of(arn)?.to_owned()));
    // Of those that are in order the first are enough, however many an account has.
    let registered = account.resource_policies().map(|policy| &*policy.arn);
    let registered = registered.filter(is_behind).filter_map(with_id).take(count_max);
    let tagged = account.tagged_resources().map(|tags| &*tags.arn);
    let tagged = tagged.filter(is_behind).filter_map(with_id).take(count_max);
    let written = documents.iter().flat_map(Document::resources);
    let written = written.filter(is_behind).filter_map(with_id);
    let mut found: BTreeMap<String, String> = registered.chain(tagged).chain(written).collect();
    while found.len() > count_max {
        found.pop_last();
    }
    found
}

fn is_literal(text: &str) -> bool {
    !text.contains(['*', '?']) && !text.contains("${")
}

impl Kinds {
    /// The id of a resource, if it is one of these.
    fn id_of<'r>(&self, arn: &'r str) -> Option<&'r str> {
        match self {
            Self::Of { prefix } => arn.strip_prefix(prefix.as_str()).filter(|id| !id.is_empty()),
            Self::Whole { service, kind } => {
                let parsed = lanyard_names::arn::Arn::parse(arn).ok()?;
                let is_of_kind = |kind: &String| {
                    let types = catalogue().resource_types_for_arn(arn);
                    let mut types = types.into_iter();
                    types.any(|(known, found)| known.prefix() == service && found.name() == kind)
                };
                let is_one = parsed.service == service && kind.as_ref().is_none_or(is_of_kind);
                is_one.then_some(arn)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actions(text: &str, service: &str) -> BTreeMap<String, String> {
        let mut actions = Actions::of(service);
        actions.add(&Document::parse(text).unwrap());
        actions.found
    }

    fn check(text: &str, service: &str, expected: &[&str]) {
        let got: Vec<_> = actions(text, service).into_values().collect();
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn actions_are_those_that_are_written_out_or_known() {
        let policy = |element: &str| {
            format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{element},"Resource":"*"}},
                {{"Effect":"Deny","Action":"todo:Drop","Resource":"*"}}]}}"#
            )
        };
        let own = policy(r#""Action":["todo:Read","Todo:READ","todo:Wri*","other:Read"]"#);
        check(&own, "todo", &["todo:Drop", "todo:Read"]);
        check(&policy(r#""Action":"*""#), "todo", &["todo:Drop"]);
        let known = policy(r#""Action":"sts:GetSess*""#);
        check(&known, "sts", &["sts:GetSessionToken"]);
        let all = actions(&policy(r#""NotAction":"s3:*""#), "sts");
        assert!(all.contains_key("sts:assumerole"), "{all:?}");
    }
}
