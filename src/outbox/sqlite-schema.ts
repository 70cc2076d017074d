/** The form of the data on disk. A change raises the version and brings the step from the one before. */
export const STORE_VERSION = 1

export const SCHEMA_SQL = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value REAL NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('decided_through', 0);

-- The owner's private log: everything measured, numbered and chained.
CREATE TABLE journal (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  body BLOB NOT NULL,
  hash TEXT NOT NULL,
  recorded_utc_ms REAL NOT NULL
) STRICT;

-- What the release gate decided, and why: chained too, so that nobody can deny or reword it later.
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  decided_utc_ms REAL NOT NULL,
  partner TEXT NOT NULL,
  agreement TEXT,
  journal_number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

-- Decided to wait: put to the gate again when due.
CREATE TABLE waiting (
  agreement TEXT NOT NULL,
  journal_number INTEGER NOT NULL REFERENCES journal (number),
  partner TEXT NOT NULL,
  due_utc_ms REAL NOT NULL,
  PRIMARY KEY (agreement, journal_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_due ON waiting (due_utc_ms);

-- One row for each stream to a partner: how far it goes and how far he has signed for.
CREATE TABLE stream (
  stream TEXT PRIMARY KEY,
  partner TEXT NOT NULL,
  data_mode TEXT NOT NULL,
  number INTEGER NOT NULL,
  head TEXT NOT NULL,
  receipted INTEGER NOT NULL,
  last_taken TEXT
) STRICT, WITHOUT ROWID;

-- The sealed bytes, kept until the partner's receipt covers them. One record goes into a stream once at most.
CREATE TABLE item (
  stream TEXT NOT NULL REFERENCES stream (stream),
  number INTEGER NOT NULL,
  journal_number INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  hash TEXT NOT NULL,
  released_utc_ms REAL NOT NULL,
  sent INTEGER NOT NULL,
  PRIMARY KEY (stream, number),
  UNIQUE (stream, journal_number)
) STRICT;
CREATE INDEX item_unsent ON item (stream, number) WHERE sent = 0;
`
