//! Condition keys that this crate sets and nobody else.

/// Keys about the principal and its credentials, and about whose the resource is: only the directory and a verified
/// session know them.
pub(crate) fn is_of_principal(name: &str) -> bool {
    const PREFIXES: [&str; 5] = [
        "aws:principal",
        "aws:calledvia",
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

/// Keys that nobody who asks about somebody else may supply: beside those about the principal, those that say how it
/// came by its credentials or through which service it asks, and whose the resource is.
///
/// Only names in ASCII may be put here: another letter can be the same to a policy (`K` and the sign for kelvin).
pub(crate) fn is_not_for_askers(name: &str) -> bool {
    const PREFIXES: [&str; 7] = [
        "aws:viaaws",
        "aws:ec2instancesource",
        "aws:chatbotsource",
        "aws:signinsession",
        "aws:resourceorg",
        "saml:",
        "identitystore:",
    ];
    const NAMES: [&str; 10] = [
        "aws:sourceowner",
        "s3:resourceaccount",
        "ec2:roledelivery",
        "ec2:sourceinstancearn",
        "ssm:sourceinstancearn",
        "lambda:sourcefunctionarn",
        "codebuild:buildarn",
        "codebuild:projectarn",
        "glue:roleassumedby",
        "glue:credentialissuingservice",
    ];
    is_claim(name) || is_of_principal(name) || begins_with_any(name, &PREFIXES) || is_any(name, &NAMES)
}

/// Keys about the resource, which are for its own account to know.
pub(crate) fn is_of_resource(name: &str) -> bool {
    const PREFIXES: [&str; 3] = ["aws:resource", "s3:existingobjecttag/", "s3:buckettag/"];
    // Services have keys of their own for tags: `ec2:ResourceTag/…`.
    let of_service = name.split_once(':').map_or(name, |(_, rest)| rest);
    begins_with_any(name, &PREFIXES)
        || begins_with_any(of_service, &["resourcetag/"])
        || is_any(name, &["s3:resourceaccount"])
}

/// The claims of identity providers stand behind the provider's URL: a host, mostly one of DNS, and perhaps a port and a
/// path. Without dots, those that sessions keep are known by their names.
fn is_claim(name: &str) -> bool {
    const LASTING: [&str; 3] = ["amr", "aud", "sub"];
    let is_of_dns = |(host, _): (&str, &str)| host.contains('.');
    let is_kept = |(url, claim): (&str, &str)| url.contains([':', '/']) && is_any(claim, &LASTING);
    name.split_once(':').is_some_and(is_of_dns)
        || (!is_global(name) && name.rsplit_once(':').is_some_and(is_kept))
}

/// What a key's value has to be, so that a condition on it cannot be passed by one that nobody can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Address,
    Boolean,
    Time,
    /// Any text, but one.
    Single,
    /// Whatever it is.
    Any,
}

/// The form of a key's value.
pub(crate) fn form_of(name: &str) -> Form {
    const SINGLE: [&str; 11] = [
        "aws:useragent",
        "aws:referer",
        "aws:requestedregion",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:vpceaccount",
        "aws:vpceorgid",
    ];
    const TAGS: [&str; 2] = ["aws:requesttag/", "aws:resourcetag/"];
    if !is_global(name) {
        return Form::Any;
    }
    if is_any(name, &["aws:sourceip", "aws:vpcsourceip"]) {
        Form::Address
    } else if is_any(name, &["aws:securetransport", "aws:ismcpserviceaction"]) {
        Form::Boolean
    } else if is_time(name) {
        Form::Time
    } else if is_any(name, &SINGLE) || begins_with_any(name, &TAGS) {
        Form::Single
    } else {
        Form::Any
    }
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
fn is_time(name: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::is_of_resource;

    #[test]
    fn tags_of_resources_are_for_their_own_account_to_know() {
        for name in [
            "aws:ResourceTag/k",
            "ec2:ResourceTag/k",
            "ssm:resourceTag/k",
            "iam:ResourceTag/k",
        ] {
            assert!(is_of_resource(name), "{name}");
        }
        for name in ["aws:RequestTag/k", "ec2:Region", "kms:RequestAlias"] {
            assert!(!is_of_resource(name), "{name}");
        }
    }
}
