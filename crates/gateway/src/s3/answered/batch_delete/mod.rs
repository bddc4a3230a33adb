//! DeleteObjects: decided key by key.
//!
//! The keys that may be deleted go to the store behind in a request made from what was decided on, never in the
//! bytes of the client; the others are errors in the one answer. If none may be deleted, the store is not asked.
//! One record tells of all of them.

mod result;
mod trail;

use http::StatusCode;
use lanyard_mapping::BatchDelete;

use self::result::{BatchResult, Outcome};
use self::trail::{BatchTrail, Denials};
use super::buckets::refusal;
use crate::answer::Answer;
use crate::error::{Code, S3Error};
use crate::s3::Call;
use crate::upstream::UpstreamRequest;

/// The longest answer that is read: a thousand keys of a thousand bytes, each byte escaped.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// What was decided of the deletions.
struct Decided {
    /// The numbers of those that may go ahead.
    allowed: Vec<usize>,
    /// What became already of each of those that may not.
    settled: Vec<Option<Outcome>>,
    denials: Denials,
}

/// Answers DeleteObjects.
pub(super) async fn run(call: &Call<'_>) -> Result<Answer, S3Error> {
    let batch = call.mapped.delete.as_ref();
    let batch = batch.ok_or_else(|| S3Error::new(Code::MALFORMED_XML))?;
    let decided = decide(call, batch).await?;
    // From here on there is a record, even if nobody waits for the answer any more.
    let trail = BatchTrail::new(call, batch, decided.denials);
    let result = if decided.allowed.is_empty() {
        Ok(BatchResult::default())
    } else {
        delete(call, batch, decided.allowed).await
    };
    let result = result.map(|result| result.settled(decided.settled, batch));
    trail.write(result.as_ref()).await?;
    Ok(Answer::xml(StatusCode::OK, result?.write(batch.quiet)))
}

/// Decides each key; what is asked about no key, all of them need.
async fn decide(call: &Call<'_>, batch: &BatchDelete) -> Result<Decided, S3Error> {
    let mut denials = Denials::none(batch.objects.len());
    // Nobody is asked about a key that is none: it is not deleted.
    let mut is_asked: Vec<bool> = batch
        .objects
        .iter()
        .map(|entry| entry.refused.is_some())
        .collect();
    for asked in &call.mapped.asks {
        let decided = call.decide(asked).await;
        let observed = call.recording.take_observed();
        let Some(number) = asked.delete_entry else {
            decided?;
            denials.observe_all(observed);
            continue;
        };
        let entry = batch.objects.get(number).zip(is_asked.get_mut(number));
        let Some((entry, is_asked)) = entry else {
            return Err(S3Error::new(Code::INTERNAL_ERROR));
        };
        // Fails closed: a question about another object than the one that would be deleted is no question about it.
        *is_asked |= asked.key.as_deref() == Some(&entry.key) && asked.version_id == entry.version_id;
        match decided {
            Ok(()) => denials.observe(number, observed),
            Err(denied) if denied.is_policy_denial => denials.deny(number, denied),
            Err(failed) => return Err(failed),
        }
    }
    if !is_asked.into_iter().all(|is_asked| is_asked) {
        return Err(S3Error::new(Code::INTERNAL_ERROR));
    }
    let mut allowed = Vec::new();
    let mut settled = Vec::with_capacity(batch.objects.len());
    for (number, entry) in batch.objects.iter().enumerate() {
        let refused = entry.refused.clone().map(S3Error::from);
        let refused = refused.as_ref().or(denials.of(number));
        settled.push(refused.map(|refused| Outcome::failed(entry, refused.code.name, refused.message())));
        if refused.is_none() {
            allowed.push(number);
        }
    }
    Ok(Decided {
        allowed,
        settled,
        denials,
    })
}

/// Has the store delete what may be deleted.
async fn delete(call: &Call<'_>, batch: &BatchDelete, allowed: Vec<usize>) -> Result<BatchResult, S3Error> {
    call.owned_bucket()?;
    // Deciding on many keys takes its time.
    call.same_owner()()?;
    let document = batch.to_xml(allowed);
    let request = UpstreamRequest::of(&call.mapped)
        .with_document(document.into())
        .map_err(S3Error::internal)?;
    let answer = call
        .upstream
        .send_whole(request, ANSWER_BYTES_MAX, call.now())
        .await?;
    if !answer.status.is_success() {
        return Err(refusal(&answer));
    }
    BatchResult::read(&answer.body).map_err(|error| S3Error::new(Code::INTERNAL_ERROR).because(error))
}
