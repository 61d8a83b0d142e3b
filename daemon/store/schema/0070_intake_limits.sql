-- `place` is where the message ended in the intake journal, "3 4711", so that one that is taken in twice is
-- kept once; null when it did not come from there. `enterprise` is the one its topic claims.
ALTER TABLE rejected ADD COLUMN place TEXT;
ALTER TABLE rejected ADD COLUMN enterprise TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX rejected_by_place ON rejected(place) WHERE place IS NOT NULL;
CREATE INDEX rejected_by_enterprise ON rejected(enterprise, number);

-- Messages whose times lay in the future because the clock had been set back; taken in when it reaches due_at.
CREATE TABLE held_messages(
    number INTEGER PRIMARY KEY,
    due_at INTEGER NOT NULL,
    place TEXT UNIQUE,
    arrived INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    sender TEXT NOT NULL,
    address TEXT NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE INDEX held_messages_by_due ON held_messages(due_at);
