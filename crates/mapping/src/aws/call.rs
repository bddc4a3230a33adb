//! What a request to a service turns out to be.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue, Method};
use lanyard_names::AccountId;
use lanyard_policy::Context;
use lanyard_service_models::{OperationModel, ServiceModel};

use super::described::{Described, Ec2Question};

/// What becomes of the body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyUse {
    /// Nothing in it decides: it goes on as it comes, and [`complete`](super::Begun::complete) gets no bytes.
    Streams,
    /// It is read whole before anything is decided.
    Whole {
        /// The most bytes that are read.
        bytes_max: usize,
    },
}

/// Where a request is made: what names without an account and a region mean.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The region that the caller signed for.
    pub region: &'a str,
    /// The account in which names are looked up: the caller's.
    pub account: AccountId,
    /// Under which id the upstream knows the account, and which account that is here.
    pub upstream_account: Option<(AccountId, AccountId)>,
}

/// What a request means, or what must be known first.
#[derive(Debug)]
pub enum Completed {
    /// It is mapped.
    Call(Box<ServiceCall>),
    /// This must be asked and put into [`Known`]; then the request is completed once more.
    Needs(Lookup),
}

/// Something that stands in no request, and that only the upstream or the directory knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Which attributes are the keys of a table and of its indexes.
    KeySchema {
        /// The ARN of the table.
        table: String,
    },
    /// Which role an instance profile holds.
    InstanceProfileRole {
        /// The ARN of the profile, or its name.
        profile: String,
    },
    /// Which key an alias of KMS stands for.
    KeyOfAlias {
        /// The ARN of the alias.
        alias: String,
    },
    /// Which ARN a secret has, whose last six characters nobody can tell from its name.
    SecretArn {
        /// What the request calls it: its name, or its ARN without those characters.
        secret: String,
    },
    /// Which subnets are the default ones of the region, one in each of its zones.
    DefaultSubnets,
    /// In which VPC a subnet is.
    VpcOfSubnet {
        /// The id of the subnet.
        subnet: String,
    },
    /// Which security group is the default one of a VPC.
    DefaultSecurityGroup {
        /// The id of the VPC.
        vpc: String,
    },
    /// What EC2 tells of something that is named by no id of its own.
    Described(Ec2Question),
}

/// What was looked up for a request. Empty at first.
#[derive(Debug, Clone, Default)]
pub struct Known {
    key_schemas: BTreeMap<String, Option<KeySchema>>,
    instance_profile_roles: BTreeMap<String, Option<String>>,
    keys_of_aliases: BTreeMap<String, Option<String>>,
    secrets: BTreeMap<String, Option<String>>,
    default_subnets: Option<Vec<DefaultSubnet>>,
    vpcs_of_subnets: BTreeMap<String, Option<String>>,
    default_security_groups: BTreeMap<String, Option<String>>,
    described: BTreeMap<Ec2Question, Vec<Described>>,
}

/// A subnet that EC2 may take where a request names none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultSubnet {
    /// Its id.
    pub subnet: String,
    /// The id of its VPC.
    pub vpc: String,
    /// The name of its zone.
    pub availability_zone: String,
    /// The id of its zone, if the upstream tells it.
    pub availability_zone_id: Option<String>,
}

/// The keys of a table and of its indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySchema {
    /// The attribute of the partition key.
    pub partition_key: String,
    /// The attribute of the sort key, if there is one.
    pub sort_key: Option<String>,
    /// The name of each index with its partition key and its sort key. An index with several attributes in one of
    /// its keys is left out: what its leading keys are cannot be told.
    pub indexes: Vec<(String, String, Option<String>)>,
}

impl Known {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing was looked up.
    pub fn is_empty(&self) -> bool {
        self.key_schemas.is_empty()
            && self.instance_profile_roles.is_empty()
            && self.keys_of_aliases.is_empty()
            && self.secrets.is_empty()
            && self.default_subnets.is_none()
            && self.vpcs_of_subnets.is_empty()
            && self.default_security_groups.is_empty()
            && self.described.is_empty()
    }

    /// Enters the keys of a table, or that there is no such table.
    pub fn insert_key_schema(&mut self, table: String, schema: Option<KeySchema>) {
        self.key_schemas.insert(table, schema);
    }

    /// Enters the ARN of the role that a profile holds, or that there is no such profile or no role in it.
    pub fn insert_instance_profile_role(&mut self, profile: String, role: Option<String>) {
        self.instance_profile_roles.insert(profile, role);
    }

    /// Enters the ARN of the key that an alias stands for, or that there is no such alias.
    pub fn insert_key_of_alias(&mut self, alias: String, key: Option<String>) {
        self.keys_of_aliases.insert(alias, key);
    }

