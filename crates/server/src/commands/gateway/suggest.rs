//! `lanyard gateway suggest`: the least policy that would have allowed what somebody was seen to do. From the trail.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lanyard_audit::{Filter, Reader, Record, UserIdentity};
use lanyard_policy_suggestions::{Breadth, Line, Observations, Seen, SuggestedPolicy, Suggestion, suggest};
use serde::{Deserialize, Serialize};

use crate::cli::GatewaySuggestFlags;
use crate::commands::{account, data_dir, no_data_dir, print_json, printed};
use crate::exit::{CommandError, Exit};
use crate::terminal::{Terminal, printable};

/// How much is kept of what was seen: more than this would take too much memory. Of permissions on different resources,
/// and of requests that needed them.
const NEEDS_MAX: usize = 200_000;
const USES_MAX: usize = 10_000_000;
/// How many principals are named that one word stands for.
const PRINCIPALS_SHOWN_MAX: usize = 5;

/// What the gateway says of one permission.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    action: String,
    resource: String,
    #[serde(default)]
    partly_known: bool,
    #[serde(default)]
    passed_to_service: Option<String>,
}

/// What was seen, by the ARN of the user or role whose policies it is about. One name can be that of several.
#[derive(Debug)]
struct Observed<'a> {
    /// Whose policy is wanted.
    wanted: &'a str,
    principals: BTreeMap<String, Principal>,
}

/// What was seen of one of them.
#[derive(Debug, Default)]
struct Principal {
    arn: String,
    account: String,
    seen: Observations,
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
    let reader = Reader::new(&dir.trail_dir());
    let principal = observe(&reader, filter.clone(), &flags.principal)?.only();
    let principal = principal.map_err(|error| match error.exit() {
        Exit::NotFound => error.hint(super::seen::hint(&reader, filter, &flags.principal)),
        _ => error,
    })?;
    let account = account::parse_id(&principal.account)?;
    let breadth = match flags.exact {
        true => Breadth::Exact,
        false => Breadth::AtMost(flags.resources.into()),
    };
    let suggestion = suggest(account, &principal.seen, breadth)
        .map_err(|error| CommandError::failure(printable(&error.to_string())))?;
    if flags.json {
        return print_json(&Output::of(&suggestion, &principal));
    }
    for policy in &suggestion.policies {
        printed(Terminal::stdout().line(&policy.document))?;
    }
    eprint!("{}", reasons(&suggestion, &principal));
    Ok(())
}

fn observe<'a>(reader: &Reader, filter: Filter, wanted: &'a str) -> Result<Observed<'a>, CommandError> {
    let unreadable = |error| CommandError::failure(format!("cannot read the trail: {error}"));
    let mut observed = Observed::of(wanted);
    for entry in reader.records(filter).map_err(unreadable)? {
        observed.take(&entry.map_err(unreadable)?.record);
        let sum = |count: fn(&Observations) -> usize| -> usize {
            observed.principals.values().map(|one| count(&one.seen)).sum()
        };
        if sum(Observations::needs) > NEEDS_MAX || sum(Observations::uses) > USES_MAX {
            let message = "more was seen than can be kept in mind at once";
            return Err(CommandError::failure(message).hint("--since and --until take a part of it"));
        }
    }
    Ok(observed)
}

impl<'a> Observed<'a> {
    fn of(wanted: &'a str) -> Self {
        Self {
            wanted,
            principals: BTreeMap::new(),
        }
    }

    fn take(&mut self, record: &Record) {
        let Some(additional) = &record.additional_event_data else {
            return;
        };
        let Some(permissions) = additional.get("permissions") else {
            return;
        };
        // What stands in the trail of somebody else's account stands in that of the caller's, too.
        let identity = &record.user_identity;
        if identity.account_id.as_ref() != Some(&record.recipient_account_id) || !is_by(identity, self.wanted)
        {
            return;
        }
        let Some(arn) = whose_policies(identity) else {
            return;
        };
        let principal = self.principals.entry(arn.to_owned()).or_default();
        principal.account.clone_from(&record.recipient_account_id);
        if additional.get("permissionsOmitted").is_some() {
            principal.incomplete += 1;
        }
        let permissions: Vec<Recorded> = serde_json::from_value(permissions.clone()).unwrap_or_default();
        for permission in permissions {
            principal.seen.add(Seen {
                action: permission.action,
                resource: permission.resource,
                partly_known: permission.partly_known,
                passed_to: permission.passed_to_service,
                time: record.event_time.to_string(),
                request_id: record.request_id.clone(),
            });
        }
    }

    /// The one principal that is meant.
    fn only(self) -> Result<Principal, CommandError> {
        let wanted = self.wanted;
        let count = self.principals.len();
        let arns: Vec<&str> = self.principals.keys().map(String::as_str).collect();
        let shown = arns.get(..count.min(PRINCIPALS_SHOWN_MAX)).unwrap_or_default();
        let shown = printable(&shown.join(", "));
        match self.principals.into_iter().next() {
            Some((arn, meant)) if count == 1 => Ok(Principal { arn, ..meant }),
            Some(_) => {
                let message = format!("{} stands for {count} principals: {shown}", printable(wanted));
                Err(CommandError::failure(message).hint("give the ARN of one of them"))
            }
            None => {
                let message = format!("nothing was observed of {}", printable(wanted));
                Err(CommandError::new(Exit::NotFound, message))
            }
        }
    }
}

