//! May they ask? `lanyard:Authorize`, `lanyard:Explain` and `lanyard:Search`, on the principal that is asked about.
//!
//! A principal of another account than the asker's can be asked about if that account consents: by the policy of the
//! resource `arn:aws:iam::ACCOUNT:root`. A resource of yet another account needs that account's consent as well, to
//! the same action on `arn:aws:iam::ACCOUNT:root`.
//!
//! A refusal names what was asked about in the asker's own words, never what was found under them.

use std::collections::HashMap;
use std::sync::Arc;

use lanyard_access::{Ask, Caller, DecisionLog, RequestFacts, authorize};
use lanyard_names::{AccountId, arn};
use lanyard_policy::{Attached, Context, ResourceLayer};

use crate::identify::gone;
use crate::person::{Called, Person};
use crate::refusal::{Code, Refusal};
use crate::resource::Resource;
use crate::snapshots::Snapshots;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wish {
    /// A decision.
    Authorize,
    /// Its reasons.
    Explain,
    /// Who may, what, and on what.
    Search,
}

impl Wish {
    pub(crate) const fn action(self) -> &'static str {
        match self {
            Self::Authorize => "lanyard:Authorize",
            Self::Explain => "lanyard:Explain",
            Self::Search => "lanyard:Search",
        }
    }
}

/// Why a wish is not granted, as far as it can be said to whoever asks about the same in other words.
#[derive(Clone)]
enum Denied {
    /// On the principal, in the words of the decision.
    Principal(String),
    /// On the account of the resource, which is not named: whose a bucket is, is not for everybody to know.
    Resource,
    /// It could not be found out.
    Unknown(Refusal),
}

/// What is wished for, on which principal, and on a resource of which account, of which the asker is right or wrong.
type Asked = (Wish, Arc<str>, AccountId, bool);

/// The permissions of one asker during one request. Each is decided once.
pub(crate) struct Permissions<'a> {
    caller: &'a Caller,
    facts: RequestFacts<'a>,
    decisions: &'a DecisionLog,
    request_id: &'a str,
    known: HashMap<Asked, Result<(), Denied>>,
    /// Whether denials are kept, so that they can be looked into.
    is_kept: bool,
    /// Mostly one request is about one person.
    last: Option<Asked>,
}

impl<'a> Permissions<'a> {
    pub(crate) fn new(
        caller: &'a Caller,
        facts: RequestFacts<'a>,
        decisions: &'a DecisionLog,
        request_id: &'a str,
    ) -> Self {
        Self {
            caller,
            facts,
            decisions,
            request_id,
            known: HashMap::new(),
            is_kept: true,
            last: None,
        }
    }

    /// From here on, whom the asker may not ask about is only left out.
    pub(crate) fn be_quiet(&mut self) {
        self.is_kept = false;
    }

    /// Whether the asker may ask this about a principal and a resource.
    pub(crate) async fn check(
        &mut self,
        wish: Wish,
        person: &Person,
        resource: &Resource,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<(), Refusal> {
        if let Some((last, arn, account, is_agreed)) = &self.last
            && *last == wish
            && Arc::ptr_eq(arn, &person.arn)
            && (*account, *is_agreed) == (resource.account, resource.is_agreed)
        {
            return Ok(());
        }
        let asked = (
            wish,
            Arc::clone(&person.arn),
            resource.account,
            resource.is_agreed,
        );
        let decided = match self.known.get(&asked) {
            Some(known) => known.clone(),
            None => {
                let decided = self.decide_both(wish, person, resource, snapshots).await;
                self.known.insert(asked.clone(), decided.clone());
                decided
            }
        };
        // The wording is of this question: what was found out for another one is not told here.
        match decided {
            Ok(()) => {
                self.last = Some(asked);
                Ok(())
            }
            Err(denied) => Err(self.refusal(wish, person, denied)),
        }
    }

    fn refusal(&self, wish: Wish, person: &Person, denied: Denied) -> Refusal {
        let on = match (denied, &person.called) {
            (Denied::Unknown(refusal), _) => return refusal,
            (Denied::Principal(message), Called::ByArn) => return Refusal::new(Code::AccessDenied, message),
            (Denied::Principal(_), Called::Otherwise(text)) => format!("resource: {text}"),
            (Denied::Principal(_), Called::Nothing) => "this principal".to_owned(),
            (Denied::Resource, _) => "the account of the resource".to_owned(),
        };
        let (caller, action) = (&self.caller.arn, wish.action());
        let message = format!("User: {caller} is not authorized to perform: {action} on {on}");
        Refusal::new(Code::AccessDenied, message)
    }

    async fn decide_both(
        &self,
        wish: Wish,
        person: &Person,
        resource: &Resource,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<(), Denied> {
        let mut context = Context::new();
        context.insert("lanyard:PrincipalAccount", person.account.to_string());
        context.insert("lanyard:ResourceAccount", resource.account.to_string());
        self.decide(wish, &person.arn, person.account, &context, snapshots)
            .await?;
        if !resource.is_agreed {
            return Err(Denied::Resource);
        }
        if resource.account == person.account {
            return Ok(());
        }
        let root = arn::root(resource.account);
        let decided = self
            .decide(wish, &root, resource.account, &context, snapshots)
            .await;
        decided.map_err(|denied| match denied {
            Denied::Principal(_) | Denied::Resource => Denied::Resource,
            unknown @ Denied::Unknown(_) => unknown,
        })
    }

    async fn decide(
        &self,
        wish: Wish,
        resource: &str,
        account: AccountId,
        context: &Context,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<(), Denied> {
        let own = snapshots
            .account(self.caller.account)
            .await
            .and_then(|own| own.ok_or_else(gone))
            .map_err(Denied::Unknown)?;
        let consent: Option<Attached> = snapshots
            .account(account)
            .await
            .map_err(Denied::Unknown)?
            .and_then(|owner| Some(owner.resource_policy(&arn::root(account))?.attached()));
        let mut ask = Ask::new(wish.action(), resource, account, context);
        ask.resource_policy = consent.as_ref().map(|attached| ResourceLayer {
            attached,
            must_participate: false,
            trust: false,
        });
        let verdict = authorize(self.caller, &ask, &self.facts, Some(&own));
        if verdict.is_allowed() {
            return Ok(());
        }
        let message = verdict.message();
        if self.is_kept {
            self.decisions.record(self.request_id, verdict.into_evidence());
        }
        Err(Denied::Principal(message))
    }
}
