//! May they ask? `lanyard:Authorize` and `lanyard:Explain`, on the principal that is asked about.
//!
//! A principal of another account than the asker's can be asked about if that account consents: by the policy of the
//! resource `arn:aws:iam::ACCOUNT:root`. A resource of yet another account needs that account's consent as well, to
//! the same action on `arn:aws:iam::ACCOUNT:root`.

use std::collections::HashMap;
use std::sync::Arc;

use lanyard_access::{Ask, Caller, DecisionLog, RequestFacts, authorize};
use lanyard_names::{AccountId, arn};
use lanyard_policy::{Attached, Context, ResourceLayer};

use crate::identify::gone;
use crate::refusal::{Code, Refusal};
use crate::snapshots::Snapshots;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wish {
    /// A decision.
    Authorize,
    /// Its reasons.
    Explain,
}

impl Wish {
    pub(crate) const fn action(self) -> &'static str {
        match self {
            Self::Authorize => "lanyard:Authorize",
            Self::Explain => "lanyard:Explain",
        }
    }
}

/// The permissions of one asker during one request. Each is decided once.
pub(crate) struct Permissions<'a> {
    caller: &'a Caller,
    facts: RequestFacts<'a>,
    decisions: &'a DecisionLog,
    request_id: &'a str,
    known: HashMap<(Wish, Arc<str>, AccountId), Result<(), Refusal>>,
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
        }
    }

    /// Whether the asker may ask this about a principal and a resource of an account.
    pub(crate) async fn check(
        &mut self,
        wish: Wish,
        principal: &Arc<str>,
        principal_account: AccountId,
        resource_account: AccountId,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<(), Refusal> {
        let pair = (wish, Arc::clone(principal), resource_account);
        if let Some(known) = self.known.get(&pair) {
            return known.clone();
        }
        let mut context = Context::new();
        context.insert("lanyard:PrincipalAccount", principal_account.to_string());
        context.insert("lanyard:ResourceAccount", resource_account.to_string());
        let mut decided = self
            .decide(wish, principal, principal_account, &context, snapshots)
            .await;
        if decided.is_ok() && resource_account != principal_account {
            let root = arn::root(resource_account);
            decided = self
                .decide(wish, &root, resource_account, &context, snapshots)
                .await;
        }
        self.known.insert(pair, decided.clone());
        decided
    }

    async fn decide(
        &self,
        wish: Wish,
        resource: &str,
        account: AccountId,
        context: &Context,
        snapshots: &mut Snapshots<'_>,
    ) -> Result<(), Refusal> {
        let own = snapshots.account(self.caller.account).await?.ok_or_else(gone)?;
        let consent: Option<Attached> = snapshots
            .account(account)
            .await?
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
        let refusal = Refusal::new(Code::AccessDenied, verdict.message());
        self.decisions.record(self.request_id, verdict.into_evidence());
        Err(refusal)
    }
}