/// Whether a word stands for somebody, or for the user or role whose session it is. What sessions are called by others,
/// such as their source identity, stands for nobody: who may choose it would be given a policy under another's name.
fn is_by(identity: &UserIdentity, wanted: &str) -> bool {
    let context = identity.session_context.as_ref();
    let issuer = context.and_then(|context| context.session_issuer.as_ref());
    let names = [
        identity.user_name.as_deref(),
        identity.principal_id.as_deref(),
        identity.access_key_id.as_deref(),
        identity.arn.as_deref(),
        issuer.and_then(|issuer| issuer.user_name.as_deref()),
        issuer.map(|issuer| issuer.principal_id.as_str()),
        issuer.map(|issuer| issuer.arn.as_str()),
    ];
    names.into_iter().flatten().any(|name| name == wanted)
}

/// The ARN of the user or role whose policies count: of a session, those of whom it acts for.
pub(super) fn whose_policies(identity: &UserIdentity) -> Option<&str> {
    let context = identity.session_context.as_ref();
    let issuer = context.and_then(|context| context.session_issuer.as_ref());
    issuer
        .map(|issuer| issuer.arn.as_str())
        .or(identity.arn.as_deref())
}

/// Whose policies they are, and what their lines are there for.
fn reasons(suggestion: &Suggestion, principal: &Principal) -> String {
    let incomplete = principal.incomplete;
    let mut out = format!("for {}\n", printable(&principal.arn));
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
    /// The user or role whose policies they are.
    principal: &'a str,
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
    fn of(suggestion: &'a Suggestion, principal: &'a Principal) -> Self {
        Self {
            principal: &principal.arn,
            policies: suggestion.policies.iter().map(OutputPolicy::of).collect(),
            incomplete_requests: principal.incomplete,
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

#[cfg(test)]
mod tests {
    use lanyard_audit::Happening;
    use lanyard_names::AccountId;
    use serde_json::json;

    use super::*;

    const ACCOUNT: &str = "111122223333";

    /// A request of somebody, in the trail of an account.
    fn record(identity: serde_json::Value, recipient: &str, resource: &str) -> Record {
        let happening = Happening {
            event_source: "sqs.amazonaws.com".into(),
            event_name: "SendMessage".into(),
            aws_region: "eu-west-1".into(),
            read_only: false,
            time: "2026-11-22T10:00:00Z".parse().unwrap(),
            request_id: "r1".to_owned(),
            recipient: AccountId::parse(recipient).unwrap(),
        };
        let permission = json!([{"action": "sqs:SendMessage", "resource": resource, "decision": "Denied"}]);
        Record::new(happening, serde_json::from_value(identity).unwrap())
            .with_additional("permissions", permission)
    }

    fn user(name: &str) -> serde_json::Value {
        json!({"type": "IAMUser", "accountId": ACCOUNT, "userName": name,
            "arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}")})
    }

    fn session(role: &str) -> serde_json::Value {
        json!({"type": "AssumedRole", "accountId": ACCOUNT,
            "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/shop"),
            "sessionContext": {"attributes": {"creationDate": "2026-11-22T09:00:00Z", "mfaAuthenticated": "false"},
            "sessionIssuer": {"type": "Role", "principalId": "AROAEXAMPLE", "accountId": ACCOUNT, "userName": role,
            "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}")}}})
    }

    /// How many permissions were seen of whom a word stands for, or why of nobody.
    #[track_caller]
    fn check(records: &[Record], wanted: &str, expected: Result<usize, &str>) {
        let mut observed = Observed::of(wanted);
        for record in records {
            observed.take(record);
        }
        let found = match observed.only() {
            Ok(one) => Ok(one.seen.needs()),
            // Without the hint.
            Err(error) => Err(error.to_string().lines().next().unwrap().to_owned()),
        };
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn what_several_did_is_never_put_into_one_policy() {
        let both = [
            record(user("shop"), ACCOUNT, "arn:aws:sqs:eu-west-1:111122223333:a"),
            record(session("shop"), ACCOUNT, "arn:aws:sqs:eu-west-1:111122223333:b"),
            record(session("shop"), ACCOUNT, "arn:aws:sqs:eu-west-1:111122223333:c"),
        ];
        check(&both[..1], "shop", Ok(1));
        check(&both[1..], "shop", Ok(2));
        let message = "shop stands for 2 principals: arn:aws:iam::111122223333:role/shop, \
                       arn:aws:iam::111122223333:user/shop";
        check(&both, "shop", Err(message));
        check(&both, "arn:aws:iam::111122223333:user/shop", Ok(1));
        check(&[], "shop", Err("nothing was observed of shop"));
    }

    #[test]
    fn nobody_gets_a_policy_under_a_name_that_others_chose() {
        let mut chosen = session("shop");
        chosen["sessionContext"]["sourceIdentity"] = "admin".into();
        chosen["sessionContext"]["originArn"] = format!("arn:aws:iam::{ACCOUNT}:user/admin").into();
        let theirs = record(chosen, ACCOUNT, "arn:aws:sqs:eu-west-1:111122223333:a");
        let known: UserIdentity = theirs.user_identity.clone();
        let context = known.session_context.unwrap();
        assert_eq!(context.source_identity.as_deref(), Some("admin"));
        let theirs = [theirs];
        check(&theirs, "admin", Err("nothing was observed of admin"));
        let admin = "arn:aws:iam::111122223333:user/admin";
        check(&theirs, admin, Err(&format!("nothing was observed of {admin}")));
        check(&theirs, "shop", Ok(1));
        check(&theirs, "arn:aws:sts::111122223333:assumed-role/shop/shop", Ok(1));
    }

    #[test]
    fn what_the_owner_of_a_resource_is_told_is_not_counted_again() {
        let theirs = record(
            user("shop"),
            "444455556666",
            "arn:aws:sqs:eu-west-1:444455556666:a",
        );
        check(&[theirs], "shop", Err("nothing was observed of shop"));
    }
}
