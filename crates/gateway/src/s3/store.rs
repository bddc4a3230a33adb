//! The store that stands behind: where it is, and what the operator set for it.

use std::sync::Arc;

use lanyard_mapping::Hosts;

use crate::body::ReadBudget;
use crate::record::Sampler;
use crate::services::GatewayServices;
use crate::settings::{Conduct, SettingsError, UpstreamSettings};
use crate::upstream::Upstream;

/// Guards one S3-compatible store.
pub(crate) struct Store {
    pub(crate) services: Arc<GatewayServices>,
    pub(crate) upstream: Upstream,
    pub(crate) conduct: Conduct,
    pub(crate) hosts: Hosts,
    pub(crate) budget: ReadBudget,
    pub(crate) sampler: Sampler,
}

impl Store {
    /// A store behind these settings. Nothing is connected to yet.
    pub(crate) fn new(
        services: Arc<GatewayServices>,
        mut settings: UpstreamSettings,
        budget: ReadBudget,
    ) -> Result<Self, SettingsError> {
        let hosts = Hosts::new(settings.domains())
            .map_err(|error| SettingsError::Word("domain".to_owned(), error.to_string().into()))?;
        Ok(Self {
            services,
            conduct: Conduct::of(&settings),
            upstream: Upstream::new(&mut settings)?,
            hosts,
            budget,
            sampler: Sampler::default(),
        })
    }
}
