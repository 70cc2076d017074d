/**
 * The form of the catalogue on disk. A change raises the version and brings the step from the one before: versions 2
 * and 3 add `learned` and `shrunk`, by the schema itself, which makes what is missing.
 */
export const CATALOG_STORE_VERSION = 3

export const CATALOG_SCHEMA_SQL = `
-- One row for each download or file that brought sets: where they are from.
CREATE TABLE IF NOT EXISTS origin (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  place TEXT NOT NULL,
  fetched_utc_ms REAL NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  redistributable INTEGER NOT NULL
) STRICT;

-- One row for each object: which revision is flown, and which newer one is not and why.
CREATE TABLE IF NOT EXISTS object (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  object_id TEXT NOT NULL,
  current_epoch REAL,
  current_hash TEXT,
  flagged_epoch REAL,
  flagged_hash TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS object_name ON object (name COLLATE NOCASE);

-- Every set that came, once, whatever its source.
CREATE TABLE IF NOT EXISTS revision (
  number INTEGER NOT NULL REFERENCES object (number),
  epoch REAL NOT NULL,
  hash TEXT NOT NULL,
  flag TEXT,
  origin INTEGER NOT NULL REFERENCES origin (id),
  mean_motion REAL NOT NULL,
  eccentricity REAL NOT NULL,
  inclination REAL NOT NULL,
  right_ascension REAL NOT NULL,
  argument_of_pericenter REAL NOT NULL,
  mean_anomaly REAL NOT NULL,
  bstar REAL NOT NULL,
  mean_motion_dot REAL NOT NULL,
  mean_motion_ddot REAL NOT NULL,
  ephemeris_type INTEGER NOT NULL,
  element_set_number REAL NOT NULL,
  revolution_at_epoch REAL NOT NULL,
  PRIMARY KEY (number, epoch, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS revision_origin ON revision (origin);

-- A service that is asked over the network. One that was stopped is not asked again until a person says so.
CREATE TABLE IF NOT EXISTS service (
  name TEXT PRIMARY KEY,
  stopped_utc_ms REAL,
  stopped_because TEXT
) STRICT, WITHOUT ROWID;

-- Each thing that is asked of a source, and what it answered last.
CREATE TABLE IF NOT EXISTS source (
  key TEXT PRIMARY KEY,
  service TEXT NOT NULL,
  asked_utc_ms REAL,
  not_before_utc_ms REAL NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  success_utc_ms REAL,
  etag TEXT,
  modified TEXT,
  bytes INTEGER,
  sha256 TEXT,
  objects INTEGER
) STRICT, WITHOUT ROWID;

-- Files that were taken, as they looked then.
CREATE TABLE IF NOT EXISTS file (
  path TEXT PRIMARY KEY,
  mark TEXT NOT NULL
) STRICT;

-- The requests of the last day, for the rates and the bytes that a service allows.
CREATE TABLE IF NOT EXISTS request (
  service TEXT NOT NULL,
  at_utc_ms REAL NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS request_service ON request (service, at_utc_ms);

-- Sources whose last answer had too few objects: what a person who says "retry" may have looked at.
CREATE TABLE IF NOT EXISTS shrunk (
  key TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- What the station learned of its own history. One row, or none.
CREATE TABLE IF NOT EXISTS learned (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  learned_utc_ms REAL NOT NULL,
  pairs INTEGER NOT NULL,
  jumps INTEGER NOT NULL,
  model TEXT NOT NULL
) STRICT;
`
