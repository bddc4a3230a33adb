//! `lanyard resource-tags …`: short conversations with the running server.

use crate::admin::client::ask;
use crate::admin::protocol::AdminRequest;
use crate::admin::resource_tags::{
    ResourceTagsDelete, ResourceTagsGet, ResourceTagsPut, TagWord, TaggedResource, TaggedResourceList,
};
use crate::cli::{ResourceTagsCommand, TagsDeleteFlags, TagsGetFlags, TagsListFlags, TagsPutFlags};
use crate::exit::CommandError;
use crate::terminal::{Terminal, printable};

/// Runs one of the commands.
pub(crate) fn run(command: &ResourceTagsCommand) -> Result<(), CommandError> {
    match command {
        ResourceTagsCommand::Put(flags) => put(flags),
        ResourceTagsCommand::Get(flags) => get(flags),
        ResourceTagsCommand::Delete(flags) => delete(flags),
        ResourceTagsCommand::List(flags) => list(flags),
    }
}

fn put(flags: &TagsPutFlags) -> Result<(), CommandError> {
    let tags = flags.tags.iter().map(|tag| parse(tag));
    let request = AdminRequest::ResourceTagsPut(ResourceTagsPut {
        arn: flags.arn.clone(),
        account: super::account::parse_optional_id(flags.account.as_deref())?,
        tags: tags.collect::<Result<_, _>>()?,
    });
    let tagged: TaggedResource = ask(&super::data_dir(&flags.place)?, &request)?;
    say(&tagged)
}

/// Keys hold no `=` here; values may.
fn parse(text: &str) -> Result<TagWord, CommandError> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok(TagWord {
            key: key.to_owned(),
            value: value.to_owned(),
        }),
        _ => Err(CommandError::usage(format!(
            "`{}` is no tag: KEY=VALUE",
            printable(text)
        ))),
    }
}

fn get(flags: &TagsGetFlags) -> Result<(), CommandError> {
    let request = AdminRequest::ResourceTagsGet(ResourceTagsGet {
        arn: flags.arn.clone(),
        account: super::account::parse_optional_id(flags.account.as_deref())?,
    });
    let tagged: TaggedResource = ask(&super::data_dir(&flags.place)?, &request)?;
    if flags.json {
        return super::print_json(&tagged);
    }
    for tag in &tagged.tags {
        super::printed(Terminal::stdout().line(&shown(tag)))?;
    }
    Ok(())
}

fn delete(flags: &TagsDeleteFlags) -> Result<(), CommandError> {
    let request = AdminRequest::ResourceTagsDelete(ResourceTagsDelete {
        arn: flags.arn.clone(),
        account: super::account::parse_optional_id(flags.account.as_deref())?,
        keys: flags.keys.clone(),
    });
    let tagged: TaggedResource = ask(&super::data_dir(&flags.place)?, &request)?;
    say(&tagged)
}

fn list(flags: &TagsListFlags) -> Result<(), CommandError> {
    let account = super::account::parse_optional_id(flags.account.as_deref())?;
    let request = AdminRequest::ResourceTagsList { account };
    let list: TaggedResourceList = ask(&super::data_dir(&flags.place)?, &request)?;
    if flags.json {
        return super::print_json(&list);
    }
    for tagged in &list.resources {
        let line = format!(
            "{}  {}  {}",
            tagged.account_id,
            printable(&tagged.resource_arn),
            together(tagged)
        );
        super::printed(Terminal::stdout().line(&line))?;
    }
    Ok(())
}

/// What a change has come to.
fn say(tagged: &TaggedResource) -> Result<(), CommandError> {
    let arn = printable(&tagged.resource_arn);
    let text = if tagged.tags.is_empty() {
        format!("{arn} in account {} has no tags", tagged.account_id)
    } else {
        let tags = together(tagged);
        format!("{arn} in account {} has the tags {tags}", tagged.account_id)
    };
    super::printed(Terminal::stdout().line(&text))
}

fn together(tagged: &TaggedResource) -> String {
    tagged.tags.iter().map(shown).collect::<Vec<_>>().join(" ")
}

fn shown(tag: &TagWord) -> String {
    format!("{}={}", printable(&tag.key), printable(&tag.value))
}
