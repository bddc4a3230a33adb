//! `POST /authorize` in batches, on the workload *small* of the policy bench.

use std::error::Error;
use std::time::Duration;

use lanyard_policy_bench::workload::{self, Statement, TAGS, Workload};
use serde_json::{Value, json};

use crate::Outcome;
use crate::client::{self, Each, Same, Source};
use crate::process::Lanyard;
use crate::report::{Target, line, median};
use crate::requests::{self, Identity, Request};

const BATCH: usize = 100;
const BATCHES: usize = 16;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);

pub(crate) fn run() -> Outcome {
    let lanyard = Lanyard::start("authorize")?;
    let identity = lanyard.account("authorize")?;
    let port = lanyard.running.port;
    let small = workload::small();
    set_up(&small, &identity, port)?;
    let requests: Vec<Request> = small
        .questions
        .chunks(BATCH)
        .take(BATCHES)
        .map(|questions| batch(&small, questions, &identity, port))
        .collect();
    let measure = |time: Duration| -> Result<(f64, f64), Box<dyn Error>> {
        let sources = requests
            .iter()
            .map(|request| Box::new(Same(request.clone())) as Box<dyn Source>)
            .collect();
        let before = lanyard.running.cpu_seconds()?;
        let run = client::run(port, sources, Some(time))?;
        let cost = (lanyard.running.cpu_seconds()? - before) / run.count as f64;
        Ok((run.per_second() * BATCH as f64, cost * 1e6 / BATCH as f64))
    };
    measure(Duration::from_millis(500))?;
    let (mut rates, mut costs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (rate, cost) = measure(ROUND)?;
        rates.push(rate);
        costs.push(cost);
    }
    println!("  batches of {BATCH}, {BATCHES} connections");
    line(
        "    decisions a second",
        median(rates),
        "",
        Some(Target::AtLeast(200_000.0)),
    );
    line("    CPU a decision", median(costs), "us", None);
    Ok(())
}

/// The workload's one principal as a user with three groups.
fn set_up(small: &Workload, identity: &Identity, port: u16) -> Outcome {
    let mut calls = vec![requests::iam(
        identity,
        "CreateUser",
        &[
            ("UserName", "someone"),
            ("Tags.member.1.Key", "team"),
            ("Tags.member.1.Value", "red"),
        ],
        port,
    )];
    for group in ["group-0", "group-1", "group-2"] {
        calls.push(requests::iam(
            identity,
            "CreateGroup",
            &[("GroupName", group)],
            port,
        ));
        let member = [("GroupName", group), ("UserName", "someone")];
        calls.push(requests::iam(identity, "AddUserToGroup", &member, port));
    }
    for policy in small.principals.iter().flatten() {
        let statements: Vec<Value> = policy.statements.iter().map(statement).collect();
        let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        let new = [
            ("PolicyName", policy.name.as_str()),
            ("PolicyDocument", &document),
        ];
        calls.push(requests::iam(identity, "CreatePolicy", &new, port));
        let arn = format!("arn:aws:iam::{}:policy/{}", identity.account, policy.name);
        calls.push(match policy.group {
            None => {
                let attached = [("UserName", "someone"), ("PolicyArn", arn.as_str())];
                requests::iam(identity, "AttachUserPolicy", &attached, port)
            }
            Some(group) => {
                let group = format!("group-{group}");
                let attached = [("GroupName", group.as_str()), ("PolicyArn", &arn)];
                requests::iam(identity, "AttachGroupPolicy", &attached, port)
            }
        });
    }
    client::run(port, vec![Box::new(Each(calls.into_iter()))], None)?;
    Ok(())
}

fn statement(statement: &Statement) -> Value {
    let mut value = json!({
        "Effect": if statement.deny { "Deny" } else { "Allow" },
        "Action": statement.actions,
        "Resource": statement.resources,
    });
    let mut condition = serde_json::Map::new();
    if !statement.source_ip.is_empty() {
        condition.insert(
            "IpAddress".to_owned(),
            json!({ "aws:SourceIp": statement.source_ip }),
        );
    }
    if let Some((tag, values)) = &statement.tag {
        condition.insert("StringEquals".to_owned(), json!({ TAGS[*tag]: values }));
    }
    if !condition.is_empty() {
        value["Condition"] = Value::Object(condition);
    }
    value
}

fn batch(small: &Workload, questions: &[workload::Question], identity: &Identity, port: u16) -> Request {
    let principal = format!("arn:aws:iam::{}:user/someone", identity.account);
    let questions: Vec<Value> = questions
        .iter()
        .map(|question| {
            let known = &small.contexts[question.context];
            let mut context = json!({ "aws:SourceIp": known.source_ip.to_string() });
            // The tag of the principal is the user's own; nobody else can say what it is.
            if let Some(project) = known.tags[1] {
                context[TAGS[1]] = json!(project);
            }
            json!({
                "principal": principal,
                "action": question.action,
                "resource": question.resource,
                "resourceAccount": identity.account,
                "context": context,
            })
        })
        .collect();
    requests::authorize(identity, &json!({ "requests": questions }).to_string(), port)
}
