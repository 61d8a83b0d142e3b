-- What a case needs to come to its end: who is sent and by when, who recorded its checks and its conclusion, and
-- whether the latest verdict still bears it out. Lists are JSON lists of texts. A case that was concluded before
-- this step has no recorded check; its conclusion stands.
ALTER TABLE cases ADD COLUMN suspected INTEGER NOT NULL DEFAULT 1;
ALTER TABLE cases ADD COLUMN inspectors TEXT NOT NULL DEFAULT '[]';
ALTER TABLE cases ADD COLUMN due_at INTEGER;
ALTER TABLE cases ADD COLUMN checked_by TEXT NOT NULL DEFAULT '[]';
ALTER TABLE cases ADD COLUMN concluded_by TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN rechecked_by TEXT NOT NULL DEFAULT '[]';
ALTER TABLE cases ADD COLUMN failed_rechecks INTEGER NOT NULL DEFAULT 0;
-- Those that may end by themselves when the data are back.
CREATE INDEX cases_about_data ON cases(number)
    WHERE kind = 'data_quality' AND state IN ('lead', 'site_check', 'checked');

-- Photos and papers of a case. Position in degrees of `datum`, as the camera's program said it.
CREATE TABLE case_files(
    number INTEGER PRIMARY KEY,
    case_number INTEGER NOT NULL REFERENCES cases(number),
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    media TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    taken_at INTEGER,
    longitude REAL,
    latitude REAL,
    datum TEXT NOT NULL,
    content BLOB NOT NULL,
    UNIQUE(case_number, sha256)
) STRICT;

-- Random draws (双随机). `seed` of a draw that waits is the daemon's own and shown to nobody; it is null where a
-- person keeps it. `audit_entry` is the entry of the log that committed to it.
CREATE TABLE draws(
    number INTEGER PRIMARY KEY,
    purpose TEXT NOT NULL,
    lists TEXT NOT NULL,
    lists_sha256 TEXT NOT NULL,
    seed_sha256 TEXT NOT NULL,
    public_source TEXT NOT NULL,
    committed_at INTEGER NOT NULL,
    committed_by TEXT NOT NULL,
    audit_entry INTEGER NOT NULL DEFAULT 0,
    seed TEXT,
    public_value TEXT NOT NULL DEFAULT '',
    drawn_at INTEGER,
    drawn_by TEXT NOT NULL DEFAULT '',
    drawn TEXT NOT NULL DEFAULT ''
) STRICT;
