//! Catalogs of Glue that are in catalogs, and lists of what is in several.

use super::{checked, missing, on, place, place_in};
use crate::MappingError;
use crate::aws::request::{Request, Resolved};

/// Every connection of a list, with the catalog that they are in.
pub(super) fn delete_connections(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let place = place(request)?;
    let mut arns = vec![format!("{place}catalog")];
    let names = request.texts("ConnectionNameList")?;
    if names.is_empty() {
        return Err(missing("ConnectionNameList"));
    }
    for name in names {
        let arn = request.arn("connection", &[("ConnectionName", name)])?;
        let (_, rest) = arn
            .split_once(":connection/")
            .ok_or_else(|| missing("ConnectionNameList"))?;
        arns.push(format!("{place}connection/{rest}"));
    }
    let permissions = arns.into_iter().flat_map(|arn| {
        let actions = ["glue:BatchDeleteConnection", "glue:DeleteConnection"];
        actions.map(|action| request.permission(action, arn.clone()))
    });
    Ok(Resolved::Permissions(permissions.collect()))
}

/// The table of each entry, in the catalog that the entry names.
pub(super) fn optimizers(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let mut arns = Vec::new();
    for entry in request.nodes("Entries") {
        let text = |member: &'static str| {
            let text = entry.member(member).and_then(|node| node.as_text());
            text.ok_or_else(|| missing(member))
        };
        let place = place_in(request, text("catalogId")?)?;
        let database = checked("databaseName", text("databaseName")?)?;
        let table = checked("tableName", text("tableName")?)?;
        arns.push(format!("{place}catalog"));
        arns.push(format!("{place}database/{database}"));
        arns.push(format!("{place}table/{database}/{table}"));
    }
    arns.sort_unstable();
    arns.dedup();
    Ok(on(request, arns))
}

/// The catalogs from the account's own down to the one that a request names: by its account, by its path, or by both.
///
/// Evidence: the developer guide, for ARNs of catalogs in catalogs.
fn down_to(request: &Request<'_>, path: &str, id: &str) -> Result<Vec<String>, MappingError> {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let own = request.scope.account.to_string();
    let (account, names) = match id.split_once(':') {
        Some((account, names)) => (account, Some(names)),
        None if is_account(id) => (id, None),
        None => (own.as_str(), Some(id)),
    };
    let mut arn = format!("{}catalog", place_in(request, account)?);
    let mut arns = vec![arn.clone()];
    for name in names.into_iter().flat_map(|names| names.split('/')) {
        let name = checked(path, name)?;
        if name.contains(':') {
            return Err(missing("CatalogId"));
        }
        arn = format!("{arn}/{name}");
        arns.push(arn.clone());
    }
    Ok(arns)
}

/// The catalog that is named.
pub(super) fn catalog(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let arns = down_to(request, "CatalogId", request.required("CatalogId")?)?;
    Ok(on(request, arns))
}

/// All catalogs in one, or in the account's own.
pub(super) fn catalogs(request: &Request<'_>) -> Result<Resolved, MappingError> {
    let own = request.scope.account.to_string();
    let parent = request.text("ParentCatalogId")?.unwrap_or(&own);
    let mut arns = down_to(request, "ParentCatalogId", parent)?;
    arns.extend(arns.last().map(|arn| format!("{arn}/*")));
    Ok(on(request, arns))
}
