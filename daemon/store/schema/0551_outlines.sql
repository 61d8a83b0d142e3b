-- Outlines of counties that the bureau gave for the map; the newest is in use, `counties` NULL: the schematic one is.
-- `counties`: JSON, as it was checked.
CREATE TABLE outlines(
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    counties TEXT,
    given_by TEXT NOT NULL,
    given_at INTEGER NOT NULL
) STRICT;
