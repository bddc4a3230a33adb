//! May they: every permission that a request needs, on the policies of the caller and of the bucket.

use std::borrow::Cow;

use lanyard_access::{Ask, DenialForm, authorize, mentions};
use lanyard_directory::{Account, ResourcePolicy};
use lanyard_mapping::{AnsweredBy, Asked};
use lanyard_names::AccountId;
use lanyard_policy::{Attached, Effect, KeyName, ResourceLayer};

use super::call::Call;
use super::{Authenticated, object_tags, versioning};
use crate::error::{Code, S3Error};
use crate::owners::{OwnedBucket, owned_bucket};
use crate::s3::answered;
use crate::settings::Mode;

/// Condition keys about the tags that an object has.
const OBJECT_TAG: &str = "s3:ExistingObjectTag/";
/// Whose bucket it is, in S3's own key; there is none for a bucket that nobody owns.
const RESOURCE_ACCOUNT: KeyName = KeyName::new("s3:ResourceAccount");

/// How many keys of a batch are decided at once.
const BATCH_WITHOUT_PAUSE: usize = 16;

/// Operations by which an owner who is locked out by their own policy gets in again.
/// Evidence: the S3 user guide: the root user of the bucket owner's account can always do these.
const ROOT_CAN_ALWAYS: [&str; 3] = [
    "s3:GetBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
];

/// Whose resource an ask is about, and with which policy.
struct Concerned<'a> {
    account: AccountId,
    owner: Option<&'a OwnedBucket>,
    policy: Option<Attached>,
    /// Whether the policy is public and such policies are restricted to the owner's own account.
    is_restricted: bool,
}

impl<'a> Concerned<'a> {
    fn of(caller: AccountId, owner: Option<&'a OwnedBucket>) -> Self {
        let Some(bucket) = owner else {
            // What nobody owns is decided as the caller's own: with nobody else's policy.
            return Self {
                account: caller,
                owner: None,
                policy: None,
                is_restricted: false,
            };
        };
        let policy = bucket.policy();
        let is_restricted =
            policy.is_some_and(|policy| bucket.restricts_public_policies() && policy.document.is_public());
        Self {
            account: bucket.claim.account,
            owner,
            policy: policy.map(ResourcePolicy::attached),
            is_restricted,
        }
    }
}

