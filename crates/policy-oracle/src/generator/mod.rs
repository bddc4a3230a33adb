//! The generator of questions.
//!
//! A question is made towards an end: to be allowed, to be denied by a Deny of some layer, or to be left
//! without an Allow in some layer. First comes the scene (who asks for what), from small vocabularies so
//! that things collide; then every layer that takes part gets an Allow aimed at the request, and noise;
//! then the layer that is to decide is spoiled, often by one detail. Chance undoes some of that again,
//! which is welcome: the end is only a direction, so that all answers are met often.
//!
//! Invariant: the policies are well formed, so that both evaluators can read every question. What is not
//! documented well enough for two readers to agree on its form (variables that are not closed, operators in
//! other cases) is not generated.

mod condition;
mod scene;
mod statement;
mod vocabulary;

use serde_json::{Map, Value, json};

use crate::Choices;
use crate::decision::Layer;
use scene::Scene;
use statement::Aim;
use vocabulary::Kind;

/// A question made of the choices, in the form of a line of `lanyard policy decide`.
pub fn question(choices: &mut Choices) -> Value {
    let end = End::choose(choices);
    let scene = Scene::choose(choices, end.layer());
    let mut question = scene.question();
    for layer in LAYERS {
        if let Some((field, policies)) = policies(choices, &scene, end, layer) {
            question.insert(field.to_owned(), policies);
        }
    }
    Value::Object(question)
}

const LAYERS: [Layer; 7] = [
    Layer::Identity,
    Layer::Boundary,
    Layer::Session,
    Layer::ServiceControl,
    Layer::ResourceControl,
    Layer::Resource,
    Layer::Endpoint,
];

/// What a question is made towards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Allowed,
    Denied(Layer),
    Unanswered(Layer),
    Anything,
}

impl End {
    fn choose(choices: &mut Choices) -> Self {
        let layer = [
            Layer::Identity,
            Layer::Boundary,
            Layer::Session,
            Layer::ServiceControl,
            Layer::ResourceControl,
            Layer::Resource,
            Layer::Trust,
            Layer::Endpoint,
        ]
        .get(choices.below(8))
        .copied()
        .unwrap_or(Layer::Identity);
        match choices.below(20) {
            0..=8 => Self::Allowed,
            9..=12 => Self::Denied(layer),
            13..=18 => Self::Unanswered(layer),
            _ => Self::Anything,
        }
    }

    fn layer(self) -> Option<Layer> {
        match self {
            Self::Denied(layer) | Self::Unanswered(layer) => Some(layer),
            Self::Allowed | Self::Anything => None,
        }
    }

    /// What to aim at in a layer.
    fn aim(self, layer: Layer) -> Aim {
        let is_meant =
            self.layer() == Some(layer) || (self.layer() == Some(Layer::Trust) && layer == Layer::Resource);
        match self {
            Self::Denied(_) if is_meant => Aim::Deny,
            Self::Unanswered(_) if is_meant => Aim::Miss,
            Self::Anything => Aim::Nothing,
            _ => Aim::Allow,
        }
    }

    /// Whether the matter must not be settled before this layer is asked.
    fn needs_to_reach(self, layers: &[Layer]) -> bool {
        matches!(self, Self::Unanswered(layer) if layers.contains(&layer))
    }
}

/// The policies of a layer and the field they stand in; nothing if the layer takes no part.
fn policies(choices: &mut Choices, scene: &Scene, end: End, layer: Layer) -> Option<(&'static str, Value)> {
    let aim = end.aim(layer);
    let is_decisive = matches!(aim, Aim::Deny | Aim::Miss);
    let chance = match layer {
        Layer::Identity => 95,
        Layer::Boundary => 30,
        Layer::Session if scene.kind == Kind::FederatedUser => 85,
        Layer::Session if scene.kind == Kind::Root => 10,
        Layer::Session => 35,
        Layer::ServiceControl => 30,
        Layer::ResourceControl | Layer::Endpoint => 20,
        Layer::Resource | Layer::Trust if scene.needs_resource_policy() => 96,
        Layer::Resource | Layer::Trust => 45,
    };
    if !scene.can_have(layer) || !(is_decisive || choices.chance(chance)) {
        return None;
    }
    // Without policies of its own, the layer does not allow either.
    let is_emptied = aim == Aim::Miss && choices.chance(10);
    let list = |choices: &mut Choices, count: usize| -> Vec<Value> {
        if is_emptied {
            return Vec::new();
        }
        let aimed = choices.below(count);
        (0..count)
            .map(|index| {
                let aim = if index == aimed || aim == Aim::Miss {
                    aim
                } else {
                    Aim::Nothing
                };
                document(choices, scene, layer, aim, end)
            })
            .collect()
    };
    Some(match layer {
        Layer::Identity => {
            let count = 1 + choices.below(3);
            ("identity_policies", Value::Array(list(choices, count)))
        }
        Layer::Boundary => ("boundary", Value::Array(list(choices, 1))),
        Layer::Session => {
            let count = 1 + choices.below(2);
            ("session_policies", Value::Array(list(choices, count)))
        }
        Layer::ServiceControl => ("scps", organization(choices, scene, layer, aim, end)),
        Layer::ResourceControl => ("rcps", organization(choices, scene, layer, aim, end)),
        Layer::Resource | Layer::Trust if is_emptied => ("resource_policy", Value::Null),
        Layer::Resource | Layer::Trust => (
            "resource_policy",
            document(choices, scene, Layer::Resource, aim, end),
        ),
        Layer::Endpoint => ("endpoint_policies", Value::Array(list(choices, 1))),
    })
}

/// The levels of an organization, of which one is to decide.
fn organization(choices: &mut Choices, scene: &Scene, layer: Layer, aim: Aim, end: End) -> Value {
    let levels = 1 + choices.below(3);
    let decisive = choices.below(levels);
    let levels: Vec<Value> = (0..levels)
        .map(|level| {
            let aim = if level == decisive { aim } else { Aim::Allow };
            let mut policies = vec![document(choices, scene, layer, aim, end)];
            if choices.chance(25) {
                let aim = if aim == Aim::Miss { aim } else { Aim::Nothing };
                policies.push(document(choices, scene, layer, aim, end));
            }
            Value::Array(policies)
        })
        .collect();
    Value::Array(levels)
}

fn document(choices: &mut Choices, scene: &Scene, layer: Layer, aim: Aim, end: End) -> Value {
    let mut statements = Vec::new();
    match aim {
        Aim::Nothing => {}
        Aim::Deny => {
            statements.push(statement::aimed(choices, scene, layer, Aim::Deny, end));
            statements.push(statement::aimed(choices, scene, layer, Aim::Allow, end));
        }
        aim => statements.push(statement::aimed(choices, scene, layer, aim, end)),
    }
    let noise = if statements.is_empty() {
        1 + choices.below(2)
    } else {
        choices.below(8).saturating_sub(5)
    };
    for _ in 0..noise {
        let only_denies = aim == Aim::Miss && choices.chance(50);
        statements.push(statement::random(choices, scene, layer, only_denies));
    }
    let rotation = choices.below(statements.len());
    statements.rotate_left(rotation);

    let mut document = Map::new();
    match choices.below(20) {
        0 => {}
        1 => drop(document.insert("Version".to_owned(), json!("2008-10-17"))),
        _ => drop(document.insert("Version".to_owned(), json!("2012-10-17"))),
    }
    let statement = match statements.len() {
        1 if choices.chance(20) => statements.pop().unwrap_or_default(),
        _ => Value::Array(statements),
    };
    document.insert("Statement".to_owned(), statement);
    Value::Object(document)
}
