//! Searches: who may do this, on what, and what may be done.
//!
//! Each candidate is decided like a question of its own, without being noted as an attempt. Whom the asker may not ask
//! about is left out. A search reveals names, so it needs `lanyard:Search` as well: on the account's root for subjects,
//! otherwise on the subject.

use std::fmt::Write;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{Keyring, Subject};
use lanyard_directory::{Account, ResourcePolicy};
use lanyard_names::{AccountId, arn};
use lanyard_policy::{Document, Effect};

use super::candidates::{self, Candidate, Field, Part};
use super::condition_keys::keys;
use super::page::{Page, Tokens};
use super::request::{Paging, Tuple, read, text};
use super::route::Sought;
use super::terms::{Terms, kind_of, question, who};
use crate::answer::quote;
use crate::hearing::Hearing;
use crate::ids::Ids;
use crate::keys::Keys;
use crate::permission::Wish;
use crate::person::{Kind, Person};
use crate::question::Who;
use crate::refusal::{Code, Refusal};
use crate::resource::{Parties, Resource};

/// How many candidates are decided for one page.
const DECISIONS_MAX: usize = 1_000;

/// With what an answer begins.
const RESULTS: &str = "{\"results\":[";

/// Where there is no resource yet.
const ANY: &str = "*";

/// One search.
pub(crate) struct Search<'s, 'a> {
    terms: &'s Terms<'s>,
    hearing: &'s mut Hearing<'a>,
    sought: Sought,
}

impl<'s, 'a> Search<'s, 'a> {
    pub(crate) fn new(terms: &'s Terms<'s>, hearing: &'s mut Hearing<'a>, sought: Sought) -> Self {
        Self {
            terms,
            hearing,
            sought,
        }
    }

    /// Answers it.
    pub(crate) async fn answer(
        &mut self,
        body: &[u8],
        keyring: &Keyring,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let body = text(body)?;
        let tuple: Tuple = read(body)?;
        let paging: Paging = read(body)?;
        // Where a page ends tells of those whom this asker may ask about, and of nobody else's.
        let asker = &*self.hearing.asker.caller.arn;
        let question = format!("{asker} {:?} {:?} {tuple:?}", self.terms, self.sought);
        let tokens = Tokens::new(keyring, now, &question);
        let page = tokens.page(&paging.page.0.unwrap_or_default())?;
        let field = match self.sought {
            Sought::Subject => self.subjects(&tuple, &page).await?,
            Sought::Resource => self.resources(&tuple, &page).await?,
            Sought::Action => self.actions(&tuple, &page).await?,
        };
        self.page(field, &page, &tokens).await
    }

    /// Decides candidates until the page is full.
    async fn page(
        &mut self,
        field: Option<Field>,
        page: &Page,
        tokens: &Tokens<'_>,
    ) -> Result<String, Refusal> {
        let Some(Field {
            mut question,
            candidates,
        }) = field
        else {
            return Ok(finished(String::from(RESULTS), "", 0));
        };
        self.hearing.batch.search();
        let mut out = String::from(RESULTS);
        let (mut count, mut is_any_decided) = (0_usize, false);
        let (mut last, mut next, mut problem) = (String::new(), String::new(), None);
        for (number, candidate) in candidates.into_iter().enumerate() {
            let is_long = number == DECISIONS_MAX || (number > 0 && self.hearing.is_spent());
            if count == page.results_max || is_long {
                next = tokens.seal(&last)?;
                break;
            }
            last = candidate.place;
            self.hearing.take_turns().await;
            if !candidate.part.put_into(&mut question) {
                continue;
            }
            match self.hearing.batch.decide(&question).await {
                Ok(decided) => {
                    is_any_decided = true;
                    if decided.effect == Effect::Allow {
                        out.push_str(if count == 0 { "" } else { "," });
                        out.push_str(&candidate.shown);
                        count = count.saturating_add(1);
                    }
                }
                // Not to be asked about, or not there any more.
                Err(refusal) if matches!(refusal.code, Code::AccessDenied | Code::UnknownPrincipal) => {}
                // One action or resource that cannot be asked about; if it is all of them, it is the question.
                Err(refusal) if refusal.code == Code::Validation => problem = problem.or(Some(refusal)),
                Err(refusal) => return Err(refusal),
            }
        }
        if let Some(problem) = problem.filter(|_| !is_any_decided) {
            return Err(problem);
        }
        // Writing to a string does not fail.
        let _ = write!(
            out,
            "],\"page\":{{\"next_token\":\"{next}\",\"count\":{count}}}}}"
        );
        Ok(out)
    }

