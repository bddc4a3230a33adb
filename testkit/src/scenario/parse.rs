//! Reading scenarios. Whatever is not understood is a panic with the line in it.

use super::{Block, Body, CallText, Quiet, Scenario, Step};
use crate::answer::ShortError;
use crate::client::Manner;

impl Scenario {
    /// Reads a file.
    pub fn parse(text: &str) -> Self {
        assert!(text.starts_with("# "), "a scenario begins with a sentence: # …");
        let blocks = text.trim_end().split("\n\n");
        Scenario {
            blocks: blocks.map(Block::parse).collect(),
        }
    }
}

impl Block {
    fn parse(text: &str) -> Self {
        let mut lines: Vec<&str> = text.trim_matches('\n').lines().collect();
        let remarked = lines.iter().take_while(|line| line.starts_with('#')).count();
        let rest = lines.split_off(remarked);
        let body = match rest.first() {
            Some(first) if first.starts_with("> ") => Body::Step(Step::parse(&rest)),
            _ => Body::Quiet(quiet_lines(&rest)),
        };
        Block {
            remarks: lines.into_iter().map(str::to_owned).collect(),
            body,
        }
    }
}

impl Step {
    fn parse(lines: &[&str]) -> Self {
        let end = lines.iter().position(|line| line.starts_with("< "));
        // A new step has no answer yet.
        let (asked, answered) = lines.split_at(end.unwrap_or(lines.len()));
        let mut call = CallText::parse(asked[0].trim_start_matches("> "));
        assert!(
            call.parameters.is_empty(),
            "parameters stand on lines of their own: {}",
            asked[0]
        );
        call.parameters = asked[1..].iter().map(|line| parameter(line)).collect();
        let (head, xml) = answered.split_first().unwrap_or((&"< 0", &[]));
        let (status, saved_as) = saved_as(head.trim_start_matches("< "));
        Step {
            call,
            saved_as,
            status: status
                .trim()
                .parse()
                .unwrap_or_else(|_| panic!("not a status: {head}")),
            xml: xml.join("\n"),
        }
    }
}

fn quiet_lines(lines: &[&str]) -> Vec<Quiet> {
    let mut quiet = Vec::new();
    for line in lines {
        if line.starts_with("    ") {
            let Some(Quiet::Refused { error, .. }) = quiet.last_mut() else {
                panic!("only a refusal is followed by an error: {line}");
            };
            *error = Some(ShortError::parse(line).unwrap_or_else(|| panic!("not an error: {line}")));
            continue;
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        quiet.push(match word {
            "let" => {
                let (name, text) = rest
                    .split_once(" = ")
                    .unwrap_or_else(|| panic!("not a let: {line}"));
                Quiet::Let {
                    name: name.to_owned(),
                    text: text.to_owned(),
                }
            }
            "given" => {
                let (call, saved_as) = saved_as(rest);
                Quiet::Given {
                    call: CallText::parse(call),
                    saved_as,
                }
            }
            "refused" => Quiet::Refused {
                call: CallText::parse(rest),
                error: None,
            },
            "until" => Quiet::Until(CallText::parse(rest)),
            "hardware" => Quiet::Hardware(rest.to_owned()),
            "restart" => Quiet::Restart,
            _ => panic!("not a line of a scenario: {line}"),
        });
    }
    quiet
}

impl CallText {
    fn parse(line: &str) -> Self {
        let mut words = line.split_whitespace().peekable();
        let mut next = || {
            words
                .next()
                .unwrap_or_else(|| panic!("not WHO SERVICE ACTION: {line}"))
                .to_owned()
        };
        let (who, service, action) = (next(), next(), next());
        let manner = match words.peek() {
            Some(&"get") => Manner::Get,
            Some(&"presigned") => Manner::Presigned,
            _ => Manner::Post,
        };
        let parameters = words
            .skip(usize::from(manner != Manner::Post))
            .map(parameter)
            .collect();
        let action = if action == "-" { String::new() } else { action };
        CallText {
            who,
            service,
            action,
            manner,
            parameters,
        }
    }
}

fn parameter(text: &str) -> (String, String) {
    let (name, value) = text
        .split_once('=')
        .unwrap_or_else(|| panic!("not a parameter: {text}"));
    (name.to_owned(), value.to_owned())
}

fn saved_as(text: &str) -> (&str, Option<String>) {
    match text.rsplit_once(" as ") {
        Some((before, name)) => (before, Some(name.to_owned())),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "# A sentence.\n# And another.\n\n\
        let all = {\"a\": \"b c\"}\n\
        given root iam CreateUser UserName=carla\n\
        given root iam CreateAccessKey UserName=carla as carla\n\
        restart\n\n\
        # A remark.\n> carla iam GetUser presigned\nUserName=two words\nX=\n< 200 as x\n<A>\n  <B/>\n</A>\n\n\
        > root sts -\n< 413\n\n\
        refused carla iam GetUser\n    403 AccessDenied Not you.\nrefused carla iam GetRole RoleName=r\n    \
        400 MalformedInput\n";

    #[test]
    fn what_was_read_is_written_as_it_was() {
        assert_eq!(Scenario::parse(WHOLE).to_string(), WHOLE);
    }

    #[test]
    fn answers_are_told_by_operation_status_and_code() {
        let scenario = Scenario::parse(WHOLE);
        let shown: Vec<_> = scenario
            .shown()
            .map(|shown| (shown.action, shown.status, shown.code))
            .collect();
        assert_eq!(
            shown,
            [
                ("GetUser", 200, None),
                ("", 413, None),
                ("GetUser", 403, Some("AccessDenied")),
                ("GetRole", 400, Some("MalformedInput")),
            ]
        );
    }
}
