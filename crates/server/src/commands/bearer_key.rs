//! `lanyard bearer-key`: what a program that cannot sign sends to the decision point, made from an access key.
//!
//! The access key comes from the environment alone: whatever is an argument, every process of the machine can read.

use lanyard_access::{BearerPurpose, SecretText, bearer_key};
use lanyard_names::AccessKeyId;
use zeroize::Zeroizing;

use crate::cli::BearerKeyFlags;
use crate::config::Environment;
use crate::exit::CommandError;
use crate::terminal::Terminal;

const ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const SESSION: &str = "AWS_SESSION_TOKEN";

/// Makes and prints the key. It goes to standard output because that is what was asked for.
pub(crate) fn run(flags: &BearerKeyFlags) -> Result<(), CommandError> {
    let environment = Environment::of_process();
    let (Some(id), Some(secret)) = (environment.get(ID), environment.get(SECRET)) else {
        return Err(
            CommandError::usage(format!("{ID} and {SECRET} must be set in the environment"))
                .hint("they are never taken from the command line, where others could read them"),
        );
    };
    if environment.get(SESSION).is_some() {
        return Err(CommandError::usage(format!(
            "{SESSION} is set: temporary credentials have no bearer key; use the access key of a user"
        )));
    }
    let id = AccessKeyId::parse(id)
        .map_err(|_| CommandError::usage(format!("{ID} is no access key id that Lanyard made")))?;
    let secret = SecretText::new(secret);
    let purpose = if flags.for_person {
        BearerPurpose::Be
    } else {
        BearerPurpose::Ask
    };
    let key = bearer_key(id, &secret, purpose);
    let text = Zeroizing::new(if flags.json {
        serde_json::json!({ "AccessKeyId": id.to_string(), "BearerKey": key.expose() }).to_string()
    } else {
        key.expose().to_owned()
    });
    super::printed(Terminal::stdout().line(&text))
}
