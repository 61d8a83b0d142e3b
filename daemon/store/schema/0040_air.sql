-- A forecast is read again with all that was known of it beside its bytes, and a decision finds the latest
-- revision of each member without reading the documents. `given` is that knowledge as JSON ({member, region,
-- kind, points}); the same bytes given for two members are two revisions. `members` is a JSON list of
-- {member, kind} that the revision speaks of; empty in rows from before this step, which are read whole.
CREATE TABLE forecasts_given(
    number INTEGER PRIMARY KEY,
    arrived INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    person TEXT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    regions TEXT NOT NULL,
    first INTEGER NOT NULL,
    past INTEGER NOT NULL,
    given TEXT NOT NULL DEFAULT '{}',
    members TEXT NOT NULL DEFAULT '[]',
    bytes BLOB NOT NULL,  -- last: what stands before is read without it
    UNIQUE(sha256, source, issued_at, given)
) STRICT;
INSERT INTO forecasts_given(number, arrived, issued_at, source, person, file, sha256, regions, first, past, bytes)
    SELECT number, arrived, issued_at, source, person, file, sha256, regions, first, past, bytes FROM forecasts;
DROP TABLE forecasts;
ALTER TABLE forecasts_given RENAME TO forecasts;
CREATE INDEX forecasts_by_issue ON forecasts(issued_at);
