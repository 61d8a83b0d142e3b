-- The last verdict that was made before inputs were kept (0147) and has none. Of every later one they are
-- there, so where they are missing they were taken away.
CREATE TABLE verdicts_without_inputs(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT INTO verdicts_without_inputs(id, last)
    SELECT 1, coalesce(max(number), 0) FROM verdicts WHERE number NOT IN (SELECT verdict FROM verdict_inputs);
