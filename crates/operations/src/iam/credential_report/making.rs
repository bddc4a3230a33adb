//! Making a credential report, so that nobody else notices.
//!
//! It is made on one snapshot, a few lines at a time; between them whatever else there is to do is done first. So a
//! request waits for a few lines at most, and a report of some thousand users takes a fraction of a second.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lanyard_directory::{Account, Directory};
use lanyard_names::AccountId;

use super::csv::{HEADER, Lines};
use super::shelf::{CredentialReports, Report};

/// How many users' lines are written at once: well under a millisecond's work.
const USERS_AT_ONCE: usize = 20;

/// How long others are let do their work before the next lines.
const PAUSE: Duration = Duration::from_millis(1);

/// Makes the report of an account whose report was begun, and puts it onto the shelf.
pub(super) async fn make(directory: Arc<Directory>, reports: Arc<CredentialReports>, account: AccountId) {
    let begun = Beginning {
        reports: &reports,
        account,
        is_finished: false,
    };
    // The shelf outlives everybody who waits, so that there always is a turn.
    let Ok(_turn) = reports.turn.acquire().await else {
        return;
    };
    let snapshot = match directory.account(account).await {
        Ok(Some(snapshot)) => snapshot,
        Ok(None) => return,
        Err(error) => {
            tracing::error!(%account, %error, "the credential report could not be made");
            return;
        }
    };
    let content = text(&directory, &snapshot).await.into_bytes().into();
    begun.finish(Report {
        content,
        made: Timestamp::now(),
    });
}

async fn text(directory: &Directory, account: &Account) -> String {
    let lines = Lines { directory, account };
    let mut text = HEADER.to_owned();
    lines.root(&mut text);
    let mut after: Option<String> = None;
    loop {
        let last = some_users(&lines, after.as_deref(), &mut text);
        if last.is_none() {
            return text;
        }
        after = last;
        tokio::time::sleep(PAUSE).await;
    }
}

/// Writes the lines of the next users, and gives the name of the last; `None` if there is none left.
fn some_users(lines: &Lines<'_>, after: Option<&str>, text: &mut String) -> Option<String> {
    let mut last = None;
    for user in lines.account.users(after).take(USERS_AT_ONCE) {
        lines.user(user, text);
        last = Some(user.name.as_str());
    }
    last.map(str::to_owned)
}

/// A report that was begun. Whatever happens, it does not stay so.
struct Beginning<'a> {
    reports: &'a CredentialReports,
    account: AccountId,
    is_finished: bool,
}

impl Beginning<'_> {
    fn finish(mut self, report: Report) {
        self.is_finished = true;
        self.reports.finish(self.account, report);
    }
}

impl Drop for Beginning<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            self.reports.abandon(self.account);
        }
    }
}
