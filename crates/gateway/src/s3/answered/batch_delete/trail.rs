//! The one record of a batch: which keys were to be deleted, and what became of each.
//!
//! A batch of which something was denied is always recorded, and on disk before it is answered. A client that goes
//! away meanwhile does not take the record with it: then it is written without what became of the rest.

use lanyard_audit::{EventResource, Record};
use lanyard_mapping::{BatchDelete, DeleteEntry};
use serde_json::{Map, Value, json};

use super::result::{BatchResult, Outcome};
use crate::error::S3Error;
use crate::s3::Call;

/// How many bytes of keys a record may have; those that do not fit are counted.
const KEY_BYTES_MAX: usize = 256 << 10;
/// The same of a batch that nobody signed: nobody may fill the disk without saying who they are.
const KEY_BYTES_MAX_OF_STRANGERS: usize = 4 << 10;

/// What was denied of a batch, by the numbers of its deletions.
#[derive(Debug)]
pub(super) struct Denials {
    denied: Vec<Option<S3Error>>,
    /// Those that are let through because policies are only observed.
    observed: Vec<bool>,
    observed_denial: Option<S3Error>,
}

impl Denials {
    /// None of so many deletions.
    pub(super) fn none(count: usize) -> Self {
        Self {
            denied: vec![None; count],
            observed: vec![false; count],
            observed_denial: None,
        }
    }

    /// The first denial of a deletion counts.
    pub(super) fn deny(&mut self, number: usize, denied: S3Error) {
        if let Some(slot) = self.denied.get_mut(number) {
            slot.get_or_insert(denied);
        }
    }

    /// Takes a denial that was let through.
    pub(super) fn observe(&mut self, number: usize, denied: Option<S3Error>) {
        if let (Some(denied), Some(slot)) = (denied, self.observed.get_mut(number)) {
            *slot = true;
            self.observed_denial.get_or_insert(denied);
        }
    }

    /// Takes a denial of something that all of them need, and that was let through.
    pub(super) fn observe_all(&mut self, denied: Option<S3Error>) {
        if let Some(denied) = denied {
            self.observed.fill(true);
            self.observed_denial.get_or_insert(denied);
        }
    }

    /// Why a deletion was denied.
    pub(super) fn of(&self, number: usize) -> Option<&S3Error> {
        self.denied.get(number)?.as_ref()
    }

    fn first(&self) -> Option<&S3Error> {
        self.denied.iter().flatten().next()
    }
}

/// Sees to it that a batch leaves a record.
pub(super) struct BatchTrail<'a, 'b> {
    call: &'a Call<'b>,
    batch: &'a BatchDelete,
    denials: Denials,
    is_written: bool,
}

impl<'a, 'b> BatchTrail<'a, 'b> {
    /// Nothing is recorded yet.
    pub(super) fn new(call: &'a Call<'b>, batch: &'a BatchDelete, denials: Denials) -> Self {
        call.recording.end();
        Self {
            call,
            batch,
            denials,
            is_written: false,
        }
    }

    /// Records what came of the batch, and returns once the record is where it has to be.
    pub(super) async fn write(mut self, result: Result<&BatchResult, &S3Error>) -> Result<(), S3Error> {
        self.is_written = true;
        let is_denied = self.denials.first().is_some();
        if !is_denied && self.denials.observed_denial.is_none() && !self.call.is_sampled() {
            return Ok(());
        }
        let records = self.records(result.map(Some));
        if !is_denied || self.call.caller.is_anonymous() {
            self.write_lazily(&records);
            return Ok(());
        }
        let trail = &self.call.services.trail;
        trail
            .record_all_synced(&records)
            .await
            .map_err(S3Error::unavailable)
    }

    fn write_lazily(&self, records: &[Record]) {
        let trail = &self.call.services.trail;
        for record in records {
            if self.call.caller.is_anonymous() {
                trail.record_of_stranger(record);
            } else {
                trail.record_lazy(record);
            }
        }
    }

