//! Values over time: for each step a ring of stretches, limited by how far back it goes.

use crate::{Store, StoreError};

/// What was measured at one moment, or over one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sample {
    /// When the stretch begins, milliseconds since 1970.
    pub at: i64,
    /// Most people online at once.
    pub online: u32,
    /// Number of messages sent.
    pub messages: u32,
    /// Lowest number of free bytes on the data disk.
    pub free_bytes: u64,
    /// Highest temperature, thousandths of a degree Celsius.
    pub temperature: Option<i32>,
    /// Lowest number of bytes of memory available.
    pub memory: Option<u64>,
}

/// A ring: the seconds of a step, and how many stretches are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ring {
    /// Seconds that each row covers.
    pub step_s: u32,
    /// Number of rows that are kept.
    pub keep: u32,
}

impl Store {
    /// Adds a measurement to its stretch in each ring, and deletes stretches that are too old, or that lie in the
    /// future because of a clock that was wrong.
    ///
    /// # Errors
    /// As any write.
    pub async fn add_sample(&self, sample: Sample, rings: &'static [Ring]) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                for ring in rings {
                    let slot = sample.at.div_euclid(i64::from(ring.step_s) * 1_000);
                    let sql = "INSERT INTO samples (step, slot, online, messages, free_bytes, temperature, memory)
                               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (step, slot) DO UPDATE SET
                                 online = CASE WHEN samples.online > excluded.online THEN samples.online ELSE excluded.online END,
                                 messages = samples.messages + excluded.messages,
                                 free_bytes = CASE WHEN samples.free_bytes < excluded.free_bytes THEN samples.free_bytes ELSE excluded.free_bytes END,
                                 temperature = CASE WHEN samples.temperature > excluded.temperature THEN samples.temperature
                                   ELSE coalesce(excluded.temperature, samples.temperature) END,
                                 memory = CASE WHEN samples.memory < excluded.memory THEN samples.memory
                                   ELSE coalesce(excluded.memory, samples.memory) END";
                    let free = i64::try_from(sample.free_bytes).unwrap_or(i64::MAX);
                    let memory = sample.memory.and_then(|bytes| i64::try_from(bytes).ok());
                    let row = (ring.step_s, slot, sample.online, sample.messages, free, sample.temperature, memory);
                    tx.conn.prepare_cached(sql)?.execute(row)?;
                    let sql = "DELETE FROM samples WHERE step = ?1 AND (slot <= ?2 OR slot > ?3)";
                    tx.conn.prepare_cached(sql)?.execute((ring.step_s, slot - i64::from(ring.keep), slot))?;
                }
                Ok(())
            })
            .await
    }

    /// The stretches of a ring, oldest first.
    ///
    /// # Errors
    /// As any read.
    pub async fn samples(&self, step_s: u32) -> Result<Vec<Sample>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = "SELECT slot, online, messages, free_bytes, temperature, memory FROM samples WHERE step = ?1 ORDER BY slot";
                let mut stmt = conn.prepare_cached(sql)?;
                let rows = stmt.query_map([step_s], |row| {
                    Ok(Sample {
                        at: row.get::<_, i64>(0)?.saturating_mul(i64::from(step_s) * 1_000),
                        online: row.get(1)?,
                        messages: row.get(2)?,
                        free_bytes: row.get::<_, i64>(3)?.max(0).cast_unsigned(),
                        temperature: row.get(4)?,
                        memory: row.get::<_, Option<i64>>(5)?.map(|bytes| bytes.max(0).cast_unsigned()),
                    })
                })?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// Number of messages after the event with this id, and the id of the newest event.
    ///
    /// # Errors
    /// As any read.
    pub async fn messages_since(&self, event: i64) -> Result<(u32, i64), StoreError> {
        self.readers
            .read(move |conn| {
                let sql =
                    "SELECT count(*) FILTER (WHERE kind = 'message'), coalesce(max(id), ?1) FROM events WHERE id > ?1";
                conn.prepare_cached(sql)?.query_row([event], |row| Ok((row.get(0)?, row.get(1)?)))
            })
            .await
    }

    /// The id of the newest event; 0 when there is none.
    ///
    /// # Errors
    /// As any read.
    pub async fn newest_event(&self) -> Result<i64, StoreError> {
        self.readers.read(|conn| conn.query_row("SELECT coalesce(max(id), 0) FROM events", [], |row| row.get(0))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    const RINGS: &[Ring] = &[Ring { step_s: 10, keep: 3 }];

    /// Were this to fail, the values would fill the card, or a clock that was wrong once would hide everything after
    /// it.
    #[tokio::test]
    async fn a_ring_is_bounded_and_gathers_each_stretch_whatever_the_clock_does() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { path: folder.path().join("imd.db"), readers: 1, queue: 64 };
        let store = Store::open(&options, drop).unwrap();
        let add = async |at: i64, online, messages, free_bytes, temperature| {
            let sample = Sample { at, online, messages, free_bytes, temperature, memory: None };
            store.add_sample(sample, RINGS).await.unwrap();
        };
        add(1_000, 5, 1, 100, None).await;
        add(9_999, 3, 2, 50, Some(40)).await;
        let first = Sample { at: 0, online: 5, messages: 3, free_bytes: 50, temperature: Some(40), memory: None };
        assert_eq!(store.samples(10).await.unwrap(), [first]);
        for slot in 1..10 {
            add(slot * 10_000, 1, 1, 1, None).await;
        }
        let slots = async || store.samples(10).await.unwrap().iter().map(|s| s.at / 10_000).collect::<Vec<_>>();
        assert_eq!(slots().await, [7, 8, 9]);
        add(1_000_000, 1, 1, 1, None).await;
        add(100_000, 1, 1, 1, None).await;
        assert_eq!(slots().await, [10]);
        store.close().await;
    }
}
