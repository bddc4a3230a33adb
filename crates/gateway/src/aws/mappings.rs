//! The mappings of the services that stand behind: each is made when the first request for it comes, and stays.
//!
//! All together they take some 120 MB, and the largest some tenths of a second: not in the way of other requests.

use std::collections::BTreeMap;

use lanyard_mapping::aws::ServiceMapping;
use lanyard_service_models::service_models;
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

/// A mapping for each signing name.
pub(crate) struct Mappings {
    made: BTreeMap<&'static str, OnceCell<ServiceMapping>>,
}

impl Mappings {
    /// For the signing names that this says are served.
    pub(super) fn new(is_served: impl Fn(&str) -> bool) -> Self {
        let names = service_models().signing_names();
        let made = names
            .filter(|name| is_served(name))
            .map(|name| (name, OnceCell::new()));
        Self { made: made.collect() }
    }

    /// The signing name, if it is one of those that are served.
    pub(super) fn known(&self, signing_name: &str) -> Option<&'static str> {
        self.made.get_key_value(signing_name).map(|(name, _)| *name)
    }

    /// The mapping for a signing name. Many who are the first make it once.
    pub(super) async fn get(&self, signing_name: &'static str) -> Option<&ServiceMapping> {
        let made = self.made.get(signing_name)?;
        if let Some(made) = made.get() {
            return Some(made);
        }
        let make = async || {
            let making = spawn_blocking(move || ServiceMapping::new(signing_name));
            making.await.ok().flatten().ok_or(())
        };
        made.get_or_try_init(make).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Future, poll_fn};
    use std::pin::pin;
    use std::task::Poll;

    use super::Mappings;

    #[tokio::test]
    async fn nobody_is_kept_waiting_by_a_mapping_that_is_made_for_others() {
        let mappings = Mappings::new(|name| name == "ec2");
        {
            let mut getting = pin!(mappings.get("ec2"));
            let is_there = poll_fn(|context| Poll::Ready(getting.as_mut().poll(context).is_ready())).await;
            assert!(!is_there, "it was made at once, on the thread of all");
            assert!(getting.await.is_some());
        }
        assert!(mappings.get("ec2").await.is_some());
        assert!(mappings.get("sqs").await.is_none());
    }
}
