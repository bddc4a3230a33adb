//! Reading what STS answers.
//!
//! Evidence: the public service model: credentials stand in `Credentials` below the result, the assumed role beside
//! them, an error in `Error`. Whatever else stands there is passed over; what is there twice is refused.

use jiff::Timestamp;
use roxmltree::{Document, Node};

use super::Secret;

/// The longest text of a refusal that is passed on.
const TEXT_CHARACTERS_MAX: usize = 1_000;

/// What was given.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: Secret,
    pub(super) session_token: Secret,
    pub(super) expiration: Timestamp,
    pub(super) account_id: Option<String>,
}

/// Why nothing was given.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) request_id: String,
}

/// Credentials from the answer to any of the operations.
pub(super) fn given(body: &[u8]) -> Result<Given, &'static str> {
    let text = text_of(body)?;
    let document = Document::parse(text).map_err(|_| "it is not XML")?;
    let result = document
        .root_element()
        .children()
        .find(|node| node.is_element() && node.tag_name().name().ends_with("Result"))
        .ok_or("there is no result in it")?;
    let credentials = child(result, "Credentials")?.ok_or("there are no credentials in it")?;
    let value = |name| {
        let found = child(credentials, name)?.and_then(|node| node.text());
        let found = found.map(str::trim).filter(|text| !text.is_empty());
        found.ok_or("there are no whole credentials in it")
    };
    let expiration: Timestamp = value("Expiration")?
        .parse()
        .map_err(|_| "the time of expiration cannot be read")?;
    let role = child(result, "AssumedRoleUser")?;
    let arn = role.map(|role| child(role, "Arn")).transpose()?.flatten();
    let account_id = arn
        .and_then(|arn| arn.text())
        .and_then(|arn| arn.split(':').nth(4));
    Ok(Given {
        access_key_id: value("AccessKeyId")?.to_owned(),
        secret_access_key: Secret::new(value("SecretAccessKey")?.to_owned()),
        session_token: Secret::new(value("SessionToken")?.to_owned()),
        expiration,
        account_id: account_id.map(str::to_owned),
    })
}

/// Code and text of an error.
pub(super) fn refusal(body: &[u8]) -> Result<Refusal, &'static str> {
    let text = text_of(body)?;
    let document = Document::parse(text).map_err(|_| "it is not XML")?;
    let root = document.root_element();
    let error = child(root, "Error")?.ok_or("there is no error in it")?;
    let value = |parent, name| {
        let found = child(parent, name)?.and_then(|node| node.text());
        Ok::<_, &'static str>(found.map(shown).unwrap_or_default())
    };
    Ok(Refusal {
        code: value(error, "Code")?,
        message: value(error, "Message")?,
        request_id: value(root, "RequestId")?,
    })
}

fn text_of(body: &[u8]) -> Result<&str, &'static str> {
    std::str::from_utf8(body).map_err(|_| "it is not UTF-8")
}

/// The one child of this name, in any namespace.
fn child<'a, 'input>(parent: Node<'a, 'input>, name: &str) -> Result<Option<Node<'a, 'input>>, &'static str> {
    let mut found = parent
        .children()
        .filter(|node| node.is_element() && node.tag_name().name() == name);
    let first = found.next();
    if found.next().is_some() {
        return Err("something stands in it twice");
    }
    Ok(first)
}

/// One line that cannot drive a terminal.
fn shown(text: &str) -> String {
    let line = text.trim().chars().take(TEXT_CHARACTERS_MAX);
    line.map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]

    use super::*;

    const CREDENTIALS: &str = "<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s/+&amp;</SecretAccessKey>\
        <SessionToken>t</SessionToken><Expiration>2026-01-02T03:04:05Z</Expiration></Credentials>";

    fn answer(result: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
             <AssumeRoleResult>{result}</AssumeRoleResult><ResponseMetadata/></AssumeRoleResponse>"
        )
    }

    #[track_caller]
    fn check_unread(body: &str, expected: &str) {
        assert_eq!(given(body.as_bytes()), Err(expected), "{body}");
    }

    #[test]
    fn credentials_and_account_are_read() {
        let role = "<AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId>\
            <Arn>arn:aws:sts::111122223333:assumed-role/R/s</Arn></AssumedRoleUser><Other/>";
        let expected = Given {
            access_key_id: "ASIA".to_owned(),
            secret_access_key: Secret::new("s/+&".to_owned()),
            session_token: Secret::new("t".to_owned()),
            expiration: "2026-01-02T03:04:05Z".parse().unwrap(),
            account_id: Some("111122223333".to_owned()),
        };
        assert_eq!(
            given(answer(&format!("{role}{CREDENTIALS}")).as_bytes()),
            Ok(expected)
        );
        assert_eq!(given(answer(CREDENTIALS).as_bytes()).unwrap().account_id, None);
    }

    #[test]
    fn what_is_not_whole_is_not_read() {
        check_unread("", "it is not XML");
        check_unread("<html>", "it is not XML");
        check_unread("<!DOCTYPE x [<!ENTITY y \"z\">]><x>&y;</x>", "it is not XML");
        check_unread("<html/>", "there is no result in it");
        check_unread(&answer(""), "there are no credentials in it");
        check_unread(
            &answer(&CREDENTIALS.replace("SessionToken", "Token")),
            "there are no whole credentials in it",
        );
        check_unread(
            &answer(&CREDENTIALS.replace("2026-", "soon-")),
            "the time of expiration cannot be read",
        );
        check_unread(
            &answer(&format!("{CREDENTIALS}{CREDENTIALS}")),
            "something stands in it twice",
        );
    }

    #[test]
    fn a_refusal_becomes_one_line() {
        let body = "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>AccessDenied</Code>\
            <Message>User is\nnot \u{9b}31mauthorized</Message></Error><RequestId>7f</RequestId></ErrorResponse>";
        let expected = Refusal {
            code: "AccessDenied".to_owned(),
            message: "User is not  31mauthorized".to_owned(),
            request_id: "7f".to_owned(),
        };
        assert_eq!(refusal(body.as_bytes()), Ok(expected));
        assert_eq!(refusal(b"<html/>"), Err("there is no error in it"));
    }

    #[test]
    fn a_deep_document_is_read_in_bounded_stack() {
        let deep = format!("{}{}", "<a>".repeat(20_000), "</a>".repeat(20_000));
        check_unread(&deep, "there is no result in it");
    }
}
