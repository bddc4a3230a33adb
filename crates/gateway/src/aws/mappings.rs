//! The mappings of the services that stand behind: each is made when the first request for it comes, and stays.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use lanyard_mapping::aws::ServiceMapping;
use lanyard_service_models::service_models;

/// A mapping for each signing name.
pub(crate) struct Mappings {
    made: BTreeMap<&'static str, OnceLock<Option<ServiceMapping>>>,
}

impl Mappings {
    /// For the signing names that this says are served.
    pub(super) fn new(is_served: impl Fn(&str) -> bool) -> Self {
        let names = service_models().signing_names();
        let made = names
            .filter(|name| is_served(name))
            .map(|name| (name, OnceLock::new()));
        Self { made: made.collect() }
    }

    /// The signing name, if it is one of those that are served.
    pub(super) fn known(&self, signing_name: &str) -> Option<&'static str> {
        self.made.get_key_value(signing_name).map(|(name, _)| *name)
    }

    /// The mapping for a signing name.
    pub(super) fn get(&self, signing_name: &'static str) -> Option<&ServiceMapping> {
        let made = self.made.get(signing_name)?;
        made.get_or_init(|| ServiceMapping::new(signing_name)).as_ref()
    }
}
