//! Reading the packed data set, which `build.rs` writes: all names in one text, all else as numbers.
//!
//! What was read stays as long as the program, so the tables are leaked once and everything else borrows from them.

use flate2::{Decompress, FlushDecompress};

use crate::{AccessLevel, Action, ActionResource, ConditionKey, ConditionType, ResourceType, Service};

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalogue.bin"));

/// How many bytes the text has, and the whole.
const SIZES: (usize, usize) = include!(concat!(env!("OUT_DIR"), "/catalogue_sizes.rs"));

/// All services; none if the program file is damaged.
pub(crate) fn services() -> &'static [Service] {
    read().unwrap_or_default()
}

fn read() -> Option<&'static [Service]> {
    let (text_bytes, all_bytes) = SIZES;
    let mut plain = Vec::with_capacity(all_bytes);
    Decompress::new(true)
        .decompress_vec(PACKED, &mut plain, FlushDecompress::Finish)
        .ok()?;
    let text = std::str::from_utf8(plain.get(..text_bytes)?).ok()?;
    let mut packed = Packed {
        text: Box::leak(Box::from(text)),
        numbers: plain.get(text_bytes..)?,
    };
    let services = packed.many(Packed::service)?;
    (packed.text.is_empty() && packed.numbers.is_empty()).then_some(services)
}

/// What is left to read.
struct Packed<'plain> {
    text: &'static str,
    numbers: &'plain [u8],
}

/// The tables of the service that is being read.
struct Tables {
    lists: Vec<&'static [&'static ConditionKey]>,
    resource_types: &'static [ResourceType],
    /// What the actions that come next act on.
    resources: &'static [ActionResource],
}

impl Packed<'_> {
    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        let mut shift = 0_u32;
        loop {
            let (byte, rest) = self.numbers.split_first()?;
            self.numbers = rest;
            number |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
            shift += 7;
        }
    }

    fn name(&mut self) -> Option<&'static str> {
        let length = self.number()?;
        let (name, rest) = self.text.split_at_checked(length)?;
        self.text = rest;
        Some(name)
    }

    /// A table, with its length before it.
    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<&'static [T]> {
        let count = self.number()?;
        // No entry takes less than a byte, so that no count makes us reserve more than there is.
        let mut table = Vec::with_capacity(count.min(self.numbers.len()));
        for _ in 0..count {
            table.push(one(self)?);
        }
        Some(Vec::leak(table))
    }

    fn service(&mut self) -> Option<Service> {
        let prefix = self.name()?;
        let name = self.name()?;
        let supports_resource_control_policies = self.number()? == 1;
        let condition_keys = self.many(Self::key)?;
        let mut tables = Tables {
            lists: self.lists(condition_keys)?,
            resource_types: &[],
            resources: &[],
        };
        tables.resource_types = self.many(|packed| packed.resource_type(&tables))?;
        tables.resources = self.many(|packed| packed.action_resource(&tables))?;
        Some(Service {
            prefix,
            name,
            supports_resource_control_policies,
            actions: self.many(|packed| packed.action(&mut tables))?,
            resource_types: tables.resource_types,
            condition_keys,
        })
    }

    fn key(&mut self) -> Option<ConditionKey> {
        let name = self.name()?;
        let number = self.number()?;
        let value_type = match number >> 1 {
            0 => ConditionType::String,
            1 => ConditionType::Numeric,
            2 => ConditionType::Date,
            3 => ConditionType::Bool,
            4 => ConditionType::Binary,
            5 => ConditionType::IpAddress,
            6 => ConditionType::Arn,
            _ => return None,
        };
        Some(ConditionKey {
            name,
            value_type,
            is_multivalued: number & 1 == 1,
        })
    }

    /// Lists lie one behind the other in a table of their own.
    fn lists(&mut self, keys: &'static [ConditionKey]) -> Option<Vec<&'static [&'static ConditionKey]>> {
        let mut table = self.many(|packed| keys.get(packed.number()?))?;
        let count = self.number()?;
        (0..count).map(|_| self.take(&mut table)).collect()
    }

    /// The next entries of a table, as many as the next number says.
    fn take<T>(&mut self, table: &mut &'static [T]) -> Option<&'static [T]> {
        let (taken, rest) = table.split_at_checked(self.number()?)?;
        *table = rest;
        Some(taken)
    }

    fn list(&mut self, tables: &Tables) -> Option<&'static [&'static ConditionKey]> {
        tables.lists.get(self.number()?).copied()
    }

    fn resource_type(&mut self, tables: &Tables) -> Option<ResourceType> {
        Some(ResourceType {
            name: self.name()?,
            arns: self.many(Self::name)?,
            condition_keys: self.list(tables)?,
        })
    }

    fn action(&mut self, tables: &mut Tables) -> Option<Action> {
        let name = self.name()?;
        let access_level = match self.number()? {
            0 => AccessLevel::List,
            1 => AccessLevel::Read,
            2 => AccessLevel::Write,
            3 => AccessLevel::Tagging,
            4 => AccessLevel::PermissionsManagement,
            _ => return None,
        };
        Some(Action {
            name,
            access_level,
            condition_keys: self.list(tables)?,
            resources: self.take(&mut tables.resources)?,
        })
    }

    fn action_resource(&mut self, tables: &Tables) -> Option<ActionResource> {
        let number = self.number()?;
        Some(ActionResource {
            resource_type: tables.resource_types.get(number >> 1)?,
            is_required: number & 1 == 1,
            condition_keys: self.list(tables)?,
        })
    }
}
