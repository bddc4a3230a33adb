//! Lex: bots have a name in one version of the service and an id in the other.

use super::{Resolve, ServiceOverrides, own_action};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

pub(super) static OVERRIDES: ServiceOverrides = ServiceOverrides {
    actions: &[],
    operations: &[
        (
            "CreateBot",
            Resolve::Custom(
                |request| Ok(on(request, vec![by_id(request, "bot/*")])),
                "every bot, since it has no id yet",
            ),
        ),
        (
            "CreateBotAlias",
            Resolve::Custom(
                create_alias,
                "every alias of the bot {botId}, since it has no id yet",
            ),
        ),
        (
            "DeleteBot",
            Resolve::Custom(delete_bot, "the bot {botId} or {name}, and all of its aliases"),
        ),
        ("UpdateBot", Resolve::Custom(update_bot, "the bot {botId}")),
    ],
};

/// An ARN of the version with ids.
fn by_id(request: &Request<'_>, rest: &str) -> String {
    format!(
        "arn:aws:lex:{}:{}:{rest}",
        request.scope.region, request.scope.account
    )
}

fn bot<'a>(request: &Request<'a>, path: &'static str) -> Result<&'a str, MappingError> {
    let bot = request.required(path)?;
    if bot.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(bot);
    }
    Err(MappingError::InvalidMember {
        member: path.to_owned(),
        reason: "it is no id of a bot",
    })
}

fn on(request: &Request<'_>, arns: Vec<String>) -> Resolved {
    let permissions = arns
        .into_iter()
        .map(|arn| request.permission(own_action(request), arn));
    Resolved::Permissions(permissions.collect())
}

/// The id of the alias is what the service gives it.
fn create_alias(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let bot = bot(request, "botId")?;
    Ok(on(request, vec![by_id(request, &format!("bot-alias/{bot}/*"))]))
}

/// A bot, and its aliases that go with it.
///
/// Fails closed: requests of both versions look alike, so that what stands there may be a name or an id.
fn delete_bot(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let bot = request.required(if request.has("botId") { "botId" } else { "name" })?;
    if !bot
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        return Err(request.unmapped("it names no bot"));
    }
    let rests = [
        format!("bot/{bot}"),
        format!("bot-alias/{bot}/*"),
        format!("bot:{bot}"),
        format!("bot:{bot}:*"),
    ];
    let arns = rests.iter().map(|rest| by_id(request, rest));
    Ok(on(request, arns.collect()))
}

/// The name is the one that the bot is to be given.
fn update_bot(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let bot = bot(request, "botId")?;
    Ok(on(request, vec![by_id(request, &format!("bot/{bot}"))]))
}
