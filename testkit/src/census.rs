//! Everything there is to read in an account.

use crate::answer::Answer;
use crate::client::{Call, Credentials, Manner};
use crate::world::World;

/// All answers about everything in an account, for its root user. Two servers with the same state give the same.
pub async fn census(world: &World, root: &Credentials) -> String {
    let mut census = Census {
        world,
        root,
        text: String::new(),
    };
    for list in [
        "ListUsers",
        "ListGroups",
        "ListRoles",
        "ListAccountAliases",
        "GetAccountProperties",
        "ListAccessKeys",
    ] {
        census.ask(list, &[]).await;
    }
    for name in census.names("ListUsers", &[], "UserName").await {
        census.user(&name).await;
    }
    for name in census.names("ListGroups", &[], "GroupName").await {
        census.group(&name).await;
    }
    for name in census.names("ListRoles", &[], "RoleName").await {
        census.role(&name).await;
    }
    for arn in census.names("ListPolicies", &[("Scope", "Local")], "Arn").await {
        census.policy(&arn).await;
    }
    census.text
}

struct Census<'a> {
    world: &'a World,
    root: &'a Credentials,
    text: String,
}

impl Census<'_> {
    async fn user(&mut self, name: &str) {
        let user = [("UserName", name)];
        for read in [
            "GetUser",
            "ListAttachedUserPolicies",
            "ListGroupsForUser",
            "ListUserTags",
            "ListMFADevices",
            "ListSSHPublicKeys",
            "ListServiceSpecificCredentials",
        ] {
            self.ask(read, &user).await;
        }
        for policy in self.names("ListUserPolicies", &user, "member").await {
            self.ask("GetUserPolicy", &[("UserName", name), ("PolicyName", &policy)])
                .await;
        }
        for key in self.names("ListAccessKeys", &user, "AccessKeyId").await {
            self.ask("GetAccessKeyLastUsed", &[("AccessKeyId", &key)]).await;
        }
    }

    async fn group(&mut self, name: &str) {
        let group = [("GroupName", name)];
        self.ask("GetGroup", &group).await;
        self.ask("ListAttachedGroupPolicies", &group).await;
        for policy in self.names("ListGroupPolicies", &group, "member").await {
            self.ask("GetGroupPolicy", &[("GroupName", name), ("PolicyName", &policy)])
                .await;
        }
    }

    async fn role(&mut self, name: &str) {
        let role = [("RoleName", name)];
        for read in ["GetRole", "ListAttachedRolePolicies", "ListRoleTags"] {
            self.ask(read, &role).await;
        }
        for policy in self.names("ListRolePolicies", &role, "member").await {
            self.ask("GetRolePolicy", &[("RoleName", name), ("PolicyName", &policy)])
                .await;
        }
    }

    async fn policy(&mut self, arn: &str) {
        let policy = [("PolicyArn", arn)];
        for read in ["GetPolicy", "ListEntitiesForPolicy", "ListPolicyTags"] {
            self.ask(read, &policy).await;
        }
        for version in self.names("ListPolicyVersions", &policy, "VersionId").await {
            self.ask("GetPolicyVersion", &[("PolicyArn", arn), ("VersionId", &version)])
                .await;
        }
    }

    /// Asks, notes the answer, and gives the texts of all its elements of a name.
    async fn names(&mut self, action: &str, parameters: &[(&str, &str)], element: &str) -> Vec<String> {
        let answer = self.ask(action, parameters).await;
        answer.elements(element).map(str::to_owned).collect()
    }

    async fn ask(&mut self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        let mut parameters: Vec<(String, String)> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        parameters.push(("MaxItems".to_owned(), "1000".to_owned()));
        let call = Call {
            service: "iam",
            action,
            parameters: &parameters,
            manner: Manner::Post,
        };
        let answer = self.world.call(Some(self.root), &call).await;
        assert_eq!(answer.status, 200, "{action} {parameters:?}\n{}", answer.xml);
        let text = answer.without_request_id();
        self.text.push_str(&format!("{action} {parameters:?}\n{text}\n"));
        answer
    }
}
