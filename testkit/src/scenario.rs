//! Scenarios: text files of requests and the whole answers they must get.
//!
//! ```text
//! # A sentence that says what is shown.
//!
//! > root iam CreateUser
//! UserName=bob
//! < 200
//! <CreateUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
//! …
//! ```
//!
//! `> WHO SERVICE ACTION`, then a parameter a line, then `< STATUS` and the answer. Who is
//! `root`, the root user of account 111122223333, `other`, that of 444455556666, or a name that an earlier answer
//! was given to with `< 200 as NAME`, when it carried credentials. Steps are parted by an empty line.

use std::collections::BTreeMap;

use crate::house::{Answer, Credentials, House};
use crate::masks::Masks;

/// A file of steps.
pub struct Scenario {
    title: String,
    steps: Vec<Step>,
}

/// One request and what it must get.
pub struct Step {
    who: String,
    service: String,
    action: String,
    parameters: Vec<(String, String)>,
    saved_as: Option<String>,
}

impl Scenario {
    /// Reads the requests; the answers in the file are compared as text, by whoever runs the scenario.
    pub fn parse(text: &str) -> Self {
        let mut blocks = text.split("\n\n");
        let title = blocks.next().unwrap_or_default().trim().to_owned();
        assert!(title.starts_with("# "), "a scenario begins with a sentence: # …");
        let steps = blocks
            .filter(|block| !block.trim().is_empty())
            .map(Step::parse)
            .collect();
        Scenario { title, steps }
    }

    /// Runs all steps; gives the file as it would have to be.
    pub async fn run(&self, house: &House) -> String {
        let mut masks = Masks::default();
        let mut callers = BTreeMap::new();
        callers.insert("root".to_owned(), house.account("111122223333").await);
        callers.insert("other".to_owned(), house.account("444455556666").await);
        let mut text = format!("{}\n", self.title);
        for step in &self.steps {
            let caller = &callers[&step.who];
            let parameters: Vec<_> = step
                .parameters
                .iter()
                .map(|(name, value)| (name.clone(), masks.reveal(value)))
                .collect();
            let answer = house.call(caller, &step.service, &step.action, &parameters).await;
            if let Some(name) = &step.saved_as {
                callers.insert(name.clone(), credentials(&answer));
            }
            text.push_str(&format!(
                "\n{}{}\n",
                step.request(&answer),
                masks.hide(&answer.xml)
            ));
        }
        text
    }
}

impl Step {
    fn parse(block: &str) -> Self {
        let mut lines = block.trim().lines();
        let head = lines.next().unwrap_or_default();
        let words: Vec<&str> = head.split_whitespace().collect();
        let [">", who, service, action] = words.as_slice() else {
            panic!("not a step: {head}")
        };
        let mut parameters = Vec::new();
        let mut saved_as = None;
        for line in lines {
            if let Some(status) = line.strip_prefix("< ") {
                saved_as = status.split_once(" as ").map(|(_, name)| name.trim().to_owned());
                break;
            }
            let (name, value) = line
                .split_once('=')
                .unwrap_or_else(|| panic!("not a parameter: {line}"));
            parameters.push((name.to_owned(), value.to_owned()));
        }
        Step {
            who: (*who).to_owned(),
            service: (*service).to_owned(),
            action: (*action).to_owned(),
            parameters,
            saved_as,
        }
    }

    fn request(&self, answer: &Answer) -> String {
        let mut text = format!("> {} {} {}\n", self.who, self.service, self.action);
        for (name, value) in &self.parameters {
            text.push_str(&format!("{name}={value}\n"));
        }
        let saved = self
            .saved_as
            .as_ref()
            .map(|name| format!(" as {name}"))
            .unwrap_or_default();
        text + &format!("< {}{saved}\n", answer.status)
    }
}

fn credentials(answer: &Answer) -> Credentials {
    let element = |name: &str| {
        let (_, after) = answer.xml.split_once(&format!("<{name}>"))?;
        Some(after.split_once(&format!("</{name}>"))?.0.to_owned())
    };
    Credentials {
        access_key_id: element("AccessKeyId").expect("the answer has a key"),
        secret: element("SecretAccessKey").expect("the answer has a secret"),
        session_token: element("SessionToken"),
    }
}
