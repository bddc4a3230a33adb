//! The questions of one request, decided one after another on the same snapshots.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use lanyard_access::{
    AskAbout, AuthenticationError, Caller, RequestFacts, RequestId, Subject, SubjectError,
    account_of_principal, decide_about,
};
use lanyard_catalogue::catalogue;
use lanyard_names::AccountId;
use lanyard_policy::{ContextValue, Text};

use crate::answer::Decided;
use crate::permission::{Permissions, Wish};
use crate::point::DecisionPointServices;
use crate::question::{Question, Value, Who};
use crate::refusal::Refusal;
use crate::resource::Resource;
use crate::snapshots::Snapshots;

/// Somebody who is asked about, as far as they were found.
pub(crate) struct Person {
    /// By which permission to ask about them is given.
    arn: Arc<str>,
    account: AccountId,
    /// Only to be told to those who may ask.
    subject: Result<Subject, Refusal>,
}

impl Person {
    pub(crate) fn found(subject: Subject) -> Self {
        Self {
            arn: subject.arn(),
            account: subject.identity().account,
            subject: Ok(subject),
        }
    }

    /// Somebody who is not there, under the name they were asked about by.
    pub(crate) fn missing(arn: &str, account: AccountId) -> Self {
        Self {
            arn: arn.into(),
            account,
            subject: Err(SubjectError::NotFound.into()),
        }
    }

    /// Somebody by their ARN.
    pub(crate) async fn of_arn(
        arn: &str,
        now: Timestamp,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<Self, Refusal> {
        let id = account_of_principal(arn)?;
        let Some(account) = snapshots.account(id).await? else {
            return Ok(Self::missing(arn, id));
        };
        match Subject::of_arn(&account, arn, now) {
            Ok(subject) => Ok(Self::found(subject)),
            Err(SubjectError::NotFound) => Ok(Self::missing(arn, id)),
            Err(error) => Err(error.into()),
        }
    }
}

/// One request's questions.
pub(crate) struct Batch<'a> {
    pub(crate) services: &'a DecisionPointServices,
    pub(crate) snapshots: Snapshots<'a>,
    permissions: Permissions<'a>,
    now: Timestamp,
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
        Self {
            services,
            snapshots: Snapshots::new(&services.directory),
            permissions: Permissions::new(caller, facts, &services.decisions, request_id),
            now: facts.now,
            persons: HashMap::new(),
            last: None,
        }
    }

    /// Decides one question of the JSON face.
    pub(crate) async fn decide(&mut self, question: &Question<'a>) -> Result<Decided, Refusal> {
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
        let found = Resource::find(
            resource,
            action,
            inquiry.stated,
            person.account,
            &mut self.snapshots,
        )
        .await?;
        self.check(Wish::Authorize, person, found.account).await?;
        if inquiry.explain {
            self.check(Wish::Explain, person, found.account).await?;
        }
        let subject = person.subject.as_ref().map_err(Clone::clone)?;
        let mut circumstances = subject.circumstances(keys.len());
        for (name, value) in keys {
            circumstances.supply(name, value)?;
        }
        let ask = AskAbout {
            action,
            resource,
            resource_account: found.account,
            wildcard_only: resource == "*" || catalogue().is_wildcard_only(action) == Some(true),
            resource_policy: found.layer(),
        };
        let verdict = decide_about(subject, &ask, circumstances);
        let id = RequestId::new();
        let trace = inquiry.explain.then(|| Box::new(verdict.explain()));
        let effect = verdict.effect();
        let reason = (!verdict.is_allowed()).then(|| verdict.message());
        if reason.is_some() {
            self.services
                .decisions
                .record(id.as_str(), verdict.into_evidence());
        }
        Ok(Decided {
            effect,
            id,
            reason,
            trace,
        })
    }

    async fn check(&mut self, wish: Wish, person: &Person, resource: AccountId) -> Result<(), Refusal> {
        self.permissions
            .check(wish, &person.arn, person.account, resource, &mut self.snapshots)
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
            Ok(subject) => Ok(Person::found(subject)),
            Err(error @ (AuthenticationError::Unavailable(_) | AuthenticationError::Vault(_))) => {
                Err(Refusal::unavailable(error))
            }
            Err(AuthenticationError::ExpiredToken) => {
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
