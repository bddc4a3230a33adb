//! The tags that an object has, for policies that ask about them.
//!
//! The store has them, so it is asked, and only if a policy that applies could ask.

use std::time::Duration;

use http::{Method, StatusCode};
use lanyard_mapping::Asked;
use lanyard_policy::{Context, ContextValue};

use super::Call;
use crate::error::{Code, S3Error};
use crate::upstream::{UpstreamRequest, target};
use crate::xml::Element;

/// How long the store is waited for.
const WITHIN: Duration = Duration::from_secs(5);
/// An object has at most ten tags.
const ANSWER_BYTES_MAX: usize = 32 << 10;

/// The context of a question with the tags of the object it is about.
pub(super) async fn context(call: &Call<'_>, asked: &Asked, known: &Context) -> Result<Context, S3Error> {
    let (Some(bucket), Some(key)) = (&asked.bucket, &asked.key) else {
        return Ok(known.clone());
    };
    let tags = fetch(call, bucket, key, asked.version_id.as_deref()).await?;
    let mut context = known.clone_with_room(tags.len());
    for (key, value) in tags {
        enter(&mut context, format!("s3:ExistingObjectTag/{key}"), value);
    }
    Ok(context)
}

/// Enters a tag. Whoever writes to the store itself can give an object tags whose keys differ only in case, which to
/// conditions are one key.
// Fails closed: the key has all the values then, so whoever asks for the one value it has is in doubt.
pub(crate) fn enter(context: &mut Context, name: String, value: String) {
    let mut values = match context.get(&name) {
        None => return context.insert(name, value),
        Some(ContextValue::Single(known)) => vec![known.clone()],
        Some(ContextValue::Many(known)) => known.clone(),
        Some(ContextValue::Unknown) => return,
    };
    values.push(value.into());
    context.insert_many(name, values);
}

/// The tags of an object; none for an object that is not there.
// Fails closed: without an answer of the store there is no decision.
pub(super) async fn fetch(
    call: &Call<'_>,
    bucket: &str,
    key: &str,
    version_id: Option<&str>,
) -> Result<Vec<(String, String)>, S3Error> {
    let query = [("tagging", Some("")), ("versionId", version_id)];
    let query = query.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let request = UpstreamRequest::new(Method::GET, target(bucket, Some(key), query));
    let asking = call.upstream.send_whole(request, ANSWER_BYTES_MAX, call.now());
    let answer = tokio::time::timeout(WITHIN, asking)
        .await
        .map_err(|_| S3Error::new(Code::SERVICE_UNAVAILABLE).retry_after(1))??;
    match answer.status {
        StatusCode::OK => {}
        // No such object, one that was deleted, or a store that knows no tags: there are none.
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => {
            return Ok(Vec::new());
        }
        status => return Err(S3Error::unavailable(TagsUnknown(status))),
    }
    let document = Element::parse(&answer.body, "Tagging").map_err(S3Error::unavailable)?;
    let mut tags = Vec::new();
    for set in document.all("TagSet") {
        for tag in set.all("Tag") {
            let key = tag.only_text("Key").map_err(S3Error::unavailable)?;
            let value = tag.only_text("Value").map_err(S3Error::unavailable)?;
            if let Some(key) = key {
                tags.push((key.to_owned(), value.unwrap_or_default().to_owned()));
            }
        }
    }
    Ok(tags)
}

/// The store did not tell.
#[derive(Debug, thiserror::Error)]
#[error("the store does not tell the tags of an object: status {0}")]
struct TagsUnknown(StatusCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_whose_keys_differ_in_case_alone_leave_doubt() {
        let entered = |tags: &[(&str, &str)]| {
            let mut context = Context::new();
            for (key, value) in tags {
                enter(
                    &mut context,
                    format!("s3:ExistingObjectTag/{key}"),
                    (*value).to_owned(),
                );
            }
            context.get("s3:ExistingObjectTag/desk").cloned()
        };
        let many = |values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned().into());
            Some(ContextValue::Many(values.collect()))
        };
        let single = Some(ContextValue::Single("a".into()));
        assert_eq!(entered(&[("desk", "a"), ("team", "b")]), single);
        assert_eq!(entered(&[("desk", "b"), ("Desk", "a")]), many(&["b", "a"]));
        assert_eq!(
            entered(&[("desk", "b"), ("Desk", "a"), ("des\u{212a}", "c")]),
            many(&["b", "a", "c"])
        );
    }
}
