//! What EC2 tells: the network that it takes where a request names none, and what its associations, names and launch
//! templates stand for.

use lanyard_mapping::aws::{DefaultSubnet, Described, Ec2Question};

use super::{Inquiry, NoReplyError, Question, Reply};
use crate::error::ServiceError;
use crate::xml::Element;

impl Inquiry<'_> {
    /// The default subnets of the region.
    pub(super) async fn default_subnets(&self) -> Result<Vec<DefaultSubnet>, ServiceError> {
        let input = filters(&[("default-for-az", "true")]);
        let question = self.question("ec2", "DescribeSubnets", input)?;
        let ask = async || {
            let mut subnets = Vec::new();
            let read = |question: &Question, reply: &Reply| {
                let unreadable = || NoReplyError::Unreadable(question.operation());
                for item in items(reply, "subnetSet").ok_or_else(unreadable)? {
                    subnets.push(default_subnet(item).ok_or_else(unreadable)?);
                }
                Ok(next_page(question, reply))
            };
            self.ask(question, read).await?;
            Ok(subnets)
        };
        self.knowledge.default_subnets.get(self.region, ask).await
    }

    /// The VPC of a subnet; `None` if there is no such subnet.
    pub(super) async fn vpc_of_subnet(&self, subnet: &str) -> Result<Option<String>, ServiceError> {
        let input = vec![("SubnetId.1", subnet.to_owned())];
        let question = self.question("ec2", "DescribeSubnets", input)?;
        self.one_id(subnet, question, "subnetSet", "vpcId").await
    }

    /// The default security group of a VPC; `None` if there is none.
    pub(super) async fn default_security_group(&self, vpc: &str) -> Result<Option<String>, ServiceError> {
        let input = filters(&[("vpc-id", vpc), ("group-name", "default")]);
        let question = self.question("ec2", "DescribeSecurityGroups", input)?;
        self.one_id(vpc, question, "securityGroupInfo", "groupId").await
    }

    /// What EC2 describes. Not remembered: what a name stands for, or what is on an instance, may change with every call.
    pub(super) async fn described(&self, asked: &Ec2Question) -> Result<Vec<Described>, ServiceError> {
        let question = self.question("ec2", asked.operation, asked.input.clone())?;
        let mut described = Vec::new();
        let read = |question: &Question, reply: &Reply| {
            let items = items(reply, asked.list).ok_or(NoReplyError::Unreadable(question.operation()))?;
            described.extend(items.into_iter().map(described_by));
            Ok(next_page(question, reply))
        };
        self.ask(question, read).await?;
        Ok(described)
    }

    /// The id that stands in the one thing that an answer lists; `None` if it lists nothing.
    async fn one_id(
        &self,
        about: &str,
        question: Question,
        list: &str,
        member: &str,
    ) -> Result<Option<String>, ServiceError> {
        let ask = async || {
            let mut id = None;
            let read = |question: &Question, reply: &Reply| {
                let unreadable = || NoReplyError::Unreadable(question.operation());
                let mut items = items(reply, list).ok_or_else(unreadable)?.into_iter();
                if let Some(item) = items.next() {
                    id = Some(text(item, member).ok_or_else(unreadable)?);
                }
                // Of two nobody could say which is meant.
                match items.next() {
                    Some(_) => Err(unreadable()),
                    None => Ok(None),
                }
            };
            self.ask(question, read).await?;
            Ok(id)
        };
        let name = format!("{}/{about}/{member}", self.region);
        self.knowledge.network_ids.get(&name, ask).await
    }
}

/// The question for the next page, if there is one.
fn next_page(question: &Question, reply: &Reply) -> Option<Question> {
    let next = reply.text(&["nextToken"]).filter(|token| !token.is_empty());
    next.map(|token| question.from("NextToken", token.to_owned()))
}

fn described_by(element: &Element) -> Described {
    let children: Vec<Described> = element.children.iter().map(described_by).collect();
    Described {
        name: element.name.clone(),
        // Between elements stands white space.
        text: if children.is_empty() {
            element.text.clone()
        } else {
            String::new()
        },
        children,
    }
}

/// Each filter with its one value.
fn filters(filters: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    const NAMES: [(&str, &str); 2] = [
        ("Filter.1.Name", "Filter.1.Value.1"),
        ("Filter.2.Name", "Filter.2.Value.1"),
    ];
    let named = filters.iter().zip(NAMES);
    named
        .flat_map(|((name, value), (of_name, of_value))| {
            [(of_name, (*name).to_owned()), (of_value, (*value).to_owned())]
        })
        .collect()
}

/// What a list of an answer holds: nothing if what was asked about is not there.
fn items<'r>(reply: &'r Reply, list: &str) -> Option<Vec<&'r Element>> {
    match reply {
        Reply::Xml(document) => {
            let list = document.only(list).ok()??;
            Some(
                list.children
                    .iter()
                    .filter(|child| child.name == "item")
                    .collect(),
            )
        }
        Reply::NotThere => Some(Vec::new()),
        Reply::Json(_) => None,
    }
}

fn default_subnet(item: &Element) -> Option<DefaultSubnet> {
    Some(DefaultSubnet {
        subnet: text(item, "subnetId")?,
        vpc: text(item, "vpcId")?,
        availability_zone: text(item, "availabilityZone")?,
        availability_zone_id: text(item, "availabilityZoneId"),
    })
}

fn text(item: &Element, name: &str) -> Option<String> {
    let text = item.only_text(name).ok()??;
    (!text.is_empty()).then(|| text.to_owned())
}
