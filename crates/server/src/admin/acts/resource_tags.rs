//! The requests about tags of resources.

use jiff::Timestamp;
use lanyard_audit::Parameters;
use lanyard_directory::{AccountEdit, ResourceTags, ResourceTagsError, Tag, Tags, WriteError};
use lanyard_names::{AccountId, TagKey, TagValue};

use super::keys;
use super::words::{parse_id, parse_optional_id};
use crate::admin::protocol::{Outcome, Refusal, Refused};
use crate::admin::resource_tags::{
    ResourceTagsDelete, ResourceTagsGet, ResourceTagsPut, TagWord, TaggedResource, TaggedResourceList,
};
use crate::node::Node;
use crate::operator::Operator;

/// Gives tags to a resource.
pub(super) async fn put(node: &Node, operator: Operator, wish: &ResourceTagsPut) -> Result<Outcome, Refused> {
    let account = whose(&wish.arn, wish.account.as_deref())?;
    let tags = wish.tags.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    let record = operator
        .record("PutResourceTags", account, false, Timestamp::now())
        .with_request(parameters_of_put(wish));
    let change = |edit: &mut AccountEdit| {
        let tagged = edit.put_resource_tags(&wish.arn, tags.clone())?;
        Ok((tagged, vec![record.to_outbox()]))
    };
    let written = node.directory.write(account, change).await.map_err(refused)?;
    Ok(Outcome::TaggedResource(shown(account, &written.output)))
}

/// Takes tags from a resource.
pub(super) async fn delete(
    node: &Node,
    operator: Operator,
    wish: &ResourceTagsDelete,
) -> Result<Outcome, Refused> {
    let account = whose(&wish.arn, wish.account.as_deref())?;
    let record = operator
        .record("DeleteResourceTags", account, false, Timestamp::now())
        .with_request(parameters_of_delete(wish));
    let change = |edit: &mut AccountEdit| {
        let left = edit.delete_resource_tags(&wish.arn, &wish.keys)?;
        Ok((left, vec![record.to_outbox()]))
    };
    let written = node.directory.write(account, change).await.map_err(refused)?;
    Ok(Outcome::TaggedResource(shown(account, &written.output)))
}

/// Tells the tags of a resource.
pub(super) async fn get(node: &Node, wish: &ResourceTagsGet) -> Result<Outcome, Refused> {
    let id = whose(&wish.arn, wish.account.as_deref())?;
    let account = keys::find(node, id).await?;
    match account.resource_tags(&wish.arn) {
        Some(tagged) => Ok(Outcome::TaggedResource(shown(id, tagged))),
        None => {
            let error = ResourceTagsError::NoTags(wish.arn.as_str().into());
            Err(Refused::new(Refusal::NotFound, error.to_string()))
        }
    }
}

/// Lists the resources that have tags.
pub(super) async fn list(node: &Node, account: Option<&str>) -> Result<Outcome, Refused> {
    let accounts: Vec<AccountId> = match parse_optional_id(account)? {
        Some(account) => vec![account],
        None => node.directory.global().accounts().map(|entry| entry.id).collect(),
    };
    let mut resources = Vec::new();
    for id in accounts {
        let account = keys::find(node, id).await?;
        resources.extend(account.tagged_resources().map(|tagged| shown(id, tagged)));
    }
    Ok(Outcome::TaggedResources(TaggedResourceList { resources }))
}

/// Whose a resource is: by its ARN, or where that names nobody, by what the operator says.
fn whose(arn: &str, given: Option<&str>) -> Result<AccountId, Refused> {
    let invalid = |text: String| Refused::new(Refusal::Invalid, text);
    let given = given.map(parse_id).transpose()?;
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let named = match fields.as_slice() {
        ["arn", _, _, _, "", _] => None,
        ["arn", _, _, _, account, _] => {
            Some(AccountId::parse(account).map_err(|_| invalid(format!("`{arn}` is no ARN")))?)
        }
        _ => return Err(invalid(format!("`{arn}` is no ARN"))),
    };
    match (named, given) {
        (Some(named), Some(given)) if named != given => Err(invalid(format!(
            "{arn} belongs to account {named}, not to {given}"
        ))),
        (Some(account), _) | (None, Some(account)) => Ok(account),
        (None, None) => Err(invalid(format!(
            "{arn} names no account; --account 12DIGITS says whose it is"
        ))),
    }
}

fn parse(tag: &TagWord) -> Result<Tag, Refused> {
    let invalid = |what: &str| {
        let text = format!(
            "`{}={}` is no tag: {what} holds letters, digits, blanks and characters of _.:/=+-@, a key up to 128 and a \
             value up to 256 of them",
            tag.key, tag.value
        );
        Refused::new(Refusal::Invalid, text)
    };
    Ok(Tag {
        key: TagKey::parse(&tag.key).map_err(|_| invalid("a key"))?,
        value: TagValue::parse(&tag.value).map_err(|_| invalid("a value"))?,
    })
}

fn shown(account: AccountId, tagged: &ResourceTags) -> TaggedResource {
    TaggedResource {
        resource_arn: tagged.arn.to_string(),
        account_id: account.to_string(),
        tags: words(&tagged.tags),
    }
}

fn words(tags: &Tags) -> Vec<TagWord> {
    let word = |tag: &Tag| TagWord {
        key: tag.key.as_str().to_owned(),
        value: tag.value.as_str().to_owned(),
    };
    tags.iter().map(word).collect()
}

/// What was asked, for the trail.
pub(super) fn parameters_of_put(wish: &ResourceTagsPut) -> Parameters {
    let tags = wish.tags.iter();
    Parameters::new()
        .with("arn", wish.arn.as_str())
        .with_tags("tags", tags.map(|tag| (tag.key.as_str(), tag.value.as_str())))
}

/// The same of a request that takes tags away.
pub(super) fn parameters_of_delete(wish: &ResourceTagsDelete) -> Parameters {
    let parameters = Parameters::new().with("arn", wish.arn.as_str());
    if wish.keys.is_empty() {
        parameters
    } else {
        parameters.with("tagKeys", wish.keys.clone())
    }
}

fn refused(error: WriteError<ResourceTagsError>) -> Refused {
    match error {
        WriteError::Refused(error @ ResourceTagsError::NoTags(_)) => {
            Refused::new(Refusal::NotFound, error.to_string())
        }
        WriteError::Refused(error) => Refused::new(Refusal::Invalid, error.to_string()),
        WriteError::NoSuchAccount(account) | WriteError::AccountExists(account) => Refused::new(
            Refusal::NotFound,
            format!("there is no account {account}; `lanyard account list` shows those that exist"),
        ),
        WriteError::Storage(error) => Refused::new(Refusal::Failed, error.to_string()),
    }
}
