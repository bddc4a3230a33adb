//! `lanyard trail`: the day files in the data directory, as lines for people or for programs.

use std::collections::{HashSet, VecDeque};
use std::io;
use std::time::Duration;

use lanyard_audit::{Entry, Filter, Follower, Reader, Record, UserIdentity};

use crate::cli::TrailFlags;
use crate::exit::CommandError;
use crate::terminal::{Terminal, printable};

/// How many events `--follow` shows before it waits, unless told otherwise.
const FOLLOW_AFTER: usize = 10;
/// How often `--follow` looks for new events.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Prints the trail, and stays if asked to.
pub(crate) fn run(flags: &TrailFlags) -> Result<(), CommandError> {
    let dir = super::data_dir(&flags.place)?;
    if !dir.root().is_dir() {
        return Err(super::no_data_dir(&dir));
    }
    let filter = Filter {
        account: flags
            .account
            .as_deref()
            .map(super::account::parse_id)
            .transpose()?
            .map(|id| id.to_string()),
        event_name: flags.event.clone(),
        principal: flags.by.clone(),
        errors_only: flags.errors,
        ..Filter::default()
    };
    let reader = Reader::new(&dir.trail_dir());
    let printer = Printer {
        terminal: Terminal::stdout(),
        json: flags.json,
    };
    // The follower begins before the past is read, so that nothing falls between the two.
    let follower = flags
        .follow
        .then(|| reader.follow(filter.clone()))
        .transpose()
        .map_err(unreadable)?;
    let last = flags.last.or(flags.follow.then_some(FOLLOW_AFTER));
    let records = reader.records(filter).map_err(unreadable)?;
    let shown = match last {
        None => {
            for entry in records {
                if !printer.print(&entry.map_err(unreadable)?)? {
                    return Ok(());
                }
            }
            HashSet::new()
        }
        Some(last) => {
            let mut newest = VecDeque::new();
            for entry in records {
                newest.push_back(entry.map_err(unreadable)?);
                if newest.len() > last {
                    newest.pop_front();
                }
            }
            for entry in &newest {
                if !printer.print(entry)? {
                    return Ok(());
                }
            }
            newest.into_iter().map(|entry| entry.record.event_id).collect()
        }
    };
    match follower {
        Some(follower) => follow(follower, &printer, &shown),
        None => Ok(()),
    }
}

fn follow(mut follower: Follower, printer: &Printer, shown: &HashSet<String>) -> Result<(), CommandError> {
    loop {
        let entries = follower.poll().map_err(unreadable)?;
        if entries.is_empty() {
            std::thread::sleep(LOOK_EVERY);
        }
        for entry in entries
            .iter()
            .filter(|entry| !shown.contains(&entry.record.event_id))
        {
            if !printer.print(entry)? {
                return Ok(());
            }
        }
    }
}

fn unreadable(error: lanyard_audit::TrailError) -> CommandError {
    CommandError::failure(format!("cannot read the trail: {error}"))
}

struct Printer {
    terminal: Terminal,
    json: bool,
}

impl Printer {
    /// Prints one event; `false` when nobody reads any more.
    fn print(&self, entry: &Entry) -> Result<bool, CommandError> {
        let line = if self.json {
            entry.line.clone()
        } else {
            self.summary(&entry.record)
        };
        match self.terminal.line(&line) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(CommandError::failure(format!("cannot print: {error}"))),
            Ok(()) => Ok(true),
        }
    }

    /// Time, account, who, what, on what for data events, outcome, request id.
    fn summary(&self, record: &Record) -> String {
        let service = record.event_source.split('.').next().unwrap_or_default();
        let outcome = match &record.error_code {
            Some(code) if is_observed(record) => self
                .terminal
                .doubtful(&format!("{} (let through)", printable(code))),
            Some(code) => self.terminal.bad(&printable(code)),
            None => self.terminal.good("ok"),
        };
        let who = printable(&who(record));
        let who = if record.user_identity.kind == "Root" {
            self.terminal.doubtful(&who)
        } else {
            who
        };
        format!(
            "{}  {}  {who}  {}:{}{}  {outcome}  {}",
            record.event_time,
            printable(&record.recipient_account_id),
            printable(service),
            self.terminal.bold(&printable(&record.event_name)),
            on_what(record),
            printable(&record.request_id),
        )
    }
}

/// The resource of a data event, with two blanks in front: without it `s3:GetObject` tells little.
fn on_what(record: &Record) -> String {
    let arn = record
        .resources
        .iter()
        .filter(|_| !record.management_event)
        .find_map(|resource| resource.arn.as_deref().or(resource.arn_prefix.as_deref()));
    arn.map(|arn| format!("  {}", printable(arn))).unwrap_or_default()
}

/// Whether it is a denial that was let through, because policies are only observed.
fn is_observed(record: &Record) -> bool {
    let additional = record.additional_event_data.as_ref();
    additional.is_some_and(|data| data.get("observedOnly") == Some(true.into()))
}

/// The shortest name that tells who it was.
fn who(record: &Record) -> String {
    let identity = &record.user_identity;
    if identity.kind == "Root" {
        return "root".to_owned();
    }
    if identity.is_anonymous() {
        return UserIdentity::ANONYMOUS.to_owned();
    }
    // For a role session, role/session says more than the session alone.
    let arn = identity.arn.as_deref().and_then(|arn| arn.splitn(6, ':').nth(5));
    let short = arn.map(|resource| resource.strip_prefix("assumed-role/").unwrap_or(resource));
    let named = identity
        .user_name
        .as_deref()
        .or(short)
        .or(identity.invoked_by.as_deref());
    named
        .or(identity.principal_id.as_deref())
        .unwrap_or(&identity.kind)
        .to_owned()
}