    /// Enters the ARN of a secret, or that there is no such secret.
    pub fn insert_secret(&mut self, secret: String, arn: Option<String>) {
        self.secrets.insert(secret, arn);
    }

    /// Enters the default subnets of the region; none if there are none.
    pub fn insert_default_subnets(&mut self, subnets: Vec<DefaultSubnet>) {
        self.default_subnets = Some(subnets);
    }

    /// Enters the VPC of a subnet, or that there is no such subnet.
    pub fn insert_vpc_of_subnet(&mut self, subnet: String, vpc: Option<String>) {
        self.vpcs_of_subnets.insert(subnet, vpc);
    }

    /// Enters the default security group of a VPC, or that it has none.
    pub fn insert_default_security_group(&mut self, vpc: String, group: Option<String>) {
        self.default_security_groups.insert(vpc, group);
    }

    /// Enters what EC2 answered to a question; nothing if there is no such thing.
    pub fn insert_described(&mut self, question: Ec2Question, items: Vec<Described>) {
        self.described.insert(question, items);
    }

    /// The keys of a table: `None` if nobody has asked, `Some(None)` if there is no such table.
    pub fn key_schema(&self, table: &str) -> Option<Option<&KeySchema>> {
        self.key_schemas.get(table).map(Option::as_ref)
    }

    /// The role of a profile: `None` if nobody has asked, `Some(None)` if there is none.
    pub fn instance_profile_role(&self, profile: &str) -> Option<Option<&str>> {
        self.instance_profile_roles.get(profile).map(Option::as_deref)
    }

    /// The ARN of an alias's key: `None` if nobody has asked, `Some(None)` if there is none.
    pub fn key_of_alias(&self, alias: &str) -> Option<Option<&str>> {
        self.keys_of_aliases.get(alias).map(Option::as_deref)
    }

    /// The ARN of a secret: `None` if nobody has asked, `Some(None)` if there is none.
    pub fn secret(&self, secret: &str) -> Option<Option<&str>> {
        self.secrets.get(secret).map(Option::as_deref)
    }

    /// The default subnets of the region: `None` if nobody has asked.
    pub fn default_subnets(&self) -> Option<&[DefaultSubnet]> {
        self.default_subnets.as_deref()
    }

    /// The VPC of a subnet: `None` if nobody has asked, `Some(None)` if there is no such subnet.
    pub fn vpc_of_subnet(&self, subnet: &str) -> Option<Option<&str>> {
        self.vpcs_of_subnets.get(subnet).map(Option::as_deref)
    }

    /// The default security group of a VPC: `None` if nobody has asked, `Some(None)` if there is none.
    pub fn default_security_group(&self, vpc: &str) -> Option<Option<&str>> {
        self.default_security_groups.get(vpc).map(Option::as_deref)
    }

    /// What EC2 answered to a question: `None` if nobody has asked.
    pub fn described(&self, question: &Ec2Question) -> Option<&[Described]> {
        self.described.get(question).map(Vec::as_slice)
    }
}

/// What a request means: everything that is decided on, and everything that is sent on.
#[derive(Debug)]
pub struct ServiceCall {
    /// The service.
    pub service: &'static ServiceModel,
    /// The operation.
    pub operation: &'static OperationModel,
    /// Every one must be allowed. There is at least one.
    pub permissions: Vec<Permission>,
    /// The method to send upstream.
    pub method: Method,
    /// Path and query to send upstream, built from the parsed form alone.
    pub target: String,
    /// The headers to send upstream. The host, those of the signature and of the body's framing are not among them.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body to send upstream: written anew, or `None` for the bytes that were read (or that stream).
    pub body: Option<Vec<u8>>,
    /// The ARNs whose tags the call changes.
    pub retags: Vec<String>,
}

/// One permission that a request needs.
#[derive(Debug, Clone)]
pub struct Permission {
    /// The action: `sqs:SendMessage`.
    pub action: Cow<'static, str>,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The catalogue's name of the resource's type.
    pub resource_type: Option<&'static str>,
    /// Whether the action takes no resource but `*`.
    pub wildcard_only: bool,
    /// Whether the resource is there already and each `*` of its ARN stands for what only the service knows. Where the
    /// request is about all, or makes what it is about, a `*` is no such part.
    pub partly_known: bool,
    /// The condition keys that the request itself gives.
    pub context: Context,
    /// Condition keys that may come with this action and resource, and of which the request does not tell whether
    /// they have a value. Names of the catalogue, so that some have a free part: `aws:RequestTag/${TagKey}`.
    pub unknown_keys: Vec<&'static str>,
    /// Whether policies may ask for the tags of the resource.
    pub takes_resource_tags: bool,
}
