-- Accounts that an administrator made on a screen, beside those of the people file. `roles`, `positions`: JSON lists.
-- `expires`: the last day, empty: none. An id that the people file names later is the file's.
CREATE TABLE kept_people(
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    positions TEXT NOT NULL,
    region TEXT NOT NULL,
    expires TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
