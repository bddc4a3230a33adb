//! The questions of one request, heard one after another, whichever face they came by: others get their turn in
//! between, and the trail hears of the first that the asker may not ask.

use std::time::{Duration, Instant};

use lanyard_access::RequestFacts;

use crate::answer::Decided;
use crate::batch::Batch;
use crate::identify::Asker;
use crate::permission::Wish;
use crate::question::Question;
use crate::record;
use crate::refusal::{Code, Refusal};
use crate::services::DecisionPointServices;

/// After so long others get their turn.
const TIME_AT_ONCE: Duration = Duration::from_millis(5);

/// How long the decisions of one request may take together. A thousand take milliseconds, unless policies and contexts
/// are as large as they can be, and made so that they do.
const TIME_MAX: Duration = Duration::from_secs(5);

/// One request's questions and who asks them.
pub(crate) struct Hearing<'a> {
    pub(crate) batch: Batch<'a>,
    services: &'a DecisionPointServices,
    pub(crate) asker: &'a Asker,
    facts: RequestFacts<'a>,
    request_id: &'a str,
    /// One request cannot buy more than one sync of the trail.
    is_recorded: bool,
    /// How long turns took that others were given way after.
    spent: Duration,
    turn: Instant,
}

impl<'a> Hearing<'a> {
    pub(crate) fn new(
        services: &'a DecisionPointServices,
        asker: &'a Asker,
        facts: RequestFacts<'a>,
        request_id: &'a str,
    ) -> Self {
        Self {
            batch: Batch::new(services, &asker.caller, facts, request_id),
            services,
            asker,
            facts,
            request_id,
            is_recorded: false,
            spent: Duration::ZERO,
            turn: Instant::now(),
        }
    }

    /// Decides one question.
    pub(crate) async fn decide(&mut self, question: &Question<'a>) -> Result<Decided, Refusal> {
        self.take_turns().await;
        if self.is_spent() {
            return Err(Refusal::took_too_long());
        }
        match self.batch.decide(question).await {
            Ok(decided) => {
                if decided.trace.is_some() || decided.encoded_message.is_some() {
                    self.give_way().await;
                }
                Ok(decided)
            }
            Err(refusal) => Err(self.recorded(refusal, Wish::Authorize).await),
        }
    }

    /// Whether this request has had all the time that it gets.
    pub(crate) fn is_spent(&self) -> bool {
        self.spent > TIME_MAX
    }

    /// Lets others work, if it is their turn.
    pub(crate) async fn take_turns(&mut self) {
        if self.turn.elapsed() > TIME_AT_ONCE {
            self.give_way().await;
        }
    }

    async fn give_way(&mut self) {
        self.spent = self.spent.saturating_add(self.turn.elapsed());
        tokio::task::yield_now().await;
        self.turn = Instant::now();
    }

    /// A refusal, once the trail has it.
    pub(crate) async fn recorded(&mut self, refusal: Refusal, wish: Wish) -> Refusal {
        if refusal.code != Code::AccessDenied || self.is_recorded {
            return refusal;
        }
        self.is_recorded = true;
        let (trail, caller) = (&self.services.trail, &self.asker.caller);
        record::refused(
            trail,
            caller,
            &self.facts,
            self.request_id,
            wish.action(),
            refusal,
        )
        .await
    }
}
