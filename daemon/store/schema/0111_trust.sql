-- Heads of the audit chain as they were signed, the newest last.
CREATE TABLE audit_heads(
    id INTEGER PRIMARY KEY,
    number INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    key TEXT NOT NULL,
    signature TEXT NOT NULL
) STRICT;
CREATE INDEX audit_heads_by_number ON audit_heads(number);

-- The bureau's public keys, one after the other. `succession`: the document by which it followed.
CREATE TABLE signing_keys(
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER,
    succession TEXT
) STRICT;

-- When an account was last used. `day`: the last civil day on which its log-in was audited, with `token` (the
-- first digits of its hash).
CREATE TABLE account_uses(
    person TEXT PRIMARY KEY,
    used_at INTEGER NOT NULL,
    remote TEXT NOT NULL,
    day TEXT NOT NULL,
    token TEXT NOT NULL
) STRICT, WITHOUT ROWID;
