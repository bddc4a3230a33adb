//! Whether a bucket policy allows anything to people who do not say who they are.

use super::json::{Fields, Json, field};

/// Whether a statement of a policy allows something to everybody, under whatever conditions. A policy that cannot be
/// read allows nothing.
pub(crate) fn allows_everybody(text: &str) -> bool {
    let Ok(Json::Object(policy)) = serde_json::from_str(text) else {
        return false;
    };
    let statements = match field(&policy, "Statement") {
        Some(Json::List(statements)) => statements.as_slice(),
        Some(statement) => std::slice::from_ref(statement),
        None => &[],
    };
    statements.iter().any(|statement| match statement {
        Json::Object(fields) => is_allow(fields) && is_for_everybody(fields),
        _ => false,
    })
}

fn is_allow(statement: &Fields) -> bool {
    matches!(field(statement, "Effect"), Some(Json::Text(effect)) if effect == "Allow")
}

fn is_for_everybody(statement: &Fields) -> bool {
    if field(statement, "NotPrincipal").is_some() {
        return true;
    }
    match field(statement, "Principal") {
        Some(Json::Text(principal)) => principal == "*",
        Some(Json::Object(kinds)) => field(kinds, "AWS")
            .and_then(Json::texts)
            .is_some_and(|principals| principals.contains(&"*")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::allows_everybody;

    fn check(statement: &str, expected: bool) {
        for text in [
            format!(r#"{{"Statement":{statement}}}"#),
            format!(r#"{{"Statement":[{{"Effect":"Deny","Principal":"*"}},{statement}]}}"#),
        ] {
            assert_eq!(allows_everybody(&text), expected, "{text}");
        }
    }

    #[test]
    fn everybody_is_a_star_or_all_but_somebody() {
        check(r#"{"Effect":"Allow","Principal":"*","Condition":{}}"#, true);
        check(r#"{"Effect":"Allow","Principal":{"AWS":"*"}}"#, true);
        check(
            r#"{"Effect":"Allow","Principal":{"AWS":["111122223333","*"]}}"#,
            true,
        );
        check(
            r#"{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"}}"#,
            true,
        );
        check(r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"}}"#, false);
        check(r#"{"Effect":"Allow","Principal":{"Service":"*"}}"#, false);
        check(r#"{"Effect":"Deny","Principal":"*"}"#, false);
        check("7", false);
        assert!(!allows_everybody("no JSON"));
    }
}
