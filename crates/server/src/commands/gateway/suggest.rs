//! `lanyard gateway suggest`: the least policy that would have allowed what somebody was seen to do. From the trail.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use lanyard_audit::{Filter, Reader, Record};
use lanyard_names::AccountId;
use lanyard_policy_suggestions::{Breadth, Line, Seen, SuggestedPolicy, Suggestion, suggest};
use serde::{Deserialize, Serialize};

use crate::cli::GatewaySuggestFlags;
use crate::commands::{account, data_dir, no_data_dir, print_json, printed};
use crate::exit::{CommandError, Exit};
use crate::terminal::{Terminal, printable};

/// How much is read of what was seen: more permissions than this would take too much memory.
const SEEN_MAX: usize = 200_000;

/// What the gateway says of one permission.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    action: String,
    resource: String,
    #[serde(default)]
    passed_to_service: Option<String>,
}

/// What was seen of a principal.
#[derive(Debug, Default)]
struct Observed {
    seen: BTreeSet<Seen>,
    accounts: BTreeSet<String>,
    /// Requests that needed more than their record says.
    incomplete: usize,
}

/// Prints what is suggested, and what it is there for.
pub(super) fn run(flags: &GatewaySuggestFlags) -> Result<(), CommandError> {
    let dir = data_dir(&flags.place)?;
    if !dir.root().is_dir() {
        return Err(no_data_dir(&dir));
    }
    let account = flags.account.as_deref().map(account::parse_id).transpose()?;
    let filter = Filter {
        account: account.map(|id| id.to_string()),
        principal: Some(flags.principal.clone()),
        since: flags.since,
        until: flags.until,
        ..Filter::default()
    };
    let observed = observe(&Reader::new(&dir.trail_dir()), filter)?;
    let account = observed.account(&flags.principal)?;
    let breadth = match flags.exact {
        true => Breadth::Exact,
        false => Breadth::AtMost(flags.resources.into()),
    };
    let seen: Vec<Seen> = observed.seen.into_iter().collect();
    let suggestion =
        suggest(account, &seen, breadth).map_err(|error| CommandError::failure(error.to_string()))?;
    if flags.json {
        return print_json(&Output::of(&suggestion, observed.incomplete));
    }
    for policy in &suggestion.policies {
        printed(Terminal::stdout().line(&policy.document))?;
    }
    eprint!("{}", reasons(&suggestion, observed.incomplete));
    Ok(())
}

fn observe(reader: &Reader, filter: Filter) -> Result<Observed, CommandError> {
    let unreadable = |error| CommandError::failure(format!("cannot read the trail: {error}"));
    let mut observed = Observed::default();
    for entry in reader.records(filter).map_err(unreadable)? {
        observed.take(&entry.map_err(unreadable)?.record);
        if observed.seen.len() > SEEN_MAX {
            let message = format!("more than {SEEN_MAX} uses of permissions were seen");
            return Err(CommandError::failure(message).hint("--since and --until take a part of them"));
        }
    }
    Ok(observed)
}

impl Observed {
    fn take(&mut self, record: &Record) {
        let Some(additional) = &record.additional_event_data else {
            return;
        };
        let Some(permissions) = additional.get("permissions") else {
            return;
        };
        if additional.get("permissionsOmitted").is_some() {
            self.incomplete += 1;
        }
        let permissions: Vec<Recorded> = serde_json::from_value(permissions.clone()).unwrap_or_default();
        for permission in permissions {
            self.seen.insert(Seen {
                action: permission.action,
                resource: permission.resource,
                passed_to: permission.passed_to_service,
                time: record.event_time.to_string(),
                request_id: record.request_id.clone(),
            });
        }
        self.accounts.extend(record.user_identity.account_id.clone());
    }

    /// The account of the principal, of which there has to be one: a name alone can be that of several.
    fn account(&self, principal: &str) -> Result<AccountId, CommandError> {
        let mut accounts = self.accounts.iter();
        match (accounts.next(), accounts.next()) {
            (Some(account), None) => account::parse_id(account),
            (None, _) => {
                let message = format!("nothing was observed of {}", printable(principal));
                let hint = "requests are observed by an upstream with mode=observe";
                Err(CommandError::new(Exit::NotFound, message).hint(hint))
            }
            (Some(one), Some(other)) => {
                let message = format!("{} is in {one} and in {other}", printable(principal));
                Err(CommandError::failure(message).hint("give the ARN, or --account"))
            }
        }
    }
}

/// What the lines of the policies are there for.
fn reasons(suggestion: &Suggestion, incomplete: usize) -> String {
    let mut out = String::new();
    for (number, policy) in suggestion.policies.iter().enumerate() {
        if suggestion.policies.len() > 1 {
            let _ = writeln!(out, "policy {} of {}", number + 1, suggestion.policies.len());
        }
        for statement in &policy.statements {
            for line in &statement.lines {
                let _ = writeln!(out, "{}  {}", statement.sid, reason(line));
            }
        }
    }
    if incomplete > 0 {
        let _ = writeln!(out, "{incomplete} requests needed more than their records hold");
    }
    out
}

fn reason(line: &Line) -> String {
    let resources = match line.resources {
        1 => String::new(),
        count => format!(" ({count} resources)"),
    };
    let requests = match line.requests {
        1 => "1 request".to_owned(),
        count => format!("{count} requests"),
    };
    format!(
        "{} on {}{resources}: {requests}, {} to {}: {}",
        printable(&line.action),
        printable(&line.resource),
        line.first,
        line.last,
        printable(&line.examples.join(" ")),
    )
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Output<'a> {
    policies: Vec<OutputPolicy<'a>>,
    incomplete_requests: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OutputPolicy<'a> {
    document: serde_json::Value,
    lines: Vec<OutputLine<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OutputLine<'a> {
    sid: &'a str,
    action: &'a str,
    resource: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    passed_to_service: Option<&'a str>,
    resources: usize,
    requests: usize,
    first: &'a str,
    last: &'a str,
    request_ids: &'a [String],
}

impl<'a> Output<'a> {
    fn of(suggestion: &'a Suggestion, incomplete_requests: usize) -> Self {
        Self {
            policies: suggestion.policies.iter().map(OutputPolicy::of).collect(),
            incomplete_requests,
        }
    }
}

impl<'a> OutputPolicy<'a> {
    fn of(policy: &'a SuggestedPolicy) -> Self {
        let lines = policy.statements.iter().flat_map(|statement| {
            statement.lines.iter().map(|line| OutputLine {
                sid: &statement.sid,
                action: &line.action,
                resource: &line.resource,
                passed_to_service: line.passed_to.as_deref(),
                resources: line.resources,
                requests: line.requests,
                first: &line.first,
                last: &line.last,
                request_ids: &line.examples,
            })
        });
        Self {
            document: serde_json::from_str(&policy.document).unwrap_or_default(),
            lines: lines.collect(),
        }
    }
}
