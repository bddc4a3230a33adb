//! Reading the packed data set, which `build.rs` writes: an index of the services, and a block for each.
//!
//! What was read stays as long as the program, so texts and tables are leaked once and everything else borrows.

use std::collections::HashMap;
use std::sync::OnceLock;

use flate2::{Decompress, FlushDecompress};

use crate::line::Line;
use crate::shape::ShapeRef;
use crate::{
    List, Location, Map, Member, OperationModel, Payload, PayloadKind, Protocol, ServiceModel, Shape,
};
use crate::{Structure, UriTemplate};

/// The blocks, one behind the other.
static BLOCKS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/blocks.bin"));

/// The line of each service, with the place of its block before it.
static INDEX: &str = include_str!(concat!(env!("OUT_DIR"), "/index.tsv"));

/// Where the operations and shapes of a service are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    start: usize,
    end: usize,
    /// How long its text is.
    plain: usize,
}

/// What stands in the block of a service, by name.
type Slots = HashMap<&'static str, &'static OnceLock<Shape>>;

/// All services, in the order of their ids; none if the program file is damaged.
pub(crate) fn services() -> &'static [ServiceModel] {
    let services: Option<Vec<ServiceModel>> = INDEX.lines().map(service).collect();
    Vec::leak(services.unwrap_or_default())
}

/// The operations of a service, in the order of their names; none if the program file is damaged.
pub(crate) fn operations(block: Block) -> &'static [OperationModel] {
    read(block).unwrap_or_default()
}

fn service(line: &'static str) -> Option<ServiceModel> {
    let mut line = Line::new(line);
    let block = Block {
        start: line.field().parse().ok()?,
        end: line.field().parse().ok()?,
        plain: line.field().parse().ok()?,
    };
    let mut filled = || line.filled();
    let (id, signing_name, endpoint_prefix, api_version) = (filled()?, filled()?, filled()?, filled()?);
    let protocols: Vec<Protocol> = filled()?.split(',').map(Protocol::of).collect::<Option<_>>()?;
    Some(ServiceModel {
        id,
        signing_name,
        endpoint_prefix,
        api_version,
        protocols: Vec::leak(protocols),
        target_prefix: line.filled(),
        namespace: line.filled(),
        is_query_compatible: line.field() == "query-compatible",
        block,
        operations: OnceLock::new(),
    })
}

fn read(block: Block) -> Option<&'static [OperationModel]> {
    let mut plain = Vec::with_capacity(block.plain);
    Decompress::new(true)
        .decompress_vec(
            BLOCKS.get(block.start..block.end)?,
            &mut plain,
            FlushDecompress::Finish,
        )
        .ok()?;
    parse(String::leak(String::from_utf8(plain).ok()?))
}

