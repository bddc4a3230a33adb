//! The questions of one request, decided one after another on the same snapshots.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{
    AskAbout, AuthenticationError, Caller, RequestFacts, RequestId, Subject, Verdict, decide_about,
};
use lanyard_catalogue::catalogue;
use lanyard_directory::Tags;
use lanyard_names::AccountId;
use lanyard_policy::{ContextValue, Principal, Text};

use crate::answer::Decided;
use crate::identify::SERVICE;
use crate::ids::{Ids, is_name};
use crate::keys::Value;
use crate::permission::{Permissions, Wish};
use crate::person::{Kind, Person};
use crate::question::{Question, Who};
use crate::refusal::{Code, Refusal};
use crate::resource::{Parties, Resource};
use crate::services::DecisionPointServices;
use crate::snapshots::Snapshots;
use crate::tags;

/// Whether an action is always on some resource, as far as anybody knows.
fn needs_resource(action: &str) -> bool {
    let Some(known) = catalogue().action(action) else {
        return false;
    };
    // S3's actions that can be on an object or an access point are on one of them.
    let is_of_s3 = action
        .split_once(':')
        .is_some_and(|(service, _)| service.eq_ignore_ascii_case("s3"));
    let mut resources = known.resources().iter();
    resources.any(|resource| is_of_s3 || resource.is_required())
}

/// The key that says in which region something is tried.
const REQUESTED_REGION: &str = "aws:RequestedRegion";

/// How many questions of one request may ask for reasons, open or sealed, each of which can be a hundred times its
/// question.
const EXPLAINED_MAX: usize = 10;

/// How many denials of one request can be looked into: many questions of one enforcement point leave those of others.
const KEPT_MAX: usize = 100;

/// So many ids of one request are looked for one by one; beyond, all of the account are put in order once.
const IDS_SOUGHT_MAX: usize = 4;

