//! Policies that answer together.

use crate::Layer;
use crate::decide::Facts;
use crate::request::{Attached, Layers};

/// Policies that answer together: a layer, or one level of an organization's layer.
#[derive(Clone, Copy)]
pub(super) struct Group<'a> {
    pub(super) layer: Layer,
    pub(super) level: Option<usize>,
    pub(super) policies: &'a [Attached],
}

/// Every group that applies, from the widest layer to the narrowest.
pub(super) fn groups<'a>(layers: &Layers<'a>, facts: &Facts) -> Vec<Group<'a>> {
    let mut groups = Vec::new();
    let mut chain = |layer, levels: Option<&'a [Vec<Attached>]>, applies: bool| {
        for (level, policies) in levels.filter(|_| applies).unwrap_or_default().iter().enumerate() {
            groups.push(Group {
                layer,
                level: Some(level),
                policies,
            });
        }
    };
    chain(Layer::ServiceControl, layers.scps, facts.scps_apply);
    chain(Layer::ResourceControl, layers.rcps, facts.rcps_apply);
    let resource = layers
        .resource
        .map(|resource| std::slice::from_ref(resource.attached));
    let single = [
        (Layer::Endpoint, layers.endpoint),
        (facts.resource_layer(), resource),
        (Layer::Identity, Some(layers.identity)),
        (Layer::Boundary, layers.boundary),
        (Layer::Session, layers.session),
    ];
    groups.extend(single.into_iter().filter_map(|(layer, policies)| {
        Some(Group {
            layer,
            level: None,
            policies: policies?,
        })
    }));
    groups
}
