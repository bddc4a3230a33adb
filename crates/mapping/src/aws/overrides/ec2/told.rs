//! What the entries of the table say, in words for whoever asks what is mapped how.

use super::by_table::{Network, On};
use super::found::{Of, Resource};
use super::table;

/// What an operation of the table is decided on.
pub(super) fn told(operation: &str) -> Vec<String> {
    let mut known = table::TABLE.iter();
    let entry = known.find(|(name, _)| *name == operation);
    entry.map_or_else(Vec::new, |(_, named)| named.iter().map(|on| one(*on)).collect())
}

fn one(on: On) -> String {
    match on {
        On::Ids {
            resource_type,
            path,
            is_required: true,
        }
        | On::Name { resource_type, path }
        | On::Id(resource_type, path) => format!("{resource_type} {{{path}}}"),
        On::Ids {
            resource_type, path, ..
        } => format!("{resource_type} {{{path}}}, if it is named"),
        On::AnyIds(path) => format!("each of {{{path}}}, of the type that its id tells"),
        On::VpcOrDefault(path) => format!("vpc {{{path}}}, or the default one, which is looked up"),
        On::GroupsOrDefault { path, of } => {
            let of = match of {
                Network::OfSubnet => "the subnet's VPC",
                Network::OfEndpoint => "the VPC",
            };
            format!("security-group {{{path}}}, or the default one of {of}, which is looked up")
        }
        On::IdOrName {
            resource_type,
            path,
            name,
        } => format!(
            "{resource_type} {{{path}}}, or what {{{}}} stands for, which is looked up",
            name.member
        ),
        On::Group => {
            "security-group {GroupId}, or what {GroupName} stands for, which is looked up".to_owned()
        }
        On::SubnetOrLocal(path) => format!("subnet {{{path}}}, unless it is local"),
        On::Of(of) => format!(
            "{} of {{{}}}, which is looked up",
            types(of).join(" or "),
            of.member
        ),
        On::Made(resource_type) => format!("{resource_type} *, which is made"),
        On::MadeIfTagged(resource_type) => format!("{resource_type} *, if it is made with tags"),
    }
}

/// The types of what an id can be of.
fn types(of: &Of) -> Vec<&'static str> {
    let mut types = Vec::new();
    let mut next = Some(of);
    while let Some(of) = next {
        for resource in of.resources {
            let resource_type = match resource {
                Resource::Is(resource_type, _) | Resource::May(resource_type, _) => resource_type,
                Resource::Any(_) => "whatever",
            };
            if !types.contains(&resource_type) {
                types.push(resource_type);
            }
        }
        next = of.or;
    }
    types
}

#[cfg(test)]
mod tests {
    use super::told;

    fn check(operation: &str, expected: &[&str]) {
        assert_eq!(told(operation), expected, "{operation}");
    }

    #[test]
    fn the_table_tells_what_an_operation_is_decided_on() {
        check("TerminateInstances", &["instance {InstanceIds}"]);
        check("NoSuchOperation", &[]);
    }

    #[test]
    fn every_entry_of_the_table_says_something() {
        for (operation, _) in super::table::TABLE {
            assert!(!told(operation).is_empty(), "{operation}");
        }
    }
}
