//! What is read from the tables. Each function sees one moment of the store.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use lanyard_store::{
    Change, Cursor, Event, Loaded, OutboxEntry, OutboxPosition, OutboxRecord, PartitionId, Revision,
};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, OptionalExtension, Result, Row};

use crate::record;

const NEWEST: &str = "SELECT max(
        coalesce((SELECT max(cursor) FROM feed), 0), (SELECT value FROM meta WHERE name = 'collected')
    )";

pub(crate) const FOLDED: &str = "SELECT value FROM meta WHERE name = 'folded'";

/// Later events of one partition. There are at most some thousands of all
/// partitions, so that they are looked through without an index.
const TAIL: &str = "SELECT revision, changes FROM feed
    WHERE cursor > (SELECT value FROM meta WHERE name = 'folded') AND partition = ?1 ORDER BY cursor";

pub(crate) const COLLECTED: &str = "SELECT value FROM meta WHERE name = 'collected'";

/// One answer of many rows ends after about this much.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Where the change feed ends; gc may have emptied it.
pub(crate) fn newest(connection: &mut Connection) -> Result<Cursor> {
    newest_of(connection)
}

fn newest_of(connection: &Connection) -> Result<Cursor> {
    connection
        .query_row(NEWEST, [], |row| unsigned(row, 0))
        .map(Cursor)
}

pub(crate) fn load(connection: &mut Connection, partition: &PartitionId) -> Result<Loaded> {
    let moment = connection.transaction()?;
    let cursor = newest_of(&moment)?;
    let Some((id, folded)) = find(&moment, partition)? else {
        return Ok(Loaded {
            revision: Revision::ZERO,
            entries: Vec::new(),
            cursor,
        });
    };
    let entries = pairs(
        &moment,
        "SELECT key, value FROM entry WHERE partition = ?1 ORDER BY key",
        id,
    )?;
    let mut revision = folded;
    let mut later: BTreeMap<Arc<str>, Option<Bytes>> = BTreeMap::new();
    let mut statement = moment.prepare(TAIL)?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        revision = Revision(unsigned(row, 0)?);
        later.extend(
            changes(row, 1)?
                .into_iter()
                .map(|Change { key, value }| (key, value)),
        );
    }
    Ok(Loaded {
        revision,
        entries: with_later(entries, later),
        cursor,
    })
}

pub(crate) fn head(connection: &mut Connection, partition: &PartitionId) -> Result<Revision> {
    let moment = connection.transaction()?;
    let Some((id, folded)) = find(&moment, partition)? else {
        return Ok(Revision::ZERO);
    };
    let later = moment.query_row(&format!("SELECT max(revision) FROM ({TAIL})"), [id], |row| {
        row.get::<_, Option<i64>>(0)
            .map(|revision| revision.and_then(|revision| u64::try_from(revision).ok()))
    })?;
    Ok(later.map_or(folded, Revision))
}

/// The events that are not in the tables yet, as the writer needs them.
pub(crate) fn tail(connection: &Connection) -> Result<Vec<TailEvent>> {
    let mut statement = connection.prepare(
        "SELECT feed.cursor, feed.partition, partition.name, feed.revision, feed.changes
         FROM feed JOIN partition ON partition.id = feed.partition
         WHERE feed.cursor > (SELECT value FROM meta WHERE name = 'folded') ORDER BY feed.cursor",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(TailEvent {
            cursor: unsigned(row, 0)?,
            id: row.get(1)?,
            partition: PartitionId::from(row.get_ref(2)?.as_str()?),
            revision: Revision(unsigned(row, 3)?),
            changes: changes(row, 4)?,
        })
    })?;
    rows.collect()
}

/// An event of the feed, with its partition's number.
pub(crate) struct TailEvent {
    pub(crate) cursor: u64,
    pub(crate) id: i64,
    pub(crate) partition: PartitionId,
    pub(crate) revision: Revision,
    pub(crate) changes: Vec<Change>,
}

/// A partition's number, and its revision in the tables.
fn find(connection: &Connection, partition: &PartitionId) -> Result<Option<(i64, Revision)>> {
    let query = "SELECT id, revision FROM partition WHERE name = ?1";
    let found = connection.query_row(query, [partition.as_str()], |row| {
        Ok((row.get::<_, i64>(0)?, Revision(unsigned(row, 1)?)))
    });
    found.optional()
}

/// Entries in order of key, with later values taking the place of earlier ones.
fn with_later(
    entries: Vec<(Arc<str>, Bytes)>,
    later: BTreeMap<Arc<str>, Option<Bytes>>,
) -> Vec<(Arc<str>, Bytes)> {
    if later.is_empty() {
        return entries;
    }
    let mut all: BTreeMap<Arc<str>, Option<Bytes>> = entries
        .into_iter()
        .map(|(key, value)| (key, Some(value)))
        .collect();
    all.extend(later);
    all.into_iter()
        .filter_map(|(key, value)| value.map(|value| (key, value)))
        .collect()
}

