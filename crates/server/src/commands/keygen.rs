//! `lanyard keygen`: an account id and an access key that belong together, made without a server.

use crate::cli::KeygenFlags;
use crate::exit::CommandError;
use crate::fresh;
use crate::terminal::Terminal;

/// Makes and prints the set. The secret goes to standard output because that is what was asked for.
pub(crate) fn run(flags: &KeygenFlags) -> Result<(), CommandError> {
    let account = match &flags.id {
        Some(text) => super::account::parse_id(text)?,
        None => fresh::account_id().map_err(no_entropy)?,
    };
    let id = fresh::access_key_id(account).map_err(no_entropy)?;
    let secret = fresh::secret_access_key().map_err(no_entropy)?;
    let text = zeroize::Zeroizing::new(if flags.json {
        let (account, id) = (account.to_string(), id.to_string());
        serde_json::json!({ "AccountId": account, "AccessKeyId": id, "SecretAccessKey": secret.as_str() })
            .to_string()
    } else {
        format!(
            "LANYARD_ACCOUNT_ID={account}\nLANYARD_ADMIN_ACCESS_KEY_ID={id}\n\
             LANYARD_ADMIN_SECRET_ACCESS_KEY={}",
            secret.as_str()
        )
    });
    super::printed(Terminal::stdout().line(&text))
}

fn no_entropy(error: getrandom::Error) -> CommandError {
    CommandError::failure(format!("the system gives no random bytes: {error}"))
}