/// One request's questions.
pub(crate) struct Batch<'a> {
    pub(crate) services: &'a DecisionPointServices,
    pub(crate) snapshots: Snapshots<'a>,
    permissions: Permissions<'a>,
    now: Timestamp,
    /// The account of whoever asks.
    own: AccountId,
    explained: usize,
    kept: usize,
    persons: HashMap<Who<'a>, Result<Arc<Person>, Refusal>>,
    /// Mostly one request is about one person.
    last: Option<(Who<'a>, Arc<Person>)>,
    /// How other systems call the users of the asker's account, once that is needed.
    ids: Option<Ids>,
    ids_asked: usize,
    /// Whether something is looked for: nobody tries what is decided on the way, and no denial is kept.
    is_search: bool,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(
        services: &'a DecisionPointServices,
        caller: &'a Caller,
        facts: RequestFacts<'a>,
        request_id: &'a str,
    ) -> Self {
        let directory = &services.directory;
        caller.note_attempt(directory, SERVICE, "Authorize", facts.region, facts.now);
        Self {
            services,
            snapshots: Snapshots::new(&services.directory),
            permissions: Permissions::new(caller, facts, &services.decisions, request_id),
            now: facts.now,
            own: caller.account,
            explained: 0,
            kept: 0,
            persons: HashMap::new(),
            last: None,
            ids: None,
            ids_asked: 0,
            is_search: false,
        }
    }

    /// From here on something is looked for.
    pub(crate) fn search(&mut self) {
        self.is_search = true;
        self.permissions.be_quiet();
    }

    /// Decides one question of the JSON face.
    pub(crate) async fn decide(&mut self, question: &Question<'a>) -> Result<Decided, Refusal> {
        if question.explain || question.encoded_message {
            self.explained = self.explained.saturating_add(1);
            if self.explained > EXPLAINED_MAX {
                return Err(Refusal::validation(format!(
                    "At most {EXPLAINED_MAX} questions of one request may ask for reasons."
                )));
            }
        }
        let stated = match &question.resource_account {
            None => None,
            Some(text) => {
                let parsed = AccountId::parse(text)
                    .map_err(|_| Refusal::validation("resourceAccount must be an account id."))?;
                Some(parsed)
            }
        };
        let person = self.person(&question.principal).await?;
        let keys = question.context.0.iter();
        let keys = keys.map(|(name, value)| (text_of_name(name), value_of(value)));
        let inquiry = Inquiry {
            action: &question.action,
            resource: &question.resource,
            stated,
            explain: question.explain,
            encoded_message: question.encoded_message,
        };
        self.decide_about(&person, &inquiry, keys).await
    }

    /// Decides one question about somebody.
    pub(crate) async fn decide_about(
        &mut self,
        person: &Person,
        inquiry: &Inquiry<'_>,
        keys: impl ExactSizeIterator<Item = (Text, ContextValue)>,
    ) -> Result<Decided, Refusal> {
        let (action, resource) = (inquiry.action, inquiry.resource);
        let mut found = self.resource(person, inquiry).await?;
        let subject = person.subject.as_ref().map_err(Clone::clone)?;
        if matches!(subject.identity().principal, Principal::Root { .. }) {
            found.is_asked_about_root(resource);
        }
        let mut circumstances = subject.circumstances(keys.len());
        let mut region = None;
        let tag_prefixes = found.tags.as_ref().map(|_| tags::prefixes(action, resource));
        let tag_prefixes = tag_prefixes.unwrap_or_default();
        let is_tag = |name: &str| tag_prefixes.iter().any(|prefix| begins_with(name, prefix));
        let mut has_tags = false;
        for (name, value) in keys {
            has_tags = has_tags || is_tag(name.as_str());
            if name.as_str().eq_ignore_ascii_case(REQUESTED_REGION)
                && let ContextValue::Single(value) = &value
            {
                region = Some(value.clone());
            }
            circumstances.supply(name, value)?;
        }
        // Whoever asks and knows the tags has the last word; mostly nobody does.
        for tag in found.tags.iter().filter(|_| !has_tags).flat_map(Tags::iter) {
            for prefix in &tag_prefixes {
                let value = ContextValue::Single(tag.value.as_str().to_owned().into());
                circumstances.supply(format!("{prefix}{}", tag.key), value)?;
            }
        }
        // Whoever asks for reasons looks into something; nobody tries it at that moment.
        if !inquiry.explain && !self.is_search {
            self.note_attempt(subject, action, region.as_ref().map_or("", Text::as_str));
        }
        let ask = AskAbout {
            action,
            resource,
            resource_account: found.account,
            wildcard_only: resource == "*" || catalogue().is_asked_on_nothing(action) == Some(true),
            resource_policy: found.layer(),
        };
        let verdict = decide_about(subject, &ask, circumstances);
        let trace = inquiry.explain.then(|| Box::new(verdict.explain()));
        let mut decided = Decided {
            effect: verdict.effect(),
            id: RequestId::new(),
            reason: None,
            trace,
            encoded_message: None,
        };
        if !verdict.is_allowed() {
            if self.is_search {
                return Ok(decided);
            }
            decided.reason = Some(verdict.message());
            self.keep(verdict, inquiry, &mut decided)?;
        }
        Ok(decided)
    }

    /// What is asked about, once it is clear that the asker may ask this.
    async fn resource(&mut self, person: &Person, inquiry: &Inquiry<'_>) -> Result<Resource, Refusal> {
        let (action, resource) = (inquiry.action, inquiry.resource);
        let parties = Parties {
            asker: self.own,
            principal: person.account,
        };
        let found = Resource::find(resource, action, inquiry.stated, parties, &mut self.snapshots);
        let found = found.await?;
        self.check(Wish::Authorize, person, &found).await?;
        if inquiry.explain {
            self.check(Wish::Explain, person, &found).await?;
        }
        if resource == "*" && needs_resource(action) {
            return Err(Refusal::validation(format!(
                "{action} is on a resource: * leaves out what its policies say."
            )));
        }
        Ok(found)
    }

    /// Notes for "last accessed" that somebody tries what is asked about them. What no service knows as an action is
    /// no attempt, so that nothing grows with what enforcement points make up.
    fn note_attempt(&self, subject: &Subject, action: &str, region: &str) {
        let Some((prefix, name)) = action.split_once(':') else {
            return;
        };
        let service = catalogue().service(prefix);
        let Some((service, action)) = service.and_then(|service| Some((service, service.action(name)?)))
        else {
            return;
        };
        let directory = &self.services.directory;
        subject.note_attempt(directory, service.prefix(), action.name(), region, self.now);
    }

    /// Keeps what a denial was made from, and seals it if that was asked for.
    fn keep(
        &mut self,
        verdict: Verdict<'_>,
        inquiry: &Inquiry<'_>,
        decided: &mut Decided,
    ) -> Result<(), Refusal> {
        let is_kept = self.kept < KEPT_MAX;
        if !is_kept && !inquiry.encoded_message {
            return Ok(());
        }
        let evidence = verdict.into_evidence();
        if inquiry.encoded_message {
            let sealed = self.services.authenticator.encoded_message(&evidence);
            decided.encoded_message = Some(sealed.map_err(Refusal::unavailable)?);
        }
        if is_kept {
            self.kept += 1;
            self.services.decisions.record(decided.id.as_str(), evidence);
        }
        Ok(())
    }

    /// Whether the asker may ask this about somebody and a resource.
    pub(crate) async fn check(
        &mut self,
        wish: Wish,
        person: &Person,
        resource: &Resource,
    ) -> Result<(), Refusal> {
        self.permissions
            .check(wish, person, resource, &mut self.snapshots)
            .await
    }

    /// Whom a question is about.
    pub(crate) async fn person(&mut self, who: &Who<'a>) -> Result<Arc<Person>, Refusal> {
        if let Some((last, person)) = &self.last
            && last == who
        {
            return Ok(Arc::clone(person));
        }
        if let Some(known) = self.persons.get(who) {
            return known.clone();
        }
        let found = match who {
            Who::Arn(arn) => Person::of_arn(arn, self.now, &mut self.snapshots).await,
            Who::SessionToken(token) => self.person_of_token(token).await,
            Who::Named(kind, name) => self.person_named(*kind, name).await,
        };
        let found = found.map(Arc::new);
        if let Ok(person) = &found {
            self.last = Some((who.clone(), Arc::clone(person)));
        }
        self.persons.insert(who.clone(), found.clone());
        found
    }

    /// A user or role of the asker's account.
    async fn person_named(&mut self, kind: Kind, asked: &str) -> Result<Person, Refusal> {
        let account = self.snapshots.account(self.own).await?;
        let name = match &account {
            Some(account) if kind == Kind::User && !is_name(account, asked) => {
                self.ids_asked = self.ids_asked.saturating_add(1);
                if self.ids.is_none() && self.ids_asked <= IDS_SOUGHT_MAX {
                    Ids::one_name_of(account, asked)
                } else {
                    let ids = self.ids.get_or_insert_with(|| Ids::of(account));
                    ids.name_of(asked)
                }
            }
            _ => Some(asked),
        };
        Ok(Person::named(
            account.as_deref(),
            self.own,
            kind,
            name,
            asked,
            self.now,
        ))
    }

    async fn person_of_token(&self, token: &str) -> Result<Person, Refusal> {
        let subject = self
            .services
            .authenticator
            .subject_of_token(token, self.now)
            .await;
        match subject {
            Ok(subject) => Ok(Person::found(subject, None)),
            Err(error @ (AuthenticationError::Unavailable(_) | AuthenticationError::Vault(_))) => {
                Err(Refusal::unavailable(error))
            }
            Err(AuthenticationError::ExpiredToken | AuthenticationError::Revoked) => {
                Err(unknown("The principal's session token is expired."))
            }
            Err(_) => Err(unknown("The principal's session token is not valid.")),
        }
    }
}

