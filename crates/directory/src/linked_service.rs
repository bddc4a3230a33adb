//! The services that roles are linked to: what the role of each is called, and which policies of AWS it has.
//!
//! The table stands in `data/aws-service-linked-roles.tsv`; `data/README.md` says where it is from. It is searched as
//! text: it has a line for each service, and is asked about seldom.

use std::sync::Arc;

use lanyard_names::PolicyArn;

const TABLE: &str = include_str!("../../../data/aws-service-linked-roles.tsv");

/// A service that has a role of its own in accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkedService {
    /// The principal of the service, `ecs.amazonaws.com`.
    pub principal: &'static str,
    /// What its role is called, but for a suffix.
    pub role_name: &'static str,
    /// Whether an account can have several of these roles, told apart by suffixes.
    pub takes_suffix: bool,
    /// The paths and names of the role's policies, separated by commas.
    policies: &'static str,
}

impl LinkedService {
    /// The service of a principal, which is compared exactly.
    #[must_use]
    pub fn find(principal: &str) -> Option<Self> {
        Self::all().find(|service| service.principal == principal)
    }

    /// Every service, in order of its principal.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.lines().filter_map(Self::read)
    }

    /// The name of its role with this suffix.
    #[must_use]
    pub fn role_name_with(&self, suffix: Option<&str>) -> String {
        match suffix {
            Some(suffix) => format!("{}_{suffix}", self.role_name),
            None => self.role_name.to_owned(),
        }
    }

    /// The path that its roles are under.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/aws-service-role/{}/", self.principal)
    }

    /// The policies of AWS that are attached to its roles.
    pub fn policies(&self) -> impl Iterator<Item = PolicyArn> {
        self.policies
            .split(',')
            .filter_map(|policy| PolicyArn::parse(&format!("arn:aws:iam::aws:policy{policy}")).ok())
    }

    /// The trust policy of its roles, as AWS shows it. Evidence: recorded answers of GetRole.
    #[must_use]
    pub fn trust(&self) -> Arc<str> {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{}"}},"Action":"sts:AssumeRole"}}]}}"#,
            self.principal
        )
        .into()
    }

    fn read(line: &'static str) -> Option<Self> {
        let mut fields = line.split('\t');
        let mut field = || fields.next();
        Some(Self {
            principal: field()?,
            role_name: field()?,
            takes_suffix: field()? == "suffix",
            policies: field()?,
        })
    }
}
