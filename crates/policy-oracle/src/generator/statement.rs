//! Statements: aimed at the request, missing it by a detail, or at random.

use serde_json::{Map, Value, json};

use super::End;
use super::condition;
use super::scene::Scene;
use super::vocabulary::{self, HOME, Kind, NAMES};
use crate::Choices;
use crate::decision::Layer;

/// What a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    Allow,
    Deny,
    /// An Allow that would match but for one element.
    Miss,
    Nothing,
}

/// The element by which a statement misses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Action,
    Resource,
    Principal,
    Condition,
}

/// A statement made for the request.
pub(super) fn aimed(choices: &mut Choices, scene: &Scene, layer: Layer, aim: Aim, end: End) -> Value {
    let missing = (aim == Aim::Miss).then(|| missing_element(choices, scene, layer));
    let effect = if aim == Aim::Deny { "Deny" } else { "Allow" };
    let mut statement = Map::new();
    if choices.chance(15) {
        statement.insert("Sid".to_owned(), json!("S"));
    }
    statement.insert("Effect".to_owned(), json!(effect));
    let hits = |element| missing != Some(element);
    insert(
        &mut statement,
        "Action",
        action(choices, scene, hits(Element::Action)),
    );
    if has_resource(scene, layer) {
        insert(
            &mut statement,
            "Resource",
            resource(choices, scene, hits(Element::Resource)),
        );
    }
    if has_principal(layer) {
        let element = match layer {
            Layer::ResourceControl => (false, json!("*")),
            _ => principal(choices, scene, layer, hits(Element::Principal), aim, end),
        };
        insert(&mut statement, "Principal", element);
    }
    let is_conditional = !hits(Element::Condition) || choices.chance(35);
    if is_conditional {
        let condition = condition::aimed(choices, scene, hits(Element::Condition));
        statement.insert("Condition".to_owned(), condition);
    }
    Value::Object(statement)
}

/// A statement of whatever the vocabularies hold.
pub(super) fn random(choices: &mut Choices, scene: &Scene, layer: Layer, only_denies: bool) -> Value {
    let is_deny = only_denies || choices.chance(25);
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), json!(if is_deny { "Deny" } else { "Allow" }));
    let hits = choices.chance(40);
    insert(&mut statement, "Action", action(choices, scene, hits));
    if has_resource(scene, layer) {
        let hits = choices.chance(40);
        insert(&mut statement, "Resource", resource(choices, scene, hits));
    }
    if has_principal(layer) {
        let element = match layer {
            Layer::ResourceControl => (false, json!("*")),
            _ => (
                choices.chance(if scene.is_about_trust { 2 } else { 12 }),
                random_principal(choices),
            ),
        };
        insert(&mut statement, "Principal", element);
    }
    if choices.chance(60) {
        statement.insert("Condition".to_owned(), condition::random(choices, scene));
    }
    if choices.chance(1) {
        // An element where it does not belong, or none where it does.
        let element = choices.pick(&["Principal", "Resource"]).unwrap_or_default();
        if statement.remove(element).is_none() && !statement.contains_key(&format!("Not{element}")) {
            statement.insert(element.to_owned(), json!("*"));
        }
    }
    Value::Object(statement)
}

fn missing_element(choices: &mut Choices, scene: &Scene, layer: Layer) -> Element {
    match choices.below(4) {
        1 if has_resource(scene, layer) => Element::Resource,
        2 if has_principal(layer) && layer != Layer::ResourceControl => Element::Principal,
        3 => Element::Condition,
        _ => Element::Action,
    }
}

/// A trust policy has no Resource.
fn has_resource(scene: &Scene, layer: Layer) -> bool {
    !(scene.is_about_trust && layer == Layer::Resource)
}

fn has_principal(layer: Layer) -> bool {
    matches!(
        layer,
        Layer::Resource | Layer::Trust | Layer::ResourceControl | Layer::Endpoint
    )
}

fn insert(statement: &mut Map<String, Value>, name: &str, (is_negated, value): (bool, Value)) {
    let name = if is_negated {
        format!("Not{name}")
    } else {
        name.to_owned()
    };
    statement.insert(name, value);
}

/// One value, or a list with it somewhere.
fn listed(choices: &mut Choices, value: String, other: fn(&mut Choices) -> &'static str) -> Value {
    if choices.chance(65) {
        return json!(value);
    }
    let mut list = vec![value];
    for _ in 0..choices.below(3) {
        list.push(other(choices).to_owned());
    }
    let rotation = choices.below(list.len());
    list.rotate_left(rotation);
    json!(list)
}

fn action(choices: &mut Choices, scene: &Scene, hits: bool) -> (bool, Value) {
    let is_negated = choices.chance(8);
    if hits == is_negated {
        let value = vocabulary::other_action(choices).to_owned();
        let list = if !is_negated && choices.chance(3) {
            json!([])
        } else {
            listed(choices, value, vocabulary::other_action)
        };
        return (is_negated, list);
    }
    let (service, name) = scene.action.split_once(':').unwrap_or_default();
    let start: String = name.chars().take(3).collect();
    let rest: String = name.chars().skip(1).collect();
    let pattern = match choices.below(9) {
        0 => "*".to_owned(),
        1 | 2 => scene.action.clone(),
        3 => format!("{service}:*"),
        4 => format!("{service}:{start}*"),
        5 => format!("{service}:?{rest}"),
        6 => scene.action.to_ascii_lowercase(),
        7 => format!("{service}:*{rest}*"),
        _ => format!("{}*:{start}*", service.chars().take(1).collect::<String>()),
    };
    (is_negated, listed(choices, pattern, vocabulary::other_action))
}

