-- Rule packs put in force by named persons from a date. `texts` is all that reading the pack again takes, as
-- JSON ({file, pack, packs, standards}): its parents and standards as they stood then, so that a later
-- version of the program reads the same rules. Never changed; one that is taken back before it began says so.
CREATE TABLE adopted_packs(
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    "from" INTEGER NOT NULL,
    put_at INTEGER NOT NULL,
    put_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    trial TEXT,
    sha256 TEXT NOT NULL,
    texts TEXT NOT NULL,
    begun_at INTEGER,
    withdrawn_at INTEGER,
    withdrawn_by TEXT,
    withdrawn_why TEXT
) STRICT;
