//! What bodies say that decisions are made on.
//!
//! Whatever is not known in a body is refused, where it could change what was decided on; and what goes on is not the
//! body that came, but one that is written anew from what was read.

use jiff::Timestamp;
use lanyard_policy::{ContextValue, KeyName};

use super::asks::{Given, Subject, add_without_slash};
use super::headers::{check_etag, check_instant};
use super::place::{check_bucket, check_key, check_prefix};
use super::tags::{BUCKET_TAGS_MAX, OBJECT_TAGS_MAX};
use super::{Tags, actions, check_version};
use crate::action::RequestTags;
use crate::model::Kind;
use crate::xml::{Element, read};
use crate::{Asked, BatchDelete, Body, DeleteEntry, Mapped, MappingError, Needs};

/// The most keys of a batch delete.
const DELETE_KEYS_MAX: usize = 1000;

const RETAIN_UNTIL: &str = "s3:object-lock-retain-until-date";
const RETAIN_UNTIL_NAME: KeyName = KeyName::new(RETAIN_UNTIL);
const REMAINING_DAYS: &str = "s3:object-lock-remaining-retention-days";

/// Completes the asks of a request with what its body says.
pub(crate) fn complete(mapped: &mut Mapped, body: &[u8]) -> Result<(), MappingError> {
    if let Body::Bounded(max) = mapped.operation.body()
        && body.len() > max
    {
        return Err(MappingError::BodyTooLarge { max });
    }
    match mapped.needs {
        Needs::Nothing => return Ok(()),
        Needs::PostForm => return Err(MappingError::MalformedXml("a form is no document")),
        Needs::DeleteKeys => delete(mapped, body)?,
        Needs::ObjectTags => {
            let document = decided_on(mapped, body, "Tagging")?;
            let tags = tagging(&document, OBJECT_TAGS_MAX)?;
            enter_tags(mapped, &tags, RequestTags::Object);
        }
        Needs::BucketTags => {
            let document = decided_on(mapped, body, "Tagging")?;
            let tags = tagging(&document, BUCKET_TAGS_MAX)?;
            enter_tags(mapped, &tags, RequestTags::Resource);
        }
        Needs::BucketConfiguration if body.is_empty() => {}
        Needs::BucketConfiguration => {
            let document = decided_on(mapped, body, "CreateBucketConfiguration")?;
            bucket_configuration(mapped, &document)?;
        }
        Needs::ObjectRetention => {
            let document = decided_on(mapped, body, "Retention")?;
            retention(mapped, &document)?;
        }
        Needs::ObjectLegalHold => {
            let hold = decided_on(mapped, body, "LegalHold")?;
            hold.knows_only(&["Status"])?;
            let status = one_of(hold.text_of("Status")?, &["ON", "OFF"])?;
            enter(mapped, "s3:object-lock-legal-hold", status);
        }
        Needs::ObjectEncryption => {
            let document = decided_on(mapped, body, "ObjectEncryption")?;
            encryption(mapped, &document)?;
        }
        Needs::Destination => {
            let root = match mapped.operation.name() {
                "PutBucketLogging" => "BucketLoggingStatus",
                _ => "AnalyticsConfiguration",
            };
            let document = decided_on(mapped, body, root)?;
            destinations(mapped, &document)?;
        }
        Needs::Inventory => {
            let document = decided_on(mapped, body, "InventoryConfiguration")?;
            inventory(mapped, &document)?;
        }
        Needs::RestoreRequest => restore(&decided_on(mapped, body, "RestoreRequest")?)?,
    }
    mapped.needs = Needs::Nothing;
    Ok(())
}

/// Reads a document that is decided on and goes on in the form in which it was read.
fn decided_on(mapped: &mut Mapped, body: &[u8], root: &str) -> Result<Element, MappingError> {
    let document = read(body, root)?;
    if document.has_space_at_ends() {
        return Err(MappingError::MalformedXml(
            "a text that begins or ends with white space",
        ));
    }
    mapped.document = Some(document.to_document());
    Ok(document)
}

