//! AuthZEN's terms in Lanyard's: subjects become principals, actions and resources those of a service, and properties
//! condition keys.
//!
//! The actions of the application `todo` are `todo:NAME`, its resources `arn:aws:todo::ACCOUNT:TYPE/ID` in the account
//! of whoever asks. An id is never read as an ARN there, so that nobody who chooses an id chooses another resource; a
//! resource of the type `arn` is one. Services of AWS have ARNs of their own forms, so their resources are all named by
//! them.
//!
//! A property of the resource is the key `todo:resource/NAME`, of the subject `todo:subject/NAME`, of the action
//! `todo:action/NAME`; what stands in the context is `todo:context/NAME`, or, if its name has a colon, the condition key
//! of that very name.

use std::borrow::Cow;

use lanyard_catalogue::catalogue;
use lanyard_names::AccountId;
use lanyard_names::arn::Arn;

use super::condition_keys::keys;
use super::request::Tuple;
use crate::keys::Keys;
use crate::person::Kind;
use crate::question::{Question, Who, check_action, check_resource};
use crate::refusal::{Code, Refusal};

const APPLICATION_BYTES_MAX: usize = 64;
const TYPE_BYTES_MAX: usize = 64;

/// The type of resources whose ids are ARNs.
pub(crate) const ARN: &str = "arn";

/// What the names of one request mean.
#[derive(Debug)]
pub(crate) struct Terms<'a> {
    application: Option<&'a str>,
    /// The account of whoever asks.
    pub(crate) account: AccountId,
}

/// Whether there can be an application of this name.
pub(crate) fn check_application(name: &str) -> Result<(), Refusal> {
    let is_part =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    let is_name = name.len() <= APPLICATION_BYTES_MAX
        && name.bytes().all(is_part)
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    // `aws:` is before the keys that all services share.
    if is_name && name != "aws" {
        return Ok(());
    }
    Err(Refusal::new(
        Code::UnknownOperation,
        "The name of an application has small letters, digits, - and _, begins with a letter, and is not aws.",
    ))
}

/// Of which resources something is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kinds {
    /// Those of one type of an application: their ARNs begin like this, and the rest is the id.
    Of { prefix: String },
    /// Those of a service that have ARNs of their own forms; of one type of it, if that is known.
    Whole { service: String, kind: Option<String> },
}

impl<'a> Terms<'a> {
    pub(crate) fn new(application: Option<&'a str>, account: AccountId) -> Result<Self, Refusal> {
        application.map_or(Ok(()), check_application)?;
        Ok(Self { application, account })
    }

    /// A whole question.
    pub(crate) fn question(&self, tuple: &Tuple) -> Result<Question<'static>, Refusal> {
        let subject = tuple.subject.required("subject")?;
        let action = tuple.action.required("action")?;
        let resource = tuple.resource.required("resource")?;
        let who = who(
            subject.kind.required("subject.type")?,
            subject.id.required("subject.id")?,
        );
        let name = self.action(action.name.required("action.name")?)?;
        let kind = resource.kind.required("resource.type")?;
        let arn = self.resource(kind, resource.id.required("resource.id")?)?;
        let context = keys(service(&name), tuple)?;
        self::question(who?, name, arn, context)
    }

    /// The action of a name.
    pub(crate) fn action(&self, name: &str) -> Result<String, Refusal> {
        let action = match self.application {
            Some(application) if !name.contains(':') => format!("{application}:{name}"),
            Some(application) if service(name) != application => {
                return Err(Refusal::validation("The action is of another application."));
            }
            _ => name.to_owned(),
        };
        check_action(&action)?;
        Ok(action)
    }

    /// What an action is called here.
    pub(crate) fn shown_action<'n>(&self, action: &'n str) -> &'n str {
        let name = action.split_once(':').map_or(action, |(_, name)| name);
        if self.application.is_some() { name } else { action }
    }

    /// The ARN of a resource.
    pub(crate) fn resource(&self, kind: &str, id: &str) -> Result<String, Refusal> {
        let arn = match self.named(kind)? {
            Some(prefix) => {
                check_id(id)?;
                format!("{prefix}{id}")
            }
            None => id.to_owned(),
        };
        check_resource(&arn)?;
        Ok(arn)
    }

    /// The resources of a type. Where the type tells no service, they are those of the action's.
    pub(crate) fn kinds(&self, kind: &str, action: &str) -> Result<Kinds, Refusal> {
        Ok(match self.named(kind)? {
            Some(prefix) => Kinds::Of { prefix },
            None => Kinds::Whole {
                service: service(action).to_ascii_lowercase(),
                kind: Some(kind.to_owned()).filter(|kind| kind != ARN),
            },
        })
    }

    /// With what the ARNs of a type's resources begin, unless their ids are ARNs.
    fn named(&self, kind: &str) -> Result<Option<String>, Refusal> {
        let (service, kind) = match (self.application, kind.split_once(':')) {
            _ if kind == ARN => return Ok(None),
            (Some(application), _) => (application, kind),
            (None, Some((service, kind))) => (service, kind),
            // What has no application has whole names.
            (None, None) => return Ok(None),
        };
        if catalogue().service(service).is_some() {
            return Ok(None);
        }
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if kind.is_empty() || kind.len() > TYPE_BYTES_MAX || !kind.bytes().all(is_part) {
            return Err(Refusal::validation(
                "The type of a resource has letters, digits, -, _ and ., 64 at most.",
            ));
        }
        check_application(service).map_err(|refusal| Refusal::validation(refusal.message))?;
        Ok(Some(format!("arn:aws:{service}::{}:{kind}/", self.account)))
    }

    /// The service of whose actions a resource can have, if it can be told from it.
    pub(crate) fn service_of_resource(&self, arn: &str) -> Option<String> {
        match self.application {
            Some(application) => Some(application.to_owned()),
            None => Arn::parse(arn).ok().map(|arn| arn.service.to_owned()),
        }
    }
}

