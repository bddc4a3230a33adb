//! An account, and whoever asks in it.

use std::cell::RefCell;

use lanyard_testkit::{Answer, Call, Credentials, EngineKind, Manner, World};

use crate::policies::{Random, broad, policy};
use crate::probes::{ACCOUNT, Probe, pairs, pairs_text};

pub(super) struct Setting {
    world: World,
    root: Credentials,
    /// How the present caller came to be, to tell of a case that went wrong.
    pub(super) history: RefCell<Vec<String>>,
}

impl Setting {
    pub(super) async fn new() -> Self {
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

    pub(super) async fn call(
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

    /// What the root user is answered.
    pub(super) async fn root_call(
        &self,
        service: &str,
        action: &str,
        parameters: &[(String, String)],
    ) -> Answer {
        self.call(&self.root, service, action, parameters).await
    }

    /// What the root user does.
    pub(super) async fn done(&self, service: &str, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.history
            .borrow_mut()
            .push(format!("{action} {}", pairs_text(parameters)));
        let answer = self.call(&self.root, service, action, &pairs(parameters)).await;
        assert_eq!(answer.status, 200, "{action} {parameters:?}: {}", answer.xml);
        answer
    }

    /// A group, or somebody, with random policies inline.
    pub(super) async fn give_policies(&self, random: &mut Random, kind: &str, name: &str) {
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

    pub(super) async fn managed(&self, random: &mut Random, name: &str) -> String {
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
    pub(super) async fn caller(&self, random: &mut Random, number: u64) -> (String, Credentials) {
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

    pub(super) async fn user_credentials(&self, name: &str) -> Credentials {
        let made = self.done("iam", "CreateAccessKey", &[("UserName", name)]).await;
        Credentials {
            access_key_id: made.element("AccessKeyId").unwrap().to_owned(),
            secret: made.element("SecretAccessKey").unwrap().to_owned(),
            session_token: None,
        }
    }

    /// Of a session that the user `opener` makes, since no root user may.
    pub(super) async fn role_credentials(&self, arn: &str, number: u64) -> Credentials {
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
    pub(super) async fn simulated(&self, source: &str, probe: &Probe) -> String {
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
    pub(super) async fn decided(&self, who: &Credentials, probe: &Probe) -> &'static str {
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
