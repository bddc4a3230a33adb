//! `lanyard sessions …`: ends temporary credentials, by way of the running server.

use crate::admin::client::ask;
use crate::admin::credentials::{SessionsRevoke, SessionsRevoked};
use crate::admin::protocol::AdminRequest;
use crate::cli::{RevokeFlags, SessionsCommand};
use crate::exit::CommandError;
use crate::terminal::{Terminal, printable};

/// Runs one of the commands.
pub(crate) fn run(command: &SessionsCommand) -> Result<(), CommandError> {
    match command {
        SessionsCommand::Revoke(flags) => revoke(flags),
    }
}

fn revoke(flags: &RevokeFlags) -> Result<(), CommandError> {
    let dir = super::data_dir(&flags.place)?;
    let request = AdminRequest::SessionsRevoke(SessionsRevoke {
        account: super::account::or_only(flags.account.as_deref(), &dir)?,
        role: flags.role.clone(),
        user: flags.user.clone(),
        session_name: flags.session_name.clone(),
        session_id: flags.session_id.clone(),
    });
    let revoked: SessionsRevoked = ask(&dir, &request)?;
    if flags.json {
        return super::print_json(&revoked);
    }
    let which = match (&flags.session_name, &flags.session_id) {
        (Some(name), _) => format!("Sessions named {}", printable(name)),
        (None, Some(id)) => format!("Session {}", printable(id)),
        (None, None) => "All sessions".to_owned(),
    };
    let text = format!("{which} of {} are refused from now on", printable(&revoked.arn));
    super::printed(Terminal::stdout().line(&text))
}
