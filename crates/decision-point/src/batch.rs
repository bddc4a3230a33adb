//! The questions of one request, decided one after another on the same snapshots.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{
    AskAbout, AuthenticationError, Caller, RequestFacts, RequestId, Subject, SubjectError, Verdict,
    account_of_principal, decide_about,
};
use lanyard_catalogue::catalogue;
use lanyard_names::AccountId;
use lanyard_policy::{ContextValue, Principal, Text};

use crate::answer::Decided;
use crate::identify::SERVICE;
use crate::permission::{Permissions, Wish};
use crate::point::DecisionPointServices;
use crate::question::{Question, Value, Who};
use crate::refusal::Refusal;
use crate::resource::{Parties, Resource};
use crate::snapshots::Snapshots;

/// What whoever asks called somebody: all that a refusal may say of them.
pub(crate) enum Called {
    /// By the very ARN by which permission to ask about them is given.
    ByArn,
    /// By another name, such as that of a session.
    Otherwise(String),
    /// By a key or token.
    Nothing,
}

/// Somebody who is asked about, as far as they were found.
pub(crate) struct Person {
    /// By which permission to ask about them is given.
    pub(crate) arn: Arc<str>,
    pub(crate) account: AccountId,
    pub(crate) called: Called,
    /// Only to be told to those who may ask.
    subject: Result<Subject, Refusal>,
}

impl Person {
    pub(crate) fn found(subject: Subject, called: Option<&str>) -> Self {
        Self::of(subject.arn(), subject.identity().account, called, Ok(subject))
    }

    /// Somebody who is not there, under the name that they would have.
    pub(crate) fn missing(arn: &str, account: AccountId, called: Option<&str>) -> Self {
        Self::of(arn.into(), account, called, Err(SubjectError::NotFound.into()))
    }

    fn of(
        arn: Arc<str>,
        account: AccountId,
        called: Option<&str>,
        subject: Result<Subject, Refusal>,
    ) -> Self {
        let called = match called {
            Some(text) if *text == *arn => Called::ByArn,
            Some(text) => Called::Otherwise(text.to_owned()),
            None => Called::Nothing,
        };
        Self {
            arn,
            account,
            called,
            subject,
        }
    }

    /// Somebody by their ARN.
    pub(crate) async fn of_arn(
        arn: &str,
        now: Timestamp,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<Self, Refusal> {
        let id = account_of_principal(arn)?;
        let account = snapshots.account(id).await?;
        let subject = account
            .ok_or(SubjectError::NotFound)
            .and_then(|account| Subject::of_arn(&account, arn, now));
        match subject {
            Ok(subject) => Ok(Self::found(subject, Some(arn))),
            Err(SubjectError::NotFound) => Ok(Self::missing(&would_be(arn, id), id, Some(arn))),
            Err(error) => Err(error.into()),
        }
    }
}

/// On which ARN permission to ask about somebody is decided who is not there: for a session on its role's, as if the
/// role were there.
fn would_be(arn: &str, account: AccountId) -> String {
    let session = arn.split_once(":assumed-role/").map(|(_, session)| session);
    match session.and_then(|session| session.split('/').next()) {
        Some(role) => format!("arn:aws:iam::{account}:role/{role}"),
        None => arn.to_owned(),
    }
}

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
        }
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
        let parties = Parties {
            asker: self.own,
            principal: person.account,
        };
        let found = Resource::find(resource, action, inquiry.stated, parties, &mut self.snapshots);
        let mut found = found.await?;
        self.check(Wish::Authorize, person, &found).await?;
        if inquiry.explain {
            self.check(Wish::Explain, person, &found).await?;
        }
        if resource == "*" && needs_resource(action) {
            return Err(Refusal::validation(format!(
                "{action} is on a resource: * leaves out what its policies say."
            )));
        }
        let subject = person.subject.as_ref().map_err(Clone::clone)?;
        if matches!(subject.identity().principal, Principal::Root { .. }) {
            found.is_asked_about_root(resource);
        }
        let mut circumstances = subject.circumstances(keys.len());
        let mut region = None;
        for (name, value) in keys {
            if name.as_str().eq_ignore_ascii_case(REQUESTED_REGION)
                && let ContextValue::Single(value) = &value
            {
                region = Some(value.clone());
            }
            circumstances.supply(name, value)?;
        }
        // Whoever asks for reasons looks into something; nobody tries it at that moment.
        if !inquiry.explain {
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
            decided.reason = Some(verdict.message());
            self.keep(verdict, inquiry, &mut decided)?;
        }
        Ok(decided)
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

    async fn check(&mut self, wish: Wish, person: &Person, resource: &Resource) -> Result<(), Refusal> {
        self.permissions
            .check(wish, person, resource, &mut self.snapshots)
            .await
    }

    async fn person(&mut self, who: &Who<'a>) -> Result<Arc<Person>, Refusal> {
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
        };
        let found = found.map(Arc::new);
        if let Ok(person) = &found {
            self.last = Some((who.clone(), Arc::clone(person)));
        }
        self.persons.insert(who.clone(), found.clone());
        found
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
                Err(Refusal::validation("The principal's session token is expired."))
            }
            Err(_) => Err(Refusal::validation("The principal's session token is not valid.")),
        }
    }
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