fn resource(choices: &mut Choices, scene: &Scene, hits: bool) -> (bool, Value) {
    let is_negated = choices.chance(8);
    if hits == is_negated {
        let value = vocabulary::other_resource(choices).to_owned();
        let list = if !is_negated && choices.chance(3) {
            json!([])
        } else {
            listed(choices, value, vocabulary::other_resource)
        };
        return (is_negated, list);
    }
    let arn = &scene.resource;
    let head_length = arn.rfind([':', '/']).map_or(0, |at| at + 1);
    let (head, tail) = arn.split_at_checked(head_length).unwrap_or_default();
    let tail_after_first: String = tail.chars().skip(1).collect();
    let part = |index| arn.splitn(6, ':').nth(index).unwrap_or_default();
    let pattern = match choices.below(9) {
        _ if scene.is_wildcard_only && !choices.chance(15) => "*".to_owned(),
        _ if arn == "*" => "*".to_owned(),
        0 | 1 => "*".to_owned(),
        2 | 3 => arn.clone(),
        4 => format!("{head}*"),
        5 => format!("{head}?{tail_after_first}"),
        6 => format!(
            "arn:*:{}:*:*:{}*",
            part(2),
            part(5).chars().take(1).collect::<String>()
        ),
        7 => format!("{head}${{example:None, '{tail}'}}"),
        _ => with_variable(scene),
    };
    (is_negated, listed(choices, pattern, vocabulary::other_resource))
}

/// The resource, with a value that the request has anyway written as a variable.
fn with_variable(scene: &Scene) -> String {
    for key in ["aws:username", "aws:PrincipalTag/team", "s3:prefix"] {
        let values = scene.values_of(key).unwrap_or_default();
        if let Some(value) = values.first()
            && let Some(at) = scene.resource.rfind(value.as_str())
            && !value.is_empty()
            && scene
                .resource
                .get(..at)
                .is_some_and(|before| before.matches(':').count() >= 5)
        {
            let (before, after) = scene.resource.split_at(at);
            return format!(
                "{before}${{{key}}}{}",
                after.strip_prefix(value.as_str()).unwrap_or_default()
            );
        }
    }
    scene.resource.clone()
}

fn principal(
    choices: &mut Choices,
    scene: &Scene,
    layer: Layer,
    hits: bool,
    aim: Aim,
    end: End,
) -> (bool, Value) {
    let names = vocabulary::names(scene.kind);
    let is_trust = scene.is_about_trust && layer == Layer::Resource;
    let chance = match (is_trust, aim) {
        (true, _) => 2,
        (false, Aim::Deny) => 15,
        (false, _) => 3,
    };
    if choices.chance(chance) {
        // NotPrincipal: a Deny hits those who are not listed at every level.
        let mut listed = Map::new();
        for (kind, name) in names.iter().chain(&NAMES) {
            if choices.chance(if hits == (aim == Aim::Deny) { 25 } else { 60 }) && *name != "*" {
                add(&mut listed, kind, name);
            }
        }
        if listed.is_empty() {
            add(&mut listed, "AWS", "333333333333");
        }
        return (true, Value::Object(listed));
    }
    if !hits {
        let others: Vec<_> = NAMES
            .iter()
            .filter(|name| !names.contains(name) && name.1 != "*")
            .collect();
        let mut listed = Map::new();
        for _ in 0..choices.below(3) {
            if let Some((kind, name)) = choices.pick(&others) {
                add(&mut listed, kind, name);
            }
        }
        if listed.is_empty() {
            add(&mut listed, "AWS", "333333333333");
        }
        return (false, Value::Object(listed));
    }
    // To reach a later layer, the resource's policy must leave the matter open.
    let must_stay_open = layer == Layer::Resource
        && aim == Aim::Allow
        && end.needs_to_reach(&[Layer::Identity, Layer::Boundary, Layer::Session])
        && choices.chance(80);
    if must_stay_open || (layer == Layer::Endpoint && choices.chance(70)) {
        let everyone = json!("*");
        let account = json!({"AWS": HOME});
        return (false, if must_stay_open { account } else { everyone });
    }
    let everyone_is_clear = !matches!(scene.kind, Kind::WebIdentity | Kind::Saml);
    if everyone_is_clear && choices.chance(12) {
        return (false, json!("*"));
    }
    let mut listed = Map::new();
    if let Some((kind, name)) = names.get(choices.below(names.len())) {
        add(&mut listed, kind, name);
    }
    while choices.chance(20) {
        if let Some((kind, name)) = NAMES.get(choices.below(NAMES.len())) {
            add(&mut listed, kind, name);
        }
    }
    (false, Value::Object(listed))
}

fn random_principal(choices: &mut Choices) -> Value {
    if choices.chance(10) {
        return json!("*");
    }
    let mut listed = Map::new();
    for _ in 0..=choices.below(3) {
        if let Some((kind, name)) = NAMES.get(choices.below(NAMES.len())) {
            add(&mut listed, kind, name);
        }
    }
    Value::Object(listed)
}

/// Adds a name to a principal element; one name stands alone, several in a list.
fn add(element: &mut Map<String, Value>, kind: &str, name: &str) {
    let value = match element.get(kind) {
        None => json!(name),
        Some(Value::Array(list)) => json!([list.as_slice(), &[json!(name)]].concat()),
        Some(one) => json!([one, name]),
    };
    element.insert(kind.to_owned(), value);
}
