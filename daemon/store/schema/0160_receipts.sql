-- A state may come back after a correction on the telephone, so there may be more than one receipt
-- of a state of a revision. Of those that changed nothing, still only the first is kept.
CREATE TABLE receipts_each(
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
    effect TEXT NOT NULL
) STRICT;
INSERT INTO receipts_each(number, enterprise, order_id, revision, state, at, by_whom, note, arrived, channel, person, effect)
    SELECT number, enterprise, order_id, revision, state, at, by_whom, note, arrived, channel, person, effect FROM receipts;
DROP TABLE receipts;
ALTER TABLE receipts_each RENAME TO receipts;
CREATE INDEX receipts_of_order ON receipts(enterprise, order_id, revision, state);