    /// The records; `Ok(None)` where nobody knows what the store did.
    fn records(&self, result: Result<Option<&BatchResult>, &S3Error>) -> Vec<Record> {
        let call = self.call;
        let mut record = call.record().with_transfer(&call.transfer());
        let prefix = format!("arn:aws:s3:::{}/", call.bucket_name());
        record = record.with_resource(EventResource::s3_objects(&prefix));
        let error = self.denials.first().or(result.err());
        if let Some(error) = error.or(self.denials.observed_denial.as_ref()) {
            record = record.with_error(error.code.name, error.message());
        }
        if self.denials.observed_denial.is_some() {
            record = record.with_observed();
        }
        if let Err(failed) = result {
            record = record.with_additional("storeError", failed.code.name);
        }
        for (name, value) in self.keys(result.ok().flatten()) {
            record = record.with_additional(name, value);
        }
        // What was denied whole stays with the caller, as it does elsewhere.
        if call.caller.is_anonymous() || self.denials.denied.iter().all(Option::is_some) {
            return vec![record];
        }
        call.for_both_accounts(record)
    }

    /// The keys by what became of them, those that were denied first.
    fn keys(&self, result: Option<&BatchResult>) -> Vec<(&'static str, Value)> {
        const NAMES: [&str; 5] = [
            "keysDenied",
            "keysObserved",
            "keysDeleted",
            "keysFailed",
            "keysUnknown",
        ];
        let mut left = if self.call.caller.is_anonymous() {
            KEY_BYTES_MAX_OF_STRANGERS
        } else {
            KEY_BYTES_MAX
        };
        let mut left_out = 0_u64;
        let mut told: Vec<(&'static str, Value)> = vec![("keyCount", self.batch.objects.len().into())];
        for name in NAMES {
            let mut keys = Vec::new();
            for (number, entry) in self.batch.objects.iter().enumerate() {
                let outcome = result.and_then(|result| result.outcomes().get(number));
                if self.became(number, outcome) != name {
                    continue;
                }
                let size = entry.key.len() + entry.version_id.as_ref().map_or(0, String::len);
                match left.checked_sub(size) {
                    Some(rest) => {
                        left = rest;
                        keys.push(described(entry, outcome.filter(|_| name == "keysFailed")));
                    }
                    None => left_out = left_out.saturating_add(1),
                }
            }
            if !keys.is_empty() {
                told.push((name, keys.into()));
            }
        }
        if left_out > 0 {
            told.push(("keysLeftOut", left_out.into()));
        }
        told
    }

    fn became(&self, number: usize, outcome: Option<&Outcome>) -> &'static str {
        if self.denials.of(number).is_some() {
            return "keysDenied";
        }
        match outcome {
            Some(Outcome::Error { .. }) => "keysFailed",
            None => "keysUnknown",
            Some(Outcome::Deleted { .. }) if self.denials.observed.get(number) == Some(&true) => {
                "keysObserved"
            }
            Some(Outcome::Deleted { .. }) => "keysDeleted",
        }
    }
}

impl Drop for BatchTrail<'_, '_> {
    fn drop(&mut self) {
        if !self.is_written && (self.denials.first().is_some() || self.call.is_sampled()) {
            self.write_lazily(&self.records(Ok(None)));
        }
    }
}

/// A key, with its version if one was meant and its error if there was one.
fn described(entry: &DeleteEntry, failed: Option<&Outcome>) -> Value {
    let mut described = Map::new();
    if let Some(version) = &entry.version_id {
        described.insert("versionId".to_owned(), version.as_str().into());
    }
    if let Some(Outcome::Error { code, .. }) = failed {
        described.insert(
            "errorCode".to_owned(),
            code.chars().take(64).collect::<String>().into(),
        );
    }
    if described.is_empty() {
        return json!(entry.key);
    }
    described.insert("key".to_owned(), entry.key.as_str().into());
    described.into()
}
