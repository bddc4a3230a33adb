//! Where the endpoints of a decision point are.

use serde_json::json;

use super::route::Route;
use super::terms::check_application;
use crate::refusal::Refusal;

/// The metadata of a decision point.
pub(crate) fn document(origin: &str, route: &Route<'_>) -> Result<String, Refusal> {
    route.application.map_or(Ok(()), check_application)?;
    let base = format!("{origin}{}", route.base());
    let endpoint = |path: &str| format!("{base}/access/v1/{path}");
    Ok(json!({
        "policy_decision_point": base,
        "access_evaluation_endpoint": endpoint("evaluation"),
        "access_evaluations_endpoint": endpoint("evaluations"),
        "search_subject_endpoint": endpoint("search/subject"),
        "search_resource_endpoint": endpoint("search/resource"),
        "search_action_endpoint": endpoint("search/action"),
    })
    .to_string())
}
