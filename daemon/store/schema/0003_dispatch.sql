-- Orders as desired state: one row an enterprise, the latest revision only. `wanted` counts the reasons to
-- publish (a new revision, an enterprise that came online); `satisfied` is the last of them for which the
-- broker has acknowledged a publication, so what must still go out has satisfied < wanted.
CREATE TABLE orders(
    enterprise TEXT PRIMARY KEY,
    region TEXT NOT NULL,
    warning TEXT NOT NULL,
    order_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    content_sha256 TEXT NOT NULL,
    signed_text TEXT NOT NULL,
    exercise INTEGER NOT NULL,
    obligations INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    effective_from INTEGER NOT NULL,
    effective_to INTEGER,
    wanted INTEGER NOT NULL DEFAULT 1,
    satisfied INTEGER NOT NULL DEFAULT 0,
    acked_revision INTEGER NOT NULL DEFAULT 0,
    published_at INTEGER,
    receipt_state TEXT NOT NULL DEFAULT 'none',
    receipt_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_unpublished ON orders(enterprise) WHERE satisfied < wanted;
CREATE INDEX orders_by_warning ON orders(warning);

-- Every revision ever made, as it was signed.
CREATE TABLE order_revisions(
    enterprise TEXT NOT NULL,
    revision INTEGER NOT NULL,
    warning TEXT NOT NULL,
    order_id TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    replaced_at INTEGER,
    signed_text TEXT NOT NULL,
    PRIMARY KEY(enterprise, revision)
) STRICT, WITHOUT ROWID;

-- The obligations of every revision, flat. Those of an earlier revision hold until `replaced_at`, when the
-- next one was issued; null while the revision is the present one.
CREATE TABLE obligations(
    enterprise TEXT NOT NULL,
    revision INTEGER NOT NULL,
    obligation TEXT NOT NULL,
    order_id TEXT NOT NULL,
    warning TEXT NOT NULL,
    line TEXT NOT NULL,
    verified_by TEXT NOT NULL,
    exercise INTEGER NOT NULL,
    from_at INTEGER NOT NULL,
    to_at INTEGER,
    replaced_at INTEGER,
    json TEXT NOT NULL,
    PRIMARY KEY(enterprise, revision, obligation)
) STRICT, WITHOUT ROWID;
CREATE INDEX obligations_by_warning ON obligations(warning);

-- First receipt of each state of each revision. `effect`: 'taken', or why it changed nothing.
CREATE TABLE receipts(
    number INTEGER PRIMARY KEY,
    enterprise TEXT NOT NULL,
    order_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    note TEXT NOT NULL,
    arrived INTEGER NOT NULL,
    channel TEXT NOT NULL,
    person TEXT NOT NULL,
    effect TEXT NOT NULL,
    UNIQUE(enterprise, order_id, revision, state)
) STRICT;

-- Enterprises to be telephoned: an answer that was due and has not come.
CREATE TABLE phone_list(
    enterprise TEXT NOT NULL,
    revision INTEGER NOT NULL,
    wanted TEXT NOT NULL,
    listed_at INTEGER NOT NULL,
    done_at INTEGER,
    PRIMARY KEY(enterprise, revision, wanted)
) STRICT, WITHOUT ROWID;