/// Enters how many days an object shall still be kept, where the request says until when. A day that has begun counts.
pub(crate) fn enter_days(asks: &mut [Asked], now: Timestamp) {
    const DAY: i64 = 24 * 60 * 60;
    for ask in asks {
        let Some(ContextValue::Single(until)) = ask.context.value_of(&RETAIN_UNTIL_NAME) else {
            continue;
        };
        if let Ok(until) = until.as_str().parse::<Timestamp>() {
            let seconds = until.as_second().saturating_sub(now.as_second());
            let days = seconds.div_euclid(DAY) + i64::from(seconds.rem_euclid(DAY) > 0);
            ask.context.insert(REMAINING_DAYS, days.to_string());
        }
    }
}

/// The asks for the operation itself, however the store reads the request.
fn own_asks(mapped: &mut Mapped) -> impl Iterator<Item = &mut Asked> {
    let operation = mapped.operation;
    let names = [Some(&operation.action), operation.version_action.as_ref()];
    let names = names.map(|action| action.map(|action| action.name));
    let asks = mapped.asks.iter_mut();
    asks.filter(move |ask| names.contains(&Some(ask.action)))
}

fn enter(mapped: &mut Mapped, key: &'static str, value: Option<&str>) {
    let Some(value) = value else { return };
    for ask in own_asks(mapped) {
        ask.context.insert(key, value.to_owned());
    }
}

fn enter_tags(mapped: &mut Mapped, tags: &Tags, kind: RequestTags) {
    for ask in own_asks(mapped) {
        tags.enter(kind, &mut ask.context);
    }
}

fn one_of<'a>(text: Option<&'a str>, values: &[&str]) -> Result<Option<&'a str>, MappingError> {
    match text {
        Some(text) if !values.contains(&text) => Err(MappingError::MalformedXml("a value that cannot be")),
        text => Ok(text),
    }
}

fn delete(mapped: &mut Mapped, body: &[u8]) -> Result<(), MappingError> {
    let document = read(body, "Delete")?;
    document.knows_only(&["Object", "Quiet"])?;
    let quiet = one_of(document.text_of("Quiet")?, &["true", "false"])? == Some("true");
    let mut objects = document
        .all("Object")
        .map(delete_entry)
        .collect::<Result<Vec<_>, _>>()?;
    if objects.is_empty() || objects.len() > DELETE_KEYS_MAX {
        return Err(MappingError::MalformedXml(
            "between 1 and 1000 objects are deleted at once",
        ));
    }
    let mut asks = Vec::with_capacity(2 * objects.len());
    for (number, entry) in objects.iter_mut().enumerate() {
        let whole = entry.key.as_str();
        // Some readers leave out space at the ends.
        let (shorter, shortest) = (whole.trim_ascii(), whole.trim());
        let keys = [whole, shorter, shortest];
        entry.refused = keys.iter().find_map(|key| check_key(key).err());
        if entry.refused.is_some() {
            continue;
        }
        let first = asks.len();
        asks_of_entry(mapped, entry, whole, &mut asks);
        for (key, longer) in [(shorter, whole), (shortest, shorter)] {
            if key != longer {
                asks_of_entry(mapped, entry, key, &mut asks);
            }
        }
        for ask in asks.iter_mut().skip(first) {
            ask.delete_entry = Some(number);
        }
    }
    add_without_slash(&mut asks, false);
    mapped.asks = asks;
    mapped.delete = Some(BatchDelete { quiet, objects });
    Ok(())
}

