//! The engine and its twin give the same answers, and the engine explains what it decides.

use lanyard_policy::Effect;
use lanyard_policy_cases::Question;
use lanyard_policy_oracle::{Choices, Decision, decide, question};
use serde_json::Value;

use crate::seeds::seeds;
use crate::shrink::shrink;

/// Says in which way the two disagree, if they do.
pub(crate) fn disagreement(value: &Value) -> Option<String> {
    let (question, verdict) = match (Question::from_value(value), decide(value)) {
        (Ok(question), Ok(verdict)) => (question, verdict),
        (Err(error), Ok(_)) => return Some(format!("only the oracle reads it: {error}")),
        (Ok(_), Err(error)) => return Some(format!("only the engine reads it: {error}")),
        (Err(_), Err(_)) => return None,
    };
    let decided = question.decide();
    let explained = question.explain();
    if decided.effect != explained.effect {
        return Some(format!(
            "decided {:?}, explained {:?}",
            decided.effect, explained.effect
        ));
    }
    let effect = match decided.effect {
        Effect::Allow => Decision::Allowed,
        Effect::ExplicitDeny => Decision::ExplicitlyDenied,
        Effect::ImplicitDeny => Decision::ImplicitlyDenied,
    };
    let layer = decided.layer.map(|layer| format!("{layer:?}"));
    let is_same_layer = verdict.layers.is_empty()
        || verdict
            .layers
            .iter()
            .any(|expected| Some(expected.as_str()) == layer.as_deref());
    if effect == verdict.decision && is_same_layer {
        return None;
    }
    Some(format!(
        "the engine says {effect:?} by {layer:?}, the oracle {verdict:?}"
    ))
}

#[test]
fn the_engine_and_its_twin_agree() {
    for seed in seeds(12_000) {
        let value = question(&mut Choices::from_seed(seed));
        if disagreement(&value).is_some() {
            let is_no_reading_error = |text: String| !text.contains("reads it");
            let smallest = shrink(&value, |smaller| {
                disagreement(smaller).is_some_and(is_no_reading_error)
            });
            panic!(
                "seed {seed}: {}\n{smallest:#}",
                disagreement(&smallest).unwrap_or_default()
            );
        }
    }
}

/// Bytes are what a fuzzer hands in: whatever they are, they make a question that both can read.
#[test]
fn bytes_make_questions_that_both_understand() {
    let mut noise = Choices::from_seed(1);
    for length in 0..300 {
        let bytes: Vec<u8> = (0..length)
            .map(|_| u8::try_from(noise.below(256)).unwrap())
            .collect();
        let value = question(&mut Choices::from_bytes(&bytes));
        assert_eq!(disagreement(&value), None, "{value:#}");
    }
}