impl Call<'_> {
    /// Decides a request whose meaning is complete. Of a batch each entry is decided on its own, where it is done.
    pub(super) async fn decide_whole(&mut self, authenticated: &Authenticated) -> Result<(), S3Error> {
        self.mapped.with_time(self.now());
        self.add_signature_keys(authenticated);
        self.note_attempts();
        if self.mapped.delete.is_none() {
            self.decide_all().await?;
        }
        self.check_expected_owners().await
    }

    /// Notes for "last accessed" what the caller tries, whatever becomes of it.
    fn note_attempts(&self) {
        let directory = &self.services.directory;
        let mut last = "";
        for asked in &self.mapped.asks {
            // A batch asks the same of a thousand keys.
            if asked.action == std::mem::replace(&mut last, asked.action) {
                continue;
            }
            if let Some((service, action)) = asked.action.split_once(':') {
                self.caller
                    .note_attempt(directory, service, action, self.facts.region, self.now());
            }
        }
    }

    /// Decides every permission, in order.
    pub(crate) async fn decide_all(&self) -> Result<(), S3Error> {
        for asked in &self.mapped.asks {
            self.decide(asked).await?;
        }
        Ok(())
    }

    /// Decides one permission: allowed, or the answer to the client. A denial is kept to be explained, and recorded.
    pub(crate) async fn decide(&self, asked: &Asked) -> Result<(), S3Error> {
        // A batch of a thousand keys is no reason to let others wait.
        if asked
            .delete_entry
            .is_some_and(|number| number % BATCH_WITHOUT_PAUSE == 0)
        {
            tokio::task::yield_now().await;
        }
        let owner = self.owner_of(asked).await?;
        let owner = owner.as_deref();
        let decided = self.decide_strictly(asked, owner).await;
        if decided.is_err() || self.is_needed(asked).await {
            self.keep_decision(asked, &decided);
        }
        match decided {
            Err(denied) if denied.is_policy_denial && self.may_relax(asked, owner) => {
                self.recording.observe(&denied);
                Ok(())
            }
            decided => decided,
        }
    }

    /// The bucket that decides about a permission; `None` where there is none, or nobody owns it.
    async fn owner_of(&self, asked: &Asked) -> Result<Option<Cow<'_, OwnedBucket>>, S3Error> {
        match &asked.bucket {
            // A bucket that is being created is the caller's own until its name turns out to be taken.
            _ if self.creates_bucket() => Ok(None),
            None => Ok(None),
            Some(name) if self.mapped.bucket.as_ref() == Some(name) => {
                Ok(self.bucket.as_ref().map(Cow::Borrowed))
            }
            Some(name) => Ok(owned_bucket(self.services, name).await?.map(Cow::Owned)),
        }
    }

    /// Whether what policies deny is let through here. Only to callers of the account that owns the bucket: before
    /// the gateway came, the store let nobody in without a key, and accounts were apart.
    // Fails closed: what changes Lanyard's own state is never relaxed.
    fn may_relax(&self, asked: &Asked, owner: Option<&OwnedBucket>) -> bool {
        let operation = self.mapped.operation;
        let changes_us = answered::records_itself(operation)
            || operation.answered_by() == AnsweredBy::Lanyard && !operation.is_read_only();
        let is_owners = owner.is_some_and(|bucket| bucket.claim.account == self.caller.account);
        self.conduct.mode == Mode::Observe
            && !self.caller.is_anonymous()
            && !changes_us
            && (is_owners || asked.bucket.is_none())
    }

    pub(super) fn creates_bucket(&self) -> bool {
        self.mapped.operation.name() == "CreateBucket"
    }

    async fn decide_strictly(&self, asked: &Asked, owner: Option<&OwnedBucket>) -> Result<(), S3Error> {
        let concerned = Concerned::of(self.caller.account, owner);
        match self.decide_on(asked, &concerned).await {
            Err(denied) if denied.is_policy_denial && asked.only_if_source_has_tags => {
                if self.source_has_tags().await? {
                    return Err(denied);
                }
            }
            decided => decided?,
        }
        // A bucket that nobody owns is not there, whatever the store has under its name: neither as the source of a
        // copy nor as the place that a store writes to on its own.
        match &asked.bucket {
            Some(name) if owner.is_none() && !self.creates_bucket() => Err(S3Error::no_such_bucket(name)),
            _ => Ok(()),
        }
    }

    async fn decide_on(&self, asked: &Asked, concerned: &Concerned<'_>) -> Result<(), S3Error> {
        let is_foreign = self.caller.is_anonymous() || self.caller.account != concerned.account;
        if !is_foreign
            && concerned.owner.is_some()
            && self.caller.is_root()
            && ROOT_CAN_ALWAYS.contains(&asked.action)
            && self.is_alive()
        {
            return Ok(());
        }
        let is_shut_out = is_foreign && concerned.is_restricted;
        let policy = concerned.policy.as_ref().filter(|_| !is_shut_out);
        let mut ask = Ask {
            action: asked.action,
            resource: &asked.resource,
            resource_account: concerned.account,
            wildcard_only: asked.wildcard_only,
            partly_known: false,
            context: &asked.context,
            resource_policy: policy.map(|attached| ResourceLayer {
                attached,
                must_participate: false,
                trust: false,
            }),
            shows_mfa: false,
            denial: DenialForm::WithReason,
        };
        let account = self.account.as_deref();
        let with_account;
        if concerned.owner.is_some() && asked.context.value_of(&RESOURCE_ACCOUNT).is_none() {
            let mut context = asked.context.clone_with_room(1);
            context.insert(RESOURCE_ACCOUNT, concerned.account);
            with_account = context;
            ask.context = &with_account;
        }
        let with_tags;
        if asked.reads_object_tags
            && concerned.owner.is_some()
            && mentions(&self.caller, &ask, account, OBJECT_TAG)
        {
            with_tags = object_tags::context(self, asked, ask.context).await?;
            ask.context = &with_tags;
        }
        let verdict = authorize(&self.caller, &ask, &self.facts, account);
        // Fails closed: whatever else is found, a public policy that is restricted admits nobody from outside.
        let is_gone = verdict.decision.is_none();
        let is_explicit = verdict.effect() == Effect::ExplicitDeny;
        let is_enough = verdict.is_allowed() || (asked.denies_only && !is_explicit && !is_gone);
        if is_enough && !is_shut_out {
            return Ok(());
        }
        // A store that keeps versions does what the action of the version says; only one that does not would do what
        // the plain action says.
        if asked.denies_only && !is_gone && !is_shut_out && self.keeps_versions(asked).await {
            return Ok(());
        }
        let message = self.denial(asked, &verdict.message(), is_shut_out);
        self.services
            .decisions
            .record(self.request_id, verdict.into_evidence());
        let mut denied = S3Error::denied(message);
        // Who is gone was not denied by a policy.
        denied.is_policy_denial = !is_gone;
        Err(denied)
    }

    /// S3's words for a denial. Whoever did not sign gets none.
    fn denial(&self, asked: &Asked, message: &str, is_shut_out: bool) -> String {
        if self.caller.is_anonymous() {
            return Code::ACCESS_DENIED.text.to_owned();
        }
        // Evidence: AWS's list of access denied messages: S3 puts the resource into quotation marks.
        let plain = format!(" on resource: {}", asked.resource);
        let quoted = format!(" on resource: \"{}\"", asked.resource);
        let message = message.replacen(&plain, &quoted, 1);
        if !is_shut_out {
            return message;
        }
        let begins = message
            .split_once(&quoted)
            .map_or(message.as_str(), |(begins, _)| begins);
        format!(
            "{begins}{quoted} because public policies are prevented by the RestrictPublicBuckets setting in S3 Block \
             Public Access"
        )
    }

    fn is_alive(&self) -> bool {
        self.account
            .as_deref()
            .is_some_and(|account: &Account| self.caller.refreshed(account).is_some())
    }

    /// Whether a permission that was given is one that the request needed, for the records of what was observed. It is
    /// found out for those alone.
    async fn is_needed(&self, asked: &Asked) -> bool {
        let is_in_doubt = self.conduct.mode == Mode::Observe && asked.only_if_source_has_tags;
        !is_in_doubt || self.source_has_tags().await.unwrap_or(true)
    }

    /// Whether the source of a copy has tags, as far as can be found out.
    // Fails closed: where it cannot, it has.
    async fn source_has_tags(&self) -> Result<bool, S3Error> {
        let Some(source) = &self.mapped.copy_source else {
            return Ok(true);
        };
        if owned_bucket(self.services, &source.bucket).await?.is_none() {
            return Ok(true);
        }
        let version = source.version_id.as_deref();
        let tags = object_tags::fetch(self, &source.bucket, &source.key, version).await?;
        Ok(!tags.is_empty())
    }

    /// Whether the store keeps versions of what is in a bucket.
    // Fails closed: where it cannot be found out, it does not.
    async fn keeps_versions(&self, asked: &Asked) -> bool {
        match &asked.bucket {
            Some(bucket) if self.mapped.bucket.as_ref() == Some(bucket) => {
                let ask = || versioning::is_enabled(self, bucket);
                *self.keeps_versions.get_or_init(ask).await
            }
            Some(bucket) => versioning::is_enabled(self, bucket).await,
            None => false,
        }
    }

    /// Refuses to say that an object is not there to somebody who may not know what is.
    ///
    /// Evidence: the S3 API reference of GetObject and HeadObject: without `s3:ListBucket`, 403 instead of 404.
    pub(super) async fn check_may_know_what_is_there(&self) -> Result<(), S3Error> {
        let (Some(bucket), Some(asked)) = (&self.bucket, self.mapped.asks.first()) else {
            return Ok(());
        };
        let mut listing = asked.clone();
        listing.action = "s3:ListBucket";
        listing.resource = format!("arn:aws:s3:::{}", bucket.claim.name);
        (listing.key, listing.version_id) = (None, None);
        (listing.reads_object_tags, listing.denies_only) = (false, false);
        self.decide(&listing).await
    }

    /// Adds what is known of the signature, and whose the bucket is, to every question.
    pub(crate) fn add_signature_keys(&mut self, authenticated: &Authenticated) {
        let owner = match &self.bucket {
            Some(bucket) if !self.creates_bucket() => Some(bucket.claim.account),
            _ => None,
        };
        for asked in &mut self.mapped.asks {
            authenticated.insert_keys(&mut asked.context);
            if let Some(version) = self.tls_version {
                asked.context.insert("s3:TlsVersion", version);
            }
            if let Some(owner) = owner.filter(|_| asked.bucket == self.mapped.bucket) {
                asked.context.insert(RESOURCE_ACCOUNT, owner);
            }
        }
    }
}
