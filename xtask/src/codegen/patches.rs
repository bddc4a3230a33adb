//! The one list of corrections to the models, each with its reason.
//!
//! A correction states what it expects to find, so that a newer model in which
//! the mistake is gone stops the generator instead of being patched twice.

use super::model::{ErrorFacts, Model};
use super::{Result, stop};

/// A correction of one shape.
enum Patch {
    /// The shape's greatest length or value is not what AWS enforces.
    Max { shape: &'static str, from: i64, to: i64 },
    /// The shape's pattern is not what AWS enforces and shows.
    Pattern {
        shape: &'static str,
        from: &'static str,
        to: &'static str,
    },
    /// The shape's one value is another on the wire.
    Value {
        shape: &'static str,
        from: &'static str,
        to: &'static str,
    },
    /// The shape's values are others on the wire.
    Values {
        shape: &'static str,
        from: &'static [&'static str],
        to: &'static [&'static str],
    },
    /// The shape holds a secret that the model does not mark.
    Sensitive { shape: &'static str },
    /// These members are not in every answer, although the model says so.
    Absent {
        shape: &'static str,
        members: &'static [&'static str],
    },
    /// The error has no code and status in the model.
    Error {
        shape: &'static str,
        code: &'static str,
        status: u16,
    },
}

/// `(service, reason, correction)`.
const PATCHES: &[(&str, &str, Patch)] = &[
    (
        "sts",
        "AWS accepts source identities of up to 256 characters, as its user guide says; the model says 64.",
        Patch::Max {
            shape: "sourceIdentityType",
            from: 64,
            to: 256,
        },
    ),
    (
        "iam",
        "AWS shows this pattern in a recorded answer about a list of policies.",
        Patch::Pattern {
            shape: "policyDocumentType",
            from: r"[\u0009\u000A\u000D\u0020-\u00FF]+",
            to: r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]+",
        },
    ),
    (
        "iam",
        "AWS answers `Policy`, as the examples of its command line reference and recorded answers show.",
        Patch::Value {
            shape: "PermissionsBoundaryAttachmentType",
            from: "PermissionsBoundaryPolicy",
            to: "Policy",
        },
    ),
    (
        "iam",
        "AWS leaves out what a job has not found yet, and when it ended, as answers recorded in 2026 show.",
        Patch::Absent {
            shape: "GetServiceLastAccessedDetailsResponse",
            members: &["ServicesLastAccessed", "JobCompletionDate"],
        },
    ),
    (
        "iam",
        "As above.",
        Patch::Absent {
            shape: "GetServiceLastAccessedDetailsWithEntitiesResponse",
            members: &["JobCompletionDate", "EntityDetailsList"],
        },
    ),
    (
        "iam",
        "Recorded answers of AWS's policy simulator name three sources, and none of those in the model.",
        Patch::Values {
            shape: "PolicySourceType",
            from: &[
                "user",
                "group",
                "role",
                "aws-managed",
                "user-managed",
                "resource",
                "none",
            ],
            to: &["IAM Policy", "Resource Policy", "Permissions Boundary Policy"],
        },
    ),
    (
        "sts",
        "A session token is a bearer secret beside the secret key, which the model does mark.",
        Patch::Sensitive { shape: "tokenType" },
    ),
    (
        "iam",
        "The query protocol's default: an exception without a code is named like its shape, status 400.",
        Patch::Error {
            shape: "AccountNotManagementOrDelegatedAdministratorException",
            code: "AccountNotManagementOrDelegatedAdministratorException",
            status: 400,
        },
    ),
    (
        "iam",
        "The query protocol's default, as above.",
        Patch::Error {
            shape: "CallerIsNotManagementAccountException",
            code: "CallerIsNotManagementAccountException",
            status: 400,
        },
    ),
    (
        "iam",
        "The query protocol's default, as above.",
        Patch::Error {
            shape: "OrganizationNotFoundException",
            code: "OrganizationNotFoundException",
            status: 400,
        },
    ),
    (
        "iam",
        "The query protocol's default, as above.",
        Patch::Error {
            shape: "OrganizationNotInAllFeaturesModeException",
            code: "OrganizationNotInAllFeaturesModeException",
            status: 400,
        },
    ),
    (
        "iam",
        "The query protocol's default, as above.",
        Patch::Error {
            shape: "ServiceAccessNotEnabledException",
            code: "ServiceAccessNotEnabledException",
            status: 400,
        },
    ),
];

