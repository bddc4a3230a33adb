//! Names of operations, members and placeholders, taken apart as the rules compare them.

/// A name in lower case, letters and digits only: `DBClusterIdentifier` is `dbclusteridentifier`.
pub(super) fn folded(name: &str) -> String {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    letters
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect()
}

/// What a name says that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Arn,
    Name,
    Id,
    /// A name, an id or an ARN.
    Identifier,
    /// It does not say.
    Bare,
}

/// A folded name without its end, and the end: `tablename` is `table` and a name.
pub(super) fn stem(folded: &str) -> (&str, Kind) {
    for (end, kind) in [
        ("identifier", Kind::Identifier),
        ("name", Kind::Name),
        ("arn", Kind::Arn),
        ("id", Kind::Id),
    ] {
        if let Some(stem) = folded.strip_suffix(end) {
            return (stem, kind);
        }
    }
    (folded, Kind::Bare)
}

/// Whether what a member holds can stand for a placeholder.
///
/// Fails closed: an id is no name. A policy that denies by name would not see the id.
pub(super) fn can_stand_for(member: Kind, placeholder: Kind) -> bool {
    !matches!(
        (member, placeholder),
        (Kind::Arn, _) | (Kind::Name, Kind::Id) | (Kind::Id, Kind::Name)
    )
}

/// The singular of a folded plural.
pub(super) fn singular(folded: &str) -> String {
    if let Some(start) = folded.strip_suffix("ies") {
        return format!("{start}y");
    }
    if folded.ends_with("alias") {
        return folded.to_owned();
    }
    for end in ["sses", "xes", "ches", "shes", "aliases"] {
        if folded.ends_with(end) {
            return folded.strip_suffix("es").unwrap_or(folded).to_owned();
        }
    }
    match folded.strip_suffix('s') {
        Some(start) if !start.ends_with('s') => start.to_owned(),
        _ => folded.to_owned(),
    }
}

/// Verb and folded noun of an operation: `CreateTable` is `Create` and `table`.
pub(super) fn verb_and_noun(operation: &str) -> (&str, String) {
    let second = operation
        .char_indices()
        .skip(1)
        .find(|(_, letter)| letter.is_ascii_uppercase())
        .map_or(operation.len(), |(place, _)| place);
    let (verb, noun) = operation.split_at_checked(second).unwrap_or((operation, ""));
    (verb, folded(noun))
}

/// Whether an operation with this verb makes something that has no name yet.
pub(super) fn makes(verb: &str) -> bool {
    matches!(
        verb,
        "Create" | "Register" | "Allocate" | "Import" | "Purchase" | "Request"
    )
}