    async fn subjects(&mut self, tuple: &Tuple, page: &Page) -> Result<Option<Field>, Refusal> {
        let kind_name = tuple.subject.required("subject")?.kind.required("subject.type")?;
        let action = self.action(tuple)?;
        let resource = self.resource(tuple)?;
        let own = self.terms.account;
        let root = arn::root(own);
        let everybody = Person::missing(&root, own, Some(&root));
        self.may(Wish::Search, &everybody, own, &action, &resource)
            .await?;
        let keys = keys_of(&action, tuple)?;
        let account = self.account(own).await?;
        let (Some(kind), Some(account)) = (kind_of(kind_name), account) else {
            return Ok(None);
        };
        let principals = principals(&account, kind, page.after.as_deref()).into_iter();
        let candidates = principals.map(|(place, arn, id)| Candidate {
            place,
            part: Part::Subject(Who::Arn(arn.to_string().into())),
            shown: entity(kind_name, &id),
        });
        Ok(Some(Field {
            question: question(Who::Arn(root.into()), action, resource, keys)?,
            candidates: candidates.collect(),
        }))
    }

    async fn resources(&mut self, tuple: &Tuple, page: &Page) -> Result<Option<Field>, Refusal> {
        let who = subject(tuple);
        let action = self.action(tuple)?;
        let kind = tuple
            .resource
            .required("resource")?
            .kind
            .required("resource.type")?;
        let kinds = self.terms.kinds(kind, &action)?;
        let keys = keys_of(&action, tuple)?;
        let Some(who) = known(who)? else {
            return Ok(None);
        };
        let named = self.named(&who, &action, ANY).await?;
        let account = self.account(self.terms.account).await?;
        let (Some(named), Some(account)) = (named, account) else {
            return Ok(None);
        };
        let after = page.after.as_deref();
        let found = candidates::resources(&account, &named, &kinds, after, DECISIONS_MAX + 1);
        let candidates = found.into_iter().map(|(arn, id)| Candidate {
            place: arn.clone(),
            part: Part::Resource(arn),
            shown: entity(kind, &id),
        });
        Ok(Some(Field {
            question: question(who, action, ANY.to_owned(), keys)?,
            candidates: candidates.collect(),
        }))
    }

    async fn actions(&mut self, tuple: &Tuple, page: &Page) -> Result<Option<Field>, Refusal> {
        let who = subject(tuple);
        let resource = self.resource(tuple)?;
        let Some(service) = self.terms.service_of_resource(&resource) else {
            return Err(Refusal::validation(
                "A resource is needed whose actions are looked for.",
            ));
        };
        let keys = keys(&service, tuple)?;
        let Some(who) = known(who)? else {
            return Ok(None);
        };
        // Permission to search does not rest on an action, so any of the service's will do.
        let any = format!("{service}:None");
        let Some(mut named) = self.named(&who, &any, &resource).await? else {
            return Ok(None);
        };
        if let Some(account) = self.account(self.terms.account).await?
            && let Some(policy) = account.resource_policy(ResourcePolicy::bearer(&resource))
        {
            named.extend(Document::parse(policy.document.saved_text()));
        }
        let mut actions = candidates::Actions::of(&service);
        for document in &named {
            actions.add(document);
            self.hearing.take_turns().await;
        }
        let found = actions.found.into_iter();
        let found = found
            .filter(|(place, _)| page.is_before(place))
            .take(DECISIONS_MAX + 1);
        let candidates = found.map(|(place, action)| Candidate {
            place,
            shown: action_shown(self.terms.shown_action(&action)),
            part: Part::Action(action),
        });
        Ok(Some(Field {
            candidates: candidates.collect(),
            question: question(who, any, resource, keys)?,
        }))
    }

    fn action(&self, tuple: &Tuple) -> Result<String, Refusal> {
        let action = tuple.action.required("action")?;
        self.terms.action(action.name.required("action.name")?)
    }