/// A question that has all its parts.
pub(crate) fn question(
    who: Who<'static>,
    action: String,
    resource: String,
    context: Keys<'static>,
) -> Result<Question<'static>, Refusal> {
    let question = Question {
        principal: who,
        action: Cow::Owned(action),
        resource: Cow::Owned(resource),
        resource_account: None,
        context,
        explain: false,
        encoded_message: false,
    };
    question.checked()
}

/// What stands before the colon of an action.
fn service(action: &str) -> &str {
    action.split_once(':').map_or("", |(service, _)| service)
}

/// What kind of principal the type of a subject stands for, where it stands for one that has a name.
pub(crate) fn kind_of(subject_type: &str) -> Option<Kind> {
    match subject_type {
        "user" | "identity" => Some(Kind::User),
        "role" => Some(Kind::Role),
        _ => None,
    }
}

/// Whom a subject stands for.
pub(crate) fn who(subject_type: &str, id: &str) -> Result<Who<'static>, Refusal> {
    let nobody = || Refusal::new(Code::UnknownPrincipal, "There is no such subject.");
    let text = Cow::Owned(id.to_owned());
    let arn = id
        .starts_with("arn:")
        .then(|| Arn::parse(id).map_err(|_| nobody()));
    let arn = arn.transpose()?.map(|arn| (arn.service, arn.resource));
    match (subject_type, kind_of(subject_type), arn) {
        (_, Some(kind), None) => Ok(Who::Named(kind, text)),
        (_, Some(Kind::User), Some(("iam", resource)))
            if resource == "root" || resource.starts_with("user/") =>
        {
            Ok(Who::Arn(text))
        }
        (_, Some(Kind::Role), Some(("iam", resource))) if resource.starts_with("role/") => Ok(Who::Arn(text)),
        ("session", _, None) => Ok(Who::SessionToken(text)),
        ("session", _, Some(("sts", resource))) if resource.starts_with("assumed-role/") => {
            Ok(Who::Arn(text))
        }
        _ => Err(nobody()),
    }
}

