//! What holds for all operations, checked on each of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

use std::collections::BTreeSet;

use lanyard_aws_api::query::{DecodeError, decode, parse_form};
use lanyard_aws_api::shape::{Kind, Shape, StructureShape};
use lanyard_aws_api::value::View;
use lanyard_aws_api::{ErrorCode, Operation, OperationId, Service, Structure, for_every_operation};

#[test]
fn there_are_180_operations_of_iam_and_11_of_sts() {
    assert_eq!(OperationId::of(Service::Iam).len(), 180);
    assert_eq!(OperationId::of(Service::Sts).len(), 11);
    assert_eq!(OperationId::ALL.len(), 191);
}

#[test]
fn every_operation_is_found_by_its_name_and_only_in_its_service() {
    for id in OperationId::ALL {
        assert_eq!(OperationId::find(id.service(), id.name()), Some(*id));
        assert_eq!(OperationId::find(id.service(), &id.name().to_lowercase()), None);
        assert_eq!(id.action(), format!("{}:{}", id.service().name(), id.name()));
    }
    assert_eq!(OperationId::find(Service::Sts, "CreateUser"), None);
}

#[test]
fn pagination_names_members_that_exist() {
    let paginated = OperationId::ALL.iter().filter(|id| id.pagination().is_some());
    assert_eq!(paginated.clone().count(), 40);
    for id in paginated {
        let pagination = id.pagination().unwrap();
        let has = |shape: &StructureShape, name| shape.members.iter().any(|member| member.name == name);
        assert!(has(id.input_shape(), pagination.input_token), "{id}");
        assert!(
            pagination.limit_key.is_none_or(|key| has(id.input_shape(), key)),
            "{id}"
        );
        assert!(has(id.output_shape(), pagination.more_results), "{id}");
        assert!(has(id.output_shape(), pagination.output_token), "{id}");
        assert!(
            pagination
                .result_keys
                .iter()
                .all(|key| has(id.output_shape(), key)),
            "{id}"
        );
    }
}

#[test]
fn error_codes_are_unique_and_their_status_is_an_error() {
    let codes: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.code()).collect();
    assert_eq!(codes.len(), ErrorCode::ALL.len());
    assert!(
        ErrorCode::ALL
            .iter()
            .all(|code| (400..600).contains(&code.status()))
    );
    assert!(OperationId::IamCreateUser.may_answer(ErrorCode::ENTITY_ALREADY_EXISTS));
    assert!(OperationId::IamCreateUser.may_answer(ErrorCode::ACCESS_DENIED));
    assert!(!OperationId::IamCreateUser.may_answer(ErrorCode::REPORT_EXPIRED));
}

/// `callback::<Operation>()` for all of them.
macro_rules! call_all {
    ($($service:ident $operation:ident,)*) => {
        fn for_each(each: &mut dyn Each) {
            $(run::<lanyard_aws_api::$service::$operation>(each);)*
        }
    };
}
for_every_operation!(call_all);

trait Each {
    /// The form to decode.
    fn form(&self, id: OperationId) -> String;
    /// What came of it.
    fn decoded(&mut self, id: OperationId, result: Result<&dyn Structure, DecodeError>);
}

fn run<O: Operation>(each: &mut dyn Each) {
    let form = each.form(O::ID);
    match decode::<O>(&parse_form(form.as_bytes()).unwrap()) {
        Ok(input) => each.decoded(O::ID, Ok(&input)),
        Err(error) => each.decoded(O::ID, Err(error)),
    }
}

struct EmptyForm;

impl Each for EmptyForm {
    fn form(&self, _: OperationId) -> String {
        String::new()
    }

    fn decoded(&mut self, id: OperationId, result: Result<&dyn Structure, DecodeError>) {
        let mut required: Vec<String> = id
            .input_shape()
            .members
            .iter()
            .filter(|member| member.required)
            .map(|member| {
                let value = if id.service() == Service::Sts {
                    "Value null"
                } else {
                    "Value"
                };
                let name = member.name[..1].to_lowercase() + &member.name[1..];
                format!("{value} at '{name}' failed to satisfy constraint: Member must not be null")
            })
            .collect();
        let message = result.err().map(|error| error.message().unwrap().to_owned());
        if id.service() == Service::Iam {
            // In which order IAM tells them is tested beside the texts.
            let told = |required: &String| message.as_ref().and_then(|message| message.find(required));
            required.sort_by_key(told);
        }
        let expected = match required.len() {
            0 => None,
            1 => Some(format!("1 validation error detected: {}", required[0])),
            count => Some(format!(
                "{count} validation errors detected: {}",
                required.join("; ")
            )),
        };
        assert_eq!(message, expected, "{id}");
    }
}

