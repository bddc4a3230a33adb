//! What the simulator says, and what then happens: for random users and roles, the simulated decision is compared with
//! the answer to the request itself.
//!
//! Both go through the public API, so that whatever either of them forgets to tell the engine shows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::cell::RefCell;
use std::collections::BTreeMap;

use lanyard_testkit::{Answer, Call, Credentials, EngineKind, Manner, World};

const ACCOUNT: &str = "111122223333";
/// How many users and roles are tried.
const CALLERS: u64 = 120;

/// A generator of random numbers that everybody can repeat.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    /// Whether something happens that does in one of so many times.
    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// A few of them, at least one, as a list in JSON.
    fn some(&mut self, choices: &[&str]) -> String {
        let count = 1 + self.below(3);
        let chosen: Vec<String> = (0..count).map(|_| format!("\"{}\"", self.of(choices))).collect();
        format!("[{}]", chosen.join(","))
    }
}

const ACTIONS: &[&str] = &[
    "*",
    "iam:*",
    "iam:Get*",
    "iam:List*",
    "iam:*User*",
    "iam:ListUsers",
    "iam:GetUser",
    "iam:getuser",
    "iam:GetRole",
    "iam:ListGroups",
    "iam:ListAccountAliases",
    "iam:TagUser",
    "iam:AttachUserPolicy",
    "iam:ListUserTag?",
    "sts:AssumeRole",
    "sts:*",
    "s3:*",
];

