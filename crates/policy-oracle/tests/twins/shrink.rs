//! Makes a question smaller while something stays true of it.

use serde_json::Value;

/// The smallest question found of which `still` holds, starting from one of which it does.
pub(crate) fn shrink(question: &Value, still: impl Fn(&Value) -> bool) -> Value {
    let mut smallest = question.clone();
    loop {
        let smaller = questions(&smallest).into_iter().find(|variant| still(variant));
        match smaller {
            Some(variant) => smallest = variant,
            None => return smallest,
        }
    }
}

/// The same question with one thing less in its policies or its context; who asks for what stays.
fn questions(question: &Value) -> Vec<Value> {
    let mut questions = Vec::new();
    for (field, value) in question.as_object().unwrap() {
        if value.is_object() || value.is_array() {
            let without = if field == "context" {
                Value::Object(serde_json::Map::new())
            } else {
                Value::Null
            };
            let changes = std::iter::once(without)
                .filter(|without| without != value)
                .chain(variants(value));
            questions.extend(changes.map(|change| {
                let mut smaller = question.clone();
                smaller[field] = change;
                smaller
            }));
        }
    }
    questions
}

/// The same value with one thing less. Elements of a statement stay, but for those that may be left out.
fn variants(value: &Value) -> Vec<Value> {
    const NEEDED: [&str; 8] = [
        "Statement",
        "Effect",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Principal",
        "NotPrincipal",
    ];
    let mut variants = Vec::new();
    match value {
        Value::Array(items) => {
            if items.len() == 1 && items[0].is_string() {
                variants.push(items[0].clone());
            }
            for index in 0..items.len() {
                let mut fewer = items.clone();
                fewer.remove(index);
                variants.push(Value::Array(fewer));
            }
            for (index, item) in items.iter().enumerate() {
                for variant in self::variants(item) {
                    let mut changed = items.clone();
                    changed[index] = variant;
                    variants.push(Value::Array(changed));
                }
            }
        }
        Value::Object(members) => {
            for name in members.keys().filter(|name| !NEEDED.contains(&name.as_str())) {
                let mut fewer = members.clone();
                fewer.remove(name);
                variants.push(Value::Object(fewer));
            }
            for (name, member) in members {
                let simplest = match name.as_str() {
                    "Action" | "Resource" | "Principal" if member != "*" => Some(Value::from("*")),
                    _ => None,
                };
                for variant in simplest.into_iter().chain(self::variants(member)) {
                    let mut changed = members.clone();
                    changed[name] = variant;
                    variants.push(Value::Object(changed));
                }
            }
        }
        _ => {}
    }
    variants
}
