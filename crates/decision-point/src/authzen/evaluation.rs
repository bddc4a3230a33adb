//! Questions and their decisions.

use super::request::{Many, Tuple, read, text};
use super::terms::Terms;
use super::write;
use crate::hearing::Hearing;
use crate::refusal::Refusal;

/// Decides one question.
pub(crate) async fn one(
    terms: &Terms<'_>,
    hearing: &mut Hearing<'_>,
    body: &[u8],
) -> Result<String, Refusal> {
    let tuple: Tuple = read(text(body)?)?;
    let outcome = decided(terms, hearing, &tuple).await;
    if let Err(refusal) = write::decision(&outcome) {
        return Err(refusal.clone());
    }
    let mut out = String::new();
    write::outcome(&outcome, &mut out);
    Ok(out)
}

/// Decides many. What is wrong with one of them is a denial of it.
pub(crate) async fn many(
    terms: &Terms<'_>,
    hearing: &mut Hearing<'_>,
    body: &[u8],
) -> Result<String, Refusal> {
    let body_text = text(body)?;
    let request: Many<'_> = read(body_text)?;
    let defaults: Tuple = read(body_text)?;
    let semantic = request.options.0.unwrap_or_default();
    let semantic = semantic.evaluations_semantic.0.unwrap_or_default();
    let questions = match request.evaluations.0 {
        Some(questions) => questions.all()?,
        None => Vec::new(),
    };
    // The specification wants a request without any to be one question.
    if questions.is_empty() {
        return one(terms, hearing, body).await;
    }
    let mut out = String::from("{\"evaluations\":[");
    for (number, raw) in questions.into_iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        let outcome = match read::<Tuple>(raw.get()) {
            Ok(tuple) => decided(terms, hearing, &tuple.or(&defaults)).await,
            Err(refusal) => Err(refusal),
        };
        write::outcome(&outcome, &mut out);
        if semantic.ends_at(write::decision(&outcome).unwrap_or(false)) {
            break;
        }
    }
    out.push_str("]}");
    Ok(out)
}

async fn decided(terms: &Terms<'_>, hearing: &mut Hearing<'_>, tuple: &Tuple) -> write::Outcome {
    let question = terms.question(tuple)?;
    hearing.decide(&question).await
}
