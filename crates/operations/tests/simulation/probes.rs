//! The requests that are simulated and made.

pub(super) const ACCOUNT: &str = "111122223333";

/// A request, on what it is decided, and what the simulator has to be told of it.
pub(super) struct Probe {
    pub(super) service: &'static str,
    pub(super) action: &'static str,
    pub(super) resource: String,
    pub(super) parameters: Vec<(String, String)>,
    /// Keys with their values; a list if there is a type to say so.
    pub(super) context: Vec<(&'static str, &'static str, &'static str)>,
    pub(super) resource_policy: Option<String>,
}

impl Probe {
    pub(super) fn new(action: &'static str, resource: &str, parameters: &[(&str, &str)]) -> Self {
        let (service, action) = action.split_once(':').unwrap();
        Probe {
            service,
            action,
            resource: format!("arn:aws:iam::{ACCOUNT}:{resource}"),
            parameters: pairs(parameters),
            context: Vec::new(),
            resource_policy: None,
        }
    }

    /// The same of what has this tag.
    pub(super) fn tagged(mut self, team: &'static str) -> Self {
        self.context.push(("aws:ResourceTag/team", "string", team));
        self.context.push(("iam:ResourceTag/team", "string", team));
        self
    }

    pub(super) fn with(mut self, key: &'static str, kind: &'static str, value: &'static str) -> Self {
        self.context.push((key, kind, value));
        self
    }
}

pub(super) fn pairs(parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    parameters.iter().map(owned).collect()
}

pub(super) fn pairs_text(parameters: &[(&str, &str)]) -> String {
    let texts: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    texts.join(" ")
}

pub(super) fn probes(trust: &str) -> Vec<Probe> {
    let alice = [("UserName", "alice")];
    let read_only = ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess");
    let tag = [
        ("UserName", "alice"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "blue"),
    ];
    let clerk = [
        ("RoleArn", "arn:aws:iam::111122223333:role/Clerk"),
        ("RoleSessionName", "session"),
    ];
    let mut aliases = Probe::new("iam:ListAccountAliases", "", &[]);
    aliases.resource = "*".to_owned();
    // On whatever else a simulation asks for it: it is on nothing.
    let aliases_elsewhere = Probe::new("iam:ListAccountAliases", "user/alice", &[]);
    let mut assume = Probe::new("sts:AssumeRole", "role/Clerk", &clerk).tagged("blue");
    assume.resource_policy = Some(trust.to_owned());
    vec![
        Probe::new("iam:ListUsers", "user/", &[]),
        Probe::new("iam:ListGroups", "group/", &[]),
        Probe::new("iam:GetUser", "user/alice", &alice).tagged("blue"),
        Probe::new("iam:GetUser", "user/staff/bert", &[("UserName", "bert")]).tagged("red"),
        Probe::new("iam:ListUserTags", "user/alice", &alice).tagged("blue"),
        Probe::new("iam:GetRole", "role/Clerk", &[("RoleName", "Clerk")]).tagged("blue"),
        Probe::new("iam:TagUser", "user/alice", &tag)
            .tagged("blue")
            .with("aws:RequestTag/team", "string", "blue")
            .with("aws:TagKeys", "stringList", "team"),
        Probe::new("iam:AttachUserPolicy", "user/alice", &[alice[0], read_only])
            .tagged("blue")
            .with("iam:PolicyARN", "string", read_only.1),
        aliases,
        aliases_elsewhere,
        assume,
    ]
}
