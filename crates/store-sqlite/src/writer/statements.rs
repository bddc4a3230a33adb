//! The statements of the writer, prepared once.

use lanyard_store::Revision;
use rusqlite::{Connection, OptionalExtension, Result, Statement};

use crate::tables::{signed, unsigned};

pub(super) struct Statements<'connection> {
    connection: &'connection Connection,
    begin: Statement<'connection>,
    commit: Statement<'connection>,
    find_partition: Statement<'connection>,
    add_partition: Statement<'connection>,
    set_head: Statement<'connection>,
    set_folded: Statement<'connection>,
    put_entry: Statement<'connection>,
    delete_entry: Statement<'connection>,
    add_event: Statement<'connection>,
    delete_events: Statement<'connection>,
    set_collected: Statement<'connection>,
    add_record: Statement<'connection>,
    delete_records: Statement<'connection>,
    put_stat: Statement<'connection>,
    delete_stat: Statement<'connection>,
    stamp: Statement<'connection>,
}

impl<'connection> Statements<'connection> {
    pub(super) fn prepare(connection: &'connection Connection) -> Result<Self> {
        let prepare = |text| connection.prepare(text);
        Ok(Self {
            connection,
            begin: prepare("BEGIN IMMEDIATE")?,
            commit: prepare("COMMIT")?,
            find_partition: prepare("SELECT id, revision FROM partition WHERE name = ?1")?,
            add_partition: prepare("INSERT INTO partition (name, revision) VALUES (?1, 0)")?,
            set_head: prepare("UPDATE partition SET revision = ?2 WHERE id = ?1")?,
            set_folded: prepare("UPDATE meta SET value = ?1 WHERE name = 'folded'")?,
            put_entry: prepare("INSERT OR REPLACE INTO entry (partition, key, value) VALUES (?1, ?2, ?3)")?,
            delete_entry: prepare("DELETE FROM entry WHERE partition = ?1 AND key = ?2")?,
            add_event: prepare(
                "INSERT INTO feed (cursor, partition, revision, changes) VALUES (?1, ?2, ?3, ?4)",
            )?,
            delete_events: prepare("DELETE FROM feed WHERE cursor <= ?1")?,
            set_collected: prepare("UPDATE meta SET value = ?1 WHERE name = 'collected'")?,
            add_record: prepare("INSERT INTO outbox (position, id, body) VALUES (?1, ?2, ?3)")?,
            delete_records: prepare("DELETE FROM outbox WHERE position BETWEEN ?1 AND ?2")?,
            put_stat: prepare("INSERT OR REPLACE INTO stat (partition, key, value) VALUES (?1, ?2, ?3)")?,
            delete_stat: prepare("DELETE FROM stat WHERE partition = ?1 AND key = ?2")?,
            stamp: prepare("UPDATE meta SET value = value + 1 WHERE name = 'stamp'")?,
        })
    }

    pub(super) fn begin(&mut self) -> Result<()> {
        self.begin.execute([]).map(drop)
    }

    pub(super) fn commit(&mut self) -> Result<()> {
        self.commit.execute([]).map(drop)
    }

    /// Ends a transaction that failed, unless SQLite already has.
    pub(super) fn roll_back(&mut self) -> Result<()> {
        if self.connection.is_autocommit() {
            Ok(())
        } else {
            self.connection.execute_batch("ROLLBACK")
        }
    }

    pub(super) fn find_partition(&mut self, name: &str) -> Result<Option<(i64, Revision)>> {
        let found = self
            .find_partition
            .query_row([name], |row| Ok((row.get(0)?, Revision(unsigned(row, 1)?))));
        found.optional()
    }

    pub(super) fn add_partition(&mut self, name: &str) -> Result<i64> {
        self.add_partition.insert([name])
    }

    pub(super) fn set_head(&mut self, partition: i64, revision: Revision) -> Result<()> {
        self.set_head.execute((partition, signed(revision.0))).map(drop)
    }

    pub(super) fn set_folded(&mut self, through: u64) -> Result<()> {
        self.set_folded.execute([signed(through)]).map(drop)
    }

    pub(super) fn put_entry(&mut self, partition: i64, key: &str, value: Option<&[u8]>) -> Result<()> {
        match value {
            Some(value) => self.put_entry.execute((partition, key, value)).map(drop),
            None => self.delete_entry.execute((partition, key)).map(drop),
        }
    }

    pub(super) fn add_event(
        &mut self,
        cursor: u64,
        partition: i64,
        revision: Revision,
        changes: &[u8],
    ) -> Result<()> {
        self.add_event
            .execute((signed(cursor), partition, signed(revision.0), changes))
            .map(drop)
    }

    /// Deletes events up to a cursor and remembers that; how many were there?
    pub(super) fn collect(&mut self, through: u64) -> Result<u64> {
        let deleted = self.delete_events.execute([signed(through)])?;
        self.set_collected.execute([signed(through)])?;
        Ok(deleted as u64)
    }

    pub(super) fn add_record(&mut self, position: u64, id: &str, body: &[u8]) -> Result<()> {
        self.add_record.execute((signed(position), id, body)).map(drop)
    }

    pub(super) fn delete_records(&mut self, first: u64, last: u64) -> Result<u64> {
        self.delete_records
            .execute((signed(first), signed(last)))
            .map(|deleted| deleted as u64)
    }

    pub(super) fn put_stat(&mut self, partition: i64, key: &str, value: Option<&[u8]>) -> Result<()> {
        match value {
            Some(value) => self.put_stat.execute((partition, key, value)).map(drop),
            None => self.delete_stat.execute((partition, key)).map(drop),
        }
    }

    /// A small write that means nothing but that writing works.
    pub(super) fn stamp(&mut self) -> Result<()> {
        self.stamp.execute([]).map(drop)
    }
}