const RESOURCES: &[&str] = &[
    "*",
    "*",
    "*",
    "arn:aws:iam::*:group/*",
    "arn:aws:iam::111122223333:user/*",
    "arn:aws:iam::*:role/*",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:user/staff/*",
    "arn:aws:iam::111122223333:user/*${aws:username}",
    "arn:aws:iam::111122223333:user/${aws:PrincipalTag/team, 'staff'}*",
    "arn:aws:iam::111122223333:role/C?erk",
];

/// An operator, and the key with its values.
const CONDITIONS: &[(&str, &str)] = &[
    ("IpAddress", r#""aws:SourceIp":"127.0.0.0/8""#),
    ("NotIpAddress", r#""aws:SourceIp":["127.0.0.1","10.0.0.0/8"]"#),
    ("Bool", r#""aws:SecureTransport":"false""#),
    ("BoolIfExists", r#""aws:MultiFactorAuthPresent":"true""#),
    ("Null", r#""aws:MultiFactorAuthPresent":"true""#),
    ("Null", r#""aws:TokenIssueTime":"true""#),
    ("Null", r#""aws:username":"false""#),
    ("StringLike", r#""aws:UserAgent":"scen*""#),
    ("StringLike", r#""aws:username":["user-*1","user-*2","user-*3"]"#),
    ("StringEquals", r#""aws:RequestedRegion":"us-east-1""#),
    ("StringEquals", r#""aws:PrincipalTag/team":["blue","green"]"#),
    ("StringNotEquals", r#""aws:principaltag/Team":"red""#),
    (
        "StringEquals",
        r#""aws:PrincipalTag/team":"${aws:ResourceTag/team}""#,
    ),
    ("StringEqualsIfExists", r#""iam:ResourceTag/team":"blue""#),
    ("StringEquals", r#""aws:ResourceTag/team":"red""#),
    ("StringEquals", r#""aws:PrincipalType":"User""#),
    ("StringLike", r#""aws:userid":"A*""#),
    ("StringEquals", r#""aws:PrincipalAccount":"111122223333""#),
    ("ArnLike", r#""aws:PrincipalArn":"arn:aws:iam::*:user/staff/*""#),
    ("ArnNotLike", r#""aws:PrincipalArn":"arn:aws:iam::*:role/*""#),
    ("ForAllValues:StringEquals", r#""aws:TagKeys":["team","cost"]"#),
    ("ForAnyValue:StringLike", r#""aws:TagKeys":"te?m""#),
    ("StringEquals", r#""aws:RequestTag/team":"blue""#),
    (
        "ArnEquals",
        r#""iam:PolicyARN":"arn:aws:iam::aws:policy/ReadOnlyAccess""#,
    ),
    ("DateGreaterThan", r#""aws:CurrentTime":"2020-01-01T00:00:00Z""#),
    ("DateLessThan", r#""aws:EpochTime":"1600000000""#),
    ("BoolIfExists", r#""aws:ViaAWSService":"true""#),
    ("Bool", r#""aws:PrincipalIsAWSService":"false""#),
];

fn conditions(random: &mut Random) -> String {
    let mut chosen = BTreeMap::new();
    for _ in 0..1 + random.below(2) {
        let (operator, test) = CONDITIONS[random.below(CONDITIONS.len())];
        chosen.insert(operator, test);
    }
    let chosen: Vec<String> = chosen
        .iter()
        .map(|(operator, test)| format!(r#""{operator}":{{{test}}}"#))
        .collect();
    chosen.join(",")
}

fn statement(random: &mut Random) -> String {
    let effect = if random.one_in(4) { "Deny" } else { "Allow" };
    let action = if random.one_in(8) { "NotAction" } else { "Action" };
    let resource = if random.one_in(10) {
        "NotResource"
    } else {
        "Resource"
    };
    let actions = random.some(ACTIONS);
    let resources = random.some(RESOURCES);
    let condition = if random.one_in(2) {
        format!(r#","Condition":{{{}}}"#, conditions(random))
    } else {
        String::new()
    };
    format!(r#"{{"Effect":"{effect}","{action}":{actions},"{resource}":{resources}{condition}}}"#)
}

fn policy(random: &mut Random) -> String {
    let statements: Vec<String> = (0..1 + random.below(3)).map(|_| statement(random)).collect();
    let statements = statements.join(",");
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

/// A policy that allows much, so that not everything is denied.
fn broad(random: &mut Random) -> String {
    let narrow = statement(random);
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"}},{narrow}]}}"#
    )
}

fn trust(random: &mut Random) -> String {
    let effect = if random.one_in(6) { "Deny" } else { "Allow" };
    let principal = random.of(&["arn:aws:iam::111122223333:root", "111122223333", "*"]);
    let condition = if random.one_in(2) {
        format!(r#","Condition":{{{}}}"#, conditions(random))
    } else {
        String::new()
    };
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"{condition}}}}}"#
    )
}

/// A request, on what it is decided, and what the simulator has to be told of it.
struct Probe {
    service: &'static str,
    action: &'static str,
    resource: String,
    parameters: Vec<(String, String)>,
    /// Keys with their values; a list if there is a type to say so.
    context: Vec<(&'static str, &'static str, &'static str)>,
    resource_policy: Option<String>,
}

impl Probe {
    fn new(action: &'static str, resource: &str, parameters: &[(&str, &str)]) -> Self {
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
    fn tagged(mut self, team: &'static str) -> Self {
        self.context.push(("aws:ResourceTag/team", "string", team));
        self.context.push(("iam:ResourceTag/team", "string", team));
        self
    }

    fn with(mut self, key: &'static str, kind: &'static str, value: &'static str) -> Self {
        self.context.push((key, kind, value));
        self
    }
}

fn pairs(parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    parameters.iter().map(owned).collect()
}

fn pairs_text(parameters: &[(&str, &str)]) -> String {
    let texts: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    texts.join(" ")
}

fn probes(trust: &str) -> Vec<Probe> {
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
        assume,
    ]
}

struct Setting {
    world: World,
    root: Credentials,
    /// How the present caller came to be, to tell of a case that went wrong.
    history: RefCell<Vec<String>>,
}

impl Setting {
    async fn new() -> Self {
        let world = World::new(EngineKind::Memory).await;
        let root = world.account(ACCOUNT).await;
        let setting = Setting {
            world,
            root,
            history: RefCell::default(),
        };
        for (name, path, team) in [("alice", "/", "blue"), ("bert", "/staff/", "red")] {
            let tag = [("Tags.member.1.Key", "team"), ("Tags.member.1.Value", team)];
            let user = [("UserName", name), ("Path", path), tag[0], tag[1]];
            setting.done("iam", "CreateUser", &user).await;
        }
        setting
    }

    async fn call(
        &self,
        who: &Credentials,
        service: &str,
        action: &str,
        parameters: &[(String, String)],
    ) -> Answer {
        let call = Call {
            service,
            action,
            parameters,
            manner: Manner::Post,
        };
        self.world.call(Some(who), &call).await
    }

    /// What the root user does.
    async fn done(&self, service: &str, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.history
            .borrow_mut()
            .push(format!("{action} {}", pairs_text(parameters)));
        let answer = self.call(&self.root, service, action, &pairs(parameters)).await;
        assert_eq!(answer.status, 200, "{action} {parameters:?}: {}", answer.xml);
        answer
    }

    /// A group, or somebody, with random policies inline.
    async fn give_policies(&self, random: &mut Random, kind: &str, name: &str) {
        let member = format!("{kind}Name");
        let count = random.below(3);
        for number in 0..count {
            let document = if random.one_in(3) {
                broad(random)
            } else {
                policy(random)
            };
            let title = format!("inline-{number}");
            let parameters = [
                (&*member, name),
                ("PolicyName", &title),
                ("PolicyDocument", &document),
            ];
            self.done("iam", &format!("Put{kind}Policy"), &parameters).await;
        }
    }

    async fn managed(&self, random: &mut Random, name: &str) -> String {
        let document = if random.one_in(2) {
            broad(random)
        } else {
            policy(random)
        };
        let parameters = [("PolicyName", name), ("PolicyDocument", &*document)];
        let made = self.done("iam", "CreatePolicy", &parameters).await;
        made.element("Arn").unwrap().to_owned()
    }

    /// A user or a role with all that can be attached to it: its ARN, and credentials.
    async fn caller(&self, random: &mut Random, number: u64) -> (String, Credentials) {
        let is_user = !random.one_in(4);
        let kind = if is_user { "User" } else { "Role" };
        let member = format!("{kind}Name");
        let name = format!("{}-{number}", kind.to_lowercase());
        let team = random.of(&["blue", "red", "green"]);
        let path = random.of(&["/", "/staff/", "/blue/"]);
        let mut parameters = vec![(&*member, &*name), ("Path", path)];
        if random.one_in(2) {
            parameters.extend([("Tags.member.1.Key", "team"), ("Tags.member.1.Value", team)]);
        }
        let open = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}"#;
        if !is_user {
            parameters.push(("AssumeRolePolicyDocument", open));
        }
        let made = self.done("iam", &format!("Create{kind}"), &parameters).await;
        let arn = made.element("Arn").unwrap().to_owned();
        self.give_policies(random, kind, &name).await;
        if random.one_in(2) {
            let attached = self.managed(random, &format!("attached-{number}")).await;
            let parameters = [(&*member, &*name), ("PolicyArn", &attached)];
            self.done("iam", &format!("Attach{kind}Policy"), &parameters)
                .await;
        }
        if random.one_in(3) {
            let boundary = self.managed(random, &format!("boundary-{number}")).await;
            let parameters = [(&*member, &*name), ("PermissionsBoundary", &boundary)];
            self.done("iam", &format!("Put{kind}PermissionsBoundary"), &parameters)
                .await;
        }
        if is_user && random.one_in(2) {
            let group = format!("group-{number}");
            self.done("iam", "CreateGroup", &[("GroupName", &group)]).await;
            self.give_policies(random, "Group", &group).await;
            let parameters = [("GroupName", &*group), ("UserName", &*name)];
            self.done("iam", "AddUserToGroup", &parameters).await;
        }
        let credentials = if is_user {
            self.user_credentials(&name).await
        } else {
            self.role_credentials(&arn, number).await
        };
        (arn, credentials)
    }

    async fn user_credentials(&self, name: &str) -> Credentials {
        let made = self.done("iam", "CreateAccessKey", &[("UserName", name)]).await;
        Credentials {
            access_key_id: made.element("AccessKeyId").unwrap().to_owned(),
            secret: made.element("SecretAccessKey").unwrap().to_owned(),
            session_token: None,
        }
    }

    /// Of a session that the user `opener` makes, since no root user may.
    async fn role_credentials(&self, arn: &str, number: u64) -> Credentials {
        let opener = format!("opener-{number}");
        self.done("iam", "CreateUser", &[("UserName", &opener)]).await;
        let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
        let parameters = [("UserName", &*opener), ("PolicyArn", administrator)];
        self.done("iam", "AttachUserPolicy", &parameters).await;
        let opener = self.user_credentials(&opener).await;
        let parameters = pairs(&[("RoleArn", arn), ("RoleSessionName", "session")]);
        let made = self.call(&opener, "sts", "AssumeRole", &parameters).await;
        assert_eq!(made.status, 200, "{}", made.xml);
        Credentials {
            access_key_id: made.element("AccessKeyId").unwrap().to_owned(),
            secret: made.element("SecretAccessKey").unwrap().to_owned(),
            session_token: Some(made.element("SessionToken").unwrap().to_owned()),
        }
    }

    /// What the simulator says.
    async fn simulated(&self, source: &str, probe: &Probe) -> String {
        let action = format!("{}:{}", probe.service, probe.action);
        let mut parameters = pairs(&[
            ("PolicySourceArn", source),
            ("ActionNames.member.1", &action),
            ("ResourceArns.member.1", &probe.resource),
        ]);
        if let Some(policy) = &probe.resource_policy {
            parameters.push(("ResourcePolicy".to_owned(), policy.clone()));
        }
        let of_every_request = [
            ("aws:SourceIp", "ip", "127.0.0.1"),
            ("aws:SecureTransport", "boolean", "false"),
            ("aws:UserAgent", "string", "scenario"),
            ("aws:RequestedRegion", "string", "us-east-1"),
        ];
        // A role has no session until somebody assumes it.
        let of_sessions = [
            ("aws:TokenIssueTime", "date", "2026-11-22T00:00:00Z"),
            ("aws:MultiFactorAuthPresent", "boolean", "false"),
            ("aws:userid", "string", "AROA2345:session"),
        ];
        let of_session = if source.contains(":role/") {
            &of_sessions[..]
        } else {
            &[]
        };
        let entries = of_every_request.iter().chain(of_session).chain(&probe.context);
        for (number, (key, kind, value)) in entries.enumerate() {
            let entry = format!("ContextEntries.member.{}", number + 1);
            parameters.push((format!("{entry}.ContextKeyName"), (*key).to_owned()));
            parameters.push((format!("{entry}.ContextKeyType"), (*kind).to_owned()));
            parameters.push((format!("{entry}.ContextKeyValues.member.1"), (*value).to_owned()));
        }
        let answer = self
            .call(&self.root, "iam", "SimulatePrincipalPolicy", &parameters)
            .await;
        assert_eq!(answer.status, 200, "{action} {source}: {}", answer.xml);
        answer.element("EvalDecision").unwrap().to_owned()
    }

    /// What the server decides.
    async fn decided(&self, who: &Credentials, probe: &Probe) -> &'static str {
        let answer = self
            .call(who, probe.service, probe.action, &probe.parameters)
            .await;
        if answer.status == 200 {
            return "allowed";
        }
        assert_eq!(answer.element("Code"), Some("AccessDenied"), "{}", answer.xml);
        let is_explicit = answer
            .element("Message")
            .unwrap()
            .contains("with an explicit deny");
        if is_explicit {
            "explicitDeny"
        } else {
            "implicitDeny"
        }
    }
}

#[tokio::test]
async fn what_is_simulated_is_what_happens() {
    let setting = Setting::new().await;
    let mut random = Random(20_261_122);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut trusted = trust(&mut random);
    let clerk = [
        ("RoleName", "Clerk"),
        ("AssumeRolePolicyDocument", &*trusted),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "blue"),
    ];
    setting.done("iam", "CreateRole", &clerk).await;
    for number in 0..CALLERS {
        setting.history.take();
        let (arn, credentials) = setting.caller(&mut random, number).await;
        for probe in probes(&trusted) {
            let simulated = setting.simulated(&arn, &probe).await;
            let decided = setting.decided(&credentials, &probe).await;
            // Who may not assume a role is not told why.
            let is_same = match probe.resource_policy {
                Some(_) => (simulated == "allowed") == (decided == "allowed"),
                None => simulated == decided,
            };
            if !is_same {
                let history = setting.history.borrow().join("\n");
                panic!(
                    "{}:{} on {} by {arn}: simulated {simulated}, decided {decided}; trust {trusted}\n{history}",
                    probe.service, probe.action, probe.resource
                );
            }
            *seen.entry(decided).or_default() += 1;
        }
        trusted = trust(&mut random);
        let parameters = [("RoleName", "Clerk"), ("PolicyDocument", &*trusted)];
        setting.done("iam", "UpdateAssumeRolePolicy", &parameters).await;
    }
    for decision in ["allowed", "explicitDeny", "implicitDeny"] {
        assert!(seen.get(decision).is_some_and(|count| *count >= 60), "{seen:?}");
    }
}
