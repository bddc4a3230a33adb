//! Casbin: a rule for each statement, its lists joined, with functions of ours that compare them.
//!
//! Principals have enforcers of their own because an enforcer goes through all its rules for every request. An
//! enforcer takes about 100 kB, so those of many principals are only made for those who are asked about.

use std::collections::HashMap;
use std::future::Future;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use casbin::function_map::{OperatorFunction, dynamic_to_str};
use casbin::rhai::Dynamic;
use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};

use super::Engine;
use crate::workload::{self, ANSWERED_BY_ALL, TAGS, Workload};

const MODEL: &str = "
[request_definition]
r = sub, act, obj, ip, team, project

[policy_definition]
p = sub, act, obj, ip, tag, eft

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = anyLike(r.act, p.act) && g(r.sub, p.sub) && anyLike(r.obj, p.obj) && inRange(r.ip, p.ip) && tagged(r.team, r.project, p.tag)
";

/// Casbin with a workload.
pub struct Casbin {
    enforcers: HashMap<usize, Enforcer>,
    /// The principal and what it asks.
    questions: Vec<(usize, [String; 6])>,
}

impl Engine for Casbin {
    type Policies = HashMap<usize, Enforcer>;

    const NAME: &'static str = "casbin";

    fn load(workload: &Workload) -> Self::Policies {
        let asked = workload
            .questions
            .iter()
            .take(ANSWERED_BY_ALL)
            .map(|question| question.principal);
        let mut enforcers = HashMap::new();
        for principal in asked {
            enforcers
                .entry(principal)
                .or_insert_with(|| ready(enforcer(principal, &workload.principals[principal])));
        }
        enforcers
    }

    fn new(workload: &Workload, enforcers: Self::Policies) -> Self {
        let question = |question: &workload::Question| {
            let context = &workload.contexts[question.context];
            let [team, project] = context.tags.map(|tag| tag.unwrap_or_default().to_owned());
            let words = [
                user(question.principal),
                question.action.clone(),
                question.resource.clone(),
                context.source_ip.to_string(),
                team,
                project,
            ];
            (question.principal, words)
        };
        Self {
            enforcers,
            questions: workload.questions.iter().map(question).collect(),
        }
    }

    fn allows(&self, question: usize) -> bool {
        let (principal, words) = &self.questions[question];
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.enforcers[principal].enforce(words).expect("an answer")
    }
}

async fn enforcer(principal: usize, policies: &[workload::Policy]) -> Enforcer {
    let model = DefaultModel::from_str(MODEL).await.expect("a model");
    let mut enforcer = Enforcer::new(model, MemoryAdapter::default())
        .await
        .expect("an enforcer");
    enforcer.add_function("anyLike", OperatorFunction::Arg2(any_like));
    enforcer.add_function("inRange", OperatorFunction::Arg2(in_range));
    enforcer.add_function("tagged", OperatorFunction::Arg3(tagged));
    let groups = (0..3).map(|group| vec![user(principal), self::group(group)]);
    enforcer
        .add_grouping_policies(groups.collect())
        .await
        .expect("groups");
    let statements = policies.iter().flat_map(|policy| {
        let whom = policy.group.map_or_else(|| user(principal), group);
        policy
            .statements
            .iter()
            .map(move |statement| translate(&whom, statement))
    });
    // The same statement twice is one rule.
    let mut rules: Vec<Vec<String>> = statements.collect();
    rules.sort();
    rules.dedup();
    enforcer.add_policies(rules).await.expect("policies");
    enforcer
}

fn translate(whom: &str, statement: &workload::Statement) -> Vec<String> {
    let tag = statement
        .tag
        .as_ref()
        .map(|(tag, values)| format!("{}={}", TAGS[*tag], values.join("|")));
    vec![
        whom.to_owned(),
        statement.actions.join("|"),
        statement.resources.join("|"),
        statement.source_ip.join("|"),
        tag.unwrap_or_default(),
        if statement.deny { "deny" } else { "allow" }.to_owned(),
    ]
}

fn user(principal: usize) -> String {
    format!("user-{principal}")
}

fn group(number: usize) -> String {
    format!("group-{number}")
}

fn any_like(text: Dynamic, patterns: Dynamic) -> Dynamic {
    let (text, patterns) = (dynamic_to_str(&text), dynamic_to_str(&patterns));
    patterns.split('|').any(|pattern| like(&text, pattern)).into()
}

fn like(mut text: &str, pattern: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return text == pattern;
    };
    let Some(behind) = text.strip_prefix(first) else {
        return false;
    };
    text = behind;
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = text.find(piece) else {
            return false;
        };
        text = &text[at + piece.len()..];
    }
    text.ends_with(last)
}

fn in_range(address: Dynamic, ranges: Dynamic) -> Dynamic {
    let (address, ranges) = (dynamic_to_str(&address), dynamic_to_str(&ranges));
    let Ok(address) = address.parse::<Ipv4Addr>() else {
        return false.into();
    };
    let contains = |range: &str| {
        let (base, length) = range.split_once('/')?;
        let mask = u32::MAX << (32 - length.parse::<u32>().ok()?);
        Some((base.parse::<Ipv4Addr>().ok()?.to_bits() ^ address.to_bits()) & mask == 0)
    };
    (ranges.is_empty() || ranges.split('|').any(|range| contains(range) == Some(true))).into()
}

fn tagged(team: Dynamic, project: Dynamic, wanted: Dynamic) -> Dynamic {
    let wanted = dynamic_to_str(&wanted);
    let Some((tag, values)) = wanted.split_once('=') else {
        return true.into();
    };
    let value = if tag == TAGS[0] { team } else { project };
    let value = dynamic_to_str(&value);
    (!value.is_empty() && values.split('|').any(|wanted| wanted == value)).into()
}

/// What a future gives that never has to wait.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits for anything"),
    }
}
