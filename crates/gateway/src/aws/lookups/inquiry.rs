//! Who asks what, and what is remembered of the answers.

use std::time::Duration;

use lanyard_access::Caller;
use lanyard_mapping::aws::{DefaultSubnet, KeySchema, ServiceCall};
use lanyard_names::AccountId;
use lanyard_service_models::ServiceModel;
use tokio::sync::Semaphore;

use super::super::data_events;
use super::question::Question;
use super::remembered::Remembered;
use super::reply::{NoReplyError, Reply};
use crate::error::ServiceError;
use crate::services::GatewayServices;
use crate::settings::TagSource;
use crate::upstream::Upstream;

/// How long an answer is waited for, all pages together.
const WITHIN: Duration = Duration::from_secs(5);
/// How long a page may be. The description of a table with all its indexes takes some 20 KB.
const PAGE_BYTES_MAX: usize = 128 << 10;
/// How many questions an upstream is asked at once.
const QUESTIONS_MAX: usize = 32;
/// How long answers are remembered. Who changes something at the upstream itself, or has another service do it, is not
/// noticed here: so long a decision may be made on what was.
const REMEMBERED_FOR: Duration = Duration::from_secs(5);
/// How many answers of each kind are remembered. A resource has some ten kilobytes of tags at most.
const ANSWERS_MAX: usize = 1024;

/// Tags of a resource.
pub(in crate::aws) type Tags = std::sync::Arc<[(String, String)]>;

/// What is remembered of an upstream: one for each, for as long as the server runs.
#[derive(Debug)]
pub(in crate::aws) struct Knowledge {
    pub(in crate::aws) tags_from: TagSource,
    /// By ARN, as it is here.
    pub(in crate::aws) tags: Remembered<Tags>,
    /// By the ARN of the table.
    pub(super) key_schemas: Remembered<Option<KeySchema>>,
    /// By what a request calls it.
    pub(super) keys_of_aliases: Remembered<Option<String>>,
    /// By what a request calls it.
    pub(super) secrets: Remembered<Option<String>>,
    /// By region.
    pub(super) default_subnets: Remembered<Vec<DefaultSubnet>>,
    /// VPCs of subnets and default groups of VPCs: by region, id, and what of it is asked for.
    pub(super) network_ids: Remembered<Option<String>>,
    questions: Semaphore,
}

impl Knowledge {
    /// Nothing yet.
    pub(in crate::aws) fn new(tags_from: TagSource) -> Self {
        Self {
            tags_from,
            tags: Remembered::new(REMEMBERED_FOR, ANSWERS_MAX),
            key_schemas: Remembered::new(REMEMBERED_FOR, ANSWERS_MAX),
            keys_of_aliases: Remembered::new(REMEMBERED_FOR, ANSWERS_MAX),
            secrets: Remembered::new(REMEMBERED_FOR, ANSWERS_MAX),
            default_subnets: Remembered::new(REMEMBERED_FOR, ANSWERS_MAX),
            network_ids: Remembered::new(REMEMBERED_FOR, ANSWERS_MAX),
            questions: Semaphore::new(QUESTIONS_MAX),
        }
    }

    /// Forgets what a call is about to change, and once more when the guard goes, which must be after the upstream has
    /// answered: what was asked for meanwhile may be what was before.
    pub(in crate::aws) fn changing<'k>(&'k self, call: &ServiceCall) -> Changing<'k> {
        let name = call.operation.name();
        let is_about_contents = data_events::is_one(call.service.signing_name(), name);
        let makes_or_unmakes =
            !is_about_contents && MAKE_OR_UNMAKE.iter().any(|start| name.starts_with(start));
        let named = call
            .permissions
            .iter()
            .filter(|_| makes_or_unmakes)
            .map(|permission| &permission.resource);
        let in_part = call
            .permissions
            .iter()
            .filter(|permission| permission.partly_known && (makes_or_unmakes || !call.retags.is_empty()));
        let changing = Changing {
            knowledge: self,
            resources: call.retags.iter().chain(named).cloned().collect(),
            in_part: in_part.map(|permission| permission.resource.clone()).collect(),
            service: makes_or_unmakes.then(|| call.service.id()),
        };
        changing.forget();
        changing
    }
}

/// How operations are called after which a name may mean something else than before.
const MAKE_OR_UNMAKE: [&str; 13] = [
    "Create",
    "Delete",
    "Update",
    "Register",
    "Deregister",
    "Import",
    "Restore",
    "Copy",
    "Terminate",
    "Release",
    "Put",
    "Tag",
    "Untag",
];

/// A call that is under way, and what must not be remembered after it.
#[derive(Debug)]
#[must_use = "what the call changes is forgotten when this goes"]
pub(in crate::aws) struct Changing<'k> {
    knowledge: &'k Knowledge,
    resources: Vec<String>,
    /// Which of them are meant only the service knows.
    in_part: Vec<String>,
    /// The service whose things it makes or unmakes.
    service: Option<&'static str>,
}