/// What it takes to delete the object of an entry under this key.
fn asks_of_entry(mapped: &Mapped, entry: &DeleteEntry, key: &str, asks: &mut Vec<Asked>) {
    let (given, operation) = (mapped.given(), mapped.operation);
    let subject = Subject {
        bucket: mapped.bucket.as_deref(),
        key: Some(key),
        version_id: entry.version_id.as_deref(),
    };
    for mut own in given.ask_either(&operation.action, operation.version_action.as_ref(), &subject) {
        if let Some(etag) = entry
            .etag
            .as_ref()
            .filter(|_| own.action == operation.action.name)
        {
            own.context.insert("s3:if-match", etag.clone());
        }
        asks.push(own);
    }
    asks.extend(given.asks_also(operation, &subject));
    let tells_content = entry.etag.as_ref().is_some_and(|etag| etag != "*")
        || entry.last_modified_time.is_some()
        || entry.size.is_some();
    if tells_content {
        asks.extend(given.ask_to_read(&subject));
    }
}

fn delete_entry(object: &Element) -> Result<DeleteEntry, MappingError> {
    object.knows_only(&["Key", "VersionId", "ETag", "LastModifiedTime", "Size"])?;
    let owned = |name| Ok(object.text_of(name)?.map(str::to_owned));
    let entry = DeleteEntry {
        key: owned("Key")?.ok_or(MappingError::MalformedXml("an object without a key"))?,
        version_id: owned("VersionId")?,
        etag: owned("ETag")?,
        last_modified_time: owned("LastModifiedTime")?,
        size: owned("Size")?,
        refused: None,
    };
    if let Some(etag) = &entry.etag {
        check_etag("ETag", etag)?;
    }
    if let Some(version_id) = &entry.version_id {
        check_version("VersionId", version_id)?;
    }
    Ok(entry)
}

/// `<Tagging><TagSet><Tag>…`.
pub(crate) fn tagging(document: &Element, max: usize) -> Result<Tags, MappingError> {
    document.knows_only(&["TagSet"])?;
    match document.one("TagSet")? {
        Some(set) => tag_set(set, max),
        None => Err(MappingError::MalformedXml("there is no set of tags")),
    }
}

fn tag_set(set: &Element, max: usize) -> Result<Tags, MappingError> {
    set.knows_only(&["Tag"])?;
    let mut tags = Tags::default();
    for tag in set.all("Tag") {
        tag.knows_only(&["Key", "Value"])?;
        match (tag.text_of("Key")?, tag.text_of("Value")?) {
            (Some(key), Some(value)) => tags.add(key, value, max).map_err(MappingError::MalformedXml)?,
            _ => return Err(MappingError::MalformedXml("a tag without key or value")),
        }
    }
    Ok(tags)
}

fn bucket_configuration(mapped: &mut Mapped, document: &Element) -> Result<(), MappingError> {
    if document
        .all("Location")
        .chain(document.all("Bucket"))
        .next()
        .is_some()
    {
        return Err(MappingError::NotImplemented {
            operation: "CreateBucket",
            reason: "directory buckets have an endpoint and sessions of their own",
        });
    }
    document.knows_only(&["LocationConstraint", "Tags"])?;
    let location = document
        .text_of("LocationConstraint")?
        .filter(|text| !text.is_empty());
    let tags = document
        .one("Tags")?
        .map(|set| tag_set(set, BUCKET_TAGS_MAX))
        .transpose()?;
    enter(mapped, "s3:locationconstraint", location);
    if let Some(tags) = tags.filter(|tags| !tags.is_empty()) {
        enter_tags(mapped, &tags, RequestTags::Resource);
        let subject = Subject {
            bucket: mapped.bucket.as_deref(),
            key: None,
            version_id: None,
        };
        let given = Given {
            tags: Some(&tags),
            ..mapped.given()
        };
        let ask = given.ask(&actions::TAG_RESOURCE, &subject);
        mapped.asks.push(ask);
    }
    Ok(())
}

