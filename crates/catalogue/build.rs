//! Packs the catalogue of actions for the program: all names in one text, all else as numbers, compressed.
//!
//! The data set stays readable in the repository. Names are resolved here, so that reading the packed form at run
//! time takes no lookups: a condition key is its place in the list of its service. `src/decode.rs` reads what
//! this writes.

use std::collections::HashMap;
use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::{env, fs};

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// What AWS has, from a published package, and what Lanyard adds, by hand.
const DATA: [&str; 2] = ["../../data/aws-catalogue.tsv", "../../data/lanyard-catalogue.tsv"];

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The types of values, in the order of the variants of `ConditionType`.
const TYPES: [&str; 7] = ["String", "Numeric", "Date", "Bool", "Binary", "IpAddress", "Arn"];
/// The access levels, in the order of the variants of `AccessLevel`.
const LEVELS: [&str; 5] = ["List", "Read", "Write", "Tagging", "PermissionsManagement"];

fn main() -> Outcome<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut data = String::new();
    for file in DATA {
        println!("cargo::rerun-if-changed={file}");
        data.push_str(&fs::read_to_string(file)?);
    }
    let lines: Vec<Vec<&str>> = data.lines().map(|line| line.split('\t').collect()).collect();
    let mut packed = Packed::default();
    let mut services: Vec<&[Vec<&str>]> = lines
        .chunk_by(|_, next| next.first() != Some(&"service"))
        .collect();
    services.sort_by_key(|service| {
        let prefix = service.first().and_then(|head| head.get(1));
        prefix.map(|prefix| prefix.to_ascii_lowercase())
    });
    packed.number(services.len());
    for service in services {
        packed.service(service)?;
    }
    let text_bytes = packed.text.len();
    let mut plain = packed.text.into_bytes();
    plain.extend(packed.numbers);
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&plain)?;
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    fs::write(out.join("catalogue.bin"), encoder.finish()?)?;
    let sizes = format!("({text_bytes}, {})", plain.len());
    fs::write(out.join("catalogue_sizes.rs"), sizes)?;
    Ok(())
}

/// The names that were written, one behind the other, and the numbers that say what they are.
#[derive(Default)]
struct Packed {
    text: String,
    numbers: Vec<u8>,
}

/// What the lines of one service refer to.
struct Names<'data> {
    prefix: &'data str,
    keys: HashMap<String, usize>,
    resources: HashMap<String, usize>,
    lists: Vec<Vec<usize>>,
}

impl Packed {
    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.numbers.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.numbers.push(number as u8);
    }

    fn name(&mut self, name: &str) {
        self.number(name.len());
        self.text.push_str(name);
    }

    /// One service: its names, keys, lists of keys, resource types and actions.
    fn service(&mut self, lines: &[Vec<&str>]) -> Outcome<()> {
        let of = |kind: &'static str| lines.iter().filter(move |line| line.first() == Some(&kind));
        let head = lines.first().ok_or("no service")?;
        let prefix = field(head, 1)?;
        self.name(prefix);
        self.name(field(head, 2)?);
        self.number(usize::from(head.get(3) == Some(&"rcp")));
        let mut names = Names {
            prefix,
            keys: places(of("key"))?,
            resources: places(of("resource"))?,
            lists: vec![Vec::new()],
        };
        // The lists are known only once everything was read, and are written before it.
        let mut behind = Packed::default();
        behind.number(of("resource").count());
        for line in of("resource") {
            behind.resource(line, &mut names)?;
        }
        let actions: Vec<Action<'_>> = of("action")
            .map(|line| Action::of(line))
            .collect::<Outcome<_>>()?;
        // One table of what all actions act on, of which each action takes the next so many.
        behind.number(actions.iter().map(|action| action.resources.len()).sum());
        for (resource, keys) in actions.iter().flat_map(|action| &action.resources) {
            behind.action_resource(resource, keys, &mut names)?;
        }
        behind.number(actions.len());
        for action in &actions {
            behind.action(action, &mut names)?;
        }
        self.number(of("key").count());
        for line in of("key") {
            self.key(line)?;
        }
        self.number(names.lists.iter().map(Vec::len).sum());
        for key in names.lists.iter().flatten() {
            self.number(*key);
        }
        self.number(names.lists.len());
        for list in &names.lists {
            self.number(list.len());
        }
        self.text.push_str(&behind.text);
        self.numbers.extend(behind.numbers);
        Ok(())
    }

    fn key(&mut self, line: &[&str]) -> Outcome<()> {
        self.name(field(line, 1)?);
        let kind = field(line, 2)?;
        let single = kind.trim_end_matches("[]");
        self.number(place(&TYPES, single)? << 1 | usize::from(single != kind));
        Ok(())
    }

    fn resource(&mut self, line: &[&str], names: &mut Names<'_>) -> Outcome<()> {
        self.name(field(line, 1)?);
        let arns: Vec<&str> = field(line, 2)?.split(',').collect();
        self.number(arns.len());
        for arn in arns {
            self.name(arn);
        }
        let list = names.list(&[line.get(3).copied().unwrap_or_default()])?;
        self.number(list);
        Ok(())
    }

    fn action_resource(&mut self, resource: &str, keys: &str, names: &mut Names<'_>) -> Outcome<()> {
        let name = resource.trim_end_matches('*');
        let index = names
            .resources
            .get(&name.to_ascii_lowercase())
            .ok_or_else(|| format!("no resource type {name}"))?;
        self.number(index << 1 | usize::from(name != resource));
        let list = names.list(&[keys])?;
        self.number(list);
        Ok(())
    }

    fn action(&mut self, action: &Action<'_>, names: &mut Names<'_>) -> Outcome<()> {
        self.name(action.name);
        self.number(place(&LEVELS, action.level)?);
        let all: Vec<&str> = std::iter::once(action.keys)
            .chain(action.resources.iter().map(|(_, keys)| *keys))
            .collect();
        let list = names.list(&all)?;
        self.number(list);
        self.number(action.resources.len());
        Ok(())
    }
}

