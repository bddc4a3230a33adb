//! Patterns of actions, as they stand in policies.

/// `s3:Get*`, or `*`.
#[derive(Debug, Clone)]
pub(crate) struct ActionPattern {
    prefix: String,
    name: String,
}

/// What is left of a pattern within one service.
#[derive(Debug, Clone)]
pub(crate) struct NamePattern {
    name: String,
}

impl ActionPattern {
    pub(crate) fn new(pattern: &str) -> Self {
        let (prefix, name) = match pattern.split_once(':') {
            Some((prefix, name)) => (prefix, name),
            None if pattern == "*" => ("*", "*"),
            // No action is without a colon.
            None => ("", ""),
        };
        Self {
            prefix: prefix.to_ascii_lowercase(),
            name: name.to_ascii_lowercase(),
        }
    }

    /// The pattern for names within a service, if it concerns that service.
    pub(crate) fn in_service(&self, prefix: &str) -> Option<NamePattern> {
        matches(&self.prefix, prefix).then(|| NamePattern {
            name: self.name.clone(),
        })
    }
}

impl NamePattern {
    pub(crate) fn matches(&self, name: &str) -> bool {
        matches(&self.name, name)
    }
}

/// Whether a lower-case pattern of text, `*` and `?` matches the whole name, without regard to its case.
///
/// Names have a few dozen characters at most, so that going back to the last star costs little.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern = pattern.as_bytes();
    let name = name.as_bytes();
    let (mut at, mut from) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(byte) = name.get(from) {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                retry = Some((at, from));
                continue;
            }
            Some(b'?') => {
                at += 1;
                from += 1;
                continue;
            }
            Some(wanted) if *wanted == byte.to_ascii_lowercase() => {
                at += 1;
                from += 1;
                continue;
            }
            _ => {}
        }
        let Some((star, start)) = retry else {
            return false;
        };
        at = star;
        from = start + 1;
        retry = Some((star, from));
    }
    pattern
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}
