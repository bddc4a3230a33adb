//! Searches: who may do this, on what, and what may be done.
//!
//! Each candidate is decided like a question of its own, without being noted as an attempt. Whom the asker may not ask
//! about is left out. A search reveals names, so it needs `lanyard:Search` as well: on the account's root for subjects,
//! otherwise on the subject.

use std::fmt::Write;
use std::sync::Arc;

use lanyard_access::Subject;
use lanyard_directory::Account;
use lanyard_names::{AccountId, arn};
use lanyard_policy::{Document, Effect};

use super::Asked;
use super::candidates;
use super::page::{Page, Tokens};
use super::request::{Paging, Tuple, read, text};
use super::route::Sought;
use super::terms::{self, Terms, keys, kind_of, question, who};
use crate::answer::quote;
use crate::hearing::Hearing;
use crate::ids::Ids;
use crate::keys::Keys;
use crate::permission::Wish;
use crate::person::{Kind, Person};
use crate::question::{Question, Who};
use crate::refusal::{Code, Refusal};
use crate::resource::{Parties, Resource};

/// How many candidates are decided for one page.
const DECISIONS_MAX: usize = 1_000;

/// One search.
pub(crate) struct Search<'s, 'a> {
    asked: &'s Asked<'s>,
    terms: &'s Terms<'s>,
    hearing: &'s mut Hearing<'a>,
    sought: Sought,
}

/// One of those that may be what is looked for.
struct Candidate {
    /// Its place in the order of all.
    place: String,
    question: Question<'static>,
    /// As it is shown.
    shown: String,
}

impl<'s, 'a> Search<'s, 'a> {
    pub(crate) fn new(
        asked: &'s Asked<'s>,
        terms: &'s Terms<'s>,
        hearing: &'s mut Hearing<'a>,
        sought: Sought,
    ) -> Self {
        Self {
            asked,
            terms,
            hearing,
            sought,
        }
    }

    /// Answers it.
    pub(crate) async fn answer(&mut self, body: &[u8]) -> Result<String, Refusal> {
        let body = text(body)?;
        let tuple: Tuple = read(body)?;
        let paging: Paging = read(body)?;
        let question = format!("{:?} {:?} {tuple:?}", self.terms, self.sought);
        let tokens = Tokens::new(&self.asked.services.keyring, self.asked.now, &question);
        let page = tokens.page(&paging.page.0.unwrap_or_default())?;
        let candidates = match self.sought {
            Sought::Subject => self.subjects(&tuple, &page).await?,
            Sought::Resource => self.resources(&tuple, &page).await?,
            Sought::Action => self.actions(&tuple, &page).await?,
        };
        self.page(candidates, &page, &tokens).await
    }

    /// Decides candidates until the page is full.
    async fn page(
        &mut self,
        candidates: Vec<Candidate>,
        page: &Page,
        tokens: &Tokens<'_>,
    ) -> Result<String, Refusal> {
        self.hearing.batch.search();
        let mut out = String::from("{\"results\":[");
        let (mut count, mut is_any_decided) = (0_usize, false);
        let (mut last, mut next, mut problem) = (String::new(), String::new(), None);
        for (number, candidate) in candidates.into_iter().enumerate() {
            if count == page.results_max || number == DECISIONS_MAX {
                next = tokens.seal(&last)?;
                break;
            }
            last = candidate.place;
            self.hearing.give_way().await;
            match self.hearing.batch.decide(&candidate.question).await {
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

    async fn subjects(&mut self, tuple: &Tuple, page: &Page) -> Result<Vec<Candidate>, Refusal> {
        let kind_name = tuple.subject.required("subject")?.kind.required("subject.type")?;
        let action = self.action(tuple)?;
        let resource = self.resource(tuple)?;
        let own = self.terms.account;
        let root = arn::root(own);
        let everybody = Person::missing(&root, own, Some(&root));
        self.may_search(&everybody, own, &action, &resource).await?;
        let keys = keys_of(&action, tuple)?;
        let account = self.account(own).await?;
        let (Some(kind), Some(account)) = (kind_of(kind_name), account) else {
            return Ok(Vec::new());
        };
        let principals = principals(&account, kind, page.after.as_deref());
        let candidate = |(name, arn, id): (String, Arc<str>, String)| {
            let who = Who::Arn(arn.to_string().into());
            Ok(Candidate {
                place: name,
                question: question(who, action.clone(), resource.clone(), keys.clone())?,
                shown: entity(kind_name, &id),
            })
        };
        principals.into_iter().map(candidate).collect()
    }

    async fn resources(&mut self, tuple: &Tuple, page: &Page) -> Result<Vec<Candidate>, Refusal> {
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
            return Ok(Vec::new());
        };
        let Some(named) = self.named(&who, &action, "*").await? else {
            return Ok(Vec::new());
        };
        let Some(account) = self.account(self.terms.account).await? else {
            return Ok(Vec::new());
        };
        let found = candidates::resources(&account, &named, &kinds);
        let found = found.into_iter().filter(|(arn, _)| page.is_before(arn));
        let candidate = |(arn, id): (String, String)| {
            let question = question(who.clone(), action.clone(), arn.clone(), keys.clone());
            // What has another spelling than the one is named by nobody who asks.
            question.ok().map(|question| Candidate {
                place: arn,
                question,
                shown: entity(kind, &id),
            })
        };
        Ok(found.filter_map(candidate).take(DECISIONS_MAX + 1).collect())
    }

    async fn actions(&mut self, tuple: &Tuple, page: &Page) -> Result<Vec<Candidate>, Refusal> {
        let who = subject(tuple);
        let resource = self.resource(tuple)?;
        let Some(service) = self.terms.service_of_resource(&resource) else {
            return Err(Refusal::validation(
                "A resource is needed whose actions are looked for.",
            ));
        };
        let keys = keys(&service, tuple)?;
        let Some(who) = known(who)? else {
            return Ok(Vec::new());
        };
        // Permission to search does not rest on an action, so any of the service's will do.
        let Some(mut named) = self.named(&who, &format!("{service}:None"), &resource).await? else {
            return Ok(Vec::new());
        };
        if let Some(account) = self.account(self.terms.account).await?
            && let Some(policy) = account.resource_policy(&resource)
        {
            named.extend(Document::parse(policy.document.saved_text()));
        }
        let found = candidates::actions(&named, &service);
        let found = found.into_iter().filter(|(place, _)| page.is_before(place));
        let candidate = |(place, action): (String, String)| {
            let shown = action_shown(self.terms.shown_action(&action));
            let question = question(who.clone(), action, resource.clone(), keys.clone()).ok()?;
            Some(Candidate {
                place,
                question,
                shown,
            })
        };
        Ok(found.filter_map(candidate).take(DECISIONS_MAX + 1).collect())
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

    async fn may_search(
        &mut self,
        person: &Person,
        account: AccountId,
        action: &str,
        resource: &str,
    ) -> Result<(), Refusal> {
        self.may(Wish::Search, person, account, action, resource).await
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
    terms::keys(action.split_once(':').map_or("", |(service, _)| service), tuple)
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
