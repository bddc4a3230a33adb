//! What is known in part only is never allowed where one of the things that it may be is not: each unknown text is
//! replaced by such as could stand there, which is asked as an ordinary question.

use lanyard_policy::Effect;
use lanyard_policy_cases::Question;
use lanyard_policy_oracle::{Choices, question};
use serde_json::{Map, Value, json};

use crate::seeds::seeds;
use crate::shrink::shrink;

/// How many things are tried that one question may mean.
const COMPLETIONS: usize = 12;

/// Texts that ids have, also odd ones: letters that somebody could take for such as stand for what is not known.
const TEXTS: [&str; 13] = [
    "",
    "a",
    "b",
    "ab",
    "key",
    "bucket",
    "A",
    "1",
    "x/y",
    "\u{e000}",
    "\u{f8ff}",
    "\u{f8ff}\u{f8ff}",
    "\u{10400}",
];

#[test]
fn what_may_be_denied_is_not_allowed() {
    let mut allowed = 0;
    for seed in seeds(2_000) {
        let choices = &mut Choices::from_seed(seed);
        let plain = question(choices);
        let blurred = blurred(choices, plain);
        if is_allowed(&blurred) != Some(true) {
            continue;
        }
        allowed += 1;
        for _ in 0..COMPLETIONS {
            let meant = meant(choices, &blurred);
            if is_wrong(&blurred, &meant) {
                let smallest = shrink(&blurred, |smaller| is_wrong(smaller, &meant));
                panic!(
                    "seed {seed}: {smallest:#}\nallowed, but not as\n{:#}",
                    completed(&smallest, &meant)
                );
            }
        }
    }
    assert!(allowed > 0, "nothing was allowed, so nothing was found out");
}

/// Whether it is allowed, and one of the questions that it may mean is not.
fn is_wrong(blurred: &Value, meant: &Value) -> bool {
    is_allowed(blurred) == Some(true) && is_allowed(&completed(blurred, meant)) == Some(false)
}

/// `None` if it is no question.
fn is_allowed(question: &Value) -> Option<bool> {
    let question = Question::from_value(question).ok()?;
    Some(question.decide().effect == Effect::Allow)
}

/// The question with parts of the resource and some keys unknown, and policies that are about such resources.
fn blurred(choices: &mut Choices, question: Value) -> Value {
    let mut question = question;
    let resource = question["resource"].as_str().unwrap_or_default().to_owned();
    let is_role = resource.contains(":role/");
    if resource.starts_with("arn:aws:") && !is_role && choices.chance(70) {
        let mut unknown = resource.clone();
        for _ in 0..=choices.below(2) {
            unknown = replaced(choices, &unknown, &["*"]);
        }
        question["resource"] = json!(unknown);
        question["partly_known"] = json!(true);
        if choices.chance(30) {
            question["resource_account"] = Value::Null;
        }
        each_resource(&mut question, &mut |value| {
            if choices.chance(40) {
                let mut pattern = resource.clone();
                for _ in 0..=choices.below(3) {
                    let wildcards = [
                        "*",
                        "?",
                        "??",
                        "?*",
                        "*?",
                        "${aws:username}",
                        "\u{f8ff}*",
                        "\u{e000}*",
                    ];
                    pattern = replaced(choices, &pattern, &wildcards);
                }
                *value = json!(pattern);
            }
        });
    }
    let mut context = question["context"].as_object().cloned().unwrap_or_default();
    for value in context.values_mut().filter(|_| choices.chance(20)) {
        *value = Value::Null;
    }
    question["context"] = Value::Object(context);
    question
}

/// A text with a stretch of it replaced, behind `arn:aws:`.
fn replaced(choices: &mut Choices, text: &str, by: &[&str]) -> String {
    let letters: Vec<char> = text.chars().collect();
    let from = 8 + choices.below(letters.len().saturating_sub(8).max(1));
    let to = (from + choices.below(4)).min(letters.len());
    // Most of it in the last part, where ids stand; and colons stay, for what is unknown has none.
    let last = letters
        .iter()
        .rposition(|letter| ":/".contains(*letter))
        .unwrap_or(8)
        + 1;
    let (from, to) = if choices.chance(70) {
        (last, last + choices.below(4))
    } else {
        (from, to)
    };
    let to = to.min(letters.len());
    let from = from.min(to);
    let stretch = letters.get(from..to).unwrap_or_default();
    if stretch.contains(&':') {
        return text.to_owned();
    }
    let head: String = letters.iter().take(from).collect();
    let tail: String = letters.iter().skip(to).collect();
    format!("{head}{}{tail}", choices.pick(by).unwrap_or_default())
}