/// Whether an id can stand in an ARN so that it means one thing to policies and to the application.
fn check_id(id: &str) -> Result<(), Refusal> {
    let is_forbidden = |letter: char| letter.is_control() || "*?\\".contains(letter);
    let is_step = |segment: &str| segment == "." || segment == "..";
    if id.is_empty() || id.contains(is_forbidden) || id.split('/').any(is_step) {
        return Err(Refusal::validation(
            "The id of a resource is not empty, and has no *, ?, \\ and control characters, and no . or .. between /.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "111122223333";

    fn terms(application: Option<&str>) -> Terms<'_> {
        Terms::new(application, AccountId::parse(ACCOUNT).unwrap()).unwrap()
    }

    fn check(application: Option<&str>, body: &str, expected: &str) {
        let tuple: Tuple = serde_json::from_str(body).unwrap();
        let got = match terms(application).question(&tuple) {
            Ok(question) => format!(
                "{:?} {} {} {:?}",
                question.principal, question.action, question.resource, question.context.0
            ),
            Err(refusal) => refusal.message,
        };
        assert_eq!(got, expected, "{body}");
    }

    fn body(subject: &str, action: &str, resource: &str, context: &str) -> String {
        format!(
            r#"{{"subject":{{{subject}}},"action":{{{action}}},"resource":{{{resource}}},"context":{{{context}}}}}"#
        )
    }

    #[test]
    fn the_names_of_an_application_become_whole() {
        check(
            Some("todo"),
            &body(
                r#""type":"user","id":"rick@the-citadel.com","properties":{"ip_address":"192.0.2.1"}"#,
                r#""name":"can_update_todo","properties":{"soft":true}"#,
                r#""type":"todo","id":"a:b/c","properties":{"ownerID":"morty"}"#,
                r#""time":"now","aws:SecureTransport":true"#,
            ),
            "Named(User, \"rick@the-citadel.com\") todo:can_update_todo \
             arn:aws:todo::111122223333:todo/a:b/c \
             [(\"todo:context/time\", Single(\"now\")), (\"aws:SecureTransport\", Single(\"true\")), \
             (\"aws:SourceIp\", Single(\"192.0.2.1\")), (\"todo:subject/ip_address\", Single(\"192.0.2.1\")), \
             (\"todo:action/soft\", Single(\"true\")), (\"todo:resource/ownerID\", Single(\"morty\"))]",
        );
    }

    #[test]
    fn only_a_name_that_begins_as_condition_keys_do_is_one() {
        let context = r#""k8s:app":"a","aws:RequestTag":{"team:x":"b"},"labels":{"k8s:app":"c"},"a/b:c":"d""#;
        check(
            Some("todo"),
            &body(
                r#""type":"user","id":"carla""#,
                r#""name":"Read""#,
                r#""type":"todo","id":"1""#,
                context,
            ),
            "Named(User, \"carla\") todo:Read arn:aws:todo::111122223333:todo/1 \
             [(\"k8s:app\", Single(\"a\")), (\"aws:RequestTag/team:x\", Single(\"b\")), \
             (\"todo:context/labels/k8s:app\", Single(\"c\")), (\"todo:context/a/b:c\", Single(\"d\"))]",
        );
    }

    #[test]
    fn without_an_application_names_are_whole() {
        let user = r#""type":"identity","id":"carla""#;
        let read = r#""name":"app:Read""#;
        let expected = |resource: &str| format!("Named(User, \"carla\") app:Read {resource} []");
        let page = body(user, read, r#""type":"app:page","id":"1""#, "");
        check(None, &page, &expected("arn:aws:app::111122223333:page/1"));
        let whole = body(user, read, r#""type":"anything","id":"arn:aws:app:::page/1""#, "");
        check(None, &whole, &expected("arn:aws:app:::page/1"));
        let bare = body(user, r#""name":"Read""#, r#""type":"app:page","id":"1""#, "");
        check(None, &bare, "The action must have the form service:Name.");
    }

    #[test]
    fn an_id_is_an_arn_only_where_its_type_says_so() {
        let of = |kind: &str, id: &str| {
            let resource = format!(r#""type":"{kind}","id":"{id}""#);
            body(
                r#""type":"role","id":"auditor""#,
                r#""name":"Read""#,
                &resource,
                "",
            )
        };
        let arn = "arn:aws:todo::111122223333:secret/1";
        let asked = |resource: &str| format!("Named(Role, \"auditor\") todo:Read {resource} []");
        check(
            Some("todo"),
            &of("todo", arn),
            &asked(&format!("arn:aws:todo::111122223333:todo/{arn}")),
        );
        check(Some("todo"), &of("arn", arn), &asked(arn));
        check(
            Some("s3"),
            &of("bucket", "reports"),
            "The resource must be an ARN or *.",
        );
        let problem = "The id of a resource is not empty, and has no *, ?, \\ and control characters, and no . or .. \
                       between /.";
        for wrong in ["", "*", "a?", "a/../b", "./a", "a\\\\b", "a\\u0000"] {
            check(Some("todo"), &of("todo", wrong), problem);
        }
    }

    #[test]
    fn subjects_are_of_their_type() {
        let check = |kind: &str, id: &str, expected: &str| {
            let got = who(kind, id).map_or_else(|refusal| refusal.message, |who| format!("{who:?}"));
            assert_eq!(got, expected, "{kind} {id}");
        };
        let (user, role) = (
            "arn:aws:iam::111122223333:user/a",
            "arn:aws:iam::111122223333:role/a",
        );
        let session = "arn:aws:sts::111122223333:assumed-role/a/b";
        check("user", user, &format!("Arn({user:?})"));
        check("role", role, &format!("Arn({role:?})"));
        check("session", session, &format!("Arn({session:?})"));
        check("session", "FwoG", "SessionToken(\"FwoG\")");
        for (kind, id) in [
            ("user", role),
            ("role", user),
            ("session", user),
            ("spaceship", "a"),
            ("user", "arn:a"),
        ] {
            check(kind, id, "There is no such subject.");
        }
    }

    #[test]
    fn names_of_applications_are_plain() {
        for wrong in ["", "Todo", "1", "aws", "a.b", "a:b", "-a", &"a".repeat(65)] {
            assert!(check_application(wrong).is_err(), "{wrong}");
        }
        assert!(check_application("todo-list_2").is_ok());
    }
}
