//! `POST /authorize`: one question or many in JSON, for programs that can sign requests.
//!
//! Of many, each is answered by itself: what is wrong with one refuses that one.

use bytes::Bytes;
use http_body::Body;

use crate::answer::write_refusal;
use crate::hearing::Hearing;
use crate::identify::{by_signature, facts};
use crate::question::Questions;
use crate::refusal::Refusal;
use crate::services::Asked;

/// The largest answer. Only reasons make one larger than its questions.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// Answers what one request asks.
pub(crate) async fn answer<B>(asked: Asked<'_>, body: B) -> Result<String, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let (services, parts, now) = (asked.services, asked.parts, asked.now);
    let (asker, body) =
        by_signature(&services.authenticator, &asked.bodies.unproven, parts, body, now).await?;
    let facts = facts(parts, asked.peer, &asker.region, now);
    let questions = Questions::read(&body.bytes)?;
    let mut hearing = Hearing::new(services, &asker, facts, asked.id.as_str());
    let mut out = String::new();
    let many = match questions {
        Questions::Many(many) => many,
        Questions::One(question) => {
            hearing.decide(&question?).await?.write(&mut out);
            return Ok(out);
        }
    };
    out.reserve(many.len().saturating_mul(128));
    out.push_str("{\"results\":[");
    for (number, question) in many.into_iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        let decided = match question {
            Ok(_) if out.len() > ANSWER_BYTES_MAX => Err(Refusal::validation(
                "The answer is too large: ask for fewer reasons at once.",
            )),
            Ok(question) => hearing.decide(&question).await,
            Err(refusal) => Err(refusal),
        };
        match decided {
            Ok(decided) => decided.write(&mut out),
            Err(refusal) => {
                out.push_str("{\"error\":");
                write_refusal(&refusal, &mut out);
                out.push('}');
            }
        }
    }
    out.push_str("]}");
    Ok(out)
}
