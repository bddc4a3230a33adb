//! The ARNs of tables and indexes.

use lanyard_names::arn::Arn;

use crate::MappingError;
use crate::aws::request::Request;

const NAME_LENGTH_MAX: usize = 255;

/// The ARN of the table that a text names, by its name or by its ARN.
pub(super) fn table_of(request: &Request<'_>, text: &str) -> Result<String, MappingError> {
    if text.starts_with("arn:") {
        return table_of_arn(request, text);
    }
    check_name(text, "TableName")?;
    request.arn("table", &[("TableName", text)])
}

/// The same, where only an ARN will do.
pub(super) fn table_of_arn(request: &Request<'_>, text: &str) -> Result<String, MappingError> {
    let arn = request.checked_arn("table", text)?;
    // A table's name has no slash, so that the ARN of an index is never taken for that of a table.
    let name = Arn::parse(text)
        .ok()
        .and_then(|arn| arn.resource.strip_prefix("table/"));
    check_name(name.unwrap_or_default(), "TableName")?;
    Ok(arn)
}

/// The index of the table if one is named, else the table.
///
/// Evidence: the developer's guide: reading an index is decided on the index alone.
pub(super) fn index_or_table(table: &str, index: Option<&str>) -> Result<String, MappingError> {
    match index {
        None => Ok(table.to_owned()),
        Some(index) => {
            check_name(index, "IndexName")?;
            Ok(format!("{table}/index/{index}"))
        }
    }
}

/// The table of the same name in another region.
pub(super) fn in_region(table: &str, region: &str) -> Result<String, MappingError> {
    let is_region = !region.is_empty()
        && region.len() <= 32
        && region
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    match Arn::parse(table) {
        Ok(arn) if is_region => Ok(Arn { region, ..arn }.to_string()),
        _ => Err(invalid("RegionName", "it is no region")),
    }
}

fn check_name(name: &str, member: &str) -> Result<(), MappingError> {
    let is_name = !name.is_empty()
        && name.len() <= NAME_LENGTH_MAX
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if is_name {
        Ok(())
    } else {
        Err(invalid(member, "it is no name of letters, digits, _, - and ."))
    }
}

fn invalid(member: &str, reason: &'static str) -> MappingError {
    MappingError::InvalidMember {
        member: member.to_owned(),
        reason,
    }
}