fn changes(row: &Row<'_>, index: usize) -> Result<Vec<Change>> {
    let changes = record::decode(row.get(index)?);
    changes.ok_or_else(|| Error::InvalidColumnType(index, "changes".into(), Type::Blob))
}

pub(crate) fn partitions(connection: &mut Connection, prefix: &str) -> Result<Vec<PartitionId>> {
    let mut statement =
        connection.prepare("SELECT name FROM partition WHERE name >= ?1 AND revision > 0 ORDER BY name")?;
    let mut rows = statement.query([prefix])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let name = row.get_ref(0)?.as_str()?;
        if !name.starts_with(prefix) {
            break;
        }
        found.push(PartitionId::from(name));
    }
    Ok(found)
}

/// Events after a cursor, or the cursor from which watching can resume.
pub(crate) fn events(
    connection: &mut Connection,
    after: Cursor,
    limit: usize,
) -> Result<std::result::Result<Vec<Event>, Cursor>> {
    let moment = connection.transaction()?;
    let oldest = Cursor(moment.query_row(COLLECTED, [], |row| unsigned(row, 0))?);
    if after < oldest {
        return Ok(Err(oldest));
    }
    let mut statement = moment.prepare(
        "SELECT feed.cursor, partition.name, feed.revision, feed.changes
         FROM feed JOIN partition ON partition.id = feed.partition
         WHERE feed.cursor > ?1 ORDER BY feed.cursor LIMIT ?2",
    )?;
    let mut rows = statement.query((signed(after.0), rows_max(limit)))?;
    let mut events = Vec::new();
    let mut room = Some(ANSWER_BYTES_MAX);
    while let Some(row) = rows.next()? {
        let size = row.get_ref(3)?.as_blob()?.len();
        room = room.and_then(|room| room.checked_sub(size));
        events.push(Event {
            cursor: Cursor(unsigned(row, 0)?),
            partition: PartitionId::from(row.get_ref(1)?.as_str()?),
            revision: Revision(unsigned(row, 2)?),
            changes: changes(row, 3)?,
        });
        if room.is_none() {
            break;
        }
    }
    Ok(Ok(events))
}

pub(crate) fn stats(connection: &mut Connection, partition: &PartitionId) -> Result<Vec<(Arc<str>, Bytes)>> {
    let id = connection
        .query_row(
            "SELECT id FROM partition WHERE name = ?1",
            [partition.as_str()],
            |row| row.get(0),
        )
        .optional()?;
    let Some(id) = id else { return Ok(Vec::new()) };
    pairs(
        connection,
        "SELECT key, value FROM stat WHERE partition = ?1 ORDER BY key",
        id,
    )
}

pub(crate) fn outbox(
    connection: &mut Connection,
    after: Option<OutboxPosition>,
    limit: usize,
) -> Result<Vec<OutboxEntry>> {
    let mut statement = connection
        .prepare("SELECT position, id, body FROM outbox WHERE position > ?1 ORDER BY position LIMIT ?2")?;
    let after = after.map_or(0, |position| signed(position.0));
    let mut rows = statement.query((after, rows_max(limit)))?;
    let mut entries = Vec::new();
    let mut room = Some(ANSWER_BYTES_MAX);
    while let Some(row) = rows.next()? {
        let record = OutboxRecord {
            id: text(row, 1)?,
            body: blob(row, 2)?,
        };
        room = room.and_then(|room| room.checked_sub(record.body.len()));
        entries.push(OutboxEntry {
            position: OutboxPosition(unsigned(row, 0)?),
            record,
        });
        if room.is_none() {
            break;
        }
    }
    Ok(entries)
}

/// What SQLite's full check complains about.
pub(crate) fn verify(connection: &mut Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA integrity_check(100)")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let complaints: Result<Vec<String>> = rows.collect();
    Ok(complaints?.into_iter().filter(|line| line != "ok").collect())
}

fn pairs(connection: &Connection, query: &str, partition: i64) -> Result<Vec<(Arc<str>, Bytes)>> {
    let mut statement = connection.prepare(query)?;
    let rows = statement.query_map([partition], |row| Ok((text(row, 0)?, blob(row, 1)?)))?;
    rows.collect()
}

fn text(row: &Row<'_>, index: usize) -> Result<Arc<str>> {
    Ok(Arc::from(row.get_ref(index)?.as_str()?))
}

fn blob(row: &Row<'_>, index: usize) -> Result<Bytes> {
    Ok(Bytes::copy_from_slice(row.get_ref(index)?.as_blob()?))
}

/// A number that this engine wrote and that is never negative.
pub(crate) fn unsigned(row: &Row<'_>, index: usize) -> Result<u64> {
    let value: i64 = row.get(index)?;
    u64::try_from(value).map_err(|_| Error::IntegralValueOutOfRange(index, value))
}

/// SQLite's numbers are signed; ours stay far below the limit.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn rows_max(limit: usize) -> i64 {
    i64::try_from(limit.max(1)).unwrap_or(i64::MAX)
}