    fn resource(&self, tuple: &Tuple) -> Result<String, Refusal> {
        let resource = tuple.resource.required("resource")?;
        let kind = resource.kind.required("resource.type")?;
        self.terms.resource(kind, resource.id.required("resource.id")?)
    }

    /// The documents that are in force for a subject, if it is there and the asker may look for what it may do.
    async fn named(
        &mut self,
        who: &Who<'static>,
        action: &str,
        resource: &str,
    ) -> Result<Option<Vec<Document>>, Refusal> {
        let person = match self.hearing.batch.person(who).await {
            Ok(person) => person,
            Err(refusal) if refusal.code == Code::UnknownPrincipal => return Ok(None),
            Err(refusal) => return Err(refusal),
        };
        for wish in [Wish::Authorize, Wish::Search] {
            self.may(wish, &person, person.account, action, resource).await?;
        }
        let account = self.account(person.account).await?;
        let subject: Option<&Subject> = person.subject.as_ref().ok();
        Ok(account
            .zip(subject)
            .map(|(account, subject)| candidates::documents(&account, subject)))
    }

    async fn may(
        &mut self,
        wish: Wish,
        person: &Person,
        principal: AccountId,
        action: &str,
        resource: &str,
    ) -> Result<(), Refusal> {
        let parties = Parties {
            asker: self.terms.account,
            principal,
        };
        let batch = &mut self.hearing.batch;
        let found = Resource::find(resource, action, None, parties, &mut batch.snapshots).await?;
        match batch.check(wish, person, &found).await {
            Ok(()) => Ok(()),
            Err(refusal) => Err(self.hearing.recorded(refusal, wish).await),
        }
    }

    async fn account(&mut self, id: AccountId) -> Result<Option<Arc<Account>>, Refusal> {
        self.hearing.batch.snapshots.account(id).await
    }
}

impl Page {
    /// Whether a candidate is on this page or a later one.
    fn is_before(&self, place: &str) -> bool {
        self.after.as_deref().is_none_or(|after| after < place)
    }
}

/// The users or roles of an account after a name: name, ARN and id of each.
fn principals(account: &Account, kind: Kind, after: Option<&str>) -> Vec<(String, Arc<str>, String)> {
    match kind {
        Kind::User => {
            let ids = Ids::of(account);
            let users = account.users(after).take(DECISIONS_MAX + 1);
            users
                .map(|user| {
                    let id = ids.id_of(account, user).to_owned();
                    (user.name.as_str().to_owned(), Arc::clone(user.arn()), id)
                })
                .collect()
        }
        Kind::Role => {
            let roles = account.roles(after).take(DECISIONS_MAX + 1);
            roles
                .map(|role| {
                    let name = role.name.as_str().to_owned();
                    (name.clone(), Arc::clone(role.arn()), name)
                })
                .collect()
        }
    }
}

fn keys_of(action: &str, tuple: &Tuple) -> Result<Keys<'static>, Refusal> {
    keys(action.split_once(':').map_or("", |(service, _)| service), tuple)
}

fn subject(tuple: &Tuple) -> Result<Who<'static>, Refusal> {
    let subject = tuple.subject.required("subject")?;
    who(
        subject.kind.required("subject.type")?,
        subject.id.required("subject.id")?,
    )
}

/// Somebody who is unknown may do nothing, and nothing is found.
fn known(who: Result<Who<'static>, Refusal>) -> Result<Option<Who<'static>>, Refusal> {
    match who {
        Ok(who) => Ok(Some(who)),
        Err(refusal) if refusal.code == Code::UnknownPrincipal => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

fn finished(mut results: String, next: &str, count: usize) -> String {
    // Writing to a string does not fail.
    let _ = write!(
        results,
        "],\"page\":{{\"next_token\":\"{next}\",\"count\":{count}}}}}"
    );
    results
}

fn entity(kind: &str, id: &str) -> String {
    let mut out = String::from("{\"type\":");
    quote(kind, &mut out);
    out.push_str(",\"id\":");
    quote(id, &mut out);
    out.push('}');
    out
}

fn action_shown(name: &str) -> String {
    let mut out = String::from("{\"name\":");
    quote(name, &mut out);
    out.push('}');
    out
}
