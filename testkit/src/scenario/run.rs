//! Running scenarios.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::codes::Codes;
use super::{Block, Body, CallText, Quiet, Scenario, Step};
use crate::answer::{Answer, ShortError};
use crate::census::census;
use crate::client::{Call, Credentials, Manner};
use crate::engine::EngineKind;
use crate::masks::Masks;
use crate::world::World;

/// The account of `root`.
const ACCOUNT: &str = "111122223333";
const ROOT: &str = "root";
const OTHER: &str = "other";
const STRANGER: &str = "stranger";
const ANONYMOUS: &str = "anonymous";

/// A scenario after its last step.
pub struct Ran {
    /// The file as it would have to be for its answers to be right.
    pub text: String,
    world: World,
    callers: BTreeMap<String, Credentials>,
}

struct Run {
    world: World,
    callers: BTreeMap<String, Credentials>,
    masks: Masks,
    texts: Vec<(String, String)>,
    codes: Codes,
}

impl Scenario {
    /// Runs all steps on a new store.
    pub async fn run(self, kind: EngineKind) -> Ran {
        let world = World::new(kind).await;
        let callers = BTreeMap::from([
            (ROOT.to_owned(), world.account(ACCOUNT).await),
            (OTHER.to_owned(), world.account("444455556666").await),
            (STRANGER.to_owned(), stranger()),
        ]);
        let mut run = Run {
            world,
            callers,
            masks: Masks::default(),
            texts: Vec::new(),
            codes: Codes::at(Timestamp::now()),
        };
        let mut blocks = Vec::new();
        for Block { remarks, body } in self.blocks {
            let body = run.block(body).await;
            blocks.push(Block { remarks, body });
        }
        Ran {
            text: Scenario { blocks }.to_string(),
            world: run.world,
            callers: run.callers,
        }
    }
}

impl Ran {
    /// Who everybody is. It is a use of everybody's key.
    pub async fn identities(&self) -> String {
        let call = Call {
            service: "sts",
            action: "GetCallerIdentity",
            parameters: &[],
            manner: Manner::Post,
        };
        let mut text = String::new();
        for (name, credentials) in &self.callers {
            let answer = self.world.call(Some(credentials), &call).await;
            text.push_str(&format!(
                "{name}: {} {}\n",
                answer.status,
                answer.without_request_id()
            ));
        }
        text
    }

    /// All there is in both accounts, when keys and roles were last used included.
    pub async fn census(&self) -> String {
        census(&self.world, &self.callers[ROOT]).await + &census(&self.world, &self.callers[OTHER]).await
    }

    /// Stops the server and starts it again.
    pub async fn restart(&mut self) {
        self.world.restart().await;
    }
}

impl Run {
    async fn block(&mut self, body: Body) -> Body {
        match body {
            Body::Step(step) => Body::Step(self.step(step).await),
            Body::Quiet(lines) => {
                let mut done = Vec::new();
                for line in lines {
                    done.push(self.quiet(line).await);
                }
                Body::Quiet(done)
            }
        }
    }

    async fn step(&mut self, step: Step) -> Step {
        let answer = self.answer(&step.call).await;
        self.codes.learn(&answer);
        self.save(step.saved_as.as_deref(), &answer);
        Step {
            status: answer.status,
            xml: self.masks.hide(&answer.xml, Timestamp::now()),
            ..step
        }
    }

    async fn quiet(&mut self, line: Quiet) -> Quiet {
        match line {
            Quiet::Restart => {
                self.world.restart().await;
                line
            }
            Quiet::Until(ref call) => {
                self.ask_until_done(call).await;
                line
            }
            Quiet::Hardware(ref serial) => {
                let seed = self.world.hardware_mfa_device(ACCOUNT, serial).await;
                self.codes.know(serial, seed);
                line
            }
            Quiet::Let { ref name, ref text } => {
                let text = self.with_texts(text);
                self.texts.push((format!("{{{name}}}"), text));
                line
            }
            Quiet::Given {
                ref call,
                ref saved_as,
            } => {
                let answer = self.answer(call).await;
                assert_eq!(answer.status, 200, "given {}\n{}", call.line(), answer.xml);
                self.codes.learn(&answer);
                // Ids are numbered from here on, shown or not.
                self.masks.hide(&answer.xml, Timestamp::now());
                self.save(saved_as.as_deref(), &answer);
                line
            }
            Quiet::Refused { call, .. } => {
                let answer = self.answer(&call).await;
                let error = ShortError::of(&answer, &call.service);
                let error =
                    error.unwrap_or_else(|| panic!("not a plain error: {}\n{}", call.line(), answer.xml));
                let message = error.message.map(|text| self.masks.hide(&text, Timestamp::now()));
                Quiet::Refused {
                    call,
                    error: Some(ShortError { message, ..error }),
                }
            }
        }
    }