impl Changing<'_> {
    fn forget(&self) {
        for arn in &self.resources {
            self.knowledge.tags.forget(&super::carrier::of(arn));
        }
        for arn in &self.in_part {
            let arn = super::carrier::of(arn);
            let is_meant = |known: &str| super::carrier::may_be_meant(&arn, known);
            self.knowledge.tags.forget_such(is_meant);
        }
        match self.service {
            Some("dynamodb") => self.knowledge.key_schemas.forget_all(),
            Some("kms") => self.knowledge.keys_of_aliases.forget_all(),
            Some("secretsmanager") => self.knowledge.secrets.forget_all(),
            Some("ec2") => {
                self.knowledge.default_subnets.forget_all();
                self.knowledge.network_ids.forget_all();
            }
            _ => {}
        }
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.forget();
    }
}

/// One request's way to ask.
#[derive(Clone, Copy, Debug)]
pub(in crate::aws) struct Inquiry<'a> {
    pub(in crate::aws) services: &'a GatewayServices,
    pub(in crate::aws) upstream: &'a Upstream,
    pub(in crate::aws) knowledge: &'a Knowledge,
    /// Who asks. Only for those who have been authenticated.
    pub(in crate::aws) caller: &'a Caller,
    /// The region that requests to the upstream are signed for.
    pub(in crate::aws) region: &'a str,
    /// Whose the upstream's resources are.
    pub(in crate::aws) owner: AccountId,
    /// The id that the upstream calls that account by, if it is another.
    pub(in crate::aws) upstream_account: Option<AccountId>,
    /// The service that the request is for: of others, the upstream is not asked.
    pub(in crate::aws) service: &'static ServiceModel,
}

impl Inquiry<'_> {
    /// Asks the upstream, page after page as long as `read` says that there is a further one.
    // Fails closed: without a whole answer there is no decision.
    pub(in crate::aws) async fn ask(
        &self,
        question: Question,
        read: impl FnMut(&Question, &Reply) -> Result<Option<Question>, NoReplyError>,
    ) -> Result<(), ServiceError> {
        let operation = question.operation();
        let asking = self.ask_pages(question, read);
        match tokio::time::timeout(WITHIN, asking).await {
            Ok(answered) => answered,
            Err(_) => Err(ServiceError::unavailable(NoReplyError::TooSlow(operation)).retry_after(1)),
        }
    }

    async fn ask_pages(
        &self,
        mut question: Question,
        mut read: impl FnMut(&Question, &Reply) -> Result<Option<Question>, NoReplyError>,
    ) -> Result<(), ServiceError> {
        const PAGES_MAX: usize = 10;
        let operation = question.operation();
        let Ok(_turn) = self.knowledge.questions.acquire().await else {
            return Err(ServiceError::throttled());
        };
        for _ in 0..PAGES_MAX {
            let no_way = || ServiceError::unavailable(NoReplyError::NoWay(operation));
            let protocol = question.protocol().ok_or_else(no_way)?;
            let request = question.to_request(self.region).ok_or_else(no_way)?;
            let answer = self
                .upstream
                .send_whole(request, PAGE_BYTES_MAX, self.services.now())
                .await?;
            let reply = Reply::read(&answer, protocol, operation).map_err(ServiceError::unavailable)?;
            match read(&question, &reply).map_err(ServiceError::unavailable)? {
                Some(next) => question = next,
                None => return Ok(()),
            }
        }
        Err(ServiceError::unavailable(NoReplyError::Endless(operation)))
    }

    /// An ARN with the account as the upstream calls it.
    pub(in crate::aws) fn arn_there(&self, arn: &str) -> String {
        match self.upstream_account {
            Some(theirs) => with_account(arn, self.owner, theirs),
            None => arn.to_owned(),
        }
    }

    /// An ARN of the upstream's with the account as it is here.
    pub(in crate::aws) fn arn_here(&self, arn: &str) -> String {
        match self.upstream_account {
            Some(theirs) => with_account(arn, theirs, self.owner),
            None => arn.to_owned(),
        }
    }

    /// The account as the upstream calls it.
    pub(in crate::aws) fn account_there(&self) -> AccountId {
        self.upstream_account.unwrap_or(self.owner)
    }
}

/// An ARN in which one account stands in the place of another.
fn with_account(arn: &str, account: AccountId, other: AccountId) -> String {
    let mut fields = arn.splitn(6, ':').map(str::to_owned).collect::<Vec<_>>();
    if let Some(field) = fields.get_mut(4)
        && *field == account.to_string()
    {
        *field = other.to_string();
    }
    fields.join(":")
}
