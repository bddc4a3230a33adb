//! What stands in no request, and that only the upstream or the directory knows: the keys of a table, the role of an
//! instance profile, what an alias stands for, the tags of a resource.
//!
//! The upstream is asked with its own credentials, in requests that are built from a table and from the ARN that is
//! asked about. What it says is remembered for a short while, so that a burst of requests costs one question.
//!
//! Invariants:
//! - Nobody is asked for a stranger: an [`Inquiry`] is made after the caller has been authenticated.
//! - Every question has a bound in time, in pages and in bytes; many who want to know the same ask once; what is
//!   remembered is bounded.
//! - Without an answer there is no decision: the request is refused.
//!
//! Deliberately absent: which requests need what (`lanyard_mapping`), and whether tags are asked for at all (`tags`).

pub(super) mod carrier;
mod inquiry;
mod key_schema;
mod network;
mod question;
mod remembered;
mod reply;

use lanyard_mapping::aws::{KeySchema, Known, Lookup};

pub(super) use inquiry::{Inquiry, Knowledge, Tags};
pub(super) use question::Question;
pub(super) use reply::{NoReplyError, Reply};

use crate::error::ServiceError;
use crate::owners;

impl Inquiry<'_> {
    /// Looks up what the mapping of a request needs, and enters it.
    pub(super) async fn look_up(&self, lookup: &Lookup, known: &mut Known) -> Result<(), ServiceError> {
        match lookup {
            Lookup::KeySchema { table } => {
                let schema = self.key_schema(table).await?;
                known.insert_key_schema(table.clone(), schema);
            }
            Lookup::InstanceProfileRole { profile } => {
                let role = self.role_of(profile).await?;
                known.insert_instance_profile_role(profile.clone(), role);
            }
            Lookup::KeyOfAlias { alias } => {
                let input = vec![("KeyId", self.arn_there(alias))];
                let question = self.question("kms", "DescribeKey", input)?;
                let answers = &self.knowledge.keys_of_aliases;
                let asking = answers.get(alias, async || {
                    self.arn_in(question, &["KeyMetadata", "Arn"]).await
                });
                known.insert_key_of_alias(alias.clone(), asking.await?);
            }
            Lookup::SecretArn { secret } => {
                let input = vec![("SecretId", self.arn_there(secret))];
                let question = self.question("secretsmanager", "DescribeSecret", input)?;
                let answers = &self.knowledge.secrets;
                let name = format!("{}/{secret}", self.region);
                let asking = answers.get(&name, async || self.arn_in(question, &["ARN"]).await);
                known.insert_secret(secret.clone(), asking.await?);
            }
            Lookup::DefaultSubnets => known.insert_default_subnets(self.default_subnets().await?),
            Lookup::VpcOfSubnet { subnet } => {
                known.insert_vpc_of_subnet(subnet.clone(), self.vpc_of_subnet(subnet).await?);
            }
            Lookup::DefaultSecurityGroup { vpc } => {
                known.insert_default_security_group(vpc.clone(), self.default_security_group(vpc).await?);
            }
            Lookup::Described(question) => {
                known.insert_described(question.clone(), self.described(question).await?);
            }
        }
        Ok(())
    }

    /// The keys of a table; `None` if there is no such table.
    async fn key_schema(&self, table: &str) -> Result<Option<KeySchema>, ServiceError> {
        // By its name: not every server knows tables by their ARNs.
        let name = carrier::resource(table)
            .strip_prefix("table/")
            .unwrap_or_default();
        let name = name.split('/').next().unwrap_or_default().to_owned();
        let question = self.question("dynamodb", "DescribeTable", vec![("TableName", name)])?;
        let ask = async || {
            let mut schema = None;
            let read = |question: &Question, reply: &Reply| {
                schema = key_schema::read(reply, question.operation())?;
                Ok(None)
            };
            self.ask(question, read).await?;
            Ok(schema)
        };
        self.knowledge.key_schemas.get(table, ask).await
    }

    /// The ARN of the role in an instance profile of the caller's account, which Lanyard keeps; `None` if there is none.
    async fn role_of(&self, profile: &str) -> Result<Option<String>, ServiceError> {
        let Some(account) = owners::account(self.services, self.caller.account).await? else {
            return Ok(None);
        };
        let name = profile.rsplit('/').next().unwrap_or(profile);
        let found = account.instance_profile(name);
        // By an ARN, it has to be this very one: that of another account, or under another path, is not it.
        let found = found.filter(|found| !profile.starts_with("arn:") || *found.arn().as_ref() == *profile);
        let role = found.and_then(|found| account.role_by_id(found.role?));
        Ok(role.map(|role| role.arn().to_string()))
    }

    /// The one ARN that an answer is asked for, with the account as it is here; `None` if there is no such thing.
    async fn arn_in(&self, question: Question, path: &[&str]) -> Result<Option<String>, ServiceError> {
        let mut arn = None;
        let read = |question: &Question, reply: &Reply| {
            arn = match (reply, reply.text(path)) {
                (Reply::NotThere, _) => None,
                (_, Some(found)) => Some(self.arn_here(found)),
                (_, None) => return Err(NoReplyError::Unreadable(question.operation())),
            };
            Ok(None)
        };
        self.ask(question, read).await?;
        Ok(arn)
    }

    /// A question of a service, if the upstream stands for that.
    // Fails closed: whoever is in front of one service does not ask another what things are called.
    fn question(
        &self,
        service: &str,
        operation: &'static str,
        input: Vec<(&'static str, String)>,
    ) -> Result<Question, ServiceError> {
        let question = Question::new(service, operation, input);
        question
            .filter(|question| question.is_for(self.service))
            .ok_or_else(|| ServiceError::unavailable(NoReplyError::NoWay(operation)))
    }
}