/// Calls for each text of a Resource or NotResource element.
fn each_resource(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_resource(item, change)),
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("Resource" | "NotResource", Value::Array(list)) => {
                        list.iter_mut().for_each(&mut *change)
                    }
                    ("Resource" | "NotResource", text) if text.is_string() => change(text),
                    (_, member) => each_resource(member, change),
                }
            }
        }
        _ => {}
    }
}

/// What the unknown parts of a question may be: texts for the stars of its resource, and values of keys.
fn meant(choices: &mut Choices, question: &Value) -> Value {
    let mut words: Vec<String> = TEXTS.map(str::to_owned).to_vec();
    collect_words(question, &mut words);
    words.sort_unstable();
    words.dedup();
    let word = |choices: &mut Choices| -> String {
        let at = choices.below(words.len());
        words.get(at).cloned().unwrap_or_default()
    };
    let stars = question["resource"]
        .as_str()
        .unwrap_or_default()
        .matches('*')
        .count();
    let texts: Vec<String> = (0..stars)
        .map(|_| word(choices))
        .map(|text| {
            if text.contains([':', '*']) {
                "z".to_owned()
            } else {
                text
            }
        })
        .collect();
    let mut keys = Map::new();
    let mut mentioned = Vec::new();
    collect_keys(question, &mut mentioned);
    let context = question["context"].as_object().cloned().unwrap_or_default();
    for (key, _) in context.iter().filter(|(_, value)| value.is_null()) {
        let key = key.to_ascii_lowercase();
        let begins_so = |name: &&String| key.ends_with('/') && name.starts_with(&key);
        let of_key: Vec<String> = mentioned
            .iter()
            .filter(begins_so)
            .cloned()
            .chain([key.clone()])
            .collect();
        for name in of_key {
            let value = match choices.below(4) {
                0 => continue,
                1 => json!([word(choices), word(choices)]),
                _ => json!(word(choices)),
            };
            keys.insert(name, value);
        }
    }
    json!({"texts": texts, "keys": keys})
}

fn completed(question: &Value, meant: &Value) -> Value {
    let mut question = question.clone();
    if question["partly_known"] == json!(true) {
        let mut resource = question["resource"].as_str().unwrap_or_default().to_owned();
        let texts = meant["texts"].as_array().cloned().unwrap_or_default();
        for text in texts.iter().filter_map(Value::as_str) {
            // A star in the text would be taken for the next one.
            resource = resource.replacen('*', text, 1);
        }
        question["resource"] = json!(resource);
        question["partly_known"] = json!(false);
    }
    let context = question["context"].as_object().cloned().unwrap_or_default();
    let known = context.iter().filter(|(_, value)| !value.is_null());
    let mut known: Map<String, Value> = known.map(|(key, value)| (key.clone(), value.clone())).collect();
    for (key, value) in meant["keys"].as_object().into_iter().flatten() {
        let is_known = known.keys().any(|other| other.eq_ignore_ascii_case(key));
        if !is_known {
            known.insert(key.clone(), value.clone());
        }
    }
    question["context"] = Value::Object(known);
    question
}

/// Texts of policies and requests, and the pieces of them that stand between what has a meaning.
fn collect_words(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            words.push(text.clone());
            words.extend(text.split(['*', '?', '/', ':', '$']).map(str::to_owned));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_words(item, words)),
        Value::Object(members) => members.values().for_each(|member| collect_words(member, words)),
        _ => {}
    }
}

/// The names of keys in conditions and variables, in small letters.
fn collect_keys(value: &Value, keys: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let variables = text.split("${").skip(1);
            keys.extend(
                variables
                    .filter_map(|rest| rest.split(['}', ',']).next())
                    .map(str::to_ascii_lowercase),
            );
        }
        Value::Array(items) => items.iter().for_each(|item| collect_keys(item, keys)),
        Value::Object(members) => {
            for (name, member) in members {
                if name == "Condition" {
                    let operators = member.as_object().into_iter().flatten();
                    for condition in operators.filter_map(|(_, keys)| keys.as_object()) {
                        keys.extend(condition.keys().map(|key| key.to_ascii_lowercase()));
                    }
                }
                collect_keys(member, keys);
            }
        }
        _ => {}
    }
}
