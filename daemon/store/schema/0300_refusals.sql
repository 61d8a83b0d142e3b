-- What a person took back stays, and says by which later receipt; `against`: the state on record that a message
-- contradicted when it came.
ALTER TABLE receipts ADD COLUMN overruled_by INTEGER;
ALTER TABLE receipts ADD COLUMN against TEXT NOT NULL DEFAULT '';

-- Since when the same revision is asked for again, because its refusal was not accepted: deadlines run from here.
ALTER TABLE orders ADD COLUMN asked_again_at INTEGER;
CREATE INDEX orders_asked_again ON orders(asked_again_at) WHERE asked_again_at IS NOT NULL;
CREATE TRIGGER orders_asked_again_ends AFTER UPDATE OF revision ON orders
    WHEN new.revision <> old.revision AND new.asked_again_at IS NOT NULL BEGIN
    UPDATE orders SET asked_again_at = NULL WHERE enterprise = new.enterprise;
END;

-- A refusal waits for the answer of a person, and dies with the revision that was refused.
CREATE TABLE refusals(
    number INTEGER PRIMARY KEY,
    enterprise TEXT NOT NULL,
    order_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    receipt INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    standing TEXT NOT NULL DEFAULT 'open',
    answered_at INTEGER,
    answered_by TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX refusals_of_order ON refusals(enterprise, revision);
CREATE INDEX refusals_by_standing ON refusals(standing, number);
CREATE INDEX refusals_open ON refusals(opened_at) WHERE standing = 'open';
-- Those that stand now.
INSERT INTO refusals(enterprise, order_id, revision, receipt, opened_at)
    SELECT o.enterprise, o.order_id, o.revision, coalesce((SELECT max(r.number) FROM receipts AS r WHERE
        r.enterprise = o.enterprise AND r.order_id = o.order_id AND r.revision = o.revision AND r.state = 'refused'), 0),
        coalesce(o.receipt_at, o.issued_at) FROM orders AS o WHERE o.receipt_state = 'refused';

-- What a person granted when a refusal was answered, for as long as the order lives under its id: the obligation with
-- this share is not asked (`granted` is null), or this is asked in its place. A stricter one is asked in full.
CREATE TABLE order_exceptions(
    enterprise TEXT NOT NULL,
    order_id TEXT NOT NULL,
    obligation TEXT NOT NULL,
    ratio REAL NOT NULL,
    granted TEXT,
    refusal INTEGER NOT NULL,
    PRIMARY KEY(enterprise, order_id, obligation, ratio)
) STRICT, WITHOUT ROWID;
