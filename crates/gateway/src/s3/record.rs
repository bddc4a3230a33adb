//! What the trail is told of requests to the store.
//!
//! A denial of somebody who signed is on disk before it is answered; if it cannot be, the answer is that the server
//! is not available. Denials of nobody in particular are written without waiting, and only so often. What passes is
//! recorded as configured, without waiting; what the store refuses of it, as refused. Where policies are only observed,
//! everything is, with the permissions that it needed.

use http::Response;
use http_body::Body;
use lanyard_audit::{EventResource, Happening, Parameters, Record, Transfer, UserIdentity};
use lanyard_mapping::{Asked, Level};
use lanyard_names::AccountId;

use super::answered;
use super::store_refusal::StoreRefusal;
use super::{Call, SignedBy};
use crate::answer::GatewayBody;
use crate::error::{Code, S3Error};
use crate::record::NOBODY_WAITED;
use crate::settings::Mode;

/// The service in records.
const EVENT_SOURCE: &str = "s3.amazonaws.com";

impl Call<'_> {
    /// Records what came of the request, and gives it back once the record is where it has to be.
    pub(crate) async fn recorded(
        &self,
        outcome: Result<Response<GatewayBody>, S3Error>,
    ) -> Result<Response<GatewayBody>, S3Error> {
        if self.recording.is_done() {
            return outcome;
        }
        match outcome {
            Err(error) if error.code == Code::ACCESS_DENIED => Err(self.recorded_denial(error).await),
            outcome => {
                if self.is_taken(outcome.is_ok()) {
                    self.record_passed(Some(&outcome));
                }
                outcome
            }
        }
    }

    /// Records a request that was sent on, and of which nobody knows what came.
    pub(crate) fn record_unanswered(&self) {
        if !self.recording.is_done() && self.is_taken(true) {
            self.record_passed(None);
        }
    }

    /// Whether the request leaves a record here.
    fn is_taken(&self, is_done: bool) -> bool {
        // What Lanyard changes itself is recorded in the same commit as the change, if there is one.
        let is_recorded = is_done && answered::records_itself(self.mapped.operation);
        if self.is_data_event() {
            self.is_sampled()
        } else {
            (self.is_observed() || !self.mapped.operation.is_read_only()) && !is_recorded
        }
    }

    // Fails closed: a denial that cannot be recorded is answered as a server that is not available.
    pub(crate) async fn recorded_denial(&self, denied: S3Error) -> S3Error {
        let record = self.record().with_error(denied.code.name, denied.message());
        let trail = &self.services.trail;
        if self.caller.is_anonymous() {
            trail.record_of_stranger(&record);
            return denied;
        }
        match trail.record_synced(&record).await {
            Ok(()) => denied,
            Err(failed) => S3Error::unavailable(failed),
        }
    }

    /// Keeps what policies say of a permission, where they are only observed: policies are made of that later.
    pub(crate) fn keep_decision(&self, asked: &Asked, decided: &Result<(), S3Error>) {
        let is_policies = match decided {
            // What must only not be denied need not be allowed, either.
            Ok(()) => !asked.denies_only,
            Err(error) => error.is_policy_denial,
        };
        if self.is_observed() && is_policies {
            self.recording.decided(asked, decided.is_ok());
        }
    }

    /// Whether every request is recorded with what it needed. Those that nobody signed are not: nobody may fill the
    /// disk without saying who they are.
    fn is_observed(&self) -> bool {
        self.conduct.mode == Mode::Observe && !self.caller.is_anonymous()
    }

    /// The record with every permission that was decided, where policies are only observed.
    pub(crate) fn with_permissions(&self, record: Record) -> Record {
        if self.is_observed() {
            self.recording.with_permissions(record)
        } else {
            record
        }
    }

    fn record_passed(&self, outcome: Option<&Result<Response<GatewayBody>, S3Error>>) {
        let mut transfer = self.transfer();
        let mut record = self.record();
        match outcome {
            Some(Ok(response)) => {
                transfer.bytes_out = response.body().size_hint().exact().unwrap_or_default();
                record = self.with_answer(record.with_transfer(&transfer), response);
            }
            Some(Err(error)) => record = record.with_error(error.code.name, error.message()),
            None => record = record.with_additional("storeStatus", NOBODY_WAITED),
        }
        if let Some(observed) = self.recording.take_observed() {
            record = record
                .with_error(observed.code.name, observed.message())
                .with_observed();
        }
        let trail = &self.services.trail;
        if self.caller.is_anonymous() {
            trail.record_of_stranger(&record);
            return;
        }
        for record in self.for_both_accounts(record) {
            trail.record_lazy(&record);
        }
    }

    /// With what the store answered, if it did not do what it was asked for, or may not have.
    fn with_answer(&self, record: Record, response: &Response<GatewayBody>) -> Record {
        // The first bytes of these answers are sent before their end is known, and the end may be an error.
        const TOLD_AT_THE_END: [&str; 3] = ["CompleteMultipartUpload", "CopyObject", "UploadPartCopy"];
        let refusal = response.extensions().get::<StoreRefusal>();
        if let Some(refusal) = refusal {
            let code = refusal.code(self.mapped.key.is_some());
            return record
                .with_error(code, refusal.message())
                .with_additional("storeStatus", refusal.status.as_u16());
        }
        if TOLD_AT_THE_END.contains(&self.mapped.operation.name()) {
            return record.with_additional("storeStatus", "200, perhaps with an error in the document");
        }
        record
    }

    /// The record for the caller's trail, and one for the owner's if that is another.
    pub(crate) fn for_both_accounts(&self, record: Record) -> Vec<Record> {
        let owner = self.bucket.as_ref().map(|bucket| bucket.claim.account);
        // Evidence: CloudTrail's guide gives a request across accounts to the caller's trail and to the owner's; one
        // that is denied stays with the caller.
        let Some(owner) = owner.filter(|owner| *owner != self.caller.account) else {
            return vec![record];
        };
        let (own, owners) = record.into_cross_account(owner);
        vec![own, owners]
    }

    /// Whether a request that passes is one of those that are recorded.
    pub(crate) fn is_sampled(&self) -> bool {
        self.is_observed() || self.recording.sampler.takes(self.conduct.data_events)
    }

    pub(crate) fn transfer(&self) -> Transfer {
        let method = self.signed_by.map(|signed_by| match signed_by {
            SignedBy::Header => "AuthHeader",
            SignedBy::Query | SignedBy::Form => "QueryString",
        });
        let length = self.parts.headers.get(http::header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        Transfer {
            signature_version: method.map(|_| "SigV4"),
            authentication_method: method,
            bytes_in: length.unwrap_or_default(),
            bytes_out: 0,
        }
    }

    /// The record of this request, without what came of it.
    pub(crate) fn record(&self) -> Record {
        let owner = self.bucket.as_ref().map(|bucket| bucket.claim.account);
        let happening = Happening {
            event_source: EVENT_SOURCE.into(),
            event_name: self.mapped.operation.name().into(),
            aws_region: if self.facts.region.is_empty() {
                "us-east-1".into()
            } else {
                self.facts.region.to_owned().into()
            },
            read_only: self.mapped.operation.is_read_only(),
            time: self.now(),
            request_id: self.request_id.to_owned(),
            recipient: self.recipient(owner),
        };
        let is_data = self.is_data_event();
        let mut record = Record::new(happening, UserIdentity::of_caller(&self.caller))
            .with_client(
                self.facts.source_ip.map(|ip| ip.to_canonical().to_string()),
                self.facts.user_agent.map(str::to_owned),
            )
            .with_request(self.asked());
        if is_data {
            record = record.into_data_event();
        }
        if let (Some(bucket), Some(key)) = (&self.mapped.bucket, &self.mapped.key) {
            record = record.with_resource(EventResource::s3_object(&format!("arn:aws:s3:::{bucket}/{key}")));
        }
        if let (Some(bucket), Some(owner)) = (&self.mapped.bucket, owner) {
            record = record.with_resource(EventResource::s3_bucket(&format!("arn:aws:s3:::{bucket}"), owner));
        }
        self.with_permissions(record)
    }

    /// What was asked: the bucket, the object, and the parameters of the query.
    fn asked(&self) -> Parameters {
        let mut asked = Parameters::new();
        if let Some(bucket) = &self.mapped.bucket {
            asked = asked.with_s3("bucketName", bucket);
        }
        if let Some(key) = &self.mapped.key {
            asked = asked.with_s3("key", key);
        }
        for (name, value) in &self.mapped.query {
            asked = asked.with_s3(name, value);
        }
        asked
    }

    /// Whether the request is about what is inside a bucket, not about the bucket itself.
    /// Evidence: the S3 user guide's list of the actions that CloudTrail logs as data events.
    fn is_data_event(&self) -> bool {
        const OF_BUCKETS: [&str; 6] = [
            "DeleteObjects",
            "HeadBucket",
            "ListMultipartUploads",
            "ListObjectVersions",
            "ListObjects",
            "ListObjectsV2",
        ];
        let operation = self.mapped.operation;
        operation.level() == Level::Object || OF_BUCKETS.contains(&operation.name())
    }

    /// In whose trail the record belongs: the caller's, or of a caller without an account the owner's.
    fn recipient(&self, owner: Option<AccountId>) -> AccountId {
        if self.caller.is_anonymous() {
            owner.unwrap_or(self.caller.account)
        } else {
            self.caller.account
        }
    }
}
