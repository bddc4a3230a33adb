//! The words of `lanyard resource-tags`.

use clap::{Args, Subcommand};

use super::Place;

/// Tags of resources, for policies that ask about them: `aws:ResourceTag/…`.
#[derive(Debug, Subcommand)]
pub(crate) enum ResourceTagsCommand {
    /// Give tags to a resource
    Put(TagsPutFlags),
    /// Print the tags of a resource
    Get(TagsGetFlags),
    /// Take tags from a resource
    Delete(TagsDeleteFlags),
    /// List the resources that have tags, with their tags
    List(TagsListFlags),
}

const PUT_HELP: &str = "\
Tags of the same keys are replaced, whatever their case; the others stay. A
resource has at most 50 tags, and no key begins with aws:.

The tags belong to the account in the ARN. Where an ARN names none, as those of API
Gateway, --account says whose the resource is.

The tags are those of Lanyard's own registry. Servers behind the gateway that are
configured with tags=upstream are asked themselves.

Examples:
  lanyard resource-tags put arn:aws:sqs:us-east-1:111122223333:jobs team=billing
  lanyard resource-tags get arn:aws:sqs:us-east-1:111122223333:jobs";

/// Give tags to a resource.
#[derive(Debug, Args)]
#[command(after_help = PUT_HELP)]
pub(crate) struct TagsPutFlags {
    /// ARN of the resource
    pub(crate) arn: String,
    /// The tags
    #[arg(value_name = "KEY=VALUE", required = true)]
    pub(crate) tags: Vec<String>,
    /// Whose the resource is, if its ARN does not say
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

/// Print the tags of a resource.
///
/// One line a tag: KEY=VALUE.
#[derive(Debug, Args)]
pub(crate) struct TagsGetFlags {
    /// ARN of the resource
    pub(crate) arn: String,
    /// Whose the resource is, if its ARN does not say
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Print one JSON object: ResourceArn, AccountId, Tags
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

const DELETE_HELP: &str = "\
Without a key all tags of the resource go.

Examples:
  lanyard resource-tags delete arn:aws:sqs:us-east-1:111122223333:jobs team
  lanyard resource-tags delete arn:aws:sqs:us-east-1:111122223333:jobs";

/// Take tags from a resource.
#[derive(Debug, Args)]
#[command(after_help = DELETE_HELP)]
pub(crate) struct TagsDeleteFlags {
    /// ARN of the resource
    pub(crate) arn: String,
    /// Keys of the tags; all if none is named
    #[arg(value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// Whose the resource is, if its ARN does not say
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}

/// List the resources that have tags, with their tags.
///
/// One line a resource: account, ARN, each KEY=VALUE.
#[derive(Debug, Args)]
pub(crate) struct TagsListFlags {
    /// Only those of this account
    #[arg(long, value_name = "12DIGITS")]
    pub(crate) account: Option<String>,
    /// Print one JSON object with the list
    #[arg(long)]
    pub(crate) json: bool,
    /// Which server.
    #[command(flatten)]
    pub(crate) place: Place,
}
