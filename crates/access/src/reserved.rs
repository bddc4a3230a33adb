//! Condition keys that this crate sets and nobody else.

/// Keys about the principal and its credentials, and about whose the resource is: only the directory and a verified
/// session know them.
pub(crate) fn is_of_principal(name: &str) -> bool {
    const PREFIXES: [&str; 4] = [
        "aws:principal",
        "aws:multifactorauth",
        "aws:federatedprovider",
        "aws:assumedroot",
    ];
    const NAMES: [&str; 6] = [
        "aws:userid",
        "aws:username",
        "aws:tokenissuetime",
        "aws:sourceidentity",
        "aws:viaawsservice",
        "aws:resourceaccount",
    ];
    is_global(name) && (begins_with_any(name, &PREFIXES) || is_any(name, &NAMES))
}

/// Keys about the request itself, which the listener knows best.
pub(crate) fn is_of_request(name: &str) -> bool {
    const NAMES: [&str; 7] = [
        "aws:sourceip",
        "aws:securetransport",
        "aws:currenttime",
        "aws:epochtime",
        "aws:requestedregion",
        "aws:useragent",
        "aws:referer",
    ];
    is_global(name) && is_any(name, &NAMES)
}

/// Whether a key is one of those that mean the same to every service, as all that are set here are.
fn is_global(name: &str) -> bool {
    begins_with_any(name, &["aws:"])
}

/// The two names of the time of a request.
pub(crate) fn is_time(name: &str) -> bool {
    is_any(name, &["aws:currenttime", "aws:epochtime"])
}

fn begins_with_any(name: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| {
        name.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    })
}

fn is_any(name: &str, names: &[&str]) -> bool {
    names.iter().any(|other| name.eq_ignore_ascii_case(other))
}
