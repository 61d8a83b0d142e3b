-- What people found to be the cause of days. A statement is never changed: it is withdrawn with a reason, and
-- another one is made. `warning`: the one in whose consultation it was made, empty outside of any.
CREATE TABLE stated_causes(
    number INTEGER PRIMARY KEY,
    warning TEXT NOT NULL,
    source TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    cause TEXT NOT NULL,
    why TEXT NOT NULL,
    at INTEGER NOT NULL,
    person TEXT NOT NULL,
    withdrawn_at INTEGER,
    withdrawn_by TEXT,
    withdrawn_why TEXT
) STRICT;
CREATE INDEX stated_causes_by_day ON stated_causes(to_day) WHERE withdrawn_at IS NULL;

-- Corrections made in consultations are asked for by time, whatever became of the change.
CREATE INDEX consultations_by_time ON consultations(at);