    async fn ask_until_done(&self, call: &CallText) {
        // Ten seconds; what goes on in the background takes a few thousandths of one.
        for _ in 0..1_000 {
            let answer = self.answer(call).await;
            if answer.status == 200
                && !["IN_PROGRESS", "INPROGRESS"]
                    .iter()
                    .any(|word| answer.xml.contains(word))
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never done: {}", call.line());
    }

    async fn answer(&self, call: &CallText) -> Answer {
        let reveal = |value: &str| self.masks.reveal(&self.codes.read_off(&self.with_texts(value)));
        let parameters: Vec<_> = call
            .parameters
            .iter()
            .map(|(name, value)| (name.clone(), reveal(value)))
            .collect();
        let credentials = self.credentials(&call.who);
        let call = Call {
            service: &call.service,
            action: &call.action,
            parameters: &parameters,
            manner: call.manner,
        };
        self.world.call(credentials.as_ref(), &call).await
    }

    fn with_texts(&self, value: &str) -> String {
        let put = |value: String, (name, text): &(String, String)| value.replace(name, text);
        repeated(&self.texts.iter().rev().fold(value.to_owned(), put))
    }

    fn save(&mut self, name: Option<&str>, answer: &Answer) {
        let Some(name) = name else { return };
        let element = |name: &str| answer.element(name).map(str::to_owned);
        let credentials = Credentials {
            access_key_id: element("AccessKeyId").expect("the answer has a key"),
            secret: element("SecretAccessKey").expect("the answer has a secret"),
            session_token: element("SessionToken"),
        };
        self.callers.insert(name.to_owned(), credentials);
    }

    fn credentials(&self, who: &str) -> Option<Credentials> {
        if who == ANONYMOUS {
            return None;
        }
        let (name, without) = who.split_once('!').unwrap_or((who, ""));
        let known = self
            .callers
            .get(name)
            .unwrap_or_else(|| panic!("nobody is called {name}"));
        let mut credentials = known.clone();
        match without {
            "" => {}
            "wrong-secret" => credentials.secret = stranger().secret,
            "no-token" => credentials.session_token = None,
            _ => panic!("not a way to sign: {who}"),
        }
        Some(credentials)
    }
}

/// A text with every `{x*300}` written out.
fn repeated(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        written.push_str(before);
        let inner = after.split_once('}');
        let counted = inner.and_then(|(inner, after)| Some((inner.split_once('*')?, after)));
        let counted = counted.filter(|((part, _), _)| !part.contains(['{', '"']));
        match counted.and_then(|((part, count), after)| Some((part.repeat(count.parse().ok()?), after))) {
            Some((parts, after)) => {
                written.push_str(&parts);
                rest = after;
            }
            None => {
                written.push('{');
                rest = after;
            }
        }
    }
    written + rest
}

/// A key of account 111122223333 that was never made.
fn stranger() -> Credentials {
    Credentials {
        access_key_id: "AKIARTZGYPKXWXAAAAAA".to_owned(),
        secret: "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00".to_owned(),
        session_token: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_are_written_out_and_documents_left_alone() {
        assert_eq!(repeated("a{bc*3}d{e*2}"), "abcbcbcdee");
        let document = r#"{"a": {"b": "*"}, "c": "${x}", "d": "{y*2}"}"#;
        let written = r#"{"a": {"b": "*"}, "c": "${x}", "d": "yy"}"#;
        assert_eq!(repeated(document), written);
    }
}