/// Reads the lines of a service; `None` if anything about them is odd.
fn parse(text: &'static str) -> Option<&'static [OperationModel]> {
    let lines = || text.lines().filter_map(|line| line.split_once('\t'));
    let names: Vec<&'static str> = lines()
        .filter(|(kind, _)| *kind != "operation")
        .map(|(_, line)| Line::new(line).field())
        .collect();
    let table: &'static [OnceLock<Shape>] = Vec::leak(names.iter().map(|_| OnceLock::new()).collect());
    let slots: Slots = names.into_iter().zip(table).collect();
    // The payload of each structure that has one, for the operations whose input it is.
    let mut payloads = HashMap::new();
    for (kind, line) in lines().filter(|(kind, _)| *kind != "operation") {
        let mut line = Line::new(line);
        let name = line.field();
        let shape = match kind {
            "list" => list(line, &slots)?,
            "map" => map(line, &slots)?,
            "structure" => {
                let payload = line.filled();
                let structure = structure(name, line, &slots)?;
                if let Some(payload) = payload {
                    payloads.insert(name, self::payload(payload, &structure)?);
                }
                Shape::Structure(structure)
            }
            _ => return None,
        };
        // Fails closed: of two shapes of one name, nobody could tell which is meant.
        slots.get(name)?.set(shape).ok()?;
    }
    let operations: Vec<OperationModel> = lines()
        .filter(|(kind, _)| *kind == "operation")
        .map(|(_, line)| operation(Line::new(line), &slots, &payloads))
        .collect::<Option<_>>()?;
    let is_whole = table.iter().all(|slot| slot.get().is_some());
    (is_whole && operations.is_sorted_by(|one, next| one.name < next.name)).then(|| &*Vec::leak(operations))
}

fn shape(word: &'static str, slots: &Slots) -> Option<ShapeRef> {
    match Shape::plain(word) {
        Some(plain) => Some(ShapeRef::Plain(plain)),
        None => slots.get(word).map(|slot| ShapeRef::Slot(slot)),
    }
}

fn list(mut line: Line, slots: &Slots) -> Option<Shape> {
    Some(Shape::List(List {
        member: shape(line.field(), slots)?,
        member_name: line.filled(),
    }))
}

fn map(mut line: Line, slots: &Slots) -> Option<Shape> {
    Some(Shape::Map(Map {
        value: shape(line.field(), slots)?,
        key_name: line.filled(),
        value_name: line.filled(),
    }))
}

fn structure(name: &'static str, line: Line, slots: &Slots) -> Option<Structure> {
    let members: Vec<Member> = line
        .rest()
        .filter(|member| !member.is_empty())
        .map(|text| member(text, slots))
        .collect::<Option<_>>()?;
    Some(Structure {
        name,
        members: Vec::leak(members),
    })
}

/// `name shape`, and what else is to be said: `!`, `flat`, `attribute`, `wire=…`, `form=…` or a place.
fn member(text: &'static str, slots: &Slots) -> Option<Member> {
    let mut words = text.split(' ');
    let name = words.next()?;
    let mut member = Member {
        name,
        wire_name: name,
        query_name: name,
        location: Location::Body,
        is_required: false,
        is_flattened: false,
        is_attribute: false,
        shape: shape(words.next()?, slots)?,
    };
    for word in words {
        match word.split_once('=') {
            None => match word {
                "!" => member.is_required = true,
                "flat" => member.is_flattened = true,
                "attribute" => member.is_attribute = true,
                _ => return None,
            },
            Some(("form", form)) => member.query_name = form,
            Some((place, wire)) => {
                member.wire_name = wire;
                member.location = match place {
                    "wire" => Location::Body,
                    "uri" => Location::Uri,
                    "query" => Location::Query,
                    "header" => Location::Header,
                    "headers" => Location::HeaderPrefix,
                    _ => return None,
                };
            }
        }
    }
    Some(member)
}

fn payload(text: &'static str, structure: &Structure) -> Option<Payload> {
    let (name, kind) = text.split_once(' ')?;
    Some(Payload {
        member: structure.member(name)?,
        kind: match kind {
            "text" => PayloadKind::Text,
            "blob" => PayloadKind::Blob,
            "streaming" => PayloadKind::Streaming,
            "events" => PayloadKind::EventStream,
            "modelled" => PayloadKind::Modelled,
            _ => return None,
        },
    })
}

fn operation(
    mut line: Line,
    slots: &Slots,
    payloads: &HashMap<&'static str, Payload>,
) -> Option<OperationModel> {
    let (name, method) = (line.filled()?, line.filled()?);
    let uri = UriTemplate::parse(line.field())?;
    let input_name = line.filled();
    let input = match input_name {
        Some(name) => Some(shape(name, slots)?),
        None => None,
    };
    let flags = line.field();
    let has = |flag: &str| flags.split(',').any(|known| known == flag);
    Some(OperationModel {
        name,
        method,
        uri,
        is_signed: !has("unsigned"),
        is_body_unsigned: has("unsigned-body"),
        is_read_only: has("read-only"),
        is_compressible: has("compressible"),
        input,
        payload: input_name.and_then(|name| payloads.get(name).copied()),
        xml_root: line.filled(),
        new_ids: words(line.filled()),
    })
}

fn words(list: Option<&'static str>) -> &'static [&'static str] {
    let words: Vec<&str> = list.into_iter().flat_map(|list| list.split(',')).collect();
    if words.is_empty() { &[] } else { Vec::leak(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many operations there are.
    fn check(lines: &[&str], expected: Option<usize>) {
        let read = parse(String::leak(lines.join("\n")));
        assert_eq!(read.map(<[_]>::len), expected, "{lines:?}");
    }

    #[test]
    fn operations_and_shapes_are_read_whatever_their_order() {
        check(&[], Some(0));
        check(&["operation\tGet\tPOST\t/"], Some(1));
        check(
            &["operation\tGet\tPOST\t/\tIn", "structure\tIn\t\tName s !"],
            Some(1),
        );
        check(
            &["structure\tIn\t\tSelf In", "operation\tGet\tPOST\t/\tIn"],
            Some(1),
        );
    }

    #[test]
    fn one_odd_line_is_a_service_without_operations() {
        let good = "operation\tGet\tPOST\t/";
        check(&[good, "union\tIn"], None);
        check(&[good, "list\tIn\tMissing"], None);
        check(&[good, "list\tIn\ts", "list\tIn\tn"], None);
        check(&[good, "structure\tIn\t\tName s ?"], None);
        check(&[good, "structure\tIn\t\tName s cookie=name"], None);
        check(&[good, "structure\tIn\tBody blob\tName s"], None);
        check(&[good, "structure\tIn\tName bytes\tName s"], None);
        check(&[good, "operation\tGet\tPOST\t/"], None);
        check(&[good, "operation\tAdd\tPOST\t/"], None);
        check(&["operation\tGet\tPOST\tkeys"], None);
        check(&["operation\tGet\tPOST\t/\tMissing"], None);
    }
}
