import { MS_PER_DAY } from '../../kernel/time.ts'
import { type DurableDatabase, numberOf } from '../../outbox/durable-database.ts'

// What teaches how fast sets age: pairs of sets some hours to some weeks apart.
const HISTORY_DAYS = 60
// A low satellite gets three sets a day: ten days of all, and older ones as the days take them.
const REVISIONS_PER_OBJECT_MAX = 32
// 200 bytes each: a quarter of a gigabyte, thirty sets of each tracked object.
const REVISIONS_MAX = 1_000_000
// An object without a new set for so long is lost or gone; no set of that age is flown.
const OBJECT_DAYS = 400

const NOT_IN_USE = `NOT EXISTS (SELECT 1 FROM object AS o WHERE o.number = revision.number AND (
  (o.current_epoch = revision.epoch AND o.current_hash = revision.hash) OR
  (o.flagged_epoch = revision.epoch AND o.flagged_hash = revision.hash)))`

/**
 * Lets go of old sets; what is flown stays. Ages are counted from the newest good epoch and not from the clock, so that
 * a clock in 2050 does not empty the store. Belongs into the transaction of an import.
 */
export const pruneCatalog = (database: DurableDatabase): void => {
  const newest = database.first('SELECT max(current_epoch) AS epoch FROM object')?.['epoch']
  if (typeof newest === 'number') {
    const objectsBefore = newest - OBJECT_DAYS * MS_PER_DAY
    const gone = 'SELECT number FROM object WHERE max(coalesce(current_epoch, flagged_epoch), 0) < ?'
    database.run(`DELETE FROM revision WHERE number IN (${gone})`, objectsBefore)
    database.run('DELETE FROM object WHERE max(coalesce(current_epoch, flagged_epoch), 0) < ?', objectsBefore)
    database.run(`DELETE FROM revision WHERE epoch < ? AND ${NOT_IN_USE}`, newest - HISTORY_DAYS * MS_PER_DAY)
  }
  const crowded = database.all(
    'SELECT number FROM revision GROUP BY number HAVING count(*) > ?',
    REVISIONS_PER_OBJECT_MAX,
  )
  for (const row of crowded) {
    database.run(
      `DELETE FROM revision WHERE number = ?1 AND ${NOT_IN_USE} AND epoch < (SELECT epoch FROM revision
         WHERE number = ?1 ORDER BY epoch DESC LIMIT 1 OFFSET ?2)`,
      numberOf(row, 'number'),
      REVISIONS_PER_OBJECT_MAX - 1,
    )
  }
  const count = numberOf(database.first('SELECT count(*) AS n FROM revision') ?? {}, 'n')
  if (count > REVISIONS_MAX) {
    database.run(
      `DELETE FROM revision WHERE (number, epoch, hash) IN (
         SELECT number, epoch, hash FROM revision WHERE ${NOT_IN_USE} ORDER BY epoch LIMIT ?)`,
      count - REVISIONS_MAX,
    )
  }
  database.run('DELETE FROM origin WHERE NOT EXISTS (SELECT 1 FROM revision WHERE origin = origin.id)')
}
