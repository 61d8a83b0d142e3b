-- Temporary controls (临时管控): what a person proposed, as it was asked, who signed it and who took it back.
-- Only the steps are written later; the terms stay as they were signed.
CREATE TABLE controls(
    number INTEGER PRIMARY KEY,
    terms TEXT NOT NULL,
    last_day TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    proposed_by TEXT NOT NULL,
    signed_at INTEGER,
    signed_by TEXT NOT NULL DEFAULT '',
    withdrawn_at INTEGER,
    withdrawn_by TEXT NOT NULL DEFAULT '',
    withdrawn_why TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX controls_not_withdrawn ON controls(last_day) WHERE withdrawn_at IS NULL;