fn begins_with(name: &str, prefix: &str) -> bool {
    let start = name.get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn unknown(message: &str) -> Refusal {
    Refusal::new(Code::UnknownPrincipal, message)
}

/// What is asked, whoever it is asked about.
pub(crate) struct Inquiry<'a> {
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    /// Whose resource it is, in the words of whoever asks.
    pub(crate) stated: Option<AccountId>,
    pub(crate) explain: bool,
    /// Whether a denial is to come with its reasons, sealed.
    pub(crate) encoded_message: bool,
}

impl<'a> Inquiry<'a> {
    /// Whether it is allowed, and nothing besides.
    pub(crate) fn new(action: &'a str, resource: &'a str) -> Self {
        Self {
            action,
            resource,
            stated: None,
            explain: false,
            encoded_message: false,
        }
    }
}

/// A key's name. Those that nearly every question has need no copy.
fn text_of_name(name: &str) -> Text {
    const FREQUENT: [&str; 8] = [
        "aws:SourceIp",
        "aws:SecureTransport",
        "aws:UserAgent",
        "aws:CurrentTime",
        "aws:RequestedRegion",
        "aws:referer",
        "s3:prefix",
        "aws:SourceVpc",
    ];
    match FREQUENT.iter().find(|frequent| **frequent == name) {
        Some(frequent) => Text::from(*frequent),
        None => Text::from(name.to_owned()),
    }
}

fn value_of(value: &Value<'_>) -> ContextValue {
    let text = |text: &Cow<'_, str>| Text::from(text.clone().into_owned());
    match value {
        Value::Single(value) => ContextValue::Single(text(value)),
        Value::Many(values) => ContextValue::Many(values.iter().map(text).collect()),
    }
}