#[test]
fn an_empty_form_lacks_exactly_the_required_members() {
    for_each(&mut EmptyForm);
}

struct FullForm;

impl Each for FullForm {
    fn form(&self, id: OperationId) -> String {
        pairs_of(id)
            .iter()
            .map(|(name, value)| format!("{name}={}&", value.replace('+', "%2B")))
            .collect()
    }

    fn decoded(&mut self, id: OperationId, result: Result<&dyn Structure, DecodeError>) {
        let input = result.unwrap_or_else(|error| panic!("{id}: {error}"));
        let mut shown = Vec::new();
        show_structure("", input, &mut shown);
        assert_eq!(shown, pairs_of(id), "{id}");
    }
}

#[test]
fn a_form_with_every_member_decodes_to_what_it_says() {
    for_each(&mut FullForm);
}

fn pairs_of(id: OperationId) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    sample_structure("", id.input_shape(), &mut pairs);
    pairs
}

fn sample_structure(prefix: &str, structure: &StructureShape, pairs: &mut Vec<(String, String)>) {
    for member in structure.members {
        sample(&format!("{prefix}{}", member.name), member.shape, pairs);
    }
}

fn sample(name: &str, shape: &Shape, pairs: &mut Vec<(String, String)>) {
    match &shape.kind {
        Kind::Structure(structure) => sample_structure(&format!("{name}."), structure, pairs),
        Kind::List { member, .. } => {
            sample(&format!("{name}.member.1"), member, pairs);
            sample(&format!("{name}.member.2"), member, pairs);
        }
        Kind::Map { key, value, .. } => {
            sample(&format!("{name}.entry.1.key"), key, pairs);
            sample(&format!("{name}.entry.1.value"), value, pairs);
        }
        _ => pairs.push((name.to_owned(), sample_text(shape))),
    }
}

/// A text that the shape accepts.
fn sample_text(shape: &Shape) -> String {
    match &shape.kind {
        Kind::Boolean => "true".to_owned(),
        Kind::Enum(values) => values[0].to_owned(),
        Kind::Integer { min, .. } => (*min).max(-7).to_string(),
        Kind::Text { min, max, pattern } => {
            let stems = [
                "/",
                "123456789012",
                "v1",
                "a",
                "ABC",
                "1",
                "https://example.com",
                "/a/",
                "p-1234567890",
            ]
            .into_iter()
            .chain(["o-1234567890", "o-1234567890/r-1234"]);
            let repeated = stems.flat_map(|stem| [stem.to_owned(), stem.repeat(*min as usize)]);
            let fits = |text: &String| {
                (*min as usize..=*max as usize).contains(&text.len())
                    && pattern.is_none_or(|pattern| pattern.matches(text))
            };
            repeated
                .into_iter()
                .find(fits)
                .unwrap_or_else(|| panic!("no sample of {}", shape.name))
        }
        _ => panic!("{} is not in an input", shape.name),
    }
}

fn show_structure(prefix: &str, structure: &dyn Structure, pairs: &mut Vec<(String, String)>) {
    for (index, member) in structure.shape().members.iter().enumerate() {
        show(
            &format!("{prefix}{}", member.name),
            member.shape,
            structure.member(index),
            pairs,
        );
    }
}

fn show(name: &str, shape: &Shape, view: View<'_>, pairs: &mut Vec<(String, String)>) {
    let text = match view {
        View::Absent => return,
        View::Text(text) => text.to_owned(),
        View::Integer(integer) => integer.to_string(),
        View::Boolean(boolean) => boolean.to_string(),
        View::Structure(structure) => return show_structure(&format!("{name}."), structure, pairs),
        View::List(list) => {
            for index in 0..list.count() {
                match &shape.kind {
                    Kind::List { member, .. } => {
                        show(
                            &format!("{name}.member.{}", index + 1),
                            member,
                            list.at(index),
                            pairs,
                        );
                    }
                    Kind::Map { key, value, .. } => {
                        let View::Entry(held_key, held) = list.at(index) else {
                            panic!("not an entry")
                        };
                        let name = format!("{name}.entry.{}", index + 1);
                        show(&format!("{name}.key"), key, held_key.look(), pairs);
                        show(&format!("{name}.value"), value, held.look(), pairs);
                    }
                    _ => panic!("{name} is no list"),
                }
            }
            return;
        }
        View::Timestamp(_) | View::Blob(_) | View::Entry(..) => panic!("{name} is not in an input"),
    };
    pairs.push((name.to_owned(), text));
}