fn retention(mapped: &mut Mapped, document: &Element) -> Result<(), MappingError> {
    document.knows_only(&["Mode", "RetainUntilDate", "EventHold", "EventHoldDuration"])?;
    let mode = one_of(document.text_of("Mode")?, &["GOVERNANCE", "COMPLIANCE"])?;
    let until = document.text_of("RetainUntilDate")?;
    if let Some(until) = until {
        check_instant("RetainUntilDate", until)?;
    }
    let hold = one_of(document.text_of("EventHold")?, &["ON", "OFF"])?;
    let days = match document.one("EventHoldDuration")? {
        Some(duration) => {
            duration.knows_only(&["Days", "Years"])?;
            let days = duration.text_of("Days")?;
            if let Some(days) = days {
                crate::value::check("Days", Kind::Integer, days)?;
            }
            days
        }
        None => None,
    };
    enter(mapped, "s3:object-lock-mode", mode);
    enter(mapped, RETAIN_UNTIL, until);
    enter(mapped, "s3:object-lock-event-hold", hold);
    enter(mapped, "s3:object-lock-event-hold-duration-days", days);
    Ok(())
}

fn encryption(mapped: &mut Mapped, document: &Element) -> Result<(), MappingError> {
    document.knows_only(&["SSE-KMS"])?;
    let Some(kms) = document.one("SSE-KMS")? else {
        return Err(MappingError::MalformedXml("no encryption is named"));
    };
    kms.knows_only(&["KMSKeyArn", "BucketKeyEnabled"])?;
    enter(mapped, "s3:x-amz-server-side-encryption", Some("aws:kms"));
    enter(
        mapped,
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        kms.text_of("KMSKeyArn")?,
    );
    Ok(())
}

/// Differs from AWS: there, the service that writes needs permission from the bucket it writes to. Behind a gateway
/// the store would write to any bucket that is its own: so whoever sends it there must be allowed to write there.
fn destinations(mapped: &mut Mapped, document: &Element) -> Result<(), MappingError> {
    let mut found = Vec::new();
    document.walk(&mut |element| {
        for (bucket, prefix) in [("TargetBucket", "TargetPrefix"), ("Bucket", "Prefix")] {
            for named in element.all(bucket) {
                let prefix = element
                    .text_of(prefix)
                    .map(|prefix| prefix.unwrap_or_default().to_owned());
                found.push((named.text.clone(), prefix));
            }
        }
    });
    for (bucket, prefix) in found {
        let name = bucket.strip_prefix("arn:aws:s3:::").unwrap_or(&bucket);
        check_bucket(name)?;
        let prefix = prefix?;
        check_prefix("Prefix", &prefix)?;
        // Differs from AWS: what begins like a folder's name could be in that folder, for which something else may
        // be decided than for what only begins like it.
        if !prefix.is_empty() && !prefix.ends_with('/') {
            return Err(crate::value::invalid("Prefix", "it does not end with a slash"));
        }
        // Everything that can be under the prefix.
        let key = format!("{prefix}*");
        let subject = Subject {
            bucket: Some(name),
            key: Some(&key),
            version_id: None,
        };
        let ask = mapped.given().ask(&actions::PUT_OBJECT, &subject);
        mapped.asks.push(ask);
    }
    Ok(())
}

fn inventory(mapped: &mut Mapped, document: &Element) -> Result<(), MappingError> {
    let fields: Vec<String> = match document.one("OptionalFields")? {
        Some(fields) => {
            fields.knows_only(&["Field"])?;
            fields.all("Field").map(|field| field.text.clone()).collect()
        }
        None => Vec::new(),
    };
    destinations(mapped, document)?;
    if let Some(ask) = mapped.asks.first_mut() {
        ask.context
            .insert_many("s3:InventoryAccessibleOptionalFields", fields);
    }
    Ok(())
}

/// A restore that selects would write its result to any bucket of the store.
fn restore(document: &Element) -> Result<(), MappingError> {
    let selects = ["SelectParameters", "OutputLocation"]
        .iter()
        .any(|name| document.all(name).next().is_some());
    if selects || document.text_of("Type")?.is_some() {
        return Err(MappingError::NotImplemented {
            operation: "RestoreObject",
            reason: "a restore that selects writes to another bucket, which is not decided on here",
        });
    }
    document.knows_only(&["Days", "GlacierJobParameters", "Tier", "Description"])
}
