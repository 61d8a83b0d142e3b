-- Keys with which enterprises sign their receipts, as the bureau has registered them; one that is revoked stays.
CREATE TABLE enterprise_keys(
    number INTEGER PRIMARY KEY,
    enterprise TEXT NOT NULL,
    public_key TEXT NOT NULL,
    registered_at INTEGER NOT NULL,
    registered_by TEXT NOT NULL,
    registered_why TEXT NOT NULL,
    revoked_at INTEGER,
    revoked_by TEXT NOT NULL DEFAULT '',
    revoked_why TEXT NOT NULL DEFAULT '',
    UNIQUE(enterprise, public_key)
) STRICT;
-- What a receipt rests on: 'proved' by a registered key, 'claimed' by whoever could send it, 'recorded' by a named
-- person, or 'wrong signature': signed with what is not a registered key. `public_key` is the one that it names.
ALTER TABLE receipts ADD COLUMN proof TEXT NOT NULL DEFAULT 'claimed';
ALTER TABLE receipts ADD COLUMN public_key TEXT NOT NULL DEFAULT '';
UPDATE receipts SET proof = 'recorded' WHERE channel = 'phone';
-- Of the receipt that has moved the order last; empty: none has.
ALTER TABLE orders ADD COLUMN receipt_proof TEXT NOT NULL DEFAULT '';
UPDATE orders SET receipt_proof = coalesce((SELECT r.proof FROM receipts AS r WHERE r.enterprise = orders.enterprise
    AND r.revision = orders.revision AND r.effect = 'taken' ORDER BY r.number DESC LIMIT 1), '')
    WHERE receipt_state <> 'none';
