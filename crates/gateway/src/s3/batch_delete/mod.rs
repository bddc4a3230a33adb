//! DeleteObjects: decided key by key.
//!
//! The keys that may be deleted go to the store behind in a request made from what was decided on, never in the
//! bytes of the client; the others are errors in the one answer. If none may be deleted, the store is not asked.

mod result;

use http::StatusCode;
use lanyard_mapping::BatchDelete;

use self::result::{BatchResult, Outcome};
use super::buckets::refusal;
use crate::answer::Answer;
use crate::error::{Code, S3Error};
use crate::flow::Call;
use crate::upstream::UpstreamRequest;

/// The longest answer that is read: a thousand keys of a thousand bytes, each byte escaped.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// What was decided of the deletions.
#[derive(Default)]
struct Decided {
    /// The numbers of those that may go ahead.
    allowed: Vec<usize>,
    denied: Vec<Outcome>,
    /// The first denial, for the trail.
    denial: Option<S3Error>,
}

/// Answers DeleteObjects.
pub(super) async fn run(call: &Call<'_>) -> Result<Answer, S3Error> {
    let batch = call.mapped.delete.as_ref();
    let batch = batch.ok_or_else(|| S3Error::new(Code::MALFORMED_XML))?;
    let decided = decide(call, batch).await?;
    if let Some(denial) = decided.denial {
        // A denial is in the trail before it is answered, here as everywhere.
        let recorded = call.recorded_denial(denial).await;
        if recorded.code != Code::ACCESS_DENIED {
            return Err(recorded);
        }
    }
    let result = if decided.allowed.is_empty() {
        BatchResult::default()
    } else {
        call.owned_bucket()?;
        delete(call, batch, decided.allowed).await?
    };
    let result = result.with_denied(decided.denied, batch);
    Ok(Answer::xml(StatusCode::OK, result.write(batch.quiet)))
}

/// Decides each key; what is asked about no key, all of them need.
async fn decide(call: &Call<'_>, batch: &BatchDelete) -> Result<Decided, S3Error> {
    let mut denials: Vec<Option<S3Error>> = vec![None; batch.objects.len()];
    let mut is_asked = vec![false; batch.objects.len()];
    for asked in &call.mapped.asks {
        let decided = call.decide(asked).await;
        let Some(number) = asked.delete_entry else {
            decided?;
            continue;
        };
        let entry = batch
            .objects
            .get(number)
            .zip(is_asked.get_mut(number))
            .zip(denials.get_mut(number));
        let Some(((entry, is_asked), denial)) = entry else {
            return Err(S3Error::new(Code::INTERNAL_ERROR));
        };
        // Fails closed: a question about another object than the one that would be deleted is no question about it.
        *is_asked |= asked.key.as_deref() == Some(&entry.key) && asked.version_id == entry.version_id;
        match decided {
            Ok(()) => {}
            Err(denied) if denied.is_policy_denial => {
                denial.get_or_insert(denied);
            }
            Err(failed) => return Err(failed),
        }
    }
    if !is_asked.into_iter().all(|is_asked| is_asked) {
        return Err(S3Error::new(Code::INTERNAL_ERROR));
    }
    let mut decided = Decided::default();
    for (number, (entry, denial)) in batch.objects.iter().zip(denials).enumerate() {
        match denial {
            None => decided.allowed.push(number),
            Some(denial) => {
                decided
                    .denied
                    .push(Outcome::denied(entry, denial.code.name, denial.message()));
                decided.denial.get_or_insert(denial);
            }
        }
    }
    Ok(decided)
}

/// Has the store delete what may be deleted.
async fn delete(call: &Call<'_>, batch: &BatchDelete, allowed: Vec<usize>) -> Result<BatchResult, S3Error> {
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
