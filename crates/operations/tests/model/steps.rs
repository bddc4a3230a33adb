//! The steps, and the requests that they are.

use std::fmt;

use proptest::prelude::*;
use proptest::sample::select;

use super::ACCOUNT;

pub(crate) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}"#;
/// Documents with spaces, escapes and letters beyond ASCII, which come back byte for byte.
pub(crate) const DOCUMENTS: [&str; 3] = [
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#,
    "{ \"Version\" : \"2012-10-17\",\r\n\t\"Statement\":[{\"Sid\":\"A1\",\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/%20+&<>\"}] }",
    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/\u{e9}\u{ff}/~'!(*)\"}}",
];
/// More policies of AWS than may be attached to one principal.
pub(crate) const OF_AWS: [&str; 11] = [
    "AdministratorAccess",
    "ReadOnlyAccess",
    "PowerUserAccess",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonEC2FullAccess",
    "AmazonEC2ReadOnlyAccess",
    "AmazonVPCFullAccess",
    "SecurityAudit",
];
/// How many tags one step gives; twice is more than a principal can have.
pub(crate) const MANY_TAGS: usize = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Group,
    Role,
}

impl Kind {
    pub(crate) fn word(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// One request. Names are of few, so that they meet.
#[derive(Clone)]
pub(crate) enum Step {
    Create(Kind, String),
    Rename(Kind, String, String),
    Delete(Kind, String),
    Get(Kind, String),
    Join(String, String),
    Leave(String, String),
    ListGroupsOf(String),
    PutInline(Kind, String, String, usize),
    GetInline(Kind, String, String),
    DeleteInline(Kind, String, String),
    ListInline(Kind, String),
    Attach(Kind, String, String),
    Detach(Kind, String, String),
    ListAttached(Kind, String),
    SetBoundary(Kind, String, String),
    DeleteBoundary(Kind, String),
    Tag(Kind, String, Vec<(String, String)>),
    Untag(Kind, String, String),
    ListTags(Kind, String),
    CreatePolicy(String, usize),
    AddVersion(String, usize, bool),
    GetVersion(String, u32),
    SetDefault(String, u32),
    DeleteVersion(String, u32),
    ListVersions(String),
    DeletePolicy(String),
}

/// What a step asks for.
pub(crate) struct Request {
    pub(crate) action: String,
    pub(crate) parameters: Vec<(String, String)>,
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Request { action, parameters } = self.request();
        write!(f, "{action}")?;
        for (name, value) in parameters {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

/// The ARN of a policy of AWS, or of one of the account's own.
pub(crate) fn policy_arn(name: &str) -> String {
    let account = if OF_AWS.contains(&name) { "aws" } else { ACCOUNT };
    format!("arn:aws:iam::{account}:policy/{name}")
}

impl Step {
    pub(crate) fn request(&self) -> Request {
        let of = |kind: &Kind, name: &String| (format!("{kind:?}Name"), name.clone());
        let arn = |policy: &String| ("PolicyArn".to_owned(), policy_arn(policy));
        let own = |name: &str, value: &String| (name.to_owned(), value.clone());
        let version = |number: &u32| ("VersionId".to_owned(), format!("v{number}"));
        let document = |index: &usize| ("PolicyDocument".to_owned(), DOCUMENTS[*index].to_owned());
        let (action, parameters) = match self {
            Self::Create(Kind::Role, name) => {
                let trust = ("AssumeRolePolicyDocument".to_owned(), TRUST.to_owned());
                ("CreateRole".to_owned(), vec![of(&Kind::Role, name), trust])
            }
            Self::Create(kind, name) => (format!("Create{kind:?}"), vec![of(kind, name)]),
            Self::Rename(kind, old, new) => {
                let new = (format!("New{kind:?}Name"), new.clone());
                (format!("Update{kind:?}"), vec![of(kind, old), new])
            }
            Self::Delete(kind, name) => (format!("Delete{kind:?}"), vec![of(kind, name)]),
            Self::Get(kind, name) => (format!("Get{kind:?}"), vec![of(kind, name)]),
            Self::Join(group, user) => (
                "AddUserToGroup".to_owned(),
                vec![of(&Kind::Group, group), of(&Kind::User, user)],
            ),
            Self::Leave(group, user) => (
                "RemoveUserFromGroup".to_owned(),
                vec![of(&Kind::Group, group), of(&Kind::User, user)],
            ),
            Self::ListGroupsOf(user) => ("ListGroupsForUser".to_owned(), vec![of(&Kind::User, user)]),
            Self::PutInline(kind, name, policy, text) => (
                format!("Put{kind:?}Policy"),
                vec![of(kind, name), own("PolicyName", policy), document(text)],
            ),
            Self::GetInline(kind, name, policy) => (
                format!("Get{kind:?}Policy"),
                vec![of(kind, name), own("PolicyName", policy)],
            ),
            Self::DeleteInline(kind, name, policy) => (
                format!("Delete{kind:?}Policy"),
                vec![of(kind, name), own("PolicyName", policy)],
            ),
            Self::ListInline(kind, name) => (format!("List{kind:?}Policies"), vec![of(kind, name)]),
            Self::Attach(kind, name, policy) => {
                (format!("Attach{kind:?}Policy"), vec![of(kind, name), arn(policy)])
            }
            Self::Detach(kind, name, policy) => {
                (format!("Detach{kind:?}Policy"), vec![of(kind, name), arn(policy)])
            }
            Self::ListAttached(kind, name) => (format!("ListAttached{kind:?}Policies"), vec![of(kind, name)]),
            Self::SetBoundary(kind, name, policy) => (
                format!("Put{kind:?}PermissionsBoundary"),
                vec![
                    of(kind, name),
                    ("PermissionsBoundary".to_owned(), policy_arn(policy)),
                ],
            ),
            Self::DeleteBoundary(kind, name) => {
                (format!("Delete{kind:?}PermissionsBoundary"), vec![of(kind, name)])
            }
            Self::Tag(kind, name, tags) => {
                let mut parameters = vec![of(kind, name)];
                for (index, (key, value)) in tags.iter().enumerate() {
                    let place = format!("Tags.member.{}", index + 1);
                    parameters.push((format!("{place}.Key"), key.clone()));
                    parameters.push((format!("{place}.Value"), value.clone()));
                }
                (format!("Tag{kind:?}"), parameters)
            }
            Self::Untag(kind, name, key) => (
                format!("Untag{kind:?}"),
                vec![of(kind, name), own("TagKeys.member.1", key)],
            ),
            Self::ListTags(kind, name) => (format!("List{kind:?}Tags"), vec![of(kind, name)]),
            Self::CreatePolicy(name, text) => (
                "CreatePolicy".to_owned(),
                vec![own("PolicyName", name), document(text)],
            ),
            Self::AddVersion(name, text, is_default) => {
                let is_default = ("SetAsDefault".to_owned(), is_default.to_string());
                (
                    "CreatePolicyVersion".to_owned(),
                    vec![arn(name), document(text), is_default],
                )
            }
            Self::GetVersion(name, number) => {
                ("GetPolicyVersion".to_owned(), vec![arn(name), version(number)])
            }
            Self::SetDefault(name, number) => (
                "SetDefaultPolicyVersion".to_owned(),
                vec![arn(name), version(number)],
            ),
            Self::DeleteVersion(name, number) => {
                ("DeletePolicyVersion".to_owned(), vec![arn(name), version(number)])
            }
            Self::ListVersions(name) => ("ListPolicyVersions".to_owned(), vec![arn(name)]),
            Self::DeletePolicy(name) => ("DeletePolicy".to_owned(), vec![arn(name)]),
        };
        Request { action, parameters }
    }
}

/// Some things are there from the start, so that most steps find something.
pub(crate) fn sequence() -> impl Strategy<Value = Vec<Step>> {
    let some = [
        Step::Create(Kind::User, "a".to_owned()),
        Step::Create(Kind::Group, "a".to_owned()),
        Step::Create(Kind::Role, "a".to_owned()),
        Step::CreatePolicy("p".to_owned(), 0),
    ];
    let bursts = prop::collection::vec(burst(), 1..60);
    bursts.prop_map(move |bursts| some.iter().cloned().chain(bursts.into_iter().flatten()).collect())
}

/// One step, or as many as it takes to come near a quota.
fn burst() -> impl Strategy<Value = Vec<Step>> {
    let many_policies = (select(EVERY), name()).prop_map(|(kind, name)| {
        let attach = |policy: &&str| Step::Attach(kind, name.clone(), (*policy).to_owned());
        OF_AWS.iter().map(attach).collect()
    });
    let many_tags = (select(BOUND), name(), select(&["x", "X", "y"][..])).prop_map(|(kind, name, prefix)| {
        let tags = (0..MANY_TAGS).map(|index| (format!("{prefix}{index}"), "v".to_owned()));
        vec![Step::Tag(kind, name, tags.collect())]
    });
    let many_versions = (own(), any::<bool>()).prop_map(|(policy, is_default)| {
        (0..4)
            .map(|_| Step::AddVersion(policy.clone(), 0, is_default))
            .collect()
    });
    let many_groups = name().prop_map(|user| {
        let groups = (0..11).map(|index| format!("g{index}"));
        groups
            .flat_map(|group| {
                [
                    Step::Create(Kind::Group, group.clone()),
                    Step::Join(group, user.clone()),
                ]
            })
            .collect()
    });
    prop_oneof![
        60 => step().prop_map(|step| vec![step]),
        2 => many_policies,
        3 => many_tags,
        2 => many_versions,
        2 => many_groups,
    ]
}

const EVERY: &[Kind] = &[Kind::User, Kind::Group, Kind::Role];
const NAMED: &[Kind] = &[Kind::User, Kind::Group];
const BOUND: &[Kind] = &[Kind::User, Kind::Role];

fn text(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(values).prop_map(str::to_owned)
}

fn name() -> impl Strategy<Value = String> {
    text(&["a", "a", "A", "b", "c"])
}

fn own() -> impl Strategy<Value = String> {
    text(&["p", "p", "P", "q"])
}

fn step() -> impl Strategy<Value = Step> {
    let every = || select(EVERY);
    let bound = || select(BOUND);
    let policy = || {
        text(&[
            "p",
            "q",
            "AdministratorAccess",
            "ReadOnlyAccess",
            "NoSuchPolicyOfAws",
        ])
    };
    let inline = || text(&["i", "I", "j"]);
    let key = || text(&["k", "K", "l"]);
    let document = || 0..DOCUMENTS.len();
    let tag = move || (key(), text(&["", "v", "w"]));
    prop_oneof![
        6 => (every(), name()).prop_map(|(k, n)| Step::Create(k, n)),
        4 => (select(NAMED), name(), name()).prop_map(|(k, n, m)| Step::Rename(k, n, m)),
        3 => (every(), name()).prop_map(|(k, n)| Step::Delete(k, n)),
        1 => (every(), name()).prop_map(|(k, n)| Step::Get(k, n)),
        5 => (name(), name()).prop_map(|(g, u)| Step::Join(g, u)),
        2 => (name(), name()).prop_map(|(g, u)| Step::Leave(g, u)),
        1 => name().prop_map(Step::ListGroupsOf),
        3 => (every(), name(), inline(), document()).prop_map(|(k, n, p, t)| Step::PutInline(k, n, p, t)),
        1 => (every(), name(), inline()).prop_map(|(k, n, p)| Step::GetInline(k, n, p)),
        2 => (every(), name(), inline()).prop_map(|(k, n, p)| Step::DeleteInline(k, n, p)),
        1 => (every(), name()).prop_map(|(k, n)| Step::ListInline(k, n)),
        5 => (every(), name(), policy()).prop_map(|(k, n, p)| Step::Attach(k, n, p)),
        3 => (every(), name(), policy()).prop_map(|(k, n, p)| Step::Detach(k, n, p)),
        1 => (every(), name()).prop_map(|(k, n)| Step::ListAttached(k, n)),
        3 => (bound(), name(), policy()).prop_map(|(k, n, p)| Step::SetBoundary(k, n, p)),
        2 => (bound(), name()).prop_map(|(k, n)| Step::DeleteBoundary(k, n)),
        3 => (bound(), name(), prop::collection::vec(tag(), 1..3)).prop_map(|(k, n, t)| Step::Tag(k, n, t)),
        1 => (bound(), name(), key()).prop_map(|(k, n, t)| Step::Untag(k, n, t)),
        1 => (bound(), name()).prop_map(|(k, n)| Step::ListTags(k, n)),
        4 => (own(), document()).prop_map(|(p, t)| Step::CreatePolicy(p, t)),
        3 => (own(), document(), any::<bool>()).prop_map(|(p, t, d)| Step::AddVersion(p, t, d)),
        1 => (own(), 1..6_u32).prop_map(|(p, v)| Step::GetVersion(p, v)),
        2 => (own(), 1..6_u32).prop_map(|(p, v)| Step::SetDefault(p, v)),
        2 => (own(), 1..6_u32).prop_map(|(p, v)| Step::DeleteVersion(p, v)),
        1 => own().prop_map(Step::ListVersions),
        2 => own().prop_map(Step::DeletePolicy),
    ]
}
