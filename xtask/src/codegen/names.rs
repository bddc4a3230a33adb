//! AWS's names as Rust writes them.

/// `OpenIDConnectProviderArn` → `open_id_connect_provider_arn`.
pub(crate) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 8);
    for (index, &letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            out.push('_');
            continue;
        }
        let before = index.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(index + 1);
        let starts_word = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() && before.is_ascii_alphanumeric()
                    || after.is_some_and(char::is_ascii_lowercase) && before.is_ascii_alphanumeric()
            });
        if starts_word {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// `NoSuchEntity` → `NO_SUCH_ENTITY`.
pub(crate) fn screaming(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// `statusType` → `StatusType`; shapes are named both ways in the model.
pub(crate) fn type_name(shape: &str) -> String {
    let mut letters = shape.chars();
    match letters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + letters.as_str(),
        None => String::new(),
    }
}

/// An enum value as a variant: `SERVICE_LEVEL` → `ServiceLevel`, `text/csv` → `TextCsv`.
pub(crate) fn variant(value: &str) -> String {
    value
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .map(|word| {
            let word = if word.chars().any(|letter| letter.is_ascii_lowercase()) {
                word.to_owned()
            } else {
                word.to_ascii_lowercase()
            };
            type_name(&word)
        })
        .collect()
}

/// A member as a field; a Rust keyword is written raw.
pub(crate) fn field(member: &str) -> String {
    let name = snake(member);
    match name.as_str() {
        "type" | "ref" | "self" | "use" | "match" | "move" | "where" | "default" => format!("r#{name}"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::{screaming, snake, variant};

    #[test]
    fn initialisms_stay_whole() {
        assert_eq!(snake("OpenIDConnectProviderArn"), "open_id_connect_provider_arn");
        assert_eq!(snake("SAMLMetadataDocument"), "saml_metadata_document");
        assert_eq!(snake("Base32StringSeed"), "base32_string_seed");
        assert_eq!(snake("QRCodePNG"), "qr_code_png");
        assert_eq!(screaming("DuplicateSSHPublicKey"), "DUPLICATE_SSH_PUBLIC_KEY");
    }

    #[test]
    fn enum_values_become_variants() {
        assert_eq!(variant("SERVICE_LEVEL"), "ServiceLevel");
        assert_eq!(variant("text/csv"), "TextCsv");
        assert_eq!(variant("explicitDeny"), "ExplicitDeny");
        assert_eq!(variant("AWSManagedPolicy"), "AWSManagedPolicy");
    }
}