/// How a pattern is matched when its text cannot be taken as it stands:
/// `(pattern, reason, expressions that must all match)`. Messages keep the
/// model's text.
pub(crate) const PATTERNS: &[(&str, &str, &[&str])] = &[(
    r"^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$",
    "An automaton has no lookahead: the lengths and ends, and no two hyphens together, say the same.",
    &[r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", r"[a-z0-9](-?[a-z0-9])*"],
)];

/// What IAM says in words of its own when a member does not match its
/// pattern, instead of showing the pattern.
pub(crate) struct OwnWords {
    /// The constant that holds the words.
    pub(crate) name: &'static str,
    pub(crate) words: &'static str,
    pub(crate) shapes: &'static [&'static str],
    /// The members this holds for; empty stands for all.
    pub(crate) members: &'static [&'static str],
}

/// The first that fits is taken. Evidence: answers of AWS quoted in public
/// issues, and recorded in 2026 by projects that compare themselves with AWS.
/// Patterns that are not here were seen to be shown.
pub(crate) const OWN_WORDS: &[OwnWords] = &[
    OwnWords {
        name: "NAME_WORDS",
        words: "It must contain only alphanumeric characters and/or the following: +=,.@_-",
        shapes: &[
            "userNameType",
            "existingUserNameType",
            "roleNameType",
            "groupNameType",
            "policyNameType",
            "instanceProfileNameType",
            "serverCertificateNameType",
            "virtualMFADeviceName",
        ],
        members: &[],
    },
    OwnWords {
        name: "PATH_PREFIX_WORDS",
        words: "It must begin with the / character and contain only alphanumeric characters and/or / characters.",
        shapes: &["pathPrefixType", "policyPathType", "pathType"],
        members: &["PathPrefix"],
    },
    OwnWords {
        name: "PATH_WORDS",
        words: "It must begin and end with / and contain only alphanumeric characters and/or / characters.",
        shapes: &["policyPathType", "pathType"],
        members: &[],
    },
    OwnWords {
        name: "DOCUMENT_WORDS",
        words: "It must contain only printable ASCII characters.",
        shapes: &["policyDocumentType"],
        members: &[],
    },
    OwnWords {
        name: "ACCESS_KEY_ID_WORDS",
        words: "It must contain only alphanumeric characters.",
        shapes: &["accessKeyIdType"],
        members: &[],
    },
];

/// The words for a member of an input.
pub(crate) fn own_words(service: &str, shape: &str, member: &str) -> Option<&'static OwnWords> {
    OWN_WORDS.iter().find(|own| {
        let fits = own.members.is_empty() || own.members.contains(&member);
        service == "iam" && own.shapes.contains(&shape) && fits
    })
}

pub(crate) fn apply(service: &str, model: &mut Model) -> Result<()> {
    for (_, _, patch) in PATCHES.iter().filter(|(of, ..)| *of == service) {
        apply_one(service, model, patch)?;
    }
    Ok(())
}

fn apply_one(service: &str, model: &mut Model, patch: &Patch) -> Result<()> {
    let name = match patch {
        Patch::Max { shape, .. }
        | Patch::Pattern { shape, .. }
        | Patch::Value { shape, .. }
        | Patch::Values { shape, .. }
        | Patch::Sensitive { shape }
        | Patch::Absent { shape, .. }
        | Patch::Error { shape, .. } => *shape,
    };
    let Some(shape) = model.shapes.get_mut(name) else {
        return stop(format!(
            "{service}: a patch is for shape {name}, which does not exist"
        ));
    };
    let expected = match patch {
        Patch::Max { from, to, .. } => shape.max.replace(*to) == Some(*from),
        Patch::Pattern { from, to, .. } => shape.pattern.replace((*to).to_owned()).as_deref() == Some(*from),
        Patch::Value { from, to, .. } => {
            std::mem::replace(&mut shape.values, vec![(*to).to_owned()]) == [*from]
        }
        Patch::Values { from, to, .. } => {
            let values = to.iter().map(|value| (*value).to_owned()).collect();
            std::mem::replace(&mut shape.values, values) == *from
        }
        Patch::Sensitive { .. } => !std::mem::replace(&mut shape.sensitive, true),
        Patch::Absent { members, .. } => {
            let required = shape.required.len();
            shape
                .required
                .retain(|member| !members.contains(&member.as_str()));
            shape.required.len() + members.len() == required
        }
        Patch::Error { code, status, .. } => {
            let facts = ErrorFacts {
                code: (*code).to_owned(),
                http_status_code: *status,
                sender_fault: true,
            };
            shape.error.replace(facts).is_none()
        }
    };
    if expected {
        Ok(())
    } else {
        stop(format!(
            "{service}: the patch for shape {name} is no longer needed"
        ))
    }
}