/// The line of an action, taken apart; each resource type with its keys.
struct Action<'data> {
    name: &'data str,
    level: &'data str,
    keys: &'data str,
    resources: Vec<(&'data str, &'data str)>,
}

impl<'data> Action<'data> {
    fn of(line: &[&'data str]) -> Outcome<Self> {
        let optional = |index: usize| line.get(index).copied().unwrap_or_default();
        Ok(Self {
            name: field(line, 1)?,
            level: field(line, 2)?,
            keys: optional(3),
            resources: optional(4)
                .split('|')
                .filter(|resource| !resource.is_empty())
                .map(|resource| match resource.split_once('{') {
                    Some((name, keys)) => (name, keys.strip_suffix('}').unwrap_or(keys)),
                    None => (resource, ""),
                })
                .collect(),
        })
    }
}

impl Names<'_> {
    /// The place of the list of all keys that these lists have, each once.
    fn list(&mut self, texts: &[&str]) -> Outcome<usize> {
        let mut list = Vec::new();
        for name in texts
            .iter()
            .flat_map(|text| text.split(','))
            .filter(|name| !name.is_empty())
        {
            let full = match name.strip_prefix(':') {
                Some(own) => format!("{}:{own}", self.prefix),
                None => name.to_owned(),
            };
            let index = self
                .keys
                .get(&full.to_ascii_lowercase())
                .ok_or_else(|| format!("no condition key {full}"))?;
            list.push(*index);
        }
        list.sort_unstable();
        list.dedup();
        if let Some(known) = self.lists.iter().position(|known| *known == list) {
            return Ok(known);
        }
        self.lists.push(list);
        Ok(self.lists.len() - 1)
    }
}

fn field<'data>(line: &[&'data str], index: usize) -> Outcome<&'data str> {
    let found = line.get(index).copied();
    found.ok_or_else(|| format!("a line of the catalogue has too few fields: {line:?}").into())
}

fn place(table: &[&str], word: &str) -> Outcome<usize> {
    let found = table.iter().position(|known| *known == word);
    found.ok_or_else(|| format!("the catalogue has an unknown word: {word}").into())
}

/// The place of each name, which must be in the order in which they are looked for.
fn places<'line, 'data: 'line>(
    lines: impl Iterator<Item = &'line Vec<&'data str>>,
) -> Outcome<HashMap<String, usize>> {
    let names: Vec<String> = lines
        .map(|line| field(line, 1).map(str::to_ascii_lowercase))
        .collect::<Outcome<_>>()?;
    if !names.is_sorted_by(|one, next| one < next) {
        return Err("a table of the catalogue is not in order".into());
    }
    Ok(names
        .into_iter()
        .enumerate()
        .map(|(index, name)| (name, index))
        .collect())
}
