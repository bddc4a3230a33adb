//! The engine and its slow twin, on a question that the bytes choose.

use lanyard_policy::Effect;
use lanyard_policy_cases::Question;
use lanyard_policy_oracle::{Choices, Decision, Verdict, decide, question};

/// - Both read the question, or neither.
/// - Both decide it alike, and where something denies, the engine names a layer that the twin names as well.
/// - The explanation comes to the decision.
pub fn evaluator(data: &[u8]) {
    let value = question(&mut Choices::from_bytes(data));
    let (question, verdict) = match (Question::from_value(&value), decide(&value)) {
        (Ok(question), Ok(verdict)) => (question, verdict),
        (Err(_), Err(_)) => return,
        (question, verdict) => panic!(
            "only one reads it: {:?}, {:?}\n{value}",
            question.err(),
            verdict.err()
        ),
    };
    let decided = question.decide();
    assert_eq!(
        decided.effect,
        question.explain().effect,
        "explained otherwise\n{value}"
    );
    let layer = decided.layer.map(|layer| format!("{layer:?}"));
    assert!(
        is_same(decided.effect, layer.as_deref(), &verdict),
        "the engine says {:?} by {layer:?}, the twin {verdict:?}\n{value}",
        decided.effect
    );
}

fn is_same(effect: Effect, layer: Option<&str>, verdict: &Verdict) -> bool {
    let decision = match effect {
        Effect::Allow => Decision::Allowed,
        Effect::ExplicitDeny => Decision::ExplicitlyDenied,
        Effect::ImplicitDeny => Decision::ImplicitlyDenied,
    };
    let is_named = verdict
        .layers
        .iter()
        .any(|expected| Some(expected.as_str()) == layer);
    decision == verdict.decision && (verdict.layers.is_empty() || is_named)
}
